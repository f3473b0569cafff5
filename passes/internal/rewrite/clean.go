package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/cfg"

	"github.com/atomicstatus/atomicstatus/passes/internal/effect"
	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
)

// # Clean objects
//
// An object is clean where all that it holds came from the API server. This is a
// forward analysis over the control-flow graph of a function. It goes the other
// way than the path engine: whatever may have happened counts, a join takes the
// union, and code that cannot be seen makes the object unclear. So an object
// that comes out clean is clean on every path, and a change that the analysis
// does not name was not made.

// question is asked of a variable of a function, or of a literal in it that is
// run as a callback.
type question struct {
	f   *function
	v   *types.Var
	lit *ast.FuncLit
}

// solution holds the answers: the state before each mention, and at the ends.
type solution struct {
	before           map[*ast.Ident]state
	success, failure state // of what the function returns
	returned         bool  // what it returns may lead to the object
	open             bool  // it is being looked for
}

// before is the state of an object before a mention of it.
func (r *Rewriter) before(f *function, v *types.Var, id *ast.Ident) state {
	s := r.solve(question{f: f, v: v}).before[id]
	return s.settled()
}

// solve follows an object through a function.
func (r *Rewriter) solve(q question) *solution {
	if s := r.solved[q]; s != nil {
		return s
	}
	sol := &solution{before: map[*ast.Ident]state{}, open: true}
	r.solved[q] = sol
	q.f.index(r.pass.TypesInfo)
	body := q.f.decl.Body
	if q.lit != nil {
		body = q.lit.Body
	}
	graph := r.graph(body)
	start, blocks := state{base: made}, graph.order
	if q.lit != nil || r.parameter(q.f, q.v) >= 0 {
		start = state{base: entered}
	} else if part := graph.part(q.f, q.v, r.pass.TypesInfo); part != nil {
		blocks = part
	}
	in, due := map[int32]state{}, map[int32]bool{}
	for _, b := range blocks {
		due[b] = false
	}
	in[blocks[0]], due[blocks[0]] = start, true
	for again := true; again; {
		again = false
		for _, b := range blocks {
			if !due[b] {
				continue
			}
			due[b] = false
			s, block := in[b], graph.cfg.Blocks[b]
			for _, n := range block.Nodes {
				s = r.step(q, sol, s, n)
			}
			for i, succ := range block.Succs {
				if _, ok := due[succ.Index]; !ok {
					continue
				}
				old, ok := in[succ.Index]
				if joined := old.or(r.out(s, block, i)); !ok || !joined.equal(old) {
					in[succ.Index], due[succ.Index] = joined, true
					again = again || graph.place[succ.Index] <= graph.place[b]
				}
			}
		}
	}
	sol.open = false
	return sol
}

// out is the state on the i-th way out of a block, where its end is in a state.
func (r *Rewriter) out(s state, b *cfg.Block, i int) state {
	if len(b.Succs) != 2 || len(b.Nodes) == 0 || b.Kind == cfg.KindRangeLoop {
		return s
	}
	if cond, ok := b.Nodes[len(b.Nodes)-1].(ast.Expr); ok {
		return r.refine(s, cond, i == 0)
	}
	return s
}

// step is the effect of one statement or expression of the graph.
func (r *Rewriter) step(q question, sol *solution, s state, n ast.Node) state {
	if a, ok := n.(*ast.AssignStmt); ok && s.err != nil && slices.ContainsFunc(a.Lhs, func(l ast.Expr) bool {
		v, _ := r.variable(l)
		return v == s.err
	}) {
		s = s.settled()
	}
	_, deferred := n.(*ast.DeferStmt)
	_, started := n.(*ast.GoStmt)
	var done token.Pos // what lies before is part of a call that is over
	for _, id := range q.f.in(n, q.v) {
		sol.before[id] = sol.before[id].or(s)
		if id.Pos() < done {
			sol.before[id] = sol.before[id].settled()
			continue
		}
		m := r.uses(q.f, id)
		sol.returned = sol.returned || m.returned
		if call, lit := r.callback(q.f, id, n); call != nil && q.f.literal(call) == q.lit && !deferred && !started {
			s, done = r.run(q, s, id, call, lit, n), call.End()
			continue
		}
		if q.f.literal(id) != q.lit || deferred || started {
			if m.use != looks && m.use != looksAt {
				m.use = unclear
			}
		}
		s = r.apply(q, s, id, m, n)
	}
	if ret, ok := n.(*ast.ReturnStmt); ok {
		r.leave(q, sol, s, ret)
	}
	return s
}

