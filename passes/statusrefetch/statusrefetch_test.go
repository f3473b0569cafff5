package statusrefetch_test

import (
	"testing"

	"github.com/atomicstatus/atomicstatus/passes/internal/casetest"
	"github.com/atomicstatus/atomicstatus/passes/statusrefetch"
)

func TestCases(t *testing.T) { casetest.Run(t, statusrefetch.Analyzer, "", nil) }
