package rewrite

import (
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
)

// marks reports that the write marks progress: a constant of one field is stored before
// it, and another one before the later write, with something between that takes time.
func (m *move) marks() bool {
	var effect deed
	for _, d := range m.deeds {
		if d.what == effects {
			effect = d
			break
		}
	}
	if effect.what != effects {
		return false
	}
	before := map[string]mark{}
	for _, b := range m.f.Fn.Blocks {
		for _, instr := range b.Instrs {
			if instr == ssa.Instruction(m.write.call) || comesBefore(instr, m.write.call) {
				maps.Copy(before, m.r.marked(instr, m.write.object))
			}
		}
	}
	later := m.ways.between
	for _, c := range m.ways.carriers {
		later = append(later, c)
	}
	for _, instr := range later {
		marks := m.r.marked(instr, m.write.object)
		for _, field := range slices.Sorted(maps.Keys(marks)) {
			now := marks[field]
			if old, ok := before[field]; ok && !sameConstants(old.value, now.value) {
				m.refuse(old.pos, "%s of %s is %s from %s on, while %s (%s) runs, and %s only after it: a mark of progress; if somebody has to see it, suppress this report with that reason",
					field, m.write.name, showConstant(old.value), m.r.line(old.pos), effect.name, m.r.line(effect.pos), showConstant(now.value))
				return true
			}
		}
	}
	return false
}

// mark is a constant that is stored in a field of a status.
type mark struct {
	value *ssa.Const
	pos   token.Pos
}

// marked are the constants that an instruction stores in the status of an object, by
// the field: a store, or the call of a function of the package that does so.
func (r *Rewriter) marked(instr ssa.Instruction, object ssa.Value) map[string]mark {
	switch i := instr.(type) {
	case *ssa.Store:
		if c, ok := i.Val.(*ssa.Const); ok && root(i.Addr) == object && kube.StatusAddress(i.Addr) {
			return map[string]mark{fieldPath(i.Addr): {c, i.Pos()}}
		}
	case *ssa.Call:
		callee := i.Common().StaticCallee()
		if callee == nil || callee.Blocks == nil || callee.Pkg != i.Parent().Pkg {
			return nil
		}
		inner := bound(callee, i, object)
		if inner == nil {
			return nil
		}
		found := map[string]mark{}
		for _, b := range callee.Blocks {
			for _, in := range b.Instrs {
				s, ok := in.(*ssa.Store)
				if !ok || root(s.Addr) != inner || !kube.StatusAddress(s.Addr) {
					continue
				}
				value, ok := s.Val.(*ssa.Const)
				if p, is := s.Val.(*ssa.Parameter); is {
					if n := slices.Index(callee.Params, p); n >= 0 && n < len(i.Common().Args) {
						value, ok = i.Common().Args[n].(*ssa.Const)
					}
				}
				if ok {
					found[fieldPath(s.Addr)] = mark{value, i.Pos()}
				}
			}
		}
		return found
	}
	return nil
}

// fieldPath names the field of a status that an address leads to: "Phase".
func fieldPath(addr ssa.Value) string {
	var names []string
	for {
		f, ok := addr.(*ssa.FieldAddr)
		if !ok {
			break
		}
		names = append(names, kube.FieldName(f))
		addr = f.X
	}
	slices.Reverse(names)
	if len(names) > 1 && names[0] == "Status" {
		names = names[1:]
	}
	return strings.Join(names, ".")
}

// answers reports that nothing depends on the answer to the write: it lands in the
// object, and replaces what was changed there and is no status.
func (m *move) answers() bool {
	e := m.write
	for _, instr := range m.ways.between {
		if f, ok := instr.(*ssa.FieldAddr); ok && root(f.X) == e.object && kube.FieldName(f) == "ResourceVersion" {
			m.refuse(f.Pos(), "%s looks at the resourceVersion that the answer to the write in %s has brought", m.r.line(f.Pos()), m.r.line(e.call.Pos()))
			return false
		}
		if c, ok := instr.(ssa.CallInstruction); ok && calledName(c.Common()) == "GetResourceVersion" && m.r.hands(c.Common(), e.object) {
			m.refuse(c.Pos(), "%s looks at the resourceVersion that the answer to the write in %s has brought", m.r.line(c.Pos()), m.r.line(e.call.Pos()))
			return false
		}
	}
	if m.helper != nil {
		if at := m.r.changedBefore(m.helper.write.call, m.helper.object, 0); at.IsValid() {
			m.refuse(at, "the answer to the write in %s takes back what %s changes of %s besides its status", m.r.line(m.helper.write.call.Pos()), m.r.line(at), e.name)
			return false
		}
	}
	if at := m.r.changedBefore(e.call, e.object, 0); at.IsValid() {
		m.refuse(at, "the answer to the write in %s takes back what %s changes of %s besides its status", m.r.line(e.call.Pos()), m.r.line(at), e.name)
		return false
	}
	at, given := m.r.changedByCallers(m.f.Fn, e.object, 0)
	if at.IsValid() {
		m.refuse(at, "the answer to the write in %s takes back what %s changes of %s besides its status", m.r.line(e.call.Pos()), m.r.line(at), e.name)
		return false
	}
	m.given = given
	return true
}

