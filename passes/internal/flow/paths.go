package flow

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
)

// Paths are the paths of a function that the engine has walked, all of them: whoever
// follows the function with them follows no path that the checks take for impossible.
//
// They are a graph of points. A point is where a state was, at the start of a block or
// after a call, or several states that were merged or joined. What follows a path holds
// the set of points that it may have come to; where the set becomes empty, there is no
// such path.
type Paths struct {
	ways   [][]way // that lead on from each point; those from the first to the entry
	starts map[start]point
	ends   map[point][]int // the outcomes that begin where the function returns
	size   []int           // the number of instructions of each block
}

// Points are those that a path may have come to, ascending.
type Points []point

// point is the number of one.
type point int32

// start is a state at the start of a block.
type start struct {
	block int
	key   digest
}

// way leads from a point to another one.
type way struct {
	to   point
	kind wayKind
	n    int // the block that is entered, or the instruction that calls, by its place in its block
	end  Ending
}

type wayKind uint8

const (
	merging  wayKind = iota // the state has become a part of another one
	entering                // another block
	callEnds                // what the instruction calls ends so
	callDone                // the instruction is done
)

// Ending tells how a function ended that an instruction called.
type Ending struct {
	Fn      token.Pos // of the function; NoPos for one that only returns an error, or none
	Outcome int       // of its summary
	Failed  bool      // it returned an error
}

// RunForPaths interprets a function, and keeps its paths. They are nil if the function
// is too large for all of them to be followed.
func RunForPaths(prog Program, fn *ssa.Function) *Result {
	e := newExec(prog, fn, kube.Once)
	e.paths = &Paths{ways: make([][]way, 1), starts: map[start]point{}, ends: map[point][]int{}}
	r := e.conclude()
	if e.cut {
		return r
	}
	// What a function that calls itself comes to may not have settled: then its callers
	// number its outcomes in another way.
	if known := prog.Summary(fn); known != nil && !slices.Equal(known.lines(), r.Summary.lines()) {
		e.paths.ends = nil
	}
	for _, b := range fn.Blocks {
		e.paths.size = append(e.paths.size, len(b.Instrs))
	}
	e.paths.starts, r.Paths = nil, e.paths
	return r
}

// Fit reports that the paths are those of a function, perhaps in another program or an
// instance, of the same source.
func (p *Paths) Fit(fn *ssa.Function) bool {
	return slices.EqualFunc(p.size, fn.Blocks, func(size int, b *ssa.BasicBlock) bool { return size == len(b.Instrs) })
}

// Start is where all paths begin.
func (p *Paths) Start() Points { return p.Enter(Points{0}, 0) }

// Enter follows paths from the end of a block into another one.
func (p *Paths) Enter(from Points, block int) Points {
	var out Points
	for _, at := range from {
		for _, w := range p.ways[at] {
			if w.kind == entering && w.n == block {
				out = append(out, w.to)
			}
		}
	}
	return p.closed(out)
}

// Call follows paths over the call at a place of their block, where what is called
// ended in one of the ways that fit; those that tell nothing of it always do.
func (p *Paths) Call(from Points, instr int, fits func(Ending) (of, ok bool)) Points {
	type visit struct {
		at             point
		asked, matched bool
	}
	var out Points
	var todo []visit
	for _, at := range from {
		todo = append(todo, visit{at: at})
	}
	for i := 0; i < len(todo); i++ {
		v := todo[i]
		for _, w := range p.ways[v.at] {
			next := visit{w.to, v.asked, v.matched}
			switch {
			case w.kind == entering || w.kind != merging && w.n != instr:
				continue
			case w.kind == callDone:
				if v.matched || !v.asked {
					out = append(out, w.to)
				}
				continue
			case w.kind == callEnds:
				of, ok := fits(w.end)
				next.asked, next.matched = v.asked || of, v.matched || of && ok
			}
			if !slices.Contains(todo, next) {
				todo = append(todo, next)
			}
		}
	}
	return p.closed(out)
}

