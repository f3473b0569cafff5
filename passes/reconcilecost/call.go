package reconcilecost

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/flow"
	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
)

// call takes a call: it leads to one state for each outcome that can be told
// apart, and to none if it does not return.
func (w *walker) call(s *state, c *ssa.Call) []*state {
	if callee := c.Call.StaticCallee(); callee != nil {
		if obj, ok := callee.Object().(*types.Func); ok && kube.NoReturn(obj) {
			return nil
		}
	}
	return w.invoke(s, c)
}

func (w *walker) invoke(s *state, c ssa.CallInstruction) []*state {
	common := c.Common()
	k := kube.Classify(common)
	// A method in the shape of a client's, like that of a patch helper, is what it does.
	if callee := w.p.body(common.StaticCallee()); isRequest(k.Op) && callee != nil && w.p.eventful[callee] {
		k = kube.Call{}
	}
	s = s.fork()
	if out, ok := w.directed(s, c); ok {
		return out
	}
	switch {
	case k.Op.IsStatusWrite() && w.noted(common, k):
		return w.hold(s, w.objectKind(k))
	case isRequest(k.Op):
		return w.request(s, c, k.Op, w.objectKind(k))
	case k.Op != kube.None:
		return []*state{s}
	case w.p.unseenManager(common):
		return w.request(s, c, kube.StatusUpdate, w.kindGiven(common))
	}
	if callbacks := kube.Callbacks(common, func(*types.Func) bool { return false }); callbacks != nil {
		for _, cb := range callbacks {
			if f := w.ctx.bind(common.Args[cb.Arg], 0); f.fn != nil && cb.Repeat != kube.EventLoop {
				return w.callback(s, c, f, cb.Repeat)
			}
		}
		return []*state{s}
	}
	targets := w.targets(common)
	if len(targets) == 0 {
		return w.rangeBody(s, c)
	}
	var out []*state
	for _, t := range targets {
		out = append(out, w.enterCall(s, c, t)...)
	}
	return out
}

// objectKind is the kind of resource of a request.
func (w *walker) objectKind(k kube.Call) string {
	if kind := w.ctx.kindOf(k.Object); kind != "" {
		return kind
	}
	// Typed clients know their kind: what Get and Update return.
	if k.Typed && k.Client != nil {
		for _, name := range []string{"UpdateStatus", "Get"} {
			if m, _, _ := types.LookupFieldOrMethod(k.Client.Type(), true, nil, name); m != nil {
				if fn, ok := m.(*types.Func); ok && fn.Signature().Results().Len() > 0 {
					if kind := kindName(fn.Signature().Results().At(0).Type()); kind != "" {
						return kind
					}
				}
			}
		}
	}
	return ""
}

// request counts a request. A status write splits into success and failure, as
// a path on which it failed has made no write.
func (w *walker) request(s *state, c ssa.CallInstruction, op kube.Op, kind string) []*state {
	made := step{kind: opStep, instr: c, op: op, object: kind}
	w.makes(s, made)
	s.trace = s.trace.add(made)
	s.worst.calls++
	if !op.IsStatusWrite() {
		return []*state{s}
	}
	failed := s.fork()
	failed.trace = s.trace.prev
	failed.worst.calls--
	failed.best = noPath
	if w.p.only == "" || w.p.only == kind {
		s.worst.status++
	}
	s.best++
	s.wrote = true
	s.end.known, failed.end.known, failed.end.failed = true, true, true
	w.tried(s, c, true)
	w.tried(failed, c, false)
	return []*state{s, failed}
}

// tried remembers, where the call may be made again, whether its writes succeeded.
func (w *walker) tried(s *state, c ssa.CallInstruction, wrote bool) {
	if w.shape.inner[c.Block()] == nil && !w.p.callsItself(w.fn) {
		return
	}
	s.tries = s.tries.with(c, wrote)
}

// targets are the functions that a call may reach, with what is bound.
func (w *walker) targets(c *ssa.CallCommon) []binding {
	if !c.IsInvoke() {
		if b := w.ctx.bind(c.Value, 0); b.fn != nil {
			return []binding{b}
		}
		return nil
	}
	if b := w.ctx.bind(c.Value, 0); b.typ != nil && !types.IsInterface(b.typ) {
		if fn := w.p.method(b.typ, c.Method); fn != nil {
			return []binding{{fn: fn}}
		}
	}
	var out []binding
	for _, fn := range w.p.implementations(c) {
		out = append(out, binding{fn: fn})
	}
	return out
}

// within summarises a function for the arguments of a call, or fails if no
// request can be reached from it.
func (w *walker) within(f binding, c ssa.CallInstruction, args []ssa.Value) *summary {
	fn := w.p.body(f.fn)
	if fn == nil || !w.p.eventful[fn] && !w.passesEventful(fn, args) {
		return nil
	}
	params := make([]binding, 0, len(args)+1)
	if common := c.Common(); common.IsInvoke() && len(fn.Params) == len(args)+1 {
		params = append(params, binding{})
	}
	for _, a := range args {
		params = append(params, w.ctx.bind(a, 0))
	}
	if args == nil && len(fn.Params) > 0 && kube.IsContext(fn.Params[0].Type()) {
		// Who calls a function back makes its context of the one that it was given.
		params = append(params, w.ctx.context(c.Common(), 0))
	}
	return w.p.summarise(fn, contextOf(fn, params, f.free), w.running)
}

// passesEventful reports whether a call passes a function with requests on, to one
// that makes none by itself.
func (w *walker) passesEventful(fn *ssa.Function, args []ssa.Value) bool {
	for _, a := range args {
		if b := w.ctx.bind(a, 0); b.fn != nil && w.p.eventful[b.fn] {
			return fn.Pkg == nil || w.p.buildable[fn.Pkg]
		}
	}
	return false
}

