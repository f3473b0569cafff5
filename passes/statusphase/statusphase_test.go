package statusphase_test

import (
	"testing"

	"github.com/atomicstatus/atomicstatus/passes/internal/casetest"
	"github.com/atomicstatus/atomicstatus/passes/statusphase"
)

func TestCases(t *testing.T) { casetest.Run(t, statusphase.Analyzer, "phase", nil) }

func TestNamed(t *testing.T) {
	casetest.Run(t, statusphase.Analyzer, "phases", map[string]string{
		"phases":     "Message, Reason",
		"validators": "(*Machine).Check, example.com/cases/phases.Allowed",
	})
}