// Turns are the points at the head of a loop that paths from there come to, with what
// they come from. The loop is the set of its blocks.
func (p *Paths) Turns(from Points, head int, in func(block int) bool) Points {
	seen := map[point]bool{}
	todo := slices.Clone(from)
	all := slices.Clone(from)
	for len(todo) > 0 {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, w := range p.ways[at] {
			if w.kind == entering && !in(w.n) || seen[w.to] {
				continue
			}
			seen[w.to] = true
			todo = append(todo, w.to)
			if w.kind == entering && w.n == head {
				all = append(all, w.to)
			}
		}
	}
	return p.closed(all)
}

// Outcomes are those of the function's summary in which paths may end; none if they
// cannot be told.
func (p *Paths) Outcomes(at Points) []int {
	var out []int
	for _, at := range at {
		out = append(out, p.ends[at]...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Or are those in either.
func (p Points) Or(o Points) Points {
	all := slices.Concat(p, o)
	slices.Sort(all)
	return slices.Compact(all)
}

// closed adds what points have become a part of.
func (p *Paths) closed(at Points) Points {
	for i := 0; i < len(at); i++ {
		for _, w := range p.ways[at[i]] {
			if w.kind == merging && !slices.Contains(at, w.to) {
				at = append(at, w.to)
			}
		}
	}
	slices.Sort(at)
	return slices.Compact(at)
}

// add makes a way, and a point for it to lead to where there is none.
func (p *Paths) add(from point, w way) point {
	if w.to == 0 {
		w.to = point(len(p.ways))
		p.ways = append(p.ways, nil)
	}
	if from != w.to && !slices.Contains(p.ways[from], w) {
		p.ways[from] = append(p.ways[from], w)
	}
	return w.to
}

// The rest tells the paths what the engine does. They are nil where nobody asks for
// them.

// enter tells that a state enters a block, where one of that key may have been.
func (p *Paths) enter(s *state, b *ssa.BasicBlock, key digest) {
	if p != nil {
		at := start{b.Index, key}
		s.at = p.add(s.at, way{to: p.starts[at], kind: entering, n: b.Index})
		p.starts[at] = s.at
	}
}

// join tells that a state enters a block as a part of another one, which now has that key.
func (p *Paths) join(s, with *state, b *ssa.BasicBlock, key digest) {
	if p == nil {
		return
	}
	p.add(s.at, way{to: with.at, kind: entering, n: b.Index})
	at := start{b.Index, key}
	if other, ok := p.starts[at]; ok {
		p.merge(with.at, other)
	} else {
		p.starts[at] = with.at
	}
}

// leave tells in which outcome of the summary each end of the function came to be.
func (p *Paths) leave(exits []exit, outcomes []int) {
	if p == nil {
		return
	}
	for i, x := range exits {
		p.ends[x.s.at] = append(p.ends[x.s.at], outcomes[i])
	}
}

// merge tells that a state goes on as a part of another one.
func (p *Paths) merge(from, to point) {
	if p != nil && from != to {
		p.add(from, way{to: to, kind: merging})
	}
}

// end tells how something ended that the instruction calls.
func (p *Paths) end(s *state, instr int, end Ending) {
	if p != nil {
		s.at = p.add(s.at, way{kind: callEnds, n: instr, end: end})
	}
}

// rest tells that an instruction which calls something is done.
func (p *Paths) rest(states []*state, instr int) {
	if p == nil {
		return
	}
	for _, s := range states {
		s.at = p.add(s.at, way{kind: callDone, n: instr})
	}
}

// endEither tells the paths that a call has succeeded, or failed.
func (e *exec) endEither(ok, failed *state) {
	e.paths.end(ok, e.forking, Ending{})
	e.paths.end(failed, e.forking, Ending{Failed: true})
}
