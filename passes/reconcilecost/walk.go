package reconcilecost

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/flow"
	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
)

const (
	maxStates   = 24      // of one block that are kept apart
	maxStarts   = 4       // of one loop
	maxOutcomes = 16      // of one function
	noPath      = 1 << 20 // the best cost where every path fails
)

// walker walks one function for one context.
type walker struct {
	p       *program
	fn      *ssa.Function
	ctx     bindings
	shape   *shape
	paths   *flow.Paths // those of the engine, if they are known
	sum     *summary
	ids     map[any]int
	seen    map[ssa.Instruction]bool
	exits   []*outcome
	again   []*state            // those in which the function calls itself
	running map[string]*summary // the functions that are being walked
}

// summarise walks a function, or remembers what was found.
func (p *program) summarise(fn *ssa.Function, ctx bindings, running map[string]*summary) *summary {
	key := ctx.key(fn)
	if sum := p.summaries[key]; sum != nil {
		return sum
	}
	if sum := running[key]; sum != nil {
		return sum // without outcomes as yet: a call that goes round adds nothing by itself
	}
	if p.contexts[fn] >= maxContexts && len(ctx) > 0 {
		return p.summarise(fn, nil, running)
	}
	p.contexts[fn]++
	sum := &summary{fn: fn, ctx: ctx}
	running[key] = sum
	w := &walker{
		p: p, fn: fn, ctx: ctx, shape: p.shape(fn), sum: sum, ids: map[any]int{},
		seen: map[ssa.Instruction]bool{}, running: running, paths: p.paths(fn),
	}
	start := &state{facts: map[any]fact{}}
	if w.paths != nil {
		start.at = w.paths.Start()
	}
	w.region(nil, fn.Blocks[0], []*state{start})
	delete(running, key)
	sum.outcomes = w.outcomes()
	turns := Turns{Symbol: Unbounded}
	if sum.recursive {
		for _, o := range sum.outcomes {
			if o.trace != nil && o.trace.ops {
				o.trace = (*trace)(nil).add(step{kind: loopStep, turns: turns, sub: o.trace})
				o.worst = o.worst.times(turns.value(typicalTurns))
			}
		}
	} else if turn := w.dearestTurn(nil, w.again); turn != nil && turn.trace != nil && turn.trace.ops {
		worst, made := turn.worst.times(turns.value(typicalTurns)), (*trace)(nil).add(step{kind: loopStep, turns: turns, sub: turn.trace})
		for _, o := range sum.outcomes {
			worst, made := worst, made
			if o.worst.worse(turn.worst) { // as where a loop is left
				worst, made = worst.plus(o.worst), made.add(step{kind: groupStep, sub: o.trace})
			}
			o.worst, o.trace, o.wrote = worst, made, o.wrote || turn.wrote
		}
	}
	p.summaries[key] = sum
	return sum
}

// leaving is a state that leaves a loop.
type leaving struct {
	from, to *ssa.BasicBlock
	state    *state
}

// region walks the blocks of a loop once, or those of the whole function. It
// returns the states that reach the head again, and those that leave.
func (w *walker) region(l *loop, head *ssa.BasicBlock, starts []*state) (again []*state, left []leaving) {
	pending := map[*ssa.BasicBlock][]*state{head: starts}
	deliver := func(from, to *ssa.BasicBlock, s *state) {
		switch {
		case !l.has(to):
			left = append(left, leaving{from, to, s})
		case to == head:
			again = append(again, s)
		default:
			pending[to] = append(pending[to], w.enter(from, to, s))
		}
	}
	for _, b := range w.shape.order {
		states := pending[b]
		if len(states) == 0 {
			continue
		}
		delete(pending, b)
		if inner := w.shape.heads[b]; inner != nil && inner != l {
			for _, x := range w.loop(inner, w.merged(states, maxStarts)) {
				deliver(x.from, x.to, x.state)
			}
			continue
		}
		for _, s := range w.merged(states, maxStates) {
			w.block(b, s, deliver)
		}
	}
	return again, left
}

// merged merges the states that agree, and more where there are too many.
func (w *walker) merged(states []*state, limit int) []*state {
	merge := func() []*state {
		byKey := map[string]*state{}
		var out []*state
		for _, s := range states {
			key := s.signature(w.ids)
			if old := byKey[key]; old != nil {
				old.merge(s)
				continue
			}
			c := *s
			byKey[key] = &c
			out = append(out, &c)
		}
		return out
	}
	if states = merge(); len(states) <= limit {
		return states
	}
	for i, s := range states {
		states[i] = s.fork()
		for k, f := range states[i].facts {
			switch k.(type) {
			case place:
				delete(states[i].facts, k)
				continue
			}
			if f.at.base != nil {
				f.at = place{}
				states[i].set(k, f)
			}
		}
	}
	if states = merge(); len(states) <= limit {
		return states
	}
	return []*state{joinAll(states)}
}

