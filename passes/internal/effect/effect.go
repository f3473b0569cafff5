// Package effect tells of functions whether a caller may run them a second time:
// it finds those that do no more than compute, and change what they are given.
//
// It goes by the syntax and the types alone, as the packages of API types have
// no SSA form here. All of it is must: what is not known to be quiet is not.
package effect

import (
	"go/ast"
	"go/types"
	"slices"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
)

// Effect is what a quiet function does: it sends nothing, starts nothing, waits
// for nothing, and changes nothing but what its parameters lead to.
type Effect struct {
	// Status and Other are the parameters through which it may change the
	// status of an object, or a part of one, and anything else. The receiver, if
	// there is one, counts as the first.
	Status, Other []int
	// Logs is set where it may write to a log.
	Logs bool
	// Adds is set where what it changes may depend on what was there before, so
	// that to do it twice is not the same as to do it once.
	Adds bool
}

// Changes tells whether it may change what the i-th parameter leads to, and
// whether that is a status only.
func (e *Effect) Changes(i int) (changes, statusOnly bool) {
	other := slices.Contains(e.Other, i)
	return other || slices.Contains(e.Status, i), !other
}

// Pure tells whether it changes nothing at all.
func (e *Effect) Pure() bool { return len(e.Status) == 0 && len(e.Other) == 0 }

func (e *Effect) equal(f *Effect) bool {
	return slices.Equal(e.Status, f.Status) && slices.Equal(e.Other, f.Other) && e.Logs == f.Logs && e.Adds == f.Adds
}

// Analysis finds the effects of the functions of one package.
type Analysis struct {
	info     *types.Info
	imported func(*types.Func) *Effect // of a function of another package, or nil
	decls    map[*types.Func]*ast.FuncDecl
	known    map[*types.Func]*Effect // nil: not quiet
	assumed  map[*types.Func]*Effect // of functions that are being looked at
	used     map[*types.Func]bool    // assumptions that were relied on
}

// New returns the analysis of the functions in files. It asks imported for those
// of other packages.
func New(info *types.Info, files []*ast.File, imported func(*types.Func) *Effect) *Analysis {
	a := &Analysis{
		info: info, imported: imported,
		decls: map[*types.Func]*ast.FuncDecl{}, known: map[*types.Func]*Effect{},
		assumed: map[*types.Func]*Effect{}, used: map[*types.Func]bool{},
	}
	for _, f := range files {
		for _, d := range f.Decls {
			if d, ok := d.(*ast.FuncDecl); ok && d.Body != nil {
				if fn, ok := info.Defs[d.Name].(*types.Func); ok {
					a.decls[fn] = d
				}
			}
		}
	}
	return a
}

// Of returns the effect of a function, or nil if it is not known to be quiet.
func (a *Analysis) Of(fn *types.Func) *Effect {
	fn = fn.Origin()
	if e, ok := a.known[fn]; ok {
		return e
	}
	if e, ok := a.assumed[fn]; ok {
		a.used[fn] = true
		return e
	}
	decl := a.decls[fn]
	if decl == nil {
		if e := table(fn); e != nil {
			return e
		}
		return a.imported(fn)
	}
	// A recursive function is first taken to do nothing, then what was found,
	// until nothing more comes. What was found of others meanwhile rests on the
	// assumption, and is not kept.
	outer := len(a.assumed) > 0
	a.assumed[fn] = &Effect{}
	var found *Effect
	for {
		a.used[fn] = false
		found = a.function(fn, decl)
		if found == nil || !a.used[fn] || found.equal(a.assumed[fn]) {
			break
		}
		a.assumed[fn] = found
	}
	delete(a.assumed, fn)
	if found == nil || !outer {
		a.known[fn] = found
	}
	return found
}

// function looks at the body of a function.
func (a *Analysis) function(fn *types.Func, decl *ast.FuncDecl) *Effect {
	b := &body{Analysis: a, from: map[*types.Var]origin{}, quiet: true, params: map[*types.Var]int{}}
	sig := fn.Signature()
	n := 0
	add := func(v *types.Var) {
		if v != nil {
			b.params[v] = n
			b.from[v] = origin{}.with(source{param: n})
		}
		n++
	}
	if sig.Recv() != nil {
		add(sig.Recv())
	}
	for v := range sig.Params().Variables() {
		add(v)
	}
	b.run(decl.Body)
	if !b.quiet {
		return nil
	}
	e := &Effect{Logs: b.logs, Adds: b.adds}
	for _, s := range b.changed {
		list := &e.Other
		if s.status {
			list = &e.Status
		}
		if !slices.Contains(*list, s.param) {
			*list = append(*list, s.param)
		}
	}
	slices.Sort(e.Status)
	slices.Sort(e.Other)
	return e
}

