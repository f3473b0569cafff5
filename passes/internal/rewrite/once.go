package rewrite

import (
	"cmp"
	"fmt"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/fixes"
	"github.com/atomicstatus/atomicstatus/passes/internal/flow"
	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/report"
	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
	"github.com/atomicstatus/atomicstatus/passes/statuswrites"
)

// maxSunk is how many returns an earlier write may sink to: with more of them the
// function is harder to read than before.
const maxSunk = 2

// Multi is the fix for a write of what was written before, or the reason why there is
// none: the simplest form that reaches.
func (r *Rewriter) Multi(f *statuswrites.Func, v *flow.Visit) []report.Option {
	return r.orBatch(f, v, r.once)
}

// Loop is the fix for a write that a loop repeats, or the reason why there is none.
func (r *Rewriter) Loop(f *statuswrites.Func, v *flow.Visit) []report.Option {
	return r.orBatch(f, v, r.afterLoop)
}

// orBatch is a fix within the function, or else a batch. Of the reasons why there is
// neither, that of the batch says more.
func (r *Rewriter) orBatch(f *statuswrites.Func, v *flow.Visit, within func(*statuswrites.Func, *flow.Visit) (fix, none []report.Option)) []report.Option {
	r.prepare()
	fix, none := within(f, v)
	if fix != nil {
		return fix
	}
	if batch := r.Batch(f, v); batch != nil {
		return batch
	}
	return none
}

// once is the fix within one function: an earlier write is left out where a later one
// carries it, and sinks into the returns that no later one comes before.
func (r *Rewriter) once(f *statuswrites.Func, v *flow.Visit) (fix, none []report.Option) {
	earlier := slices.Clone(v.Earlier)
	slices.SortFunc(earlier, func(a, b ssa.CallInstruction) int { return cmp.Compare(a.Pos(), b.Pos()) })
	for _, e := range earlier {
		m := &move{r: r, f: f, v: v}
		if fix := m.leaveOut(e); fix != nil {
			return fix, nil
		}
		if none == nil && m.reason != "" {
			none = []report.Option{report.NoFix(m.at, m.reason)}
		}
	}
	return nil, none
}

// move is a write on its way to the place where a later one carries it.
type move struct {
	r *Rewriter
	f *statuswrites.Func
	v *flow.Visit

	write   *write
	helper  *helper // that makes the write, if it is not direct
	idle    *helper // that does nothing else, and is called nowhere else
	ways    *ways
	deeds   []deed      // between
	rebased []*ssa.Call // the copies that later patches are the difference to
	turned  string      // the variable that says that a loop has come by the write, if it leaves one
	given   bool        // the object comes from somewhere where it may have been changed
	refused
}

// leaveOut is the fix that leaves an earlier write out, or nil.
func (m *move) leaveOut(e ssa.CallInstruction) []report.Option {
	if m.write = m.r.writeOf(e); m.write == nil && !m.helps(e) {
		m.refuse(e.Pos(), "%s", m.fixed(e, "left out"))
		return nil
	}
	if m.r.writes.InRegion(m.f.Fn) {
		m.refuse(e.Pos(), "both writes are part of a conflict retry")
		return nil
	}
	if !m.look() || m.marks() || !m.answers() {
		return nil
	}
	fix := m.r.fix()
	fix.rests = m.rests()
	edit := fix.edit(m.write.file)
	if m.helper != nil {
		if len(m.ways.missed) > 0 {
			m.refuse(m.ways.missed[0].Pos(), "%s returns without the later write", m.r.line(m.ways.missed[0].Pos()))
			return nil
		}
		if !fix.split(m, m.helper) {
			return nil
		}
	} else if !edit.rebase(m) || !edit.remove(m) || !edit.sink(m) || m.idle != nil && len(m.ways.missed) == 0 && !fix.drop(m.idle) {
		return nil
	}
	carrier := "a later one"
	if len(m.ways.carriers) == 1 {
		carrier = "that in " + m.r.line(m.ways.carriers[0].Pos())
	}
	text := fmt.Sprintf("leave out the write of %s in %s, which %s carries", m.write.name, m.r.line(e.Pos()), carrier)
	if n := len(m.ways.missed); n > 0 {
		text = fmt.Sprintf("move the write of %s in %s to the returns that come before %s", m.write.name, m.r.line(e.Pos()), carrier)
	}
	if m.helper != nil {
		text = fmt.Sprintf("let %s change %s and not write it, as %s carries it", m.helper.fn.Name(), m.write.name, carrier)
	}
	return fix.option(text)
}

