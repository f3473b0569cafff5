package statusloop_test

import (
	"testing"

	"github.com/atomicstatus/atomicstatus/passes/internal/casetest"
	"github.com/atomicstatus/atomicstatus/passes/statusloop"
)

func TestCases(t *testing.T) { casetest.Run(t, statusloop.Analyzer, "", nil) }
