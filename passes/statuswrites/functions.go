package statuswrites

import (
	"encoding/json"
	"go/types"
	"maps"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/go/analysis"

	"github.com/atomicstatus/atomicstatus/passes/internal/flow"
	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/shared"
	"github.com/atomicstatus/atomicstatus/passes/internal/unstable"
)

// Functions is the fact of a package: what it tells of its functions. Drivers hand
// each fact on to all packages that import it, directly or not, where by far the most
// are never asked for. So it is one for all functions, and what it says of each stays
// the text that it came as until somebody asks.
type Functions struct {
	Names []string // ascending; those of methods as "Type.Method"
	Texts [][]byte // of each, a function as JSON
}

// AFact marks the type as a fact.
func (*Functions) AFact() {}

func (f *Functions) String() string {
	var lines []string
	for i, name := range f.Names {
		lines = append(lines, name+": "+string(f.Texts[i]))
	}
	return strings.Join(lines, "\n")
}

// function is what a package tells others of one of its functions. It stands for
// itself: it mentions no object of any package.
type function struct {
	Summary   *flow.Summary     `json:"s,omitempty"` // its terms are interned when it is asked for
	Manager   *Manager          `json:"m,omitempty"` // of a function that has callbacks run again
	Constant  *Constant         `json:"c,omitempty"`
	Preserves []int             `json:"p,omitempty"` // see program.preserves
	Rest      []int             `json:"q,omitempty"` // the arguments of which it changes nothing but the status
	Status    []int             `json:"r,omitempty"` // the arguments of which it changes nothing that may be the status
	Unstable  *unstable.Summary `json:"u,omitempty"`
	Shared    *shared.Told      `json:"h,omitempty"`
	Directive Directive         `json:"d,omitempty"`

	interned bool // the terms of a summary of another package
}

// functions are what a package and those that it imports tell of their functions.
type functions struct {
	pass *analysis.Pass
	own  map[*types.Func]*function

	mu       sync.Mutex // what follows is read as it is asked for
	packages map[*types.Package]*Functions
	imported map[*types.Func]*function
}

func newFunctions(pass *analysis.Pass) *functions {
	return &functions{
		pass: pass, own: map[*types.Func]*function{},
		packages: map[*types.Package]*Functions{}, imported: map[*types.Func]*function{},
	}
}

// tell is what the package tells of a function of its own, to be filled in.
func (f *functions) tell(fn *types.Func) *function {
	told := f.own[fn]
	if told == nil {
		told = new(function)
		f.own[fn] = told
	}
	return told
}

// of is what the package of a function tells of it; if that is nothing, it is empty.
func (f *functions) of(fn *types.Func) *function {
	fn = fn.Origin()
	if fn.Pkg() == f.pass.Pkg {
		if told := f.own[fn]; told != nil {
			return told
		}
		return new(function)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.ofOther(fn)
}

// summary is the summary of a function of another package, or nil.
func (f *functions) summary(fn *types.Func) *flow.Summary {
	fn = fn.Origin()
	f.mu.Lock()
	defer f.mu.Unlock()
	told := f.ofOther(fn)
	if told.Summary != nil && !told.interned {
		told.interned = true
		told.Summary.Intern()
	}
	return told.Summary
}

// The rest is for those that hold the lock.

// ofOther is what another package tells of a function.
func (f *functions) ofOther(fn *types.Func) *function {
	told := f.imported[fn]
	if told == nil {
		told = f.read(fn)
		f.imported[fn] = told
	}
	return told
}

// fact is what another package tells, empty if that is nothing.
func (f *functions) fact(pkg *types.Package) *Functions {
	fact, ok := f.packages[pkg]
	if !ok {
		fact = new(Functions)
		f.pass.ImportPackageFact(pkg, fact)
		f.packages[pkg] = fact
	}
	return fact
}

func (f *functions) read(fn *types.Func) *function {
	told := new(function)
	pkg := fn.Pkg()
	if pkg == nil {
		return told
	}
	fact := f.fact(pkg)
	i, ok := slices.BinarySearch(fact.Names, factName(fn))
	if !ok {
		return told
	}
	if err := json.Unmarshal(fact.Texts[i], told); err != nil { // from another version of this program
		return new(function)
	}
	return told
}

// export writes down what the package tells.
func (f *functions) export() error {
	byName := map[string]*function{}
	for fn, told := range f.own {
		byName[factName(fn)] = told
	}
	fact := new(Functions)
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		text, err := json.Marshal(byName[name])
		if err != nil {
			return err
		}
		fact.Names, fact.Texts = append(fact.Names, name), append(fact.Texts, text)
	}
	if len(fact.Names) > 0 {
		f.pass.ExportPackageFact(fact)
	}
	return nil
}

// factName tells a function from all others of its package that have a body.
func factName(fn *types.Func) string {
	if fn.Signature().Recv() == nil {
		return fn.Name()
	}
	return kube.Receiver(fn.Signature()) + "." + fn.Name() // of an interface, perhaps without a name
}