// callback is the call around a mention that runs a function literal again while
// it fails with a conflict: a conflict retry, or a status manager that is given
// the object.
func (r *Rewriter) callback(f *function, id *ast.Ident, within ast.Node) (*ast.CallExpr, *ast.FuncLit) {
	for n := ast.Node(id); n != nil && n != within; n = f.parents[n] {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) == 0 {
			continue
		}
		lit, ok := ast.Unparen(call.Args[len(call.Args)-1]).(*ast.FuncLit)
		if !ok {
			continue
		}
		if fn := effect.Callee(r.pass.TypesInfo, call); fn != nil && kube.Path(fn.Pkg()) == kube.RetryPkg && fn.Name() == "RetryOnConflict" {
			return call, lit
		}
		if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok && len(call.Args) == 3 {
			v, _ := r.variable(call.Args[1])
			if v != nil && v == r.pass.TypesInfo.ObjectOf(id) && r.manages(r.pass.TypesInfo.TypeOf(sel.X), pointer(v.Type())) == sel.Sel.Name {
				return call, nil
			}
		}
	}
	return nil, nil
}

// run brings the state over a call that runs a callback. A manager, for which
// there is no literal, leaves the response to its write, or nobody knows what.
func (r *Rewriter) run(q question, s state, id *ast.Ident, call *ast.CallExpr, lit *ast.FuncLit, n ast.Node) state {
	s = s.settled()
	success, failed := state{base: written}, state{base: lost}
	if lit != nil {
		sol := r.solve(question{q.f, q.v, lit})
		if sol.open {
			return failed
		}
		at := q.f.mention(id, q.v)
		success, failed = compose(s, sol.success, at), compose(s, sol.failure, at)
		// An attempt may follow one that failed.
		if failed.base&entered == 0 {
			again := compose(failed, sol.success, at)
			success = success.or(again)
		}
	}
	if success.base == 0 {
		return failed
	}
	if failed.base == 0 {
		return success
	}
	success.failed = &failed
	success.err, success.told = r.keeper(q.f, call, n)
	if success.err == nil && success.told == nil {
		return success.settled()
	}
	return success
}

// apply is the effect of one mention.
func (r *Rewriter) apply(q question, s state, id *ast.Ident, m mention, n ast.Node) state {
	switch m.use {
	case looks, looksAt:
		return s
	case changes, changesIt:
		if s.failed != nil { // it is changed before anyone asked whether that call failed
			s = s.settled()
		}
		return s.with(q.f.mention(id, q.v))
	case resets:
		return state{base: made}
	case unclear:
		s = s.settled()
		s.base = lost // what was changed before may still be there
		return s
	}
	s = s.settled()
	failed := s
	at := q.f.mention(id, q.v)
	switch m.use {
	case reads:
		if len(s.dirty) > 0 {
			// What the server omits stays as it was.
			return s
		}
		s = state{base: gotten}
	case writes:
		s = state{base: written}
	case sends:
		// The response has all that was sent, but leaves a changed status as it
		// was; a patch need not send all that was changed.
		if s.base&made != 0 || len(s.dirty) > 0 && (r.classify(m.call).Op != kube.Update || slices.ContainsFunc(s.dirty.of(q.f.uses[q.v]), func(id *ast.Ident) bool { return r.uses(q.f, id).use != changesIt })) {
			s.base |= lost
			return s
		}
		s = state{base: written}
	case fetched:
		s, failed = r.fetch(r.funcs[m.fn], m.arg, at), state{base: made}
	case passes:
		i := m.arg
		callee := r.funcs[m.fn]
		param := r.paramAt(callee, i)
		if param == nil {
			return state{base: lost}
		}
		sol := r.solve(question{f: callee, v: param})
		if sol.open {
			return state{base: lost}
		}
		success, failure := compose(s, sol.success, at), compose(s, sol.failure, at)
		if !returnsError(m.fn) {
			return success
		}
		s, failed = success, failure
		if failed.base == 0 {
			return s
		}
		if s.base == 0 {
			return failed
		}
	}
	s.failed = &failed
	s.err, s.told = r.keeper(q.f, m.call, n)
	if s.err == nil && s.told == nil {
		return s.settled()
	}
	return s
}

// fetch is the state of an object that a function returns as its i-th result,
// where it returns no error, and that becomes known by its mention at.
func (r *Rewriter) fetch(f *function, i, at int) state {
	f.index(r.pass.TypesInfo)
	var out state
	for n := range f.parents {
		ret, ok := n.(*ast.ReturnStmt)
		if !ok || f.literal(ret) != nil {
			continue
		}
		if i >= len(ret.Results) {
			return state{base: lost}
		}
		if res := ret.Results[i]; !r.isNil(res) {
			v, _ := r.variable(res)
			if v == nil {
				return state{base: lost}
			}
			sol := r.solve(question{f: f, v: v})
			if sol.open {
				return state{base: lost}
			}
			for _, use := range f.in(res, v) {
				s := sol.before[use]
				last := ast.Unparen(ret.Results[len(ret.Results)-1])
				if err, _ := r.variable(last); err != nil && s.failed != nil && s.err == err {
					s.err, s.failed = nil, nil // it is used where there is no error
				}
				if r.isError(last) {
					continue
				}
				if s = compose(state{base: lost}, s, at); s.base != 0 {
					out = out.or(s)
				}
			}
		}
	}
	if out.base == 0 {
		return state{base: lost}
	}
	return out
}

