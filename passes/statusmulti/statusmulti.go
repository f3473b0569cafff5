package statusmulti

import (
	"cmp"
	"fmt"
	"slices"

	"golang.org/x/tools/go/analysis"

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
		again := map[*flow.Term][]*flow.Visit{}
		var order []*flow.Term
		for _, v := range f.Visits {
			if len(v.Earlier) == 0 || v.Async {
				continue
			}
			if again[v.Resource] == nil {
				order = append(order, v.Resource)
			}
			again[v.Resource] = append(again[v.Resource], v)
		}
		for _, res := range order {
			visits := again[res]
			slices.SortFunc(visits, func(a, b *flow.Visit) int { return cmp.Compare(a.Call.Pos(), b.Call.Pos()) })
			if all {
				for _, v := range visits {
					reportAgain(r, writes, fixes, v, nil)
				}
				continue
			}
			reportAgain(r, writes, fixes, visits[0], visits[1:])
		}
	}
	r.Done()
	return nil, nil
}

func reportAgain(r *report.Reporter, writes *statuswrites.Result, fixes *rewrite.Rewriter, v *flow.Visit, further []*flow.Visit) {
	when := "may have been"
	if !v.Fresh {
		when = "has always been"
	}
	var opts []report.Option
	for _, c := range v.Earlier {
		opts = append(opts, report.Related(writes.Range(c), "an earlier write of "+v.Name))
	}
	opts = append(opts, statuswrites.Related(v.Via)...)
	for _, w := range further {
		opts = append(opts, report.Related(writes.Range(w.Call), "a further write of "+w.Name))
	}
	opts = append(opts, fixes.Multi(v.Call, v.Earlier)...)
	r.Report(writes.Range(v.Call),
		fmt.Sprintf("the status of %s %s written before on this path%s; change it in memory and write once", v.Name, when, statuswrites.Chain(v)),
		opts...)
}
