package reconcilecost

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"sync"

	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/flow"
	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
)

// program is the SSA form of the packages that matter, and what is known of
// their functions. The body of a package is built when a call first reaches it.
type program struct {
	ssa       *ssa.Program
	fset      *token.FileSet
	roots     []*ssa.Package
	managers  []string // methods that count as status managers where they cannot be seen
	buildable map[*ssa.Package]bool
	files     map[*token.File]*ast.File

	concrete  []types.Type // the types of the roots with methods, as pointers
	methods   map[*types.Func][]*ssa.Function
	eventful  map[*ssa.Function]bool // a request to the API server can be reached from it
	callers   map[*ssa.Function][]*ssa.Function
	recursive map[*ssa.Function]bool // it can be reached from itself; asked by callsItself
	shapes    map[*ssa.Function]*shape
	summaries map[string]*summary
	contexts  map[*ssa.Function]int
	only      string // the only kind whose status writes make a path the worst; all if empty
	retries   map[ssa.Instruction]*turned

	mu    sync.Mutex
	known map[*types.Package]map[token.Pos]*flow.Paths // of functions, by their places
}

// paths are the paths of a function that the checks know, if they know all.
func (p *program) paths(fn *ssa.Function) *flow.Paths {
	declared := fn
	for declared.Parent() != nil {
		declared = declared.Parent()
	}
	if o := declared.Origin(); o != nil {
		declared = o
	}
	if declared.Pkg == nil || declared.Synthetic != "" {
		return nil
	}
	found := p.known[declared.Pkg.Pkg][fn.Pos()]
	if found == nil || !found.Fit(fn) {
		return nil
	}
	return found
}

// maxContexts bounds how often one function is walked for different bindings.
const maxContexts = 64

// maxTargets bounds the implementations that an interface call is followed to.
const maxTargets = 8

func newProgram(fset *token.FileSet, roots []*packages.Package, managers []string) *program {
	p := &program{
		// Instances of generic functions have bodies of their own, so that the
		// kind of resource that they write is known.
		ssa: ssa.NewProgram(fset, ssa.InstantiateGenerics), fset: fset, managers: managers,
		buildable: map[*ssa.Package]bool{}, files: map[*token.File]*ast.File{}, methods: map[*types.Func][]*ssa.Function{},
		eventful: map[*ssa.Function]bool{}, callers: map[*ssa.Function][]*ssa.Function{}, recursive: map[*ssa.Function]bool{}, shapes: map[*ssa.Function]*shape{}, summaries: map[string]*summary{},
		known: map[*types.Package]map[token.Pos]*flow.Paths{}, contexts: map[*ssa.Function]int{}, retries: map[ssa.Instruction]*turned{},
	}
	modules := map[string]bool{}
	for _, r := range roots {
		if r.Module != nil {
			modules[r.Module.Path] = true
		}
	}
	var all []*packages.Package
	seen := map[*packages.Package]bool{}
	var visit func(pkg *packages.Package)
	visit = func(pkg *packages.Package) {
		if seen[pkg] {
			return
		}
		seen[pkg] = true
		for _, dep := range pkg.Imports {
			visit(dep)
		}
		all = append(all, pkg)
	}
	for _, r := range roots {
		visit(r)
	}
	made := map[*types.Package]bool{}
	for _, pkg := range all {
		if pkg.Syntax == nil || pkg.TypesInfo == nil || made[pkg.Types] {
			continue
		}
		made[pkg.Types] = true
		built := p.ssa.CreatePackage(pkg.Types, pkg.Syntax, pkg.TypesInfo, true)
		p.buildable[built] = pkg.Module != nil && modules[pkg.Module.Path] || !kube.Machinery(pkg.Types)
		for _, f := range pkg.Syntax {
			p.files[fset.File(f.FileStart)] = f
		}
		if slices.Contains(roots, pkg) {
			p.roots = append(p.roots, built)
		}
	}
	for _, pkg := range all {
		for _, imp := range pkg.Types.Imports() {
			if !made[imp] {
				made[imp] = true
				p.ssa.CreatePackage(imp, nil, nil, true)
			}
		}
	}
	return p
}

func (p *program) build() {
	for _, r := range p.roots {
		r.Build()
		if !forTests(r.Pkg) {
			p.collectTypes(r.Pkg.Scope())
		}
	}
}

// forTests reports whether a package is made for tests: its implementations of an
// interface are not those of the program.
func forTests(pkg *types.Package) bool {
	return slices.ContainsFunc(pkg.Imports(), func(imp *types.Package) bool {
		return kube.ForTests(kube.Path(imp))
	})
}

func (p *program) collectTypes(scope *types.Scope) {
	for _, name := range scope.Names() {
		tn, ok := scope.Lookup(name).(*types.TypeName)
		if !ok || tn.IsAlias() || types.IsInterface(tn.Type()) {
			continue
		}
		if named, ok := tn.Type().(*types.Named); ok && named.TypeParams().Len() == 0 && types.NewMethodSet(types.NewPointer(named)).Len() > 0 {
			p.concrete = append(p.concrete, types.NewPointer(named))
		}
	}
}

