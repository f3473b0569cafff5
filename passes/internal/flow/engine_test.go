package flow_test

import (
	"fmt"
	"go/token"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/atomicstatus/atomicstatus/passes/internal/casetest"
	"github.com/atomicstatus/atomicstatus/passes/internal/flow"
	"github.com/atomicstatus/atomicstatus/passes/statuswrites"
)

// The programs under testdata/engine say what the engine has to tell: of a function its
// summary, where p0 is the first parameter and out0 something that only the function can
// name, and of a call what was written before.
func TestEngine(t *testing.T) {
	casetest.Told(t, "engine", func(pass *analysis.Pass, say func(token.Pos, string)) {
		for _, f := range pass.ResultOf[statuswrites.Analyzer].(*statuswrites.Result).Funcs {
			tell(pass, f.Result, say)
		}
	}, statuswrites.Analyzer)
}

func tell(pass *analysis.Pass, r *flow.Result, say func(token.Pos, string)) {
	// Whether it is a thin wrapper is for others to say.
	say(r.Fn.Pos(), strings.TrimPrefix(r.Summary.String(), "thin: "))
	for _, v := range r.Visits {
		says := "first"
		if len(v.Earlier) > 0 {
			says = "always"
			if v.Fresh {
				says = "may"
			}
			var lines []int
			for _, c := range v.Earlier {
				lines = append(lines, pass.Fset.Position(c.Pos()).Line)
			}
			slices.Sort(lines)
			says += fmt.Sprint(" after ", slices.Compact(lines))
		}
		if v.Loop != nil {
			says += " in a " + v.Loop.Kind
		}
		say(v.Call.Pos(), v.Name+" "+says)
	}
	for c := range r.Retried {
		say(c.Pos(), "retried")
	}
	for c := range r.Swallowed {
		say(c.Pos(), "swallowed")
	}
	for _, again := range r.Resent {
		says := "resent"
		if again.Reread {
			says += " or read again"
		}
		if again.Succeeded {
			says += ", also after success"
		}
		say(again.Call.Pos(), says)
	}
	for _, o := range r.Outdated {
		say(o.Call.Pos(), "stale object")
	}
	for _, u := range r.Unreported {
		say(u.Call.Pos(), "hidden conflict")
	}
	for _, c := range r.Carried {
		says := "old value " + c.Field()
		if c.Call != nil {
			say(c.Call.Pos(), says)
		} else {
			say(c.At.Pos(), says)
		}
	}
	for _, o := range r.Overwritten {
		says := "overwritten "
		if !o.OfStatus {
			says = "overwritten by the response "
		}
		say(o.Call.Pos(), says+o.Field())
	}
	for _, u := range r.Unwritten {
		says := "unwritten " + u.Field()
		if u.Elsewhere {
			says += ", or written"
		}
		say(u.At.Pos(), says)
	}
	for _, l := range r.LeftOut {
		say(l.Call.Pos(), "late base "+l.Field())
	}
	for _, p := range r.EmptyPatches {
		if p.Copy == nil {
			say(p.Call.Pos(), "own base")
		} else {
			say(p.Call.Pos(), "empty patch")
		}
	}
	for _, b := range r.Beside {
		say(b.Pos, "wrong object "+b.Field())
	}
	for _, n := range r.Nested {
		say(n.Pos, "nested write")
	}
}