// fixed is why the write that a call makes stays where it is: a clause.
func (m *move) fixed(e ssa.CallInstruction, verb string) string {
	common, line := e.Common(), m.r.line(e.Pos())
	fn := kube.Func(common)
	switch {
	case kube.Classify(common).Op != kube.None || fn == nil:
		return fmt.Sprintf("the write in %s is no statement that can be %s", line, verb)
	case common.IsInvoke():
		return fmt.Sprintf("the write in %s is made by %s, of a value that is known only when the program runs", line, fn.Name())
	case fn.Pkg() != m.r.pass.Pkg:
		return fmt.Sprintf("the write in %s is made by %s.%s, in another package", line, fn.Pkg().Name(), fn.Name())
	}
	return fmt.Sprintf("the write in %s is made by %s, which does more or is called otherwise too", line, fn.Name())
}

// helps reads the call of a helper that writes, as the write that it makes, and reports
// that it is one.
func (m *move) helps(e ssa.CallInstruction) bool {
	h := m.r.helper(e)
	if h == nil {
		return false
	}
	s, ok := m.r.siteOf(e)
	i := slices.Index(h.ssa.Params, h.object)
	if !ok || i >= len(e.Common().Args) {
		return false
	}
	m.helper, m.write = h, &s.write
	m.write.op, m.write.object = h.write.op, root(e.Common().Args[i])
	m.write.base = h.write.base // of another function: no patch is the difference to it
	for _, arg := range s.expr.Args {
		if t := m.r.pass.TypesInfo.TypeOf(arg); t != nil && kube.IsAPIObject(t) && types.Identical(t, h.object.Type()) {
			m.write.name = types.ExprString(unaddressed(arg))
		}
	}
	switch {
	case !s.ok:
		m.write.place = s.stmt
		m.write.last = s.stmt.list[s.stmt.i]
	case h.thin: // the call is the write
		m.helper = nil
		if len(h.sites) == 1 {
			m.idle = h
		}
	}
	return m.write.object != nil
}

// drop takes out a helper that nothing calls any more.
func (f *fix) drop(h *helper) bool {
	e := f.edit(h.write.file)
	return !e.failed && e.cut(h.write.decl, h.write.decl)
}

// look follows the paths from the write, and reports that it may move along them.
func (m *move) look() bool {
	e := m.write
	var ok bool
	if m.ways, ok = follow(e.call, m.carries); !ok {
		m.refuse(e.call.Pos(), "what comes of the write in %s is used elsewhere", m.r.line(e.call.Pos()))
		return false
	}
	if len(m.ways.carriers) == 0 {
		m.refuse(e.call.Pos(), "no later write that can be seen carries that in %s", m.r.line(e.call.Pos()))
		return false
	}
	return m.weigh()
}

// weigh judges what lies on the paths, and reports that the write may move over it.
func (m *move) weigh() bool {
	e := m.write
	typ := e.object.Type()
	for _, instr := range m.ways.between {
		if d := m.r.deed(instr, e.object, typ); d.what != pure {
			m.deeds = append(m.deeds, d)
		}
	}
	for _, c := range m.ways.carriers {
		if callee := c.Common().StaticCallee(); callee != nil && !m.sent(c) {
			d := m.r.before(callee, bound(callee, c, e.object), typ)
			if d.pos, d.name, d.fn = c.Pos(), calledName(c.Common()), kube.Func(c.Common()); d.what != pure {
				m.deeds = append(m.deeds, d)
			}
		}
	}
	slices.SortStableFunc(m.deeds, func(a, b deed) int { return cmp.Compare(a.pos, b.pos) })
	for _, d := range m.deeds {
		if d.what == stops {
			m.refuse(d.pos, "%s", d.reason)
			return false
		}
	}
	if n := len(m.ways.missed); n > maxSunk {
		m.refuse(m.ways.missed[0].Pos(), "%d returns come before the later write", n)
		return false
	}
	for _, c := range m.ways.carriers {
		later := write{call: c.(*ssa.Call)}
		if !m.r.sends(&later) || later.op != kube.StatusPatch || later.base == m.write.base {
			continue
		}
		base := later.base.(*ssa.Call)
		for _, instr := range m.ways.between {
			if m.r.changesStatus(instr, m.write.object) && m.ways.leadsTo(instr, base) {
				m.refuse(instr.Pos(), "the patch in %s leaves out what %s changes", m.r.line(c.Pos()), m.r.line(instr.Pos()))
				return false
			}
		}
		m.rebased = append(m.rebased, base)
	}
	return m.apart() && m.nothingNew() && m.patchesAll()
}

