package rewrite

import (
	"cmp"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// outlives tells whether a value that was worked out from the status of the
// object before a position is put into it after that, here or in a caller. While
// nobody reads the object again, the resourceVersion keeps such a value from
// undoing what others wrote; a callback that reads it again takes that away.
func (r *Rewriter) outlives(f *function, v *types.Var, pos token.Pos, seen []*function) bool {
	if slices.Contains(seen, f) {
		return true
	}
	if r.carried(f, v).hold(pos) {
		return true
	}
	return slices.ContainsFunc(r.callers(f, v), func(c caller) bool {
		return c.v == nil || r.outlives(c.f, c.v, c.call.End(), append(seen, f))
	})
}

// span is what lies between two positions.
type span struct{ first, last token.Pos }

// spans are in the order of their beginnings; each ends where the last of those up
// to it does.
type spans []span

func newSpans(list []span) spans {
	slices.SortFunc(list, func(a, b span) int { return cmp.Compare(a.first, b.first) })
	for i := 1; i < len(list); i++ {
		list[i].last = max(list[i].last, list[i-1].last)
	}
	return list
}

// hold tells whether a position lies in any.
func (s spans) hold(pos token.Pos) bool {
	i, _ := slices.BinarySearchFunc(s, pos, func(s span, pos token.Pos) int { return cmp.Compare(s.first, pos) })
	return i > 0 && pos < s[i-1].last
}

// carried is where something from the status of an object, or a copy of it, is kept
// that is used later: to change the object, or to compare it.
func (r *Rewriter) carried(f *function, v *types.Var) spans {
	carried, known := f.carried[v]
	if known {
		return carried
	}
	list := slices.Clone(r.copies(f)[v])
	g := &region{f: f, v: v}
	for _, id := range f.uses[v] {
		if m := r.uses(f, id); m.use != changes && m.use != changesIt {
			continue
		}
		change := span{last: id.Pos()}
		for n := f.parents[id]; n != nil; n = f.parents[n] {
			switch n.(type) {
			case *ast.ForStmt, *ast.RangeStmt:
				change.last = n.End() // it may follow what comes after it
			}
		}
		if stmts, i, _ := f.statement(id); stmts != nil {
			if change.first = r.usesStatus(g, stmts[i]); !change.first.IsValid() {
				continue
			}
		}
		list = append(list, change)
	}
	carried = newSpans(list)
	f.carried[v] = carried
	return carried
}

// copies are, for each object, where a variable first gets a copy of it, or of a
// part of it, and where that is last mentioned: what others changed since would
// look like a change made here.
func (r *Rewriter) copies(f *function) map[*types.Var][]span {
	if f.copies != nil {
		return f.copies
	}
	f.copies = map[*types.Var][]span{}
	for other, uses := range f.uses {
		seen := map[*types.Var]bool{other: true}
		for _, id := range uses {
			for _, e := range r.given(f, id) {
				first := leftmost(e)
				if first == nil || !r.copied(e) {
					continue
				}
				if v := r.base(first); v != nil && !seen[v] {
					seen[v] = true
					f.copies[v] = append(f.copies[v], span{id.Pos(), uses[len(uses)-1].Pos()})
				}
			}
		}
	}
	return f.copies
}

// loopAround is a loop that holds both a node and a position, or nil.
func (f *function) loopAround(n ast.Node, pos token.Pos) ast.Node {
	for n = f.parents[n]; n != nil; n = f.parents[n] {
		switch n.(type) {
		case *ast.ForStmt, *ast.RangeStmt:
			if holds(n, pos) {
				return n
			}
		}
	}
	return nil
}

// usesStatus is where the first of the variables that a statement uses was given a
// value from the status of the object, if any was.
func (r *Rewriter) usesStatus(g *region, stmt ast.Stmt) (first token.Pos) {
	ast.Inspect(stmt, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		v, ok := r.pass.TypesInfo.Uses[id].(*types.Var)
		if !ok || v.IsField() || v == g.v {
			return true
		}
		if given := r.givenStatus(g, v); given.IsValid() && (!first.IsValid() || given < first) {
			first = given
		}
		return true
	})
	return first
}

// givenStatus is where a variable is first given a value from the status of the
// object, if it is.
func (r *Rewriter) givenStatus(g *region, v *types.Var) token.Pos {
	q := derivation{g.f, g.v, v}
	first, known := r.firstGiven[q]
	if !known {
		for _, e := range r.values(g.f, v) {
			if (!first.IsValid() || e.Pos() < first) && r.carries(g, e, func(w *types.Var) bool { return w != v && r.fromStatus(g, w) }) {
				first = e.Pos()
			}
		}
		r.firstGiven[q] = first
	}
	return first
}

// onlySends tells whether nothing changes an object between an expression and
// the next update of it: what an expression in a condition decides is only
// whether to send what is there.
func (r *Rewriter) onlySends(f *function, v *types.Var, e ast.Expr) bool {
	for _, id := range f.uses[v] {
		if id.Pos() < e.End() {
			continue
		}
		switch m := r.uses(f, id); m.use {
		case looks, looksAt:
		case writes:
			return true
		case passes:
			callee := r.funcs[m.fn]
			p := r.paramAt(callee, m.arg)
			if p == nil {
				return false
			}
			callee.index(r.pass.TypesInfo)
			for _, use := range callee.uses[p] {
				switch r.uses(callee, use).use {
				case looks, looksAt, writes:
				default:
					return false
				}
			}
			return true
		default:
			return false
		}
	}
	return false
}

// ends tells whether a call that fails ends what is done with an object: the
// error is returned, by the callers as well, or the object is not used after it.
// Where neither is so, what the failed call leaves in memory still counts; and a
// callback that read the object again has put something else there.
func (r *Rewriter) ends(f *function, v *types.Var, call *ast.CallExpr, seen []*function) bool {
	if slices.Contains(seen, f) {
		return false
	}
	returned := r.returnsItsError(f, &write{call: call})
	if !returned {
		for _, id := range f.uses[v] {
			if id.Pos() <= call.End() && f.loopAround(id, call.Pos()) == nil || holds(call, id.Pos()) {
				continue
			}
			if m := r.uses(f, id); m.use == looks && (len(m.path) > 0 || m.call != nil && metadata(m)) {
				continue // at its metadata or spec
			}
			return false
		}
	}
	return !slices.ContainsFunc(r.callers(f, v), func(c caller) bool {
		return c.v == nil || !r.ends(c.f, c.v, c.call, append(seen, f))
	})
}