// enter moves a state along an edge: the phis take their values, and what is not
// read any more is forgotten.
func (w *walker) enter(from, to *ssa.BasicBlock, s *state) *state {
	s = s.fork()
	edge := 0
	for i, p := range to.Preds {
		if p == from {
			edge = i
		}
	}
	phis := map[*ssa.Phi]fact{}
	for _, instr := range to.Instrs {
		phi, ok := instr.(*ssa.Phi)
		if !ok {
			break
		}
		f := s.of(w.ctx, phi.Edges[edge])
		phis[phi] = fact{eq: f.eq, ne: f.ne}
	}
	for phi, f := range phis {
		s.set(phi, f)
	}
	live := w.shape.live[to.Index]
	dead := func(v ssa.Value) bool {
		if _, register := v.(ssa.Instruction); !register {
			return false
		}
		return !live[v]
	}
	for k, f := range s.facts {
		gone := false
		switch k := k.(type) {
		case ssa.Value:
			gone = dead(k)
		case place:
			gone = dead(k.base)
		case result:
			gone = dead(k.call)
		}
		if gone {
			delete(s.facts, k)
		} else if f.at.base != nil && dead(f.at.base) {
			f.at = place{}
			s.set(k, f)
		}
	}
	return s
}

// loop walks a loop for the states that reach it, and returns those that leave it.
func (w *walker) loop(l *loop, starts []*state) []leaving {
	var out []leaving
	for _, start := range starts {
		s := start.fork()
		s.worst, s.trace, s.best, s.wrote = cost{}, nil, 0, false
		w.forget(l, s)
		if w.paths != nil {
			s.at = w.paths.Turns(s.at, l.head.Index, l.blocks.Has)
		}
		again, left := w.region(l, l.head, []*state{s})
		turn := w.dearestTurn(l, again)
		worst, made := start.worst, start.trace
		if turn != nil && turn.trace != nil && turn.trace.ops {
			worst = worst.plus(turn.worst.times(l.turns.value(typicalTurns)))
			made = made.add(step{kind: loopStep, loop: l, turns: l.turns, sub: turn.trace})
		}
		for _, x := range left {
			e := x.state.fork()
			for k := range e.facts {
				if t, ok := k.(tried); ok && l.has(t.call.Block()) {
					delete(e.facts, k)
				}
			}
			// A loop that is left in the middle of a turn has made one turn less. Where
			// that part is no dearer than a turn it is counted as one.
			if turn == nil || x.from == l.head || e.worst.worse(turn.worst) {
				e.worst, e.trace = worst.plus(e.worst), made.add(step{kind: groupStep, sub: e.trace})
			} else {
				e.worst, e.trace = worst, made
			}
			e.best += start.best
			e.wrote = e.wrote || start.wrote || turn != nil && turn.wrote
			if turn != nil {
				e.held = union(e.held, turn.held)
			}
			out = append(out, leaving{x.from, x.to, w.enter(x.from, x.to, e)})
		}
	}
	return out
}

// dearestTurn is the turn of a loop, or of a function that calls itself, that costs most. One that only makes a write
// again, after it failed, comes on top of any path and does not count.
func (w *walker) dearestTurn(l *loop, again []*state) *state {
	of := func(s *state, do func(call ssa.Instruction, wrote bool)) {
		for k, f := range s.facts {
			if t, ok := k.(tried); ok && l.has(t.call.Block()) {
				do(t.call, f.eq == isTrue)
			}
		}
	}
	for _, s := range again {
		of(s, w.note)
	}
	var dearest *state
	for _, s := range again {
		retry := false
		of(s, func(call ssa.Instruction, wrote bool) {
			retry = retry || !wrote && w.p.retried(call)
		})
		if !retry && (dearest == nil || s.worst.worse(dearest.worst)) {
			dearest = s
		}
	}
	return dearest
}

// forget drops what a loop may change before it comes to its head again.
func (w *walker) forget(l *loop, s *state) {
	inside := func(v ssa.Value) bool {
		instr, ok := v.(ssa.Instruction)
		return ok && l.has(instr.Block())
	}
	for k, f := range s.facts {
		switch k := k.(type) {
		case ssa.Value:
			if inside(k) {
				delete(s.facts, k)
				continue
			}
		case place:
			delete(s.facts, k)
			continue
		case result:
			if inside(k.call) {
				delete(s.facts, k)
				continue
			}
		}
		f.at = place{}
		s.set(k, f)
	}
}

func (w *walker) note(call ssa.Instruction, wrote bool) {
	t := w.p.retries[call]
	if t == nil {
		t = &turned{}
		w.p.retries[call] = t
	}
	t.wrote = t.wrote || wrote
	t.failed = t.failed || !wrote
}

