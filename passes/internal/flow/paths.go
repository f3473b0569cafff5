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
// after a call, or several states that were merged or joined. What follows a path is at
// one point at a time; where none follows, there is no such path. Nil are the paths of a
// function of which nothing is known: they have one point, and lead everywhere.
type Paths struct {
	ways    [][]way // that lead on from each point; those from the first to the entry
	starts  map[start]Point
	ends    map[Point][]int // the outcomes that begin where the function returns
	returns [][]truth       // by outcome: which results are true, or an error that is not nil
	calls   []int           // in each block
}

// Point is the number of one.
type Point int32

// start is a state at the start of a block.
type start struct {
	block int
	key   digest
}

// way leads from a point to another one.
type way struct {
	to   Point
	kind wayKind
	n    int // the block that is entered, or the call, by its place among those of its block
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
	e.paths = &Paths{ways: make([][]way, 1), starts: map[start]Point{}, ends: map[Point][]int{}, calls: calls(fn)}
	r := e.conclude()
	if e.cut {
		return r
	}
	// What a function that calls itself comes to may not have settled: then its callers
	// number its outcomes in another way.
	if known := prog.Summary(fn); known != nil && !slices.Equal(known.lines(), r.Summary.lines()) {
		e.paths.ends = nil
	}
	e.paths.tell(fn, r.Summary)
	e.paths.starts, r.Paths = nil, e.paths
	return r
}

// tell keeps what the results of the outcomes say.
func (p *Paths) tell(fn *ssa.Function, sum *Summary) {
	for i := range sum.Outcomes {
		o := &sum.Outcomes[i]
		said := make([]truth, len(o.Results))
		for j, t := range o.Results {
			isError := isErrorType(fn.Signature.Results().At(j).Type())
			switch {
			case t.IsConst() && (t.Name == "nil" && isError || t.Name == "false"):
				said[j] = isFalse
			case t.IsConst() && t.Name == "true", isError && o.notNil(t):
				said[j] = isTrue
			}
		}
		p.returns = append(p.returns, said)
	}
}

// calls are how many instructions of each block call something in its place.
func calls(fn *ssa.Function) []int {
	out := make([]int, len(fn.Blocks))
	for i, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if Forks(instr) {
				out[i]++
			}
		}
	}
	return out
}

// Forks reports that an instruction is one of those that paths go over: it calls
// something, there and then.
func Forks(instr ssa.Instruction) bool {
	switch instr.(type) {
	case *ssa.Call, *ssa.RunDefers:
		return true
	}
	return false
}

// Fit reports that the paths are those of a function, perhaps in another program or an
// instance, of the same source.
func (p *Paths) Fit(fn *ssa.Function) bool { return slices.Equal(p.calls, calls(fn)) }

// Start is where all paths begin.
func (p *Paths) Start() []Point { return p.Enter(0, 0) }

// Enter follows the paths from the end of a block into another one.
func (p *Paths) Enter(from Point, block int) []Point {
	if p == nil {
		return []Point{from}
	}
	var out []Point
	for _, w := range p.ways[from] {
		if w.kind == entering && w.n == block {
			out = append(out, w.to)
		}
	}
	return p.closed(out)
}

// Call follows the paths over a call of their block, where what is called ended in one
// of the ways that fit; those that tell nothing of it always do.
func (p *Paths) Call(from Point, call int, fits func(Ending) (of, ok bool)) []Point {
	if p == nil {
		return []Point{from}
	}
	type visit struct {
		at             Point
		asked, matched bool
	}
	var out []Point
	todo := []visit{{at: from}}
	for i := 0; i < len(todo); i++ {
		v := todo[i]
		for _, w := range p.ways[v.at] {
			next := visit{w.to, v.asked, v.matched}
			switch {
			case w.kind == entering || w.kind != merging && w.n != call:
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
func (p *Paths) Turns(from []Point, head int, in func(block int) bool) []Point {
	if p == nil {
		return from
	}
	seen := map[Point]bool{}
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
func (p *Paths) Outcomes(at Point) []int {
	if p == nil {
		return nil
	}
	return p.ends[at]
}

// Returns reports that a result is true in an outcome, or an error that is not nil;
// known is false if it cannot be told.
func (p *Paths) Returns(outcome, result int) (is, known bool) {
	if said := p.returns[outcome]; result < len(said) {
		return said[result] == isTrue, said[result] != unknown
	}
	return false, false
}

// closed adds what points have become a part of.
func (p *Paths) closed(at []Point) []Point {
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
func (p *Paths) add(from Point, w way) Point {
	if w.to == 0 {
		w.to = Point(len(p.ways))
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
		if !slices.Contains(p.ends[x.s.at], outcomes[i]) {
			p.ends[x.s.at] = append(p.ends[x.s.at], outcomes[i])
		}
	}
}

// merge tells that a state goes on as a part of another one.
func (p *Paths) merge(from, to Point) {
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
