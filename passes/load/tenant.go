package load

import (
	"context"
	"go/types"
	"reflect"
	"runtime"
	"sync"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/packages"
)

// tenant keeps the memory of an analysis low. The checker starts all packages
// at once, and holds every syntax tree and result until the last is done; here
// no more run at a time than there are processors, and a package gives back
// what it holds as soon as its last analyzer is through. What stays is its
// types and facts.
type tenant struct {
	ctx context.Context

	mu       sync.Mutex
	packages map[*types.Package]*tenancy
	changed  *sync.Cond // of what follows
	idle     int        // processors
	urgent   int        // analyzers that wait to use up results that are held for them
}

// tenancy is what one package holds.
type tenancy struct {
	pkg     *packages.Package
	left    int // the analyzers that have not run on it
	results []*result
}

// result is what an analyzer returned. The checker holds on to it, but no longer
// to what is in it.
type result struct{ value any }

// newTenant takes charge of the roots and of all that is analysed for them.
func newTenant(ctx context.Context, roots []*packages.Package, analyzers []*analysis.Analyzer) *tenant {
	t := &tenant{ctx: ctx, packages: make(map[*types.Package]*tenancy), idle: runtime.GOMAXPROCS(0)}
	t.changed = sync.NewCond(&t.mu)
	var withFacts []*analysis.Analyzer
	all := closure(analyzers)
	for a := range all {
		if len(a.FactTypes) > 0 {
			withFacts = append(withFacts, a)
		}
	}
	onRoots, onOthers := len(all), len(closure(withFacts))
	var visit func(p *packages.Package)
	visit = func(p *packages.Package) {
		if t.packages[p.Types] == nil {
			t.packages[p.Types] = &tenancy{pkg: p, left: onOthers}
			for _, dep := range p.Imports {
				visit(dep)
			}
		}
	}
	for _, p := range roots {
		visit(p)
	}
	for _, p := range roots {
		t.packages[p.Types].left = onRoots
	}
	return t
}

// closure returns the analyzers and all that they require.
func closure(analyzers []*analysis.Analyzer) map[*analysis.Analyzer]bool {
	seen := make(map[*analysis.Analyzer]bool)
	var visit func(list []*analysis.Analyzer)
	visit = func(list []*analysis.Analyzer) {
		for _, a := range list {
			if !seen[a] {
				seen[a] = true
				visit(a.Requires)
			}
		}
	}
	visit(analyzers)
	return seen
}

// wrap makes a copied analyzer run under the tenant. See [clone].
func (t *tenant) wrap(copied *analysis.Analyzer, run runFunc) runFunc {
	if copied.ResultType != nil {
		copied.ResultType = reflect.TypeFor[*result]()
	}
	returns := copied.ResultType != nil
	return func(pass *analysis.Pass) (any, error) {
		t.start(len(copied.Requires) > 0)

		inner := *pass
		inner.ResultOf = make(map[*analysis.Analyzer]any, len(pass.ResultOf))
		for a, value := range pass.ResultOf {
			if r, ok := value.(*result); ok {
				value = r.value
			}
			inner.ResultOf[a] = value
		}
		var value any
		err := t.ctx.Err() // what has not begun when a run is interrupted never does
		if err == nil {
			value, err = guarded(run, &inner)
		}
		var kept *result
		if returns && err == nil {
			kept = &result{value}
		}
		pass.Files, pass.TypesInfo, pass.ResultOf = nil, nil, nil
		t.stop(pass.Pkg, kept)
		if kept == nil {
			return nil, err
		}
		return kept, nil
	}
}

// start waits for a processor. Whatever uses up results goes first: otherwise
// those of all packages would pile up before the first check runs.
func (t *tenant) start(urgent bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if urgent {
		t.urgent++
		defer func() {
			t.urgent--
			t.changed.Broadcast()
		}()
	}
	for t.idle == 0 || t.urgent > 0 && !urgent {
		t.changed.Wait()
	}
	t.idle--
}

// stop gives the processor back, and counts one analyzer of the package off.
// After the last, it lets go of what the package holds.
func (t *tenant) stop(pkg *types.Package, kept *result) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.idle++
	t.changed.Broadcast()

	held := t.packages[pkg]
	if kept != nil {
		held.results = append(held.results, kept)
	}
	if held.left--; held.left > 0 {
		return
	}
	for _, r := range held.results {
		r.value = nil
	}
	held.results = nil
	held.pkg.Syntax, held.pkg.TypesInfo = nil, nil
}