// block walks a block, from one state to those at its end.
func (w *walker) block(b *ssa.BasicBlock, s *state, deliver func(from, to *ssa.BasicBlock, s *state)) {
	states := []*state{s.fork()}
	for i, instr := range b.Instrs {
		switch instr := instr.(type) {
		case *ssa.Call:
			var next []*state
			for _, s := range states {
				next = append(next, w.call(s, instr)...)
			}
			states = w.called(next, i)
		case *ssa.RunDefers:
			for j, s := range states {
				states[j] = w.runDefers(s)
			}
			states = w.called(states, i)
		default:
			for j, s := range states {
				states[j] = w.instr(s, instr)
			}
		}
	}
	for _, s := range states {
		switch last := b.Instrs[len(b.Instrs)-1].(type) {
		case *ssa.If:
			for i, holds := range []bool{true, false} {
				if next := s.assume(w.ctx, last.Cond, holds); next != nil && w.goes(next, b.Succs[i]) {
					next.trace = next.trace.add(step{kind: branchStep, instr: last, taken: holds})
					deliver(b, b.Succs[i], next)
				}
			}
		case *ssa.Jump:
			if w.goes(s, b.Succs[0]) {
				deliver(b, b.Succs[0], s)
			}
		case *ssa.Return:
			o := &outcome{worst: s.worst, trace: s.trace, best: s.best, wrote: s.wrote, held: s.held}
			if w.paths != nil {
				o.ends = w.paths.Outcomes(s.at)
			}
			for _, r := range last.Results {
				f := s.of(w.ctx, r)
				o.results = append(o.results, fact{eq: f.eq, ne: f.ne})
			}
			w.exits = append(w.exits, o)
		}
	}
}

// instr takes an instruction that is no call; it may change the state.
func (w *walker) instr(s *state, instr ssa.Instruction) *state {
	switch i := instr.(type) {
	case *ssa.Store:
		w.store(s, i)
	case *ssa.UnOp:
		if i.Op == token.MUL {
			if at, ok := placeOf(i.X); ok {
				f := s.facts[at]
				f.at = at
				s.set(i, f)
			} else {
				delete(s.facts, i)
			}
		}
	case *ssa.Extract:
		if call, ok := i.Tuple.(*ssa.Call); ok {
			s.set(i, s.facts[result{call, i.Index}])
		}
	case *ssa.Defer:
		s.defers = &deferred{i, s.defers}
	case *ssa.Go:
		s = w.dearest(w.invoke(s, i), s)
	}
	return s
}

// called brings states over what the engine knows of the call at that place of its block,
// and leaves out those for which that knows no path.
func (w *walker) called(states []*state, place int) []*state {
	var out []*state
	for i, s := range states {
		if slices.Contains(states[:i], s) { // by another function that may be called
			continue
		}
		if w.paths != nil {
			s.at = w.paths.Call(s.at, place, s.end.fits)
		}
		if s.end = (callEnd{}); w.paths == nil || len(s.at) > 0 {
			out = append(out, s)
		}
	}
	if len(out) > maxStates {
		return w.merged(out, maxStates)
	}
	return out
}

// goes brings a state into another block, and reports that the engine knows a path
// there.
func (w *walker) goes(s *state, to *ssa.BasicBlock) bool {
	if w.paths == nil {
		return true
	}
	s.at = w.paths.Enter(s.at, to.Index)
	return len(s.at) > 0
}

func (w *walker) runDefers(s *state) *state {
	for s = s.fork(); s.defers != nil; s.defers = s.defers.next {
		s = w.dearest(w.invoke(s, s.defers.call), s)
	}
	return s
}

// dearest is the one of the states that a call leads to whose path costs most:
// what a deferred call or a goroutine returns is not seen.
func (w *walker) dearest(states []*state, before *state) *state {
	if len(states) == 0 {
		return before
	}
	c := *joinAll(states)
	c.defers, c.end = before.defers, callEnd{}
	return &c
}

func (w *walker) store(s *state, i *ssa.Store) {
	at, ok := placeOf(i.Addr)
	if !ok {
		return
	}
	s.kill(at)
	f := s.of(w.ctx, i.Val)
	s.set(at, fact{eq: f.eq, ne: f.ne})
	// A struct one of whose fields is set is not the zero value.
	field, ok := i.Addr.(*ssa.FieldAddr)
	if !ok {
		return
	}
	if outer, ok := placeOf(field.X); ok && f.eq != zeroText(i.Val.Type()) {
		s.set(outer, fact{ne: isZero})
	} else if ok {
		delete(s.facts, outer)
	}
}

// touched forgets what a call may have changed.
func (w *walker) touched(s *state, c *ssa.CallCommon, op kube.Op) {
	if op.IsStatusWrite() || kube.Reads(c) {
		return
	}
	if callee := c.StaticCallee(); callee != nil {
		if obj, ok := callee.Object().(*types.Func); ok && !kube.Changes(obj) && w.p.body(callee) == nil {
			return
		}
		if r := callee.Signature.Results(); r.Len() == 1 && types.Identical(r.At(0).Type(), types.Typ[types.Bool]) {
			return // it asks
		}
	}
	for _, arg := range c.Args {
		if iface, ok := arg.(*ssa.MakeInterface); ok {
			arg = iface.X
		}
		if closure, ok := arg.(*ssa.MakeClosure); ok {
			for _, captured := range closure.Bindings {
				if at, ok := placeOf(captured); ok {
					s.kill(at)
				}
			}
			continue
		}
		_, local := arg.(*ssa.Alloc)
		if !local && !kube.IsAPIObject(arg.Type()) && !strings.HasSuffix(arg.Type().String(), "Status") {
			continue
		}
		if at, ok := placeOf(arg); ok {
			s.kill(at)
		}
	}
}
