package statusretry_test

import (
	"testing"

	"github.com/atomicstatus/atomicstatus/passes/internal/casetest"
	"github.com/atomicstatus/atomicstatus/passes/statusretry"
)

func TestCases(t *testing.T) { casetest.Run(t, statusretry.Analyzer, "", nil) }

func TestRequeue(t *testing.T) {
	casetest.Run(t, statusretry.Analyzer, "retry/requeue", map[string]string{"policy": "requeue"})
}
