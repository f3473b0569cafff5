package statusmulti_test

import (
	"testing"

	"github.com/atomicstatus/atomicstatus/passes/internal/casetest"
	"github.com/atomicstatus/atomicstatus/passes/statusmulti"
)

func TestCases(t *testing.T) { casetest.Run(t, statusmulti.Analyzer, "", nil) }

func TestAll(t *testing.T) {
	casetest.Run(t, statusmulti.Analyzer, "multi/all", map[string]string{"all": "true"})
}
