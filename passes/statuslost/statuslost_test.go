package statuslost_test

import (
	"testing"

	"github.com/atomicstatus/atomicstatus/passes/internal/casetest"
	"github.com/atomicstatus/atomicstatus/passes/statuslost"
)

func TestCases(t *testing.T) { casetest.Run(t, statuslost.Analyzer, "", nil) }
