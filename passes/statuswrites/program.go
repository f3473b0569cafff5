package statuswrites

import (
	"go/ast"
	"go/token"
	"go/types"
	"regexp"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/flow"
	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
	"github.com/atomicstatus/atomicstatus/passes/internal/unstable"
)

// program is the SSA form of a package, and what is known of its functions. It
// answers the questions of the path engine (flow.Program).
type program struct {
	pass  *analysis.Pass
	told  *functions
	pkg   *ssa.Package
	funcs []*ssa.Function // all with a body, in the order of the source
	syntax
	variables

	calls         map[*ssa.Function][]ssa.CallInstruction
	refs          map[*ssa.Function][]*ssa.Function // functions of the package that each one mentions
	interesting   map[*ssa.Function]bool
	found         map[*ssa.Function]*flow.Result
	repeated      map[*ssa.Function]*flow.Result
	repeats       map[*ssa.Function]kube.Repeat
	imported      map[*types.Func]*flow.Summary
	mutates       map[mutation]bool
	mutatedFields map[mutation]onlyFields
	targets       *targets
	noReturn      map[*ssa.Function]bool
	types         *flow.Types
	unstable      *unstable.Analysis
	contexts      map[*ssa.Function]*flow.Contexts // with which functions are called, by any of the package; nil until asked for
}

// syntax is what is asked of the source of the package.
type syntax struct {
	files     []*ast.File
	names     map[token.Pos][]string
	arguments map[token.Pos][]ast.Expr
	generated map[*token.File]bool // the files that are generated
}

// variables is what is known of package variables.
type variables struct {
	sentinels   []*ssa.Global
	globals     map[*ssa.Global]string // their names
	aliases     map[string]string
	fields      map[string]map[int]*ssa.Const
	assignments map[*ssa.Global]bool
}

// newProgram builds the SSA form of the package alone. buildssa is not used: a
// pass with facts that requires it makes drivers build SSA for every dependency.
func newProgram(pass *analysis.Pass, files []*ast.File, told *functions) *program {
	prog := ssa.NewProgram(pass.Fset, 0)
	// Direct imports are enough: source names no member of any other package, and
	// go/ssa makes their methods as it needs them.
	mentioned := mentions(pass.TypesInfo)
	for _, pkg := range pass.Pkg.Imports() {
		prog.CreatePackage(pkg, []*ast.File{mentioned.file(pkg)}, &mentioned.info, true)
	}
	// Variables of test files are not built either.
	info := *pass.TypesInfo
	info.InitOrder = slices.DeleteFunc(slices.Clone(info.InitOrder), func(i *types.Initializer) bool {
		return !slices.ContainsFunc(files, func(f *ast.File) bool { return f.FileStart <= i.Rhs.Pos() && i.Rhs.Pos() < f.FileEnd })
	})
	p := &program{
		pass: pass, told: told, pkg: prog.CreatePackage(pass.Pkg, handwritten(files), &info, false),
		calls: map[*ssa.Function][]ssa.CallInstruction{}, refs: map[*ssa.Function][]*ssa.Function{},
		interesting: map[*ssa.Function]bool{}, found: map[*ssa.Function]*flow.Result{}, repeated: map[*ssa.Function]*flow.Result{},
		repeats: map[*ssa.Function]kube.Repeat{}, imported: map[*types.Func]*flow.Summary{}, mutates: map[mutation]bool{}, mutatedFields: map[mutation]onlyFields{}, noReturn: map[*ssa.Function]bool{}, types: flow.NewTypes(),
		syntax:    syntax{files: files},
		variables: variables{globals: map[*ssa.Global]string{}, aliases: map[string]string{}, fields: map[string]map[int]*ssa.Const{}},
	}
	p.pkg.Build()
	p.collect(files)
	p.targets = findTargets(p)
	p.connect()
	p.readInit()
	return p
}

// handwritten leaves out the bodies of what the generators of Kubernetes write beside
// API types: most of the code of such a package, none of which sends anything.
func handwritten(files []*ast.File) []*ast.File {
	out := slices.Clone(files)
	for i, f := range files {
		if !ast.IsGenerated(f) {
			continue
		}
		file := *f
		file.Decls = slices.Clone(f.Decls)
		for j, d := range file.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && generatorWrites.MatchString(fn.Name.Name) {
				bodyless := *fn
				bodyless.Body = nil
				file.Decls[j] = &bodyless
			}
		}
		out[i] = &file
	}
	return out
}