// body makes sure that the body of a function is there, if it can be.
func (p *program) body(fn *ssa.Function) *ssa.Function {
	if fn == nil {
		return nil
	}
	if fn.Blocks == nil && fn.Pkg != nil && p.buildable[fn.Pkg] {
		fn.Pkg.Build()
	}
	if fn.Blocks == nil {
		return nil
	}
	return fn
}

// method is the body of a method of a concrete type.
func (p *program) method(typ types.Type, m *types.Func) *ssa.Function {
	sel := p.ssa.MethodSets.MethodSet(typ).Lookup(m.Pkg(), m.Name())
	if sel == nil {
		return nil
	}
	if fn, ok := sel.Obj().(*types.Func); ok && types.IsInterface(fn.Signature().Recv().Type()) {
		return nil // promoted from an embedded interface
	}
	return p.body(p.ssa.MethodValue(sel))
}

// implementations are the methods of the program that an interface call may
// reach. Those of the API machinery are left out, which everything implements.
func (p *program) implementations(c *ssa.CallCommon) []*ssa.Function {
	if found, ok := p.methods[c.Method]; ok {
		return found
	}
	p.methods[c.Method] = nil
	iface, ok := c.Value.Type().Underlying().(*types.Interface)
	if !ok || c.Method.Pkg() == nil || kube.Machinery(c.Method.Pkg()) || kube.Benign(c.Method.Pkg()) {
		return nil
	}
	var found []*ssa.Function
	for _, typ := range p.concrete {
		if types.Implements(typ, iface) {
			if fn := p.method(typ, c.Method); fn != nil {
				found = append(found, fn)
			}
		}
	}
	if len(found) > maxTargets {
		found = nil
	}
	p.methods[c.Method] = found
	return found
}

// isRequest reports whether an operation is a request to the API server.
func isRequest(op kube.Op) bool { return op >= kube.StatusUpdate }

// unseenManager reports whether a call is one of a status manager by its name only.
func (p *program) unseenManager(c *ssa.CallCommon) bool {
	return c.IsInvoke() && slices.Contains(p.managers, c.Method.Name()) && len(p.implementations(c)) == 0
}

// findEventful finds the functions that a request can be reached from, among
// those that the entries reach: only these are walked.
func (p *program) findEventful(entries []*ssa.Function) {
	seen := map[*ssa.Function]bool{}
	var events []*ssa.Function
	queue := slices.Clone(entries)
	var operands []*ssa.Value
	for len(queue) > 0 {
		fn := queue[0]
		queue = queue[1:]
		if seen[fn] {
			continue
		}
		seen[fn] = true
		reach := func(callee *ssa.Function) {
			if callee = p.body(callee); callee != nil {
				p.callers[callee] = append(p.callers[callee], fn)
				queue = append(queue, callee)
			}
		}
		event := false
		for instr := range ssax.All[ssa.Instruction](fn) {
			operands = instr.Operands(operands[:0])
			for _, op := range operands {
				if callee, ok := (*op).(*ssa.Function); ok {
					reach(callee)
				}
			}
			c, ok := instr.(ssa.CallInstruction)
			if !ok {
				continue
			}
			common := c.Common()
			event = event || isRequest(kube.Classify(common).Op) || p.unseenManager(common) || takesNote(common)
			if common.IsInvoke() {
				for _, callee := range p.implementations(common) {
					reach(callee)
				}
				continue
			}
			reach(common.StaticCallee())
		}
		if event {
			events = append(events, fn)
		}
	}
	for len(events) > 0 {
		fn := events[0]
		events = events[1:]
		if !p.eventful[fn] {
			p.eventful[fn] = true
			events = append(events, p.callers[fn]...)
		}
	}
}

// callsItself reports that a function with requests calls itself, or others that do.
func (p *program) callsItself(fn *ssa.Function) bool {
	if known, ok := p.recursive[fn]; ok {
		return known
	}
	seen := map[*ssa.Function]bool{}
	queue := slices.Clone(p.callers[fn])
	for len(queue) > 0 && !seen[fn] {
		at := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		if !seen[at] {
			seen[at] = true
			queue = append(queue, p.callers[at]...)
		}
	}
	p.recursive[fn] = seen[fn]
	return seen[fn]
}

// judge begins anew, with the status writes of one kind as what makes a path the
// worst, or with all.
func (p *program) judge(only string) {
	if p.only != only {
		p.only, p.summaries, p.contexts = only, map[string]*summary{}, map[*ssa.Function]int{}
	}
}

func (p *program) shape(fn *ssa.Function) *shape {
	if p.shapes[fn] == nil {
		p.shapes[fn] = shapeOf(fn)
	}
	return p.shapes[fn]
}
