package statuscallback_test

import (
	"testing"

	"github.com/atomicstatus/atomicstatus/passes/internal/casetest"
	"github.com/atomicstatus/atomicstatus/passes/statuscallback"
)

func TestCases(t *testing.T) { casetest.Run(t, statuscallback.Analyzer, "", nil) }

func TestEffects(t *testing.T) {
	casetest.Run(t, statuscallback.Analyzer, "callback/named", map[string]string{
		"effects": "Notify, (*Pager).Page, example.com/cases/callback/named.Announce, named.Tell, example.com/elsewhere.Record",
	})
}