// generatorWrites are the functions of deepcopy-gen, conversion-gen, defaulter-gen and
// openapi-gen of k8s.io/code-generator and k8s.io/kube-openapi.
var generatorWrites = regexp.MustCompile(`^(DeepCopy|Convert_|autoConvert_|SetObjectDefaults_|schema_|(RegisterConversions|RegisterDefaults|GetOpenAPIDefinitions)$)`)

// mentioned are the functions and variables of other packages that the source
// names. go/ssa makes members of an imported package of all that it exports, which
// is far more, and which a driver with export data would have to decode.
type mentioned struct {
	info  types.Info
	names map[*types.Package][]*ast.Ident
}

func mentions(info *types.Info) *mentioned {
	m := &mentioned{types.Info{Defs: map[*ast.Ident]types.Object{}}, map[*types.Package][]*ast.Ident{}}
	seen := map[types.Object]bool{}
	for id, obj := range info.Uses {
		switch o := obj.(type) {
		case *types.Func:
			if recv := o.Signature().Recv(); recv != nil && types.IsInterface(recv.Type()) {
				continue
			}
			obj = o.Origin()
		case *types.Var:
			if o.Kind() != types.PackageVar {
				continue
			}
		default:
			continue
		}
		if !seen[obj] {
			seen[obj] = true
			m.info.Defs[id] = obj
			m.names[obj.Pkg()] = append(m.names[obj.Pkg()], id)
		}
	}
	return m
}

// file declares the mentioned members of a package, as constants: of these go/ssa
// expects no syntax to go with them.
func (m *mentioned) file(pkg *types.Package) *ast.File {
	return &ast.File{Decls: []ast.Decl{&ast.GenDecl{Tok: token.CONST, Specs: []ast.Spec{&ast.ValueSpec{Names: m.names[pkg]}}}}}
}

// collect finds the functions with a body: those of the source, the literals in
// them, and the wrappers that the compiler makes for method values.
func (p *program) collect(files []*ast.File) {
	seen := map[*ssa.Function]bool{}
	var add func(fn *ssa.Function)
	add = func(fn *ssa.Function) {
		if fn == nil || seen[fn] || fn.Blocks == nil {
			return
		}
		if fn.Pkg != nil && fn.Pkg != p.pkg {
			return
		}
		seen[fn] = true
		p.funcs = append(p.funcs, fn)
		var operands []*ssa.Value
		for instr := range ssax.All[ssa.Instruction](fn) {
			if c, ok := instr.(ssa.CallInstruction); ok {
				p.calls[fn] = append(p.calls[fn], c)
			}
			operands = instr.Operands(operands[:0])
			for _, op := range operands {
				if f, ok := (*op).(*ssa.Function); ok {
					add(f)
					if o := f.Origin(); o != nil {
						add(o)
					}
				}
			}
		}
		for _, anon := range fn.AnonFuncs {
			add(anon)
		}
	}
	for _, f := range files {
		for _, d := range f.Decls {
			if d, ok := d.(*ast.FuncDecl); ok {
				if obj, ok := p.pass.TypesInfo.Defs[d.Name].(*types.Func); ok {
					add(p.pkg.Prog.FuncValue(obj))
				}
			}
		}
	}
	add(p.pkg.Func("init"))
	slices.SortStableFunc(p.funcs, func(a, b *ssa.Function) int { return int(a.Pos()) - int(b.Pos()) })
}

