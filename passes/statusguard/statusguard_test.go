package statusguard_test

import (
	"testing"

	"github.com/atomicstatus/atomicstatus/passes/internal/casetest"
	"github.com/atomicstatus/atomicstatus/passes/statusguard"
)

func TestCases(t *testing.T) { casetest.Run(t, statusguard.Analyzer, "", nil) }
