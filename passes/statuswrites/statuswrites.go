// Package statuswrites is the one pass with facts: it summarises what each
// function does to the status of the Kubernetes resources that it can see. The
// checks read its result, and report.
package statuswrites

import (
	"go/ast"
	"go/types"
	"reflect"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/fixes"
	"github.com/atomicstatus/atomicstatus/passes/internal/flow"
	"github.com/atomicstatus/atomicstatus/passes/internal/gate"
	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/names"
	"github.com/atomicstatus/atomicstatus/passes/internal/shared"
	"github.com/atomicstatus/atomicstatus/passes/internal/unstable"
)

// Analyzer computes the summaries. It reports nothing.
var Analyzer = &analysis.Analyzer{
	Name:       "statuswrites",
	Doc:        "summarise what each function does to the status of Kubernetes resources",
	Run:        run,
	ResultType: reflect.TypeFor[*Result](),
	FactTypes:  []analysis.Fact{new(Reaches), new(Functions), new(Statuses)},
}

// managers are the names of the methods that count as status managers where
// their body cannot be seen.
var managers = names.List{"AtomicStatusUpdate"}

func init() {
	Analyzer.Flags.Var(&managers, "managers", "methods that count as status managers where their body cannot be seen, comma-separated")
	fixes.Flags(&Analyzer.Flags)
}

// Reaches is the fact of a package that can matter: it imports, directly or
// not, a package that declares Kubernetes clients.
type Reaches struct{}

// AFact marks the type as a fact.
func (*Reaches) AFact() {}

func (*Reaches) String() string { return "reaches a client" }

// Result is what the checks read. It is empty for a package that cannot matter.
// Its methods may be called by checks that run side by side.
type Result struct {
	Funcs []*Func         // those that an event can be reached from, in the order of the source
	All   []*ssa.Function // all with a body, in the order of the source

	mu       sync.Mutex // what follows is found as it is asked for
	pass     *analysis.Pass
	told     *functions
	regions  *regions
	sharing  *shared.Analysis
	program  *program
	statuses map[string]bool
	all      []*ast.File // of the package
	files    []*ast.File // those that are no tests
	index    *Index
	found    map[*ssa.Function]*Func
	managed  map[*ssa.Function]flow.Region // by function: the status manager it was passed to
}

// Func is what the engine found in a function.
type Func struct {
	*flow.Result
	// Wrapper is set for a thin wrapper whose callers answer for its write: there are
	// any, or may be in other packages.
	Wrapper bool
	// Cut tells that the function was too large to be followed on all its paths.
	Cut bool
}

// Functions are all functions of the package with a body, also where they have
// nothing to do with a client, as those beside the API types.
func (r *Result) Functions() []*ssa.Function {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.program == nil && r.pass != nil {
		r.program = newProgram(r.pass, r.files, r.told)
		r.regions = r.program.regions()
	}
	if r.program == nil {
		return nil
	}
	return r.program.funcs
}

// Protected reports whether the call is made again when it fails with a conflict.
func (r *Result) Protected(f *Func, call ssa.CallInstruction) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.regions.protected(f.Fn, call)
}

// InRegion reports whether a function runs in conflict-retry regions only: it was
// passed to a retry or a status manager, or only such code calls it.
func (r *Result) InRegion(fn *ssa.Function) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.regions != nil && r.regions.in(fn)
}

// Region tells how a function was passed to a conflict retry, if it was: not for
// those that are only called by one that was.
func (r *Result) Region(fn *ssa.Function) (flow.Region, bool) {
	if r.regions == nil {
		return flow.Region{}, false
	}
	region, ok := r.regions.passed[fn]
	return region, ok
}

// Summary is the summary of a function of this package or of another, or nil.
func (r *Result) Summary(fn *ssa.Function) *flow.Summary {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.program.Summary(fn)
}

// Callers are the calls of a function in its package; ok is false where it is
// used otherwise as well, so that there may be more.
func (r *Result) Callers(fn *ssa.Function) (calls []ssa.CallInstruction, ok bool) {
	return r.regions.sites[fn], !r.regions.other[fn]
}

func run(pass *analysis.Pass) (any, error) {
	none := &Result{all: pass.Files}
	reaches := gate.Reaches(pass.Pkg.Path(), gate.Imports(pass.Pkg.Imports()), func(path string) bool {
		for _, imp := range pass.Pkg.Imports() {
			if imp.Path() == path {
				return pass.ImportPackageFact(imp, new(Reaches))
			}
		}
		return false
	})
	told := newFunctions(pass)
	if reaches {
		pass.ExportPackageFact(new(Reaches))
		tellConstants(pass, told)
	}
	if !reaches && !gate.OwnReaches(pass.Pkg.Path(), gate.Imports(pass.Pkg.Imports()), func(string) bool { return false }) {
		return none, nil
	}
	files := slices.DeleteFunc(slices.Clone(pass.Files), func(f *ast.File) bool {
		return strings.HasSuffix(pass.Fset.File(f.FileStart).Name(), "_test.go")
	})
	marked := tellDirectives(pass, files, told)
	if len(files) == 0 || !marked && !matters(pass, told) {
		exportStatuses(pass, statuses(pass, nil))
		if err := told.export(); err != nil || len(files) == 0 {
			return none, err
		}
		return &Result{pass: pass, all: pass.Files, files: files, told: told}, nil
	}
	p := newProgram(pass, files, told)
	if err := p.analyse(); err != nil {
		return nil, err
	}
	regions := p.regions()
	p.tellPaths()
	sharing := shared.New(sharing{p, regions})
	p.tell(regions, sharing)
	p.tellUnstable()
	if err := told.export(); err != nil {
		return nil, err
	}
	known := statuses(pass, p.written())
	exportStatuses(pass, known)
	return &Result{Funcs: p.results(regions), All: p.funcs, told: told, regions: regions, sharing: sharing, program: p, all: pass.Files, files: files, statuses: known}, nil
}

// matters reports whether the package uses anything that could read or write a
// status: only then is it worth its SSA form.
func matters(pass *analysis.Pass, told *functions) bool {
	if editsStatus(pass) {
		return true
	}
	for _, obj := range pass.TypesInfo.Uses {
		fn, ok := obj.(*types.Func)
		if !ok {
			continue
		}
		if kube.MayMatter(fn) || unstable.Begins(fn) || IsManager(fn.Name()) {
			return true
		}
		if fn.Pkg() != pass.Pkg {
			if t := told.of(fn); t.Summary != nil || t.Directive != "" {
				return true
			}
		}
	}
	return false
}

// inSource reports that a function is one that the source has, with the body of a range
// over a function.
func inSource(fn *ssa.Function) bool {
	return fn.Synthetic == "" || fn.Synthetic == "range-over-func yield"
}

// Managers are the names of the methods that count as status managers where
// their body cannot be seen.
func Managers() []string { return slices.Clone(managers) }

// IsManager reports that a method of that name is one of [Managers].
func IsManager(name string) bool { return slices.Contains(managers, name) }