// connect finds which functions mention which, and which of them an event can
// be reached from: only these are interpreted.
func (p *program) connect() {
	users := map[*ssa.Function][]*ssa.Function{}
	var queue []*ssa.Function
	for _, fn := range p.funcs {
		refs := map[*ssa.Function]bool{}
		ref := func(f *ssa.Function) {
			if f == nil {
				return
			}
			if o := f.Origin(); o != nil {
				f = o
			}
			if f.Blocks != nil && !refs[f] {
				refs[f] = true
				p.refs[fn] = append(p.refs[fn], f)
				users[f] = append(users[f], fn)
			}
		}
		var operands []*ssa.Value
		for instr := range ssax.All[ssa.Instruction](fn) {
			operands = instr.Operands(operands[:0])
			for _, op := range operands {
				if f, ok := (*op).(*ssa.Function); ok {
					ref(f)
				}
			}
		}
		event := false
		for _, c := range p.calls[fn] {
			common := c.Common()
			for _, b := range kube.Callbacks(common, p.Always) {
				p.repeat(functionOf(common.Args[b.Arg]), b.Repeat)
			}
			for _, a := range common.Args {
				if f := functionOf(a); f != nil && f.Synthetic == "range-over-func yield" {
					p.repeat(f, kube.WhileTrue)
				}
			}
			if t := p.Target(common); t != nil {
				ref(t)
			}
			event = event || p.isEvent(common)
		}
		if event || buildsKey(fn) || p.editsObjects(fn) || p.directive(fn) != "" {
			p.interesting[fn] = true
			queue = append(queue, fn)
		}
	}
	defer func() { // whose callers are no more interesting
		for _, fn := range p.funcs {
			p.interesting[fn] = p.interesting[fn] || passesErrors(fn) || p.makesObject(fn)
		}
	}()
	for len(queue) > 0 {
		fn := queue[0]
		queue = queue[1:]
		for _, user := range users[fn] {
			if !p.interesting[user] {
				p.interesting[user] = true
				queue = append(queue, user)
			}
		}
	}
}

// repeat notes that a function is passed to code that calls it again and again.
func (p *program) repeat(fn *ssa.Function, repeat kube.Repeat) {
	if fn == nil || repeat == kube.Once {
		return
	}
	p.repeats[fn] = repeat
	if m := ssax.Method(fn); m != nil {
		p.repeats[m] = repeat
	}
}

// functionOf is the function that a value is, if it is a known one.
func functionOf(v ssa.Value) *ssa.Function {
	switch v := v.(type) {
	case *ssa.Function:
		if o := v.Origin(); o != nil {
			return o
		}
		return v
	case *ssa.MakeClosure:
		return v.Fn.(*ssa.Function)
	case *ssa.ChangeType:
		return functionOf(v.X)
	case *ssa.MakeInterface:
		return functionOf(v.X)
	}
	return nil
}

// isEvent reports whether a call matters by itself: it reads or writes a
// resource, calls a function with a summary from elsewhere, or a function that
// the caller passed.
func (p *program) isEvent(c *ssa.CallCommon) bool {
	switch op := kube.Classify(c).Op; {
	case op == kube.None, op == kube.StatusWriter, op == kube.OtherWriter, op == kube.Accessor, op == kube.List:
	default:
		return true
	}
	for _, a := range c.Args { // a function of the caller's is handed on
		if _, ok := a.Type().Underlying().(*types.Signature); ok && fromCaller(a) {
			return true
		}
	}
	if t := p.Target(c); t != nil && t.Blocks == nil && p.Summary(t) != nil {
		return true
	}
	if c.IsInvoke() {
		return p.Manager(c.Method.Name())
	}
	if fn := c.StaticCallee(); fn != nil {
		if fn.Blocks == nil || fn.Origin() != nil {
			return p.Summary(fn) != nil
		}
		return false
	}
	if load, ok := c.Value.(*ssa.UnOp); ok {
		if f, ok := load.X.(*ssa.FieldAddr); ok && p.Manager(kube.FieldOf(f).Name()) {
			return true
		}
	}
	return fromCaller(c.Value)
}

// fromCaller reports whether a function value may be a parameter or a captured
// variable.
func fromCaller(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.Parameter, *ssa.FreeVar:
		return true
	case *ssa.UnOp:
		_, free := v.X.(*ssa.FreeVar)
		_, local := v.X.(*ssa.Alloc) // a parameter that a literal captures
		return v.Op == token.MUL && (free || local)
	case *ssa.ChangeType:
		return fromCaller(v.X)
	}
	return false
}

// Summary implements flow.Program.
func (p *program) Summary(fn *ssa.Function) *flow.Summary {
	if o := fn.Origin(); o != nil {
		fn = o
	}
	if r := p.found[fn]; r != nil {
		return r.Summary
	}
	obj, ok := fn.Object().(*types.Func)
	if !ok || obj.Pkg() == nil || obj.Pkg() == p.pass.Pkg {
		return nil
	}
	if sum, ok := p.imported[obj]; ok {
		return sum
	}
	sum := p.told.of(obj).Summary
	if sum != nil {
		sum.Intern()
	}
	p.imported[obj] = sum
	return sum
}