// compose puts what a function did, to which the object went by its mention at,
// after the state that it was called in.
func compose(s, did state, at int) state {
	did = did.settled()
	if did.base == 0 {
		return state{}
	}
	out := state{base: did.base &^ entered}
	if did.base&entered != 0 {
		out.base |= s.base
		out.dirty = s.dirty
	}
	if len(did.dirty) > 0 {
		out = out.with(at)
	}
	return out
}

// keeper is the variable that the error of a call is kept in, or the call itself
// where that error is returned at once.
func (r *Rewriter) keeper(f *function, call *ast.CallExpr, n ast.Node) (*types.Var, *ast.CallExpr) {
	switch p := f.parents[call].(type) {
	case *ast.AssignStmt:
		if p != n || len(p.Rhs) != 1 {
			return nil, nil
		}
		v, _ := r.variable(p.Lhs[len(p.Lhs)-1])
		return v, nil
	case *ast.ReturnStmt:
		if len(p.Results) > 0 && p.Results[len(p.Results)-1] == call {
			return nil, call
		}
	}
	return nil, nil
}

// refine keeps the outcome that a condition tells.
func (r *Rewriter) refine(s state, cond ast.Expr, holds bool) state {
	if s.failed == nil || s.err == nil {
		return s
	}
	switch c := ast.Unparen(cond).(type) {
	case *ast.UnaryExpr:
		if c.Op == token.NOT {
			return r.refine(s, c.X, !holds)
		}
	case *ast.BinaryExpr:
		switch {
		case c.Op == token.LAND && holds, c.Op == token.LOR && !holds:
			return r.refine(r.refine(s, c.X, holds), c.Y, holds)
		case c.Op == token.NEQ || c.Op == token.EQL:
			x, y := c.X, c.Y
			if r.isNil(x) {
				x, y = y, x
			}
			if v, _ := r.variable(x); v != s.err || !r.isNil(y) {
				return s
			}
			if (c.Op == token.NEQ) == holds {
				return *s.failed
			}
			s.err, s.failed = nil, nil
		}
	case *ast.CallExpr:
		fn := effect.Callee(r.pass.TypesInfo, c)
		if !holds || fn == nil || len(c.Args) == 0 {
			return s
		}
		if v, _ := r.variable(c.Args[0]); v == s.err && (strings.HasSuffix(kube.Path(fn.Pkg()), "apimachinery/pkg/api/errors") && strings.HasPrefix(fn.Name(), "Is") || kube.Path(fn.Pkg()) == "errors") {
			return *s.failed
		}
	}
	return s
}

func (r *Rewriter) isNil(e ast.Expr) bool {
	return r.pass.TypesInfo.Types[e].IsNil()
}

// leave notes the state at a return, by whether an error is returned.
func (r *Rewriter) leave(q question, sol *solution, s state, ret *ast.ReturnStmt) {
	if q.lit == nil && !returnsError(q.f.obj) {
		sol.success = sol.success.or(s.settled())
		return
	}
	if len(ret.Results) == 0 {
		sol.success, sol.failure = sol.success.or(s.settled()), sol.failure.or(s.settled())
		return
	}
	last := ast.Unparen(ret.Results[len(ret.Results)-1])
	v, _ := r.variable(last)
	switch {
	case s.failed != nil && (s.told != nil && s.told == last || s.err != nil && s.err == v):
		ok := s
		ok.err, ok.failed, ok.told = nil, nil, nil
		sol.success, sol.failure = sol.success.or(ok), sol.failure.or(*s.failed)
	case r.isNil(last):
		sol.success = sol.success.or(s.settled())
	case r.isError(last):
		sol.failure = sol.failure.or(s.settled())
	default:
		sol.success, sol.failure = sol.success.or(s.settled()), sol.failure.or(s.settled())
	}
}

// isError tells whether an expression is an error for certain.
func (r *Rewriter) isError(e ast.Expr) bool {
	call, ok := e.(*ast.CallExpr)
	if !ok {
		return false
	}
	fn := effect.Callee(r.pass.TypesInfo, call)
	return fn != nil && kube.MakesError(fn)
}

func returnsError(fn *types.Func) bool {
	res := fn.Signature().Results()
	return res.Len() > 0 && isErrorType(res.At(res.Len()-1).Type())
}