// Piece is what a piece of code does that lies in a function.
type Piece struct {
	Quiet, Logs, Adds bool
	// Changed are the variables outside it through which it may change
	// something, Assigned those that it assigns to.
	Changed, Assigned []*types.Var
}

// Node looks at a piece of code.
func (a *Analysis) Node(n ast.Node) Piece {
	b := &body{Analysis: a, from: map[*types.Var]origin{}, quiet: true, params: map[*types.Var]int{}, within: n}
	b.run(n)
	p := Piece{Quiet: b.quiet, Logs: b.logs, Adds: b.adds, Assigned: b.assigned}
	for _, s := range b.changed {
		if s.variable != nil && !slices.Contains(p.Changed, s.variable) {
			p.Changed = append(p.Changed, s.variable)
		}
	}
	return p
}

// local tells whether a variable belongs to a function.
func local(v *types.Var) bool {
	return !v.IsField() && v.Pkg() != nil && v.Parent() != v.Pkg().Scope()
}

// callee is the function or method that a call names, or nil.
func (a *Analysis) callee(call *ast.CallExpr) *types.Func {
	return Callee(a.info, call)
}

// Callee is the function or method that a call names: an interface method among
// them; nil for a call of a value.
func Callee(info *types.Info, call *ast.CallExpr) *types.Func {
	fun := ast.Unparen(call.Fun)
	switch ix := fun.(type) {
	case *ast.IndexExpr:
		fun = ast.Unparen(ix.X)
	case *ast.IndexListExpr:
		fun = ast.Unparen(ix.X)
	}
	var obj types.Object
	switch fun := fun.(type) {
	case *ast.Ident:
		obj = info.Uses[fun]
	case *ast.SelectorExpr:
		obj = info.Uses[fun.Sel]
	}
	fn, _ := obj.(*types.Func)
	return fn
}

// Builtin is the name of the builtin that a call is of, or "".
func Builtin(info *types.Info, call *ast.CallExpr) string {
	if id, ok := ast.Unparen(call.Fun).(*ast.Ident); ok {
		if _, builtin := info.Uses[id].(*types.Builtin); builtin {
			return id.Name
		}
	}
	return ""
}

// Arguments are the expressions that a call of fn passes for its parameters, the
// receiver first if it is a method.
func Arguments(fn *types.Func, call *ast.CallExpr) []ast.Expr {
	var args []ast.Expr
	if fn.Signature().Recv() != nil {
		if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
			args = append(args, sel.X)
		}
	}
	return append(args, call.Args...)
}

// parameter is the index of the parameter that the i-th argument is for.
func parameter(fn *types.Func, i int) int {
	n := fn.Signature().Params().Len()
	if fn.Signature().Recv() != nil {
		n++
	}
	if fn.Signature().Variadic() && i >= n {
		return n - 1
	}
	return i
}

// isObject tells whether an expression is an API object, or a pointer to one.
func (a *Analysis) isObject(e ast.Expr) bool { return kube.IsAPIObject(a.info.TypeOf(e)) }

// HoldsPointers tells whether something outside a value can be reached through
// it, and so be changed. Times and quantities count as plain values. The type is
// nil for what a type switch asks about, which may hold anything.
func HoldsPointers(t types.Type) bool { return t == nil || holds(t, nil) }

func holds(t types.Type, seen []types.Type) bool {
	if n, ok := types.Unalias(t).(*types.Named); ok {
		if n.Obj().Pkg() != nil {
			switch kube.Path(n.Obj().Pkg()) + "." + n.Obj().Name() {
			case "time.Time", "k8s.io/apimachinery/pkg/apis/meta/v1.Time", "k8s.io/apimachinery/pkg/apis/meta/v1.MicroTime", "k8s.io/apimachinery/pkg/api/resource.Quantity":
				return false
			}
		}
		if n.Obj().Pkg() == nil && n.Obj().Name() == "error" {
			return false
		}
		if slices.Contains(seen, t) {
			return false
		}
		seen = append(seen, t)
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Kind() == types.UnsafePointer
	case *types.Struct:
		for f := range u.Fields() {
			if holds(f.Type(), seen) {
				return true
			}
		}
		return false
	case *types.Array:
		return holds(u.Elem(), seen)
	case *types.Tuple:
		for v := range u.Variables() {
			if holds(v.Type(), seen) {
				return true
			}
		}
		return false
	}
	return true
}