// apart reports that no return that the write would sink to is also reached with the
// later write done, or without the write.
func (m *move) apart() bool {
	for _, ret := range m.ways.missed {
		if !comesBefore(m.write.call, ret) && m.v.Loop == nil {
			m.refuse(ret.Pos(), "%s returns with and without the write in %s", m.r.line(ret.Pos()), m.r.line(m.write.call.Pos()))
			return false
		}
		for _, c := range m.ways.carriers {
			if c.Block() == ret.Block() || ssax.Reaches(c.Block(), ret.Block()) {
				m.refuse(ret.Pos(), "%s returns with and without the later write", m.r.line(ret.Pos()))
				return false
			}
		}
	}
	return true
}

// patchesAll reports that a patch holds all that has been changed of the status: what was
// changed before the copy that it is the difference to is taken back by its answer, and
// would be stored by a later write.
func (m *move) patchesAll() bool {
	base, ok := m.write.base.(*ssa.Call)
	if m.write.op != kube.StatusPatch || !ok || base.Parent() != m.write.call.Parent() {
		return true
	}
	at := m.r.sinceLanded(base, m.write.object, func(instr ssa.Instruction) token.Pos {
		if m.r.changesStatus(instr, m.write.object) {
			return instr.Pos()
		}
		return token.NoPos
	})
	if at.IsValid() {
		m.refuse(at, "the patch in %s leaves out what %s changes, and its answer takes that back", m.r.line(m.write.call.Pos()), m.r.line(at))
	}
	return !at.IsValid()
}

// nothingNew reports that the status is not changed on the way to a return that the
// write would sink to: what is dropped there today would be stored.
func (m *move) nothingNew() bool {
	for _, ret := range m.ways.missed {
		for _, instr := range m.ways.between {
			if m.r.changesStatus(instr, m.write.object) && m.ways.leadsTo(instr, ret) {
				m.refuse(ret.Pos(), "what %s changes is not stored where %s returns", m.r.line(instr.Pos()), m.r.line(ret.Pos()))
				return false
			}
		}
	}
	return true
}

// changesStatus reports that an instruction may change the status of an object.
func (r *Rewriter) changesStatus(instr ssa.Instruction, object ssa.Value) bool {
	switch i := instr.(type) {
	case *ssa.Store:
		return i.Addr != object && root(i.Addr) == object
	case *ssa.MapUpdate:
		return root(i.Map) == object
	case ssa.CallInstruction:
		common := i.Common()
		if !r.hands(common, object) || kube.Event(common) || kube.Classify(common).Op != kube.None || r.directive(common.StaticCallee()) != "" {
			return false
		}
		if ch, ok := kube.ChangeOf(common); ok {
			return root(ch.At) == object
		}
		if b, ok := common.Value.(*ssa.Builtin); ok {
			return (b.Name() == "delete" || b.Name() == "copy" || b.Name() == "clear") && root(common.Args[0]) == object
		}
		fn := kube.Func(common)
		return fn == nil || !kube.Reads(common) && !kube.Benign(fn.Pkg()) && !kube.Getter(fn)
	}
	return false
}

// carries reports that an instruction writes the object with all that was written
// before.
func (m *move) carries(instr ssa.Instruction) bool {
	c, ok := instr.(*ssa.Call)
	if !ok || c == m.write.call {
		return false
	}
	for _, v := range m.f.Visits {
		if v.Call != c || v.Resource != m.v.Resource || v.Async {
			continue
		}
		if m.sent(c) {
			return true
		}
		callee := c.Common().StaticCallee()
		return callee != nil && callee.Pkg == m.f.Fn.Pkg && m.r.alwaysWrites(callee, bound(callee, c, m.write.object), 0)
	}
	return false
}

// sent reports that a call itself sends what the write sent.
func (m *move) sent(c ssa.CallInstruction) bool {
	call, ok := c.(*ssa.Call)
	if !ok {
		return false
	}
	later := write{call: call}
	if !m.r.sends(&later) || later.object != m.write.object {
		return false
	}
	if later.op == kube.StatusUpdate {
		return true
	}
	return m.write.op == kube.StatusPatch && later.locked == m.write.locked && later.base != nil && (later.base == m.write.base || m.rebases(later.base))
}

// rebases reports that a value is another copy of the object than the one that the
// write is the difference to: without the write, a later patch has to be the difference
// to that one too.
func (m *move) rebases(base ssa.Value) bool {
	c, ok := base.(*ssa.Call)
	return ok && calledName(c.Common()) == "DeepCopy" && m.r.hands(c.Common(), m.write.object) && comesBefore(m.write.call, c)
}

// maxDepth is how many calls deep a write is looked for.
const maxDepth = 3

// alwaysWrites reports that a function updates the status of an object on each of its
// paths.
func (r *Rewriter) alwaysWrites(fn *ssa.Function, object ssa.Value, depth int) bool {
	if fn.Blocks == nil || object == nil || depth > maxDepth {
		return false
	}
	missed := false
	r.until(fn, object, depth, func(instr ssa.Instruction) {
		if _, ok := instr.(*ssa.Return); ok {
			missed = true
		}
	})
	return !missed
}

