package rewrite

import (
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strconv"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/flow"
	"github.com/atomicstatus/atomicstatus/passes/internal/report"
	"github.com/atomicstatus/atomicstatus/passes/statuswrites"
)

// afterLoop is the fix within one function for a write that a loop repeats: it moves
// behind the loop, and into the returns that leave it, as what was done before has to be
// stored there too. A variable says whether a turn has come by the write: where none
// has, there is nothing to write.
func (r *Rewriter) afterLoop(f *statuswrites.Func, v *flow.Visit) (fix, none []report.Option) {
	m := &move{r: r, f: f, v: v}
	if fix = m.collect(); fix == nil && m.reason != "" {
		none = []report.Option{report.NoFix(m.at, m.reason)}
	}
	return fix, none
}

func (m *move) collect() []report.Option {
	e := m.v.Call
	if m.write = m.r.writeOf(e); m.write == nil {
		m.refuse(e.Pos(), "%s", m.fixed(e, "moved"))
		return nil
	}
	behind, loop := m.r.behindLoop(m.write)
	if loop == nil {
		m.refuse(e.Pos(), "there is no place behind the loop")
		return nil
	}
	if m.r.writes.InRegion(m.f.Fn) {
		m.refuse(e.Pos(), "the loop is part of a conflict retry")
		return nil
	}
	inLoop := func(i ssa.Instruction) bool { return loop.Pos() <= i.Pos() && i.Pos() < loop.End() }
	var ok bool
	if m.ways, ok = follow(m.write.call, m.carries); !ok {
		m.refuse(e.Pos(), "what comes of the write in %s is used elsewhere", m.r.line(e.Pos()))
		return nil
	}
	if slices.ContainsFunc(m.ways.carriers, func(c ssa.CallInstruction) bool { return inLoop(c) }) {
		m.refuse(m.ways.carriers[0].Pos(), "the loop writes in %s too", m.r.line(m.ways.carriers[0].Pos()))
		return nil
	}
	carried := len(m.ways.carriers) > 0
	m.ways.missed = slices.DeleteFunc(m.ways.missed, func(ret *ssa.Return) bool {
		left := !inLoop(ret)
		carried = carried && !left
		return left
	})
	if !carried {
		m.ways.between = slices.DeleteFunc(m.ways.between, func(i ssa.Instruction) bool { return i.Pos().IsValid() && !inLoop(i) })
		m.ways.carriers = nil
	}
	if !m.weigh() || !m.stored(inLoop) || m.marks() || !m.answers() {
		return nil
	}
	fix := m.r.fix()
	edit := fix.edit(m.write.file)
	if edit.failed {
		return nil
	}
	fix.rests = m.rests()
	if !carried || len(m.ways.missed) > 0 {
		m.turned = m.flag()
		if !edit.above(loop, m.turned+" := false") {
			m.refuse(e.Pos(), "there is no room before the loop")
			return nil
		}
	}
	if !carried && (!edit.known(m.write, behind) || !edit.insert(behind, edit.moved(m, behind))) {
		m.refuse(e.Pos(), "the write in %s needs what only the loop has", m.r.line(e.Pos()))
		return nil
	}
	if !edit.remove(m) || !edit.sink(m) {
		return nil
	}
	if carried {
		return fix.option(fmt.Sprintf("leave out the write of %s in the loop, which a later one carries", m.write.name))
	}
	return fix.option(fmt.Sprintf("write %s once, behind the loop", m.write.name))
}

// flag is a name for the variable that says that a loop has come by its write. Fixes may
// be applied together, so each loop of the function has its own.
func (m *move) flag() string {
	before := map[token.Pos]bool{} // writes in loops
	for _, v := range m.f.Visits {
		if v.Loop != nil && v.Call.Pos() < m.write.call.Pos() {
			before[v.Call.Pos()] = true
		}
	}
	taken := map[string]bool{}
	ast.Inspect(m.write.decl, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			taken[id.Name] = true
		}
		return true
	})
	name, skip := "changed", len(before)
	for n := 2; ; n++ {
		if !taken[name] {
			if skip == 0 {
				return name
			}
			skip--
		}
		name = "changed" + strconv.Itoa(n)
	}
}

// behindLoop is the place behind the innermost loop around a write.
func (r *Rewriter) behindLoop(w *write) (place, ast.Stmt) {
	at, ok := r.Root.FindByPos(w.expr.Pos(), w.expr.End())
	for ; ok; at = at.Parent() {
		switch n := at.Node().(type) {
		case *ast.FuncLit, *ast.FuncDecl:
			return place{}, nil
		case *ast.ForStmt, *ast.RangeStmt:
			if loop, ok := n.(*ast.ForStmt); ok && loop.Cond == nil {
				return place{}, nil // it may never end
			}
			p, ok := statement(at)
			if !ok {
				return place{}, nil // it has a label
			}
			p.i++
			return p, n.(ast.Stmt)
		}
	}
	return place{}, nil
}

// stored reports that what is changed in memory was stored by the write wherever it
// will be now: no change leaves the loop past the write.
func (m *move) stored(inLoop func(ssa.Instruction) bool) bool {
	for _, b := range m.f.Fn.Blocks {
		for _, instr := range b.Instrs {
			if inLoop(instr) && m.r.changesStatus(instr, m.write.object) && m.passes(instr, inLoop) {
				m.refuse(instr.Pos(), "what %s changes is not always stored", m.r.line(instr.Pos()))
				return false
			}
		}
	}
	return true
}

// passes reports that control may leave the loop from an instruction on without coming
// by the write, other than by a return that the write sinks to.
func (m *move) passes(from ssa.Instruction, inLoop func(ssa.Instruction) bool) bool {
	e := m.write.call
	if from.Block() == e.Block() && comesBefore(from, e) {
		return false
	}
	seen := map[*ssa.BasicBlock]bool{}
	var out func(b *ssa.BasicBlock) bool
	out = func(b *ssa.BasicBlock) bool {
		for _, s := range b.Succs {
			if s == e.Block() || seen[s] {
				continue
			}
			visit(seen, s)
			outside := true
			for _, i := range s.Instrs {
				if !i.Pos().IsValid() || inLoop(i) {
					outside = false
				}
			}
			if outside || out(s) {
				return true
			}
		}
		return false
	}
	return out(from.Block())
}
