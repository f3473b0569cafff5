package suggest_test

import (
	"testing"

	"github.com/atomicstatus/atomicstatus/analyzer/suggest"
)

func TestClosest(t *testing.T) {
	names := []string{"statusloop", "statusmulti", "statusretry", "report", "fix", "f"}
	for typed, want := range map[string]string{
		"statusretri": "statusretry",
		"statuslopo":  "statusloop", // two letters swapped count once
		"reprot":      "report",
		"fxi":         "fix",
		"lint":        "",
		"x":           "",
		"everything":  "",
		"":            "",
	} {
		if got := suggest.Closest(typed, names); got != want {
			t.Errorf("%q: %q, want %q", typed, got, want)
		}
	}
}

func TestDidYouMean(t *testing.T) {
	if got, want := suggest.DidYouMean("repor", []string{"report"}), ": did you mean report?"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := suggest.DidYouMean("lint", []string{"report"}); got != "" {
		t.Errorf("%q for nothing alike", got)
	}
}
