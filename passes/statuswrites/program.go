package statuswrites

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"sync"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/flow"
	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
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
	memos

	calls       map[*ssa.Function][]ssa.CallInstruction
	refs        map[*ssa.Function][]*ssa.Function // functions of the package that each one mentions
	interesting map[*ssa.Function]bool
	found       map[*ssa.Function]*flow.Result
	repeated    map[*ssa.Function]*flow.Result
	repeats     map[*ssa.Function]kube.Repeat
	targets     *targets
	unstable    *unstable.Analysis
	contexts    map[*ssa.Function]*flow.Contexts // with which functions are called, by any of the package; nil until asked for

	walk *walk // while the functions are walked
	at   int   // the group of those that are
}

// memos are answers that were given once already.
type memos struct {
	imported      map[*types.Func]*flow.Summary
	mutates       memo[mutation, bool]
	mutatedFields memo[mutation, onlyFields]
	noReturn      memo[*ssa.Function, bool]
	globals       map[*ssa.Global]string // their names
	types         *flow.Types
}

func newMemos() memos {
	same := func(a, b bool) bool { return a == b }
	return memos{
		imported:      map[*types.Func]*flow.Summary{},
		mutates:       newMemo[mutation](false, same),
		mutatedFields: newMemo[mutation](onlyFields{only: true}, onlyFields.equal),
		noReturn:      newMemo[*ssa.Function](false, same),
		globals:       map[*ssa.Global]string{},
		types:         flow.NewTypes(),
	}
}

// syntax is what is asked of the source of the package.
type syntax struct {
	files     []*ast.File
	names     func() map[token.Pos][]string
	exprs     func() map[token.Pos]*ast.CallExpr // the calls
	generated func() map[*token.File]bool        // the files that are generated
}

// variables is what is known of package variables.
type variables struct {
	sentinels   []*ssa.Global
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
		repeats: map[*ssa.Function]kube.Repeat{},
		syntax: syntax{files: files, names: sync.OnceValue(func() map[token.Pos][]string { return namesIn(files) }),
			exprs:     sync.OnceValue(func() map[token.Pos]*ast.CallExpr { return callsIn(files) }),
			generated: sync.OnceValue(func() map[*token.File]bool { return generatedAmong(files, pass.Fset) })},
		variables: variables{aliases: map[string]string{}, fields: map[string]map[int]*ssa.Const{}},
		memos:     newMemos(),
	}
	p.pkg.Build()
	p.collect(files)
	p.targets = findTargets(p)
	p.connect()
	p.readInit()
	return p
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

// Summary implements flow.Program.
func (p *program) Summary(fn *ssa.Function) *flow.Summary {
	if o := fn.Origin(); o != nil {
		fn = o
	}
	if r := p.result(fn); r != nil {
		return r.Summary
	}
	obj, ok := fn.Object().(*types.Func)
	if !ok || obj.Pkg() == nil || obj.Pkg() == p.pass.Pkg {
		return nil
	}
	if sum, ok := p.imported[obj]; ok {
		return sum
	}
	sum := p.told.summary(obj)
	p.imported[obj] = sum
	return sum
}

// Target implements flow.Program.
func (p *program) Target(c *ssa.CallCommon) *ssa.Function { return p.targets.of(c) }

// Manager implements flow.Program.
func (p *program) Manager(name string) bool { return IsManager(name) }

// Types implements flow.Program.
func (p *program) Types() *flow.Types { return p.types }