// enterCall follows a call of one function.
func (w *walker) enterCall(s *state, c ssa.CallInstruction, f binding) []*state {
	sum := w.within(f, c, c.Common().Args)
	if sum == nil {
		return w.rangeBody(s, c)
	}
	made := step{kind: callStep, instr: c, sum: sum}
	if len(sum.outcomes) == 0 {
		w.makes(s, made)
		if w.running[sum.ctx.key(sum.fn)] == nil { // it never returns
			w.endless = union(w.endless, s.made)
			return nil
		}
		w.back(sum, s)
		return []*state{s}
	}
	for _, b := range sum.backs {
		made.sub = b.path.trace
		n := w.after(s, &outcome{price: b.path.price}, made, callEnd{})
		for _, t := range b.path.tries {
			n.tries = n.tries.with(t.call, t.wrote)
		}
		w.back(b.to, n)
	}
	var out []*state
	for _, o := range sum.outcomes {
		end := callEnd{fn: sum.fn.Pos(), outcome: o.end}
		end.failed, end.known = sum.fails(o)
		made.ends, made.sub = o, o.trace
		n := w.after(s, o, made, end)
		w.makes(n, made)
		out = append(out, n)
	}
	return out
}

// back notes a call of a function that is being walked: this one, or one that has led to
// it.
func (w *walker) back(to *summary, s *state) {
	switch {
	case to == w.sum:
		w.again = append(w.again, s)
	case w.running[to.ctx.key(to.fn)] == to:
		w.sum.backs = append(w.sum.backs, back{to, s})
	}
}

// after is the state after a call that ended in that outcome.
func (w *walker) after(s *state, o *outcome, made step, end callEnd) *state {
	n := s.fork()
	n.worst = n.worst.plus(o.worst)
	n.trace = n.trace.add(made)
	n.best += o.best
	n.wrote = n.wrote || o.wrote
	n.held = union(n.held, o.held)
	n.end = end
	call := made.instr.(ssa.CallInstruction)
	if o.wrote {
		w.tried(n, call, true)
	} else if made.sum.writes() && end.known && end.failed {
		w.tried(n, call, false)
	}
	return n
}

// callEnd is how a call has ended, as far as the engine can tell it.
type callEnd struct {
	fn      token.Pos // the function called
	outcome int       // of its summary, or anyEnd
	failed  bool      // it returned an error
	known   bool      // whether it did
}

// fits reports that an ending which the engine knows tells of the function, or of its
// error, and that it is this one.
func (end callEnd) fits(e flow.Ending) (of, ok bool) {
	if e.Fn.IsValid() {
		return e.Fn == end.fn, end.outcome == anyEnd || end.outcome == e.Outcome
	}
	return end.known, e.Failed == end.failed
}

// callback follows a call that is known to run a function passed to it.
func (w *walker) callback(s *state, c ssa.CallInstruction, f binding, repeat kube.Repeat) []*state {
	sum := w.within(f, c, nil)
	if sum == nil || len(sum.outcomes) == 0 {
		if sum != nil {
			sum.recursive = true
		}
		return []*state{s}
	}
	made := step{kind: callStep, instr: c, sum: sum, repeat: repeat}
	for _, o := range sum.outcomes {
		made.ends = o
		w.makes(s, made)
	}
	var again, dearest *outcome // a turn that leads to another one; the dearest of all
	var last []*outcome
	for _, o := range sum.outcomes {
		if dearest == nil || o.worst.worse(dearest.worst) {
			dearest = o
		}
		done, doneKnown := sum.returns(o, 0)
		fails, _ := sum.fails(o)
		turns := repeat == kube.WhileFalse && sum.fn.Signature.Results().Len() == 2 && !done && !fails
		if turns && (again == nil || o.worst.worse(again.worst)) {
			again = o
		}
		if !turns || !doneKnown {
			last = append(last, o)
		}
	}
	if repeat == kube.Always || repeat == kube.WhileTrue {
		again, last = dearest, nil
	}
	if again != nil && again.trace != nil && again.trace.ops {
		turns := Turns{Symbol: "N"}
		sub := (*trace)(nil).add(step{kind: callStep, instr: c, sum: sum, repeat: repeat, sub: again.trace})
		s = s.fork()
		s.held = union(s.held, again.held)
		s.worst = s.worst.plus(again.worst.times(turns.value(typicalTurns)))
		s.trace = s.trace.add(step{kind: loopStep, instr: c, turns: turns, sub: sub})
	}
	if len(last) == 0 {
		return []*state{s}
	}
	var out []*state
	for _, o := range last {
		end := callEnd{fn: sum.fn.Pos(), outcome: o.end}
		if repeat != kube.Async {
			end.failed, end.known = sum.fails(o)
		}
		if again != nil && !o.worst.worse(again.worst) {
			o = &outcome{price: price{best: o.best}} // it is one of the turns that were counted
		}
		made.sub = o.trace
		out = append(out, w.after(s, o, made, end))
	}
	return out
}

// rangeBody follows the body of a range over a function that cannot be seen.
func (w *walker) rangeBody(s *state, c ssa.CallInstruction) []*state {
	for _, arg := range c.Common().Args {
		closure, ok := arg.(*ssa.MakeClosure)
		if ok && closure.Fn.(*ssa.Function).Synthetic == "range-over-func yield" {
			return w.callback(s, c, w.ctx.bind(closure, 0), kube.WhileTrue)
		}
	}
	return []*state{s}
}