// until runs through a function up to the updates of an object.
func (r *Rewriter) until(fn *ssa.Function, object ssa.Value, depth int, each func(ssa.Instruction)) {
	seen := map[*ssa.BasicBlock]bool{}
	var walk func(b *ssa.BasicBlock)
	walk = func(b *ssa.BasicBlock) {
		for _, instr := range b.Instrs {
			if c, ok := instr.(*ssa.Call); ok {
				w := write{call: c}
				if r.sends(&w) && w.object == object && w.op == kube.StatusUpdate {
					return
				}
				if callee := c.Common().StaticCallee(); callee != nil && callee.Pkg == fn.Pkg && r.alwaysWrites(callee, bound(callee, c, object), depth+1) {
					return
				}
			}
			each(instr)
		}
		for _, s := range b.Succs {
			if !seen[s] {
				walk(visit(seen, s))
			}
		}
	}
	walk(visit(seen, fn.Blocks[0]))
}

// names are the deeds that a test accepts, as a list for people: "create (line 91)".
func (m *move) names(is func(deed) bool) (text string, first deed, funcs []*types.Func) {
	var all []string
	for _, d := range m.deeds {
		if !is(d) {
			continue
		}
		if len(all) == 0 {
			first = d
		}
		funcs = append(funcs, d.fn)
		all = append(all, fmt.Sprintf("%s (%s)", d.name, m.r.line(d.pos)))
	}
	return listed(all), first, funcs
}

// around is the function that the write lies in.
func (m *move) around() *types.Func {
	fn, _ := m.r.pass.TypesInfo.Defs[m.write.decl.Name].(*types.Func)
	return fn
}

// rests is what the move rests on.
func (m *move) rests() []fixes.Assumption {
	var rests []fixes.Assumption
	name, line := m.write.name, m.r.line(m.write.call.Pos())
	add := func(kind fixes.Kind, is func(deed) bool, text func(names string) string) {
		if names, first, funcs := m.names(is); names != "" {
			rests = append(rests, fixes.Assumption{Kind: kind, Pos: first.pos, Text: text(names), Funcs: append(funcs, m.around())})
		}
	}
	last := "the loop has ended"
	if n := len(m.ways.carriers); n > 0 {
		last = m.r.line(m.ways.carriers[n-1].Pos())
	}
	add(fixes.Visibility, func(d deed) bool { return d.what == looks || d.what == effects }, func(names string) string {
		run := "runs"
		if strings.Contains(names, " and ") {
			run = "run"
		}
		return fmt.Sprintf("nobody has to see the status of %s as of %s while %s %s", name, line, names, run)
	})
	if leaves(m.write.call) {
		add(fixes.Gate, func(d deed) bool { return d.what == tells || d.what == effects }, func(names string) string {
			return fmt.Sprintf("%s may run although the write of %s has not been stored: if it fails, that is known at the end", names, line)
		})
	}
	add(fixes.Progress, func(d deed) bool { return d.what == effects }, func(names string) string {
		return fmt.Sprintf("%s may run again if the process dies, the server is away or somebody else writes the status before %s", names, last)
	})
	add(fixes.Unseen, func(d deed) bool { return d.what == quiet || d.blind }, func(names string) string {
		return fmt.Sprintf("%s neither reads nor writes %s from elsewhere", names, name)
	})
	if m.given {
		text := fmt.Sprintf("whoever calls %s has changed nothing of %s", m.write.decl.Name.Name, name)
		if m.write.op == kube.StatusUpdate {
			text += " but its status"
		}
		rests = append(rests, fixes.Assumption{Kind: fixes.Unseen, Pos: m.write.decl.Pos(), Funcs: []*types.Func{m.around()}, Text: text})
	}
	if e := m.write.call; len(m.ways.carriers) == 0 && m.f.Swallowed[e] { // it moves behind its loop
		rests = append(rests, fixes.Assumption{Kind: fixes.Failure, Pos: e.Pos(), Funcs: []*types.Func{m.around()},
			Text: fmt.Sprintf("one failure of the write of %s, which goes nowhere, may lose what all turns did", line)})
	}
	for _, c := range m.ways.carriers {
		if leaves(m.write.call) && (m.f.Swallowed[c] || survives(c)) {
			rests = append(rests, fixes.Assumption{Kind: fixes.Failure, Pos: c.Pos(), Funcs: []*types.Func{m.around()},
				Text: fmt.Sprintf("what comes after a failure of the write of %s may come although what %s wrote is lost with it", m.r.line(c.Pos()), line)})
		}
	}
	return rests
}
