package statusstale_test

import (
	"testing"

	"github.com/atomicstatus/atomicstatus/passes/internal/casetest"
	"github.com/atomicstatus/atomicstatus/passes/statusstale"
)

func TestCases(t *testing.T) { casetest.Run(t, statusstale.Analyzer, "", nil) }