// Interesting implements flow.Program.
func (p *program) Interesting(fn *ssa.Function) bool {
	if o := fn.Origin(); o != nil {
		fn = o
	}
	return p.interesting[fn]
}

// Target implements flow.Program.
func (p *program) Target(c *ssa.CallCommon) *ssa.Function { return p.targets.of(c) }

// Manager implements flow.Program.
func (p *program) Manager(name string) bool { return IsManager(name) }

// Types implements flow.Program.
func (p *program) Types() *flow.Types { return p.types }

// order groups the interesting functions, callees first; those of a group call
// each other.
func (p *program) order() [][]*ssa.Function {
	var (
		groups [][]*ssa.Function
		stack  []*ssa.Function
		num    = map[*ssa.Function]int{}
		low    = map[*ssa.Function]int{}
		on     = map[*ssa.Function]bool{}
		visit  func(fn *ssa.Function)
	)
	visit = func(fn *ssa.Function) {
		num[fn] = len(num) + 1
		low[fn] = num[fn]
		at := len(stack)
		stack = append(stack, fn)
		on[fn] = true
		for _, callee := range p.refs[fn] {
			if !p.interesting[callee] {
				continue
			}
			if num[callee] == 0 {
				visit(callee)
				low[fn] = min(low[fn], low[callee])
			} else if on[callee] {
				low[fn] = min(low[fn], num[callee])
			}
		}
		if low[fn] != num[fn] {
			return
		}
		group := slices.Clone(stack[at:])
		stack = stack[:at]
		for _, f := range group {
			on[f] = false
		}
		slices.Reverse(group)
		groups = append(groups, group)
	}
	for _, fn := range p.funcs {
		if p.interesting[fn] && num[fn] == 0 {
			visit(fn)
		}
	}
	return groups
}

// buildsKey reports that a function does no more than put a key together, perhaps
// beside other results.
func buildsKey(fn *ssa.Function) bool {
	if len(fn.Blocks) != 1 {
		return false
	}
	for v := range fn.Signature.Results().Variables() {
		if kube.IsNamed(v.Type(), kube.TypesPkg, "NamespacedName") {
			return true
		}
	}
	return false
}

// makesObject reports that a function is a small one that returns an object of the
// type of one that it gets: a copy, or one of the same name. One of any kind may also
// hold what it has converted.
func (p *program) makesObject(fn *ssa.Function) bool {
	const small = 16 // blocks
	r := fn.Signature.Results()
	if fn.Synthetic != "" || len(fn.Blocks) > small || r.Len() == 0 || !kube.IsAPIObject(r.At(0).Type()) {
		return false
	}
	if slices.ContainsFunc(fn.Params, func(p *ssa.Parameter) bool { return types.Identical(p.Type(), r.At(0).Type()) }) {
		return true
	}
	return kube.AnyKind(resource.TypeName(r.At(0).Type())) && slices.ContainsFunc(p.calls[fn], func(c ssa.CallInstruction) bool {
		_, same := kube.SameObject(c.Common())
		return same
	})
}

// passesErrors reports that a function is a small one that asks an error what it is,
// or returns one that it was given, wrapped or not, or one that it makes.
func passesErrors(fn *ssa.Function) bool {
	const small = 16 // blocks
	r := fn.Signature.Results()
	if fn.Synthetic != "" || len(fn.Blocks) > small || r.Len() == 0 {
		return false
	}
	last := r.At(r.Len() - 1).Type()
	given := slices.ContainsFunc(fn.Params, func(p *ssa.Parameter) bool { return kube.IsError(p.Type()) })
	if given {
		return kube.IsError(last) || types.Identical(last, types.Typ[types.Bool])
	}
	if ret, ok := fn.Blocks[0].Instrs[len(fn.Blocks[0].Instrs)-1].(*ssa.Return); ok && kube.IsError(last) {
		return ownError(ret.Results[r.Len()-1])
	}
	return false
}

func (p *program) recursive(fn *ssa.Function) bool { return slices.Contains(p.refs[fn], fn) }
