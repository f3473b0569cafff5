package fixes

import (
	"flag"
	"go/token"
	"go/types"
	"testing"

	"golang.org/x/tools/go/analysis"
)

// flags returns a set with the flags of the package, which the test sets back.
func flags(t *testing.T) *flag.FlagSet {
	set := flag.NewFlagSet("test", flag.ContinueOnError)
	Flags(set)
	t.Cleanup(func() { offered, accepted = Safe, acceptances{} })
	return set
}

func TestFlags(t *testing.T) {
	set := flags(t)
	for _, test := range []struct{ name, value, want string }{
		{"fixes", "review", "review"},
		{"fixes", "all", "not one of safe, review"},
		{"accept", "error:Notify, visibility:(*R).Reconcile", "visibility:(*R).Reconcile,error:Notify"},
		{"accept", "", ""},
		{"accept", "luck:Notify", `"luck" is no kind of assumption`},
		{"accept", "error", `"error" is not KIND:FUNCTION`},
	} {
		got := set.Lookup(test.name).Value
		if err := got.Set(test.value); err != nil {
			if err.Error() != test.want {
				t.Errorf("-%s=%s: %v, want %s", test.name, test.value, err, test.want)
			}
		} else if got.String() != test.want {
			t.Errorf("-%s=%s is %s, want %s", test.name, test.value, got, test.want)
		}
	}
}

func TestOpen(t *testing.T) {
	set := flags(t)
	pkg := types.NewPackage("example.com/mail", "mail")
	send := types.NewFunc(token.NoPos, pkg, "Send", types.NewSignatureType(nil, nil, nil, nil, nil, false))
	all := []Assumption{
		{Kind: Gate, Text: "Send may run", Funcs: []*types.Func{send}},
		{Kind: Gate, Text: "Send may run", Funcs: []*types.Func{send}},
		{Kind: Progress, Text: "Send may run again", Funcs: []*types.Func{nil, send}},
	}
	for accept, want := range map[string]int{"": 2, "gate:mail.Send": 1, "gate:Send,progress:Send": 0, "error:Send": 2, "gate:post.Send": 2} {
		if err := set.Set("accept", accept); err != nil {
			t.Fatal(err)
		}
		if got := Open(all); len(got) != want {
			t.Errorf("with %q %d assumptions are open, want %d: %v", accept, len(got), want, got)
		}
	}
}

func TestLog(t *testing.T) {
	var log Log
	safe := analysis.SuggestedFix{TextEdits: []analysis.TextEdit{{Pos: 1}}}
	review := analysis.SuggestedFix{TextEdits: []analysis.TextEdit{{Pos: 1}}}
	log.Add(safe, nil)
	log.Add(review, []Assumption{{Kind: Gate}})
	if n, m := len(log.Of(safe)), len(log.Of(review)); n != 0 || m != 1 {
		t.Errorf("%d and %d assumptions, want 0 and 1", n, m)
	}
}