// changedByCallers is where a caller changes an object that it hands to a function,
// besides its status; unknown says that there are callers that cannot be seen.
func (r *Rewriter) changedByCallers(fn *ssa.Function, object ssa.Value, depth int) (at token.Pos, unknown bool) {
	param, ok := object.(*ssa.Parameter)
	if !ok {
		_, local := object.(*ssa.Alloc)
		return token.NoPos, !local
	}
	calls, ok := r.writes.Callers(fn)
	i := slices.Index(fn.Params, param)
	if !ok || len(calls) == 0 || i < 0 || depth == maxDepth {
		return token.NoPos, true
	}
	for _, c := range calls {
		var from ssa.Value
		if args := c.Common().Args; !c.Common().IsInvoke() && i < len(args) {
			from = root(args[i])
		}
		if from == nil {
			unknown = true
			continue
		}
		if at := r.changedBefore(c, from, depth); at.IsValid() {
			return at, false
		}
		at, more := r.changedByCallers(c.Parent(), from, depth+1)
		if at.IsValid() {
			return at, false
		}
		unknown = unknown || more
	}
	return token.NoPos, unknown
}

// changedBefore is where the object is changed besides its status on a path to an
// instruction, and has not been read since.
func (r *Rewriter) changedBefore(to ssa.Instruction, object ssa.Value, depth int) token.Pos {
	return r.sinceLanded(to, object, func(instr ssa.Instruction) token.Pos { return r.changesRest(instr, object, depth) })
}

// sinceLanded is the first place that is found on the paths back from an instruction to
// where what the API server has replaces the object.
func (r *Rewriter) sinceLanded(to ssa.Instruction, object ssa.Value, place func(ssa.Instruction) token.Pos) token.Pos {
	found := token.NoPos
	seen := map[*ssa.BasicBlock]bool{}
	var walk func(b *ssa.BasicBlock, i int)
	walk = func(b *ssa.BasicBlock, i int) {
		for i--; i >= 0; i-- {
			instr := b.Instrs[i]
			if r.landsIn(instr, object) {
				return
			}
			if at := place(instr); at.IsValid() && !found.IsValid() {
				found = at
			}
		}
		for _, p := range b.Preds {
			if !seen[p] {
				walk(visit(seen, p), len(p.Instrs))
			}
		}
	}
	walk(to.Block(), slices.Index(to.Block().Instrs, to))
	return found
}

// landsIn reports that what the API server has replaces the object.
func (r *Rewriter) landsIn(instr ssa.Instruction, object ssa.Value) bool {
	c, ok := instr.(*ssa.Call)
	if !ok {
		return false
	}
	k := kube.Classify(c.Common())
	switch k.Op {
	case kube.Get, kube.Update, kube.Patch, kube.Create, kube.StatusUpdate, kube.StatusPatch:
		return !k.Typed && k.Object != nil && root(k.Object) == object
	}
	return false
}

// changesRest is where an instruction changes an object besides its status.
func (r *Rewriter) changesRest(instr ssa.Instruction, object ssa.Value, depth int) token.Pos {
	switch i := instr.(type) {
	case *ssa.Store:
		if i.Addr != object && root(i.Addr) == object && !kube.StatusAddress(i.Addr) {
			return i.Pos()
		}
	case *ssa.MapUpdate:
		if root(i.Map) == object && !kube.StatusAddress(i.Map) {
			return i.Pos()
		}
	case ssa.CallInstruction:
		common := i.Common()
		if at, ok := kube.SetsMetadata(common); ok && root(at) == object {
			return i.Pos()
		}
		callee := common.StaticCallee()
		if callee == nil || depth > maxDepth {
			return token.NoPos
		}
		if callee.Blocks == nil || callee.Pkg != i.Parent().Pkg {
			for n, arg := range common.Args {
				if kube.IsAPIObject(arg.Type()) && root(arg) == object && r.writes.ChangesRest(callee, n) {
					return i.Pos()
				}
			}
			return token.NoPos
		}
		inner := bound(callee, i, object)
		if inner == nil {
			return token.NoPos
		}
		for _, b := range callee.Blocks {
			for _, in := range b.Instrs {
				if r.changesRest(in, inner, depth+1).IsValid() {
					return i.Pos()
				}
			}
		}
	}
	return token.NoPos
}

// before is the worst of what a function does before it updates the status of an
// object.
func (r *Rewriter) before(fn *ssa.Function, object ssa.Value, typ types.Type) deed {
	var worst deed
	r.until(fn, object, 0, func(instr ssa.Instruction) { worst = worse(worst, r.deed(instr, object, typ)) })
	return worst
}
