package reconcilecost_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/atomicstatus/atomicstatus/passes/load"
	"github.com/atomicstatus/atomicstatus/passes/reconcilecost"
	"github.com/atomicstatus/atomicstatus/passes/statusloop"
	"github.com/atomicstatus/atomicstatus/passes/statusmulti"
	"github.com/atomicstatus/atomicstatus/passes/statuswrites"
)

// The report and the checks follow the same paths. So a reconciler of the case programs
// writes a resource more often than it has to where a check says so, and nowhere else.
func TestChecksAgree(t *testing.T) {
	prog, err := load.Load(context.Background(), load.Config{Dir: "../../testdata/cases", Patterns: []string{"./..."}})
	if err != nil {
		t.Fatal(err)
	}
	c := reconcilecost.New(prog.Fset, prog.Roots, reconcilecost.Options{Managers: statuswrites.Managers()})
	prog.Paths = c.Learn
	diags, errs := prog.Analyze(t.Context(), []*analysis.Analyzer{statusmulti.Analyzer, statusloop.Analyzer})
	if errs != nil {
		t.Fatal(errs)
	}
	all, err := c.Count()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range all {
		says := slices.ContainsFunc(diags, func(d load.Diagnostic) bool { return r.Reaches(d.Pos) })
		counts := len(r.Needless()) > 0
		name := strings.TrimPrefix(r.Package, "example.com/cases/") + "." + r.Name
		if why := apart[name]; (says != counts) != (why != "") {
			t.Errorf("%s: the checks report it is %v, the report counts %v", name, says, r.Kinds)
		}
	}
}

// apart are the reconcilers of which the checks and the report say different things.
var apart = map[string]string{
	"rewrite/batch/fixed.Stepwise": "an interface call is followed to the steps of other packages, too, which have no batch",
}
