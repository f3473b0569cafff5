package rewrite

import (
	"go/ast"
	"go/types"

	"github.com/atomicstatus/atomicstatus/passes/internal/effect"
	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
)

// caller is a call of a function in its package, with the object that it passes
// for a parameter. There is no object, nor any of the rest, where that cannot be
// told: the function is used otherwise, or what is passed is no variable.
type caller struct {
	f    *function
	call *ast.CallExpr
	v    *types.Var
	at   *ast.Ident // the mention of the object
}

// callers are the calls of a function in its package, by the object that they
// pass for a variable of it: none if that is no parameter.
func (r *Rewriter) callers(f *function, v *types.Var) []caller {
	i := r.parameter(f, v)
	if i < 0 {
		return nil
	}
	var out []caller
	for _, id := range r.named[f.obj] {
		out = append(out, r.caller(f, id, i))
	}
	return out
}

func (r *Rewriter) caller(callee *function, id *ast.Ident, i int) caller {
	f := r.at(id.Pos())
	if f == nil {
		return caller{}
	}
	call := enclosingCall(f, id)
	if call == nil {
		return caller{}
	}
	args := effect.Arguments(callee.obj, call)
	if i >= len(args) {
		return caller{}
	}
	v, _ := r.variable(args[i])
	for _, use := range f.in(args[i], v) {
		return caller{f, call, v, use}
	}
	return caller{}
}

func enclosingCall(f *function, id *ast.Ident) *ast.CallExpr {
	var fun ast.Node = id
	if sel, ok := f.parents[id].(*ast.SelectorExpr); ok && sel.Sel == id {
		fun = sel
	}
	call, ok := f.parents[fun].(*ast.CallExpr)
	if !ok || call.Fun != fun {
		return nil
	}
	return call
}

// parameter is the index of a variable among the parameters, the receiver first,
// or -1.
func (r *Rewriter) parameter(f *function, v *types.Var) int {
	sig, i := f.obj.Signature(), 0
	if sig.Recv() != nil {
		if sig.Recv() == v {
			return 0
		}
		i++
	}
	for p := range sig.Params().Variables() {
		if p == v {
			return i
		}
		i++
	}
	return -1
}

func (r *Rewriter) paramAt(f *function, i int) *types.Var {
	sig := f.obj.Signature()
	if sig.Recv() != nil {
		if i == 0 {
			return sig.Recv()
		}
		i--
	}
	if i >= sig.Params().Len() || sig.Variadic() {
		return nil
	}
	return sig.Params().At(i)
}

// entry is the state in which the callers of a function leave the object that
// they pass for a parameter: all of them must be in view.
func (r *Rewriter) entry(f *function, v *types.Var) state {
	q := question{f: f, v: v}
	if s, ok := r.entries[q]; ok {
		return s
	}
	r.entries[q] = state{base: lost} // while it is looked for
	s := r.enter(f, v)
	r.entries[q] = s
	return s
}

func (r *Rewriter) enter(f *function, v *types.Var) state {
	i := r.parameter(f, v)
	if i < 0 || i == 0 && f.obj.Signature().Recv() != nil {
		return state{base: lost}
	}
	if f.obj.Exported() {
		if reconcilesObject(f.obj, v) {
			return state{base: gotten} // controller-runtime has read it
		}
		return state{base: lost}
	}
	if r.behindInterface(f.obj) {
		return state{base: lost}
	}
	var out state
	for _, c := range r.callers(f, v) {
		s := state{base: lost}
		if c.v != nil && c.f.literal(c.call) == nil {
			if !r.solve(question{f: c.f, v: c.v}).reached(c.at) {
				continue // in code that cannot be reached
			}
			s = r.from(c.f, c.v, c.at)
		}
		out = out.or(s)
	}
	if out.base == 0 {
		return state{base: lost} // nobody calls it
	}
	return out
}

// behindInterface tells whether the package calls a method of that name by way of
// an interface.
func (r *Rewriter) behindInterface(method *types.Func) bool {
	return method.Signature().Recv() != nil && r.invoked[method.Name()]
}

func (s *solution) reached(id *ast.Ident) bool { return s.before[id].base != 0 }

// from is the state before a mention, with that at the entry put in.
func (r *Rewriter) from(f *function, v *types.Var, id *ast.Ident) state {
	s := r.before(f, v, id)
	if s.base&entered != 0 {
		e := r.entry(f, v).settled()
		s.base = s.base&^entered | e.base
		if len(e.dirty) > 0 {
			s.base |= lost // the callers changed it
		}
	}
	return s
}

// reconcilesObject tells whether a method is one that controller-runtime calls
// with an object that it has just read.
func reconcilesObject(fn *types.Func, v *types.Var) bool {
	sig := fn.Signature()
	return fn.Name() == "Reconcile" && sig.Recv() != nil && sig.Params().Len() == 2 && sig.Params().At(1) == v && sig.Results().Len() == 2 && kube.IsAPIObject(v.Type())
}
