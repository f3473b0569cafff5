package statusmulti

import (
	"cmp"
	"fmt"
	"go/token"
	"math"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/flow"
	"github.com/atomicstatus/atomicstatus/passes/internal/report"
	"github.com/atomicstatus/atomicstatus/passes/internal/rewrite"
	"github.com/atomicstatus/atomicstatus/passes/statuswrites"
)

// Analyzer reports more than one status write of one resource on one path.
var Analyzer = &analysis.Analyzer{
	Name:     "statusmulti",
	Doc:      Page.Doc(),
	URL:      Page.URL,
	Requires: []*analysis.Analyzer{statuswrites.Analyzer},
	Run:      run,
}

// all makes the check list every further write, not only the first.
var all bool

func init() {
	Analyzer.Flags.BoolVar(&all, "all", false, "report every call that writes again, not only the first of a function and resource")
}

// run reports the calls that write a resource which, on some path, another call
// of the same function has written before.
func run(pass *analysis.Pass) (any, error) {
	writes := pass.ResultOf[statuswrites.Analyzer].(*statuswrites.Result)
	r := report.New(pass)
	fixes := rewrite.New(pass, writes)
	for _, f := range writes.Funcs {
		before := slices.DeleteFunc(slices.Clone(f.Visits), func(v *flow.Visit) bool { return writes.Held(f, v) })
		for _, visits := range together(before) {
			if all {
				for _, v := range visits {
					reportAgain(r, writes, f.Visits, v, nil, fixes.Multi(f, v))
				}
				continue
			}
			reportAgain(r, writes, f.Visits, visits[0], visits[1:], fixes.Multi(f, visits[0]))
		}
	}
	r.Done()
	return nil, nil
}

// together are the calls of a function that write again, by the resource they
// write, in their order. A variable that is given what a write returned may
// stand for one resource in two ways, which come together in its name where a
// call is reached with both.
func together(visits []*flow.Visit) [][]*flow.Visit {
	var groups [][]*flow.Visit
	for _, v := range visits {
		if len(v.Earlier) == 0 || v.Async {
			continue
		}
		same := func(w *flow.Visit) bool { return w.Resource == v.Resource || sameCall(w, v) }
		with := []*flow.Visit{v}
		apart := groups[:0]
		for _, g := range groups {
			if slices.ContainsFunc(g, same) {
				with = append(g, with...)
			} else {
				apart = append(apart, g)
			}
		}
		groups = append(apart, with)
	}
	for i, g := range groups {
		slices.SortStableFunc(g, func(a, b *flow.Visit) int { return cmp.Compare(order(a.Call), order(b.Call)) })
		groups[i] = slices.CompactFunc(g, sameCall)
	}
	return groups
}

// order is the place of a call among those of its function: deferred ones run last,
// the first of them at the very end.
func order(call ssa.CallInstruction) token.Pos {
	if _, ok := call.(*ssa.Defer); ok {
		return math.MaxInt - call.Pos()
	}
	return call.Pos()
}

// sameCall reports whether two visits are of one call, with what has one name there.
func sameCall(a, b *flow.Visit) bool { return a.Call == b.Call && a.Name == b.Name }

// first reports whether a call may be the first write of what it names, in any of
// the ways in which that is known.
func first(visits []*flow.Visit, v *flow.Visit) bool {
	return slices.ContainsFunc(visits, func(w *flow.Visit) bool { return sameCall(w, v) && w.Fresh })
}

// reportAgain reports a call that writes again, among all visits of its function, and
// names the further calls that do.
func reportAgain(r *report.Reporter, writes *statuswrites.Result, visits []*flow.Visit, v *flow.Visit, further []*flow.Visit, fix []report.Option) {
	when := "has always been"
	if first(visits, v) {
		when = "may have been"
	}
	opts := writes.Related(v.Via)
	earlier := slices.SortedFunc(slices.Values(v.Earlier), func(a, b ssa.CallInstruction) int { return cmp.Compare(order(a), order(b)) })
	for _, c := range earlier {
		opts = append(opts, report.Related(writes.Range(c), "an earlier write of "+v.Name))
		if i := slices.IndexFunc(visits, func(w *flow.Visit) bool { return w.Call == c && w.Resource == v.Resource }); i >= 0 && c != v.Call {
			opts = append(opts, writes.Related(visits[i].Via)...)
		}
	}
	for _, w := range further {
		opts = append(opts, report.Related(writes.Range(w.Call), "a further write of "+w.Name))
	}
	opts = append(opts, fix...)
	where := fmt.Sprintf("in line %d", r.Line(earlier[0].Pos()))
	if earlier[0] == v.Call { // of a list, which has another one in each turn
		where = "by an earlier function of this loop"
	}
	r.Report(writes.Range(v.Call),
		fmt.Sprintf("the status of %s %s written before on this path, %s%s; change it in memory and write once", v.Name, when, where, statuswrites.Chain(v)),
		opts...)
}
