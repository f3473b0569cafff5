package rewrite

import (
	"go/ast"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/effect"
	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
)

// called tells what a call does to the object, or part of it, that is its i-th
// argument, the receiver among them; flows is set where it only looks, and its
// result may lead to the object as well.
func (r *Rewriter) called(f *function, call *ast.CallExpr, arg ast.Expr, i int, status bool, path []string) (m mention, flows bool) {
	info := r.pass.TypesInfo
	m = mention{use: looks, call: call, arg: i, path: path}
	if status {
		m.use = looksAt
	}
	fn := effect.Callee(info, call)
	if fn == nil {
		// ctrl.SetControllerReference is a variable.
		if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok && sel.Sel.Name == "SetControllerReference" {
			if v, ok := info.Uses[sel.Sel].(*types.Var); ok && kube.Path(v.Pkg()) == "sigs.k8s.io/controller-runtime" {
				if i == 1 {
					m.use = changesIt
				}
				return m, false
			}
		}
		m.use = unclear
		return m, false
	}
	m.fn = fn
	flows = effect.HoldsPointers(info.TypeOf(call))
	if k := r.classify(call); k.Op != kube.None {
		if k.Object == nil || !r.objectArgument(call, i) {
			return m, false // its name is given, or it is the client
		}
		if k.Typed {
			return m, flows
		}
		switch {
		case k.Op == kube.Get:
			m.use = reads
		case k.Op.IsStatusWrite():
			m.use = writes
		case k.Op == kube.Update || k.Op == kube.Patch || k.Op == kube.Create:
			m.use = sends
		case k.Op == kube.Delete:
			return m, false
		default:
			m.use = unclear
		}
		return m, false
	}
	if e := r.effects.Of(fn); e != nil {
		p := i
		if n := fn.Signature().Params().Len(); fn.Signature().Variadic() {
			if fn.Signature().Recv() != nil {
				n++
			}
			p = min(p, n-1)
		}
		changed, statusOnly := e.Changes(p)
		switch {
		case !changed:
			return m, flows && !isCopy(fn)
		case status || statusOnly && kube.IsAPIObject(r.pass.TypesInfo.TypeOf(arg)):
			m.use = changes
		default:
			m.use = changesIt
		}
		// What it returns may lead into the object: the change is what counts,
		// unless that is kept and changed further.
		if flows && !r.droppedResult(f, call) {
			m.use = unclear
		}
		return m, false
	}
	if kube.Benign(fn.Pkg()) || r.writes.Leaves(fn, i) || kube.Event(r.common(call)) {
		return m, flows
	}
	if r.funcs[fn.Origin()] != nil && len(path) == 0 && !fn.Signature().Variadic() {
		m.use, m.fn = passes, fn.Origin()
		if flows && !r.droppedResult(f, call) && !r.resultsApart(fn) && r.returns(r.funcs[fn.Origin()], i) {
			m.use = unclear
		}
		return m, false
	}
	m.use = unclear
	return m, false
}

func (r *Rewriter) common(call *ast.CallExpr) *ssa.CallCommon {
	if c := r.calls[call.Lparen]; c != nil {
		return c.Common()
	}
	return &ssa.CallCommon{}
}

// isCopy tells whether a function returns something that shares nothing with
// what it is called on: copies, and the getters of an unstructured object.
func isCopy(fn *types.Func) bool {
	if recv := fn.Signature().Recv(); recv != nil && kube.Path(fn.Pkg()) == kube.UnstructuredPkg && strings.HasPrefix(fn.Name(), "Get") {
		return true
	}
	return effect.Copies(fn)
}

// place tells whether an expression stands for a place, or may: it is assigned
// to, its address is taken, or it goes on to a field, an element or a method.
func (r *Rewriter) place(f *function, e ast.Node) bool {
	switch p := f.parents[e].(type) {
	case *ast.AssignStmt:
		for _, l := range p.Lhs {
			if l == e {
				return true
			}
		}
	case *ast.SelectorExpr, *ast.IndexExpr, *ast.SliceExpr, *ast.ParenExpr, *ast.StarExpr, *ast.UnaryExpr, *ast.IncDecStmt:
		return true
	case *ast.CallExpr:
		return effect.Builtin(r.pass.TypesInfo, p) != ""
	}
	return false
}

// droppedResult tells whether nothing is done with the results of a call.
func (r *Rewriter) droppedResult(f *function, call *ast.CallExpr) bool {
	_, ok := f.parents[call].(*ast.ExprStmt)
	return ok
}

// returns tells whether what a function returns may lead to its i-th parameter.
func (r *Rewriter) returns(f *function, i int) bool {
	v := r.paramAt(f, i)
	if v == nil {
		return true
	}
	sol := r.solve(question{f: f, v: v})
	return sol.open || sol.returned
}

// resultsApart tells whether none of the results of a function can be an object
// or a part of one: results, errors, and what is made of plain values.
func (r *Rewriter) resultsApart(fn *types.Func) bool {
	for v := range fn.Signature().Results().Variables() {
		t := v.Type()
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t = p.Elem()
		}
		if n, ok := types.Unalias(t).(*types.Named); ok && n.Obj().Pkg() != nil && n.Obj().Name() == "Result" {
			continue
		}
		if effect.HoldsPointers(t) {
			return false
		}
	}
	return true
}

// objectArgument tells whether the i-th argument is the object of an API call.
func (r *Rewriter) objectArgument(call *ast.CallExpr, i int) bool {
	fn := effect.Callee(r.pass.TypesInfo, call)
	args := effect.Arguments(fn, call)
	if i >= len(args) {
		return false
	}
	return kube.IsAPIObject(r.pass.TypesInfo.TypeOf(args[i]))
}
