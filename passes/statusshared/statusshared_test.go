package statusshared_test

import (
	"testing"

	"github.com/atomicstatus/atomicstatus/passes/internal/casetest"
	"github.com/atomicstatus/atomicstatus/passes/statusshared"
)

func TestCases(t *testing.T) { casetest.Run(t, statusshared.Analyzer, "", nil) }

func TestFixes(t *testing.T) { casetest.Fixes(t, statusshared.Analyzer, "shared") }
