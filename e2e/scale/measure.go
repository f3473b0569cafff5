package scale

import (
	"context"
	"fmt"
	"go/types"
	"reflect"
	"runtime"
	"strings"
	"syscall"
	"time"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/load"
	"github.com/atomicstatus/atomicstatus/passes/statuswrites"
)

// Corpus is a module of generated operators, loaded. The packages that they
// import have been analysed.
type Corpus struct {
	roots map[string][]*packages.Package // by the directory of the operator, dependencies first
	facts facts
}

// Cost is what an analysis took.
type Cost struct {
	CPU   time.Duration // in user mode
	Bytes uint64        // allocated by the pass that all checks need
	Work  int           // what the states held that it walked or joined, together
	Cut   bool          // not all paths were followed
}

func (c *Cost) add(d Cost) {
	c.CPU, c.Bytes, c.Work = c.CPU+d.CPU, c.Bytes+d.Bytes, c.Work+d.Work
	c.Cut = c.Cut || d.Cut
}

// Load loads the operators that were written to a directory.
func Load(ctx context.Context, dir string, operators []Operator) (*Corpus, error) {
	prog, err := load.Load(ctx, load.Config{Dir: dir})
	if err != nil {
		return nil, err
	}
	if len(prog.Broken) > 0 {
		return nil, prog.Broken[0]
	}
	c := &Corpus{roots: map[string][]*packages.Package{}, facts: facts{}}
	seen := map[*packages.Package]bool{}
	var visit func(p *packages.Package) error
	visit = func(p *packages.Package) error {
		if seen[p] {
			return nil
		}
		seen[p] = true
		for _, dep := range p.Imports {
			if err := visit(dep); err != nil {
				return err
			}
		}
		if dir, ok := strings.CutPrefix(p.PkgPath, Module+"/"); ok && !strings.HasPrefix(dir, "api/") {
			dir = dir[:strings.LastIndex(dir, "/")]
			c.roots[dir] = append(c.roots[dir], p)
			return nil
		}
		_, err := c.analyse(p, []*analysis.Analyzer{statuswrites.Analyzer})
		return err
	}
	for _, p := range prog.Roots {
		if err := visit(p); err != nil {
			return nil, err
		}
	}
	for _, o := range operators {
		if c.roots[o.Dir()] == nil {
			return nil, fmt.Errorf("%s was not loaded", o.Dir())
		}
	}
	return c, nil
}

// Analyse runs analyzers on an operator, again and again until they took that
// long together, and returns the cost of one of these runs.
func (c *Corpus) Analyse(o Operator, atLeast time.Duration, analyzers ...*analysis.Analyzer) (Cost, error) {
	runtime.GC()
	var total Cost
	n := 0
	for ; n == 0 || total.CPU < atLeast; n++ {
		cost, err := c.once(o, analyzers)
		if err != nil {
			return Cost{}, err
		}
		total.add(cost)
	}
	return Cost{total.CPU / time.Duration(n), total.Bytes / uint64(n), total.Work / n, total.Cut}, nil
}

func (c *Corpus) once(o Operator, analyzers []*analysis.Analyzer) (Cost, error) {
	var cost Cost
	for _, p := range c.roots[o.Dir()] {
		of, err := c.analyse(p, analyzers)
		if err != nil {
			return Cost{}, err
		}
		cost.add(of)
	}
	return cost, nil
}

// Build returns the time that package ssa takes for the functions of an operator.
func (c *Corpus) Build(o Operator, atLeast time.Duration) time.Duration {
	runtime.GC()
	var total time.Duration
	n := 0
	for ; n == 0 || total < atLeast; n++ {
		for _, p := range c.roots[o.Dir()] {
			prog := ssa.NewProgram(p.Fset, 0)
			for _, imported := range p.Types.Imports() { // the source names members of no others
				prog.CreatePackage(imported, nil, nil, true)
			}
			pkg := prog.CreatePackage(p.Types, p.Syntax, p.TypesInfo, false)
			start := cpu()
			pkg.Build()
			total += cpu() - start
		}
	}
	return total / time.Duration(n)
}

// cpu is the time that this process has used up so far.
func cpu() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return time.Duration(usage.Utime.Nano())
}

// totalAlloc is how many bytes this process has allocated so far.
func totalAlloc() uint64 {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.TotalAlloc
}

// analyse runs analyzers on one package, whose imports have been analysed.
func (c *Corpus) analyse(p *packages.Package, analyzers []*analysis.Analyzer) (Cost, error) {
	var cost Cost
	results := map[*analysis.Analyzer]any{}
	var run func(a *analysis.Analyzer) error
	run = func(a *analysis.Analyzer) error {
		if _, ok := results[a]; ok {
			return nil
		}
		for _, req := range a.Requires {
			if err := run(req); err != nil {
				return err
			}
		}
		allocated, start := totalAlloc(), cpu()
		result, err := a.Run(&analysis.Pass{
			Analyzer: a, Fset: p.Fset, Files: p.Syntax, Pkg: p.Types, TypesInfo: p.TypesInfo, TypesSizes: p.TypesSizes,
			ResultOf:          results,
			Report:            func(analysis.Diagnostic) {},
			ImportObjectFact:  func(obj types.Object, fact analysis.Fact) bool { return c.facts.get(obj, fact) },
			ImportPackageFact: func(pkg *types.Package, fact analysis.Fact) bool { return c.facts.get(pkg, fact) },
			ExportObjectFact:  func(obj types.Object, fact analysis.Fact) { c.facts.set(obj, fact) },
			ExportPackageFact: func(fact analysis.Fact) { c.facts.set(p.Types, fact) },
		})
		results[a] = result
		of := Cost{CPU: cpu() - start}
		if a == statuswrites.Analyzer {
			of.Bytes = totalAlloc() - allocated
			if err == nil {
				for _, f := range result.(*statuswrites.Result).Funcs {
					of.Work, of.Cut = of.Work+f.Work, of.Cut || f.Cut
				}
			}
		}
		cost.add(of)
		if err != nil {
			return fmt.Errorf("%s: %s: %w", p.PkgPath, a.Name, err)
		}
		return nil
	}
	for _, a := range analyzers {
		if err := run(a); err != nil {
			return Cost{}, err
		}
	}
	return cost, nil
}

// facts are those of all packages of a corpus.
type facts map[factKey]analysis.Fact

type factKey struct {
	of  any // an object or a package
	typ reflect.Type
}

func (f facts) get(of any, fact analysis.Fact) bool {
	known, ok := f[factKey{of, reflect.TypeOf(fact)}]
	if ok {
		reflect.ValueOf(fact).Elem().Set(reflect.ValueOf(known).Elem())
	}
	return ok
}

func (f facts) set(of any, fact analysis.Fact) { f[factKey{of, reflect.TypeOf(fact)}] = fact }
