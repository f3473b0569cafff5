package reconcilecost_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/atomicstatus/atomicstatus/passes/load"
	"github.com/atomicstatus/atomicstatus/passes/reconcilecost"
	"github.com/atomicstatus/atomicstatus/passes/statuswrites"
)

// cases analyses the programs under testdata/cases/cost, once for all tests.
var cases = sync.OnceValues(func() ([]*reconcilecost.Reconciler, error) {
	prog, err := load.Load(context.Background(), load.Config{Dir: "../../testdata/cases", Patterns: []string{"./cost/..."}})
	if err != nil {
		return nil, err
	}
	for _, b := range prog.Broken {
		return nil, b
	}
	return count(prog, []*analysis.Analyzer{statuswrites.Analyzer}, reconcilecost.Options{Entrypoints: []string{"Named.Handle"}})
})

func count(prog *load.Program, analyzers []*analysis.Analyzer, opts reconcilecost.Options) ([]*reconcilecost.Reconciler, error) {
	c := reconcilecost.New(prog.Fset, prog.Roots, opts)
	prog.Paths = c.Learn
	if _, errs := prog.Analyze(context.Background(), analyzers); errs != nil {
		return nil, errors.Join(errs...)
	}
	return c.Count()
}

func find(t *testing.T, name string) *reconcilecost.Reconciler {
	t.Helper()
	all, err := cases()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range all {
		if r.Name == name {
			return r
		}
	}
	t.Fatalf("no reconciler %s", name)
	return nil
}

// TestCosts holds each reconciler to the comment before it.
func TestCosts(t *testing.T) {
	all, err := cases()
	if err != nil {
		t.Fatal(err)
	}
	wanted := 0
	for _, pkg := range []string{"controllers/controllers.go", "controllers/paths.go", "queue/queue.go", "batch/batch.go"} {
		data, err := os.ReadFile("../../testdata/cases/cost/" + pkg)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(data), "\n") {
			want, ok := strings.CutPrefix(line, "// cost: ")
			if !ok {
				continue
			}
			wanted++
			got := ""
			name := ""
			for _, r := range all {
				if r.Pos.Line == i+2 && strings.HasSuffix(r.Pos.Filename, pkg) {
					name, got = r.Name, describe(r)
				}
			}
			if got != want {
				t.Errorf("%s:%d: %s\n got %s\nwant %s", pkg, i+1, name, got, want)
			}
		}
	}
	if wanted != len(all) {
		t.Errorf("%d reconcilers for %d comments", len(all), wanted)
	}
}

func describe(r *reconcilecost.Reconciler) string {
	var patterns []string
	count := map[reconcilecost.Pattern]int{}
	prone, protected := 0, 0
	for _, s := range r.Sites {
		if count[s.Pattern]++; count[s.Pattern] == 1 {
			patterns = append(patterns, string(s.Pattern))
		}
		if s.Prone {
			prone++
		}
		if s.Prone && s.Protected {
			protected++
		}
	}
	slices.Sort(patterns)
	if len(patterns) > 1 {
		for i, p := range patterns {
			patterns[i] = fmt.Sprintf("%d %s", count[reconcilecost.Pattern(p)], p)
		}
	}
	safe := "no"
	switch {
	case prone == 0:
		safe = "not needed"
	case protected == prone:
		safe = "yes"
	}
	pattern := strings.Join(patterns, ", ")
	if pattern == "" {
		pattern = "none"
	}
	return fmt.Sprintf("%s -> %s; %s -> %s; %s; %s", r.Status, r.StatusAfter, r.Calls, r.CallsAfter, pattern, safe)
}

func TestStyles(t *testing.T) {
	for name, want := range map[string]string{
		"Once":            "controller-runtime of Widget",
		"OfObject":        "object of Gadget",
		"OfKnative":       "knative of Gadget",
		"Named.Handle":    "entrypoint of ",
		"Controller.sync": "sync handler of Deployment",
	} {
		r := find(t, name)
		if got := fmt.Sprintf("%s of %s", r.Style, r.Kind); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

// TestKinds holds that each kind is counted on a path of its own.
func TestKinds(t *testing.T) {
	got := fmt.Sprint(find(t, "Generic").Kinds)
	if want := "[{Gadget 1 1} {Widget 1 1}]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestPath(t *testing.T) {
	got := show(find(t, "Requeued").Path, "")
	want := `call base.read
  request get Widget
condition widget != nil
condition res.IsZero()
call base.write
  status write update the status of Widget
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	got = show(find(t, "Steps").Path, "")
	if !strings.Contains(got, "loop len(widget.Spec.Steps)\n  call base.write\n    status write") {
		t.Errorf("the loop is not shown:\n%s", got)
	}
}

// TestConditions holds that only conditions are shown that the path depends on.
func TestConditions(t *testing.T) {
	if got := show(find(t, "ItemsAndOne").Path, ""); strings.Contains(got, "Owner") {
		t.Errorf("the path does not depend on the owner:\n%s", got)
	}
}

func show(steps []reconcilecost.Step, indent string) string {
	var out strings.Builder
	for _, s := range steps {
		fmt.Fprintf(&out, "%s%s %s\n%s", indent, s.Kind, s.Text, show(s.Steps, indent+"  "))
	}
	return out.String()
}

func TestManagers(t *testing.T) {
	for name, want := range map[string]string{
		"Managed": "Manager.AtomicStatusUpdate", "Fixed": "Manager.SetPhase", "Helped": "Update", "Updates": "Update", "Retried": "", "Once": "",
	} {
		var got []string
		for _, m := range find(t, name).Managers {
			got = append(got, m.Name)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s goes through %v, want %s", name, got, want)
		}
	}
}

func BenchmarkAnalyze(b *testing.B) {
	prog, err := load.Load(context.Background(), load.Config{Dir: "../../testdata/cases", Patterns: []string{"./cost/..."}})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := count(prog, []*analysis.Analyzer{statuswrites.Analyzer}, reconcilecost.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
