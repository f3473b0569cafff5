package statusunstable_test

import (
	"testing"

	"github.com/atomicstatus/atomicstatus/passes/internal/casetest"
	"github.com/atomicstatus/atomicstatus/passes/statusunstable"
)

func TestCases(t *testing.T) { casetest.Run(t, statusunstable.Analyzer, "", nil) }

func TestUnstable(t *testing.T) { casetest.Run(t, statusunstable.Analyzer, "unstable", nil) }

func TestFixes(t *testing.T) { casetest.Fixes(t, statusunstable.Analyzer, "unstable") }
