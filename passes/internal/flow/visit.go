package flow

import (
	"slices"

	"golang.org/x/tools/go/ssa"
)

// visited is the record of a call that writes the status of a resource.
func (e *exec) visited(is Visit) *Visit {
	key := visitKey{is.Call, is.Resource}
	v := e.visits[key]
	if v == nil {
		is.Fn = e.fn
		v = &is
		e.visits[key] = v
		e.order = append(e.order, v)
	}
	v.Client = is.Client
	if v.Context != is.Context { // on another path
		v.Context = nil
	}
	v.Noted = v.Noted && is.Noted
	return v
}

// visitIfChanged records a call of a patcher on a path that has not changed the
// status: whether it writes anything is for the caller to tell.
func (e *exec) visitIfChanged(s *state, is Visit) {
	e.visited(is).Fresh = true
	if _, written := s.writes.find(is.Resource); !written {
		s.writes.set(is.Resource, write{first: is.Call, client: is.Client, ifChanged: true})
	}
}

// visit records that a call writes the status of a resource on this path, and
// adds the write to it.
func (e *exec) visit(s *state, is Visit) {
	v, c, res, client := e.visited(is), is.Call, is.Resource, is.Client
	w, before := s.writes.find(res)
	if before && (w.ifChanged || otherClient(w.client, client)) {
		w, before = write{}, false
	}
	switch {
	case !before || w.first == nil:
		v.Fresh = true
	case c.Common().StaticCallee() == e.fn: // each turn begins after a write
		v.Loop = &Loop{Pos: e.fn.Pos(), End: e.fn.Pos(), Kind: Recursion}
	case (w.first != c || e.ofSteps(c)) && !slices.Contains(v.Earlier, w.first):
		v.Earlier = append(v.Earlier, w.first)
	}
	if l := w.loops[c]; l != nil && v.Loop == nil && !e.flow.single(l, c) {
		v.Loop = e.describeLoop(l)
	}
	// Copy on write: states share these maps.
	loops := make(map[ssa.CallInstruction]*loop, len(w.loops)+1)
	for k, l := range w.loops {
		loops[k] = l
	}
	if l := e.repeater(c); l != nil {
		loops[c] = l
	}
	if w.first == nil && !is.Async {
		w.first = c
	}
	w.loops, w.client = loops, client
	s.writes.set(res, w)
	for k, f := range s.failed.all() {
		if f.res == res {
			s.failed.del(k)
		}
	}
}

func (e *exec) describeLoop(l *loop) *Loop {
	if l == e.flow.root {
		kind := "callback"
		if e.fn.Synthetic == rangeFuncBody {
			kind = "range loop"
		}
		return &Loop{Pos: e.fn.Pos(), End: e.fn.Pos(), Kind: kind}
	}
	found := &Loop{Kind: "loop"}
	for _, b := range e.fn.Blocks {
		if !l.has(b) {
			continue
		}
		for _, instr := range b.Instrs {
			pos := instr.Pos()
			// A phi stands where its variable was declared, outside the loop.
			if _, phi := instr.(*ssa.Phi); phi || !pos.IsValid() {
				continue
			}
			if !found.Pos.IsValid() || pos < found.Pos {
				found.Pos = pos
			}
			found.End = max(found.End, pos)
		}
	}
	for _, in := range e.flow.loops {
		height := 0
		for ; in != nil && in != l; in = in.outer {
			height++
		}
		if in == l {
			found.Height = max(found.Height, height)
		}
	}
	return found
}

// rangeFuncBody is how go/ssa marks the body of a range over a function.
const rangeFuncBody = "range-over-func yield"

// wait tells that the path waits for the next event: in a loop, what was written
// before belongs to another event.
func (e *exec) wait(s *state, b *ssa.BasicBlock, what Waiting) {
	s.waited = max(s.waited, what)
	for c := range s.failed.all() {
		if what == forItem && e.flow.shareLoop(c.call.Block(), b) {
			s.failed.del(c)
		}
	}
	for r, w := range s.writes.all() {
		loops := make(map[ssa.CallInstruction]*loop, len(w.loops))
		for c, l := range w.loops {
			if l != e.flow.root && !l.has(b) {
				loops[c] = l
			}
		}
		if e.flow.inner[b.Index] != nil {
			w.first = nil
		}
		w.loops = loops
		if w.first == nil && len(loops) == 0 {
			s.writes.del(r)
			continue
		}
		s.writes.set(r, w)
	}
}

// calleeName is how a chain of calls names a step.
func calleeName(c ssa.CallInstruction) string {
	common := c.Common()
	if common.IsInvoke() {
		return common.Method.Name()
	}
	if fn := common.StaticCallee(); fn != nil {
		if fn.Parent() != nil {
			return "a function literal"
		}
		return fn.Name()
	}
	return "the callback"
}
