package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// region is the code that leads to a write of an object: which of its
// statements move into the callback, in their order.
type region struct {
	f     *function
	v     *types.Var // the object
	list  []ast.Stmt // the list that all of it lies in
	start int        // where it begins in the list
	write int        // the statement that writes
	moved []ast.Stmt
	stale bool // the object was written before, so that a cache may be behind
	adds  bool // what moves adds to what is there
	// guards are what must hold of the object that was read again, for the
	// changes to be made: negated, as code.
	guards []string
	first  string // what comes before what moves, as code
	// generation are the mentions of the object's generation in what moves. The
	// status must name the one that it was worked out for.
	generation []ast.Expr
}

// region collects the changes of an object before the statement that holds a
// node, where at is the first mention of the object in it: there may be none. ok
// is false where the object is not clean before the first of them, where they are
// not all in the list of that statement, or where they cannot move.
func (r *Rewriter) region(f *function, v *types.Var, node ast.Node, at *ast.Ident) (g *region, ok bool) {
	list, w, _ := f.statement(node)
	if list == nil || f.literal(node) != nil {
		return nil, false
	}
	s := r.from(f, v, at)
	if !s.clean() {
		return nil, false
	}
	g = &region{f: f, v: v, list: list, start: w, write: w, stale: s.base&written != 0}
	dirty := s.dirty.of(f.uses[v])
	for _, id := range dirty {
		i := index(list, id.Pos())
		if i < 0 || i >= w {
			return nil, false
		}
		g.start = min(g.start, i)
	}
	return g, r.collect(g, g.start, w, dirty) && !r.outlives(f, v, list[w].End(), nil)
}

// index is the statement of a list, in its order, that holds a position, or -1.
func index(list []ast.Stmt, pos token.Pos) int {
	i, _ := slices.BinarySearchFunc(list, pos, func(s ast.Stmt, pos token.Pos) int {
		if s.End() <= pos {
			return -1
		}
		return 1
	})
	if i == len(list) || !holds(list[i], pos) {
		return -1
	}
	return i
}

// collect splits the statements of the list from first up to end into those that
// move and those that stay before the callback.
func (r *Rewriter) collect(g *region, first, end int, dirty []*ast.Ident) bool {
	var stay []ast.Stmt
	bound := map[*types.Var]bool{} // declared by what moves
	for i, stmt := range g.list[first:end] {
		changed := slices.ContainsFunc(dirty, func(id *ast.Ident) bool { return index(g.list, id.Pos()) == first+i })
		if !changed && !r.looksAtStatus(g, stmt) && !r.mentionsAny(stmt, bound) {
			if !r.stays(g, stmt) {
				return false
			}
			stay = append(stay, stmt)
			continue
		}
		if !r.moves(g, stmt, bound) {
			return false
		}
		g.moved = append(g.moved, stmt)
	}
	return r.commutes(g, stay, bound)
}

// looksAtStatus tells whether a statement mentions the status of the object, or
// all of it.
func (r *Rewriter) looksAtStatus(g *region, stmt ast.Node) bool {
	return slices.ContainsFunc(g.f.in(stmt, g.v), func(id *ast.Ident) bool {
		m := r.uses(g.f, id)
		return m.use != looks || len(m.path) == 0 && m.call != nil && !metadata(m)
	})
}

func (r *Rewriter) mentionsAny(n ast.Node, vars map[*types.Var]bool) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			if v, ok := r.pass.TypesInfo.ObjectOf(id).(*types.Var); ok && vars[v] {
				found = true
			}
		}
		return !found
	})
	return found
}

// stays tells whether a statement may be run before the changes that came before
// it: it computes, or logs, and neither touches the status nor leaves.
func (r *Rewriter) stays(g *region, stmt ast.Stmt) bool {
	switch stmt.(type) {
	case *ast.AssignStmt, *ast.DeclStmt, *ast.ExprStmt, *ast.IncDecStmt:
	default:
		return false
	}
	does := r.effects.Node(stmt)
	return does.Quiet && len(does.Changed) == 0
}

// moves tells whether a statement may be run again on a fresh object.
func (r *Rewriter) moves(g *region, stmt ast.Stmt, bound map[*types.Var]bool) bool {
	does := r.effects.Node(stmt)
	if !does.Quiet || does.Logs || leaves(stmt) {
		return false
	}
	g.adds = g.adds || does.Adds
	for _, v := range slices.Concat(does.Changed, does.Assigned) {
		if v != g.v && !bound[v] {
			return false
		}
	}
	for _, id := range g.f.in(stmt, g.v) {
		switch m := r.uses(g.f, id); {
		case m.use == changes, m.use == looksAt:
		case m.use != looks:
			return false
		case isGeneration(m):
			g.generation = append(g.generation, r.whole(g.f, id))
		case slices.Contains(m.path, "ResourceVersion") || m.fn != nil && m.fn.Name() == "GetResourceVersion":
			return false
		}
	}
	declares(r.pass.TypesInfo, stmt, bound)
	return !r.stale(g, stmt, bound)
}

// isGeneration tells whether a mention is of the generation of the object.
func isGeneration(m mention) bool {
	return slices.Contains(m.path, "Generation") || m.fn != nil && m.fn.Name() == "GetGeneration"
}

// metadata tells whether a call asks for metadata only.
func metadata(m mention) bool {
	if m.fn == nil || m.arg != 0 {
		return false
	}
	switch m.fn.Name() {
	case "GetName", "GetNamespace", "GetUID", "GetGeneration", "GetLabels", "GetAnnotations", "GetDeletionTimestamp", "GetCreationTimestamp", "GetFinalizers", "GroupVersionKind", "GetObjectKind":
		return true
	}
	return false
}

// whole is the selector or call that a mention of the generation is part of.
func (r *Rewriter) whole(f *function, id *ast.Ident) ast.Expr {
	var e ast.Expr = id
	for {
		switch p := f.parents[e].(type) {
		case *ast.SelectorExpr:
			e = p
		case *ast.CallExpr:
			if p.Fun == e {
				return p
			}
			return e
		default:
			return e
		}
	}
}

// leaves tells whether control may leave a statement other than at its end.
func leaves(stmt ast.Stmt) bool {
	found := false
	var visit func(n ast.Node, loop, sw bool)
	visit = func(n ast.Node, loop, breakable bool) {
		ast.Inspect(n, func(m ast.Node) bool {
			if m == n {
				return true
			}
			switch m := m.(type) {
			case *ast.FuncLit:
				return false
			case *ast.ReturnStmt, *ast.LabeledStmt:
				found = true
			case *ast.BranchStmt:
				if m.Label != nil || m.Tok == token.GOTO || m.Tok == token.CONTINUE && !loop || m.Tok == token.BREAK && !breakable {
					found = true
				}
			case *ast.ForStmt, *ast.RangeStmt:
				visit(m, true, true)
				return false
			case *ast.SwitchStmt, *ast.TypeSwitchStmt:
				visit(m, loop, true)
				return false
			}
			return !found
		})
	}
	visit(&ast.BlockStmt{List: []ast.Stmt{stmt}}, false, false)
	return found
}

// declares adds the variables that a statement declares for those after it.
func declares(info *types.Info, stmt ast.Stmt, vars map[*types.Var]bool) {
	add := func(id *ast.Ident) {
		if v, ok := info.Defs[id].(*types.Var); ok {
			vars[v] = true
		}
	}
	ast.Inspect(stmt, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			add(id)
		}
		return true
	})
}

// commutes tells whether the statements that stay may be run before all those
// that move, and whether nothing that moves is missed where it was.
func (r *Rewriter) commutes(g *region, stay []ast.Stmt, bound map[*types.Var]bool) bool {
	for _, stmt := range stay {
		if r.mentionsAny(stmt, bound) {
			return false
		}
		assigned := map[*types.Var]bool{}
		for _, v := range r.effects.Node(stmt).Assigned {
			assigned[v] = true
		}
		for _, m := range g.moved {
			if m.Pos() < stmt.Pos() && r.mentionsAny(m, assigned) {
				return false
			}
		}
	}
	// What moves may not be used after it.
	for v := range bound {
		for _, id := range g.f.uses[v] {
			if index(g.moved, id.Pos()) < 0 {
				return false
			}
		}
	}
	return true
}

// stale tells whether a statement uses a value that was worked out before it
// from the status of the object: the fresh one may differ.
func (r *Rewriter) stale(g *region, stmt ast.Stmt, bound map[*types.Var]bool) bool {
	found := false
	ast.Inspect(stmt, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			if v, ok := r.pass.TypesInfo.Uses[id].(*types.Var); ok && !v.IsField() && !bound[v] && r.fromStatus(g, v) {
				found = true
			}
		}
		return !found
	})
	return found
}

// derivation asks whether a variable of a function may hold a part of the status
// of an object.
type derivation struct {
	f         *function
	object, v *types.Var
}

// fromStatus tells whether the value of a variable may have come from the status
// of the object, in any assignment to it.
func (r *Rewriter) fromStatus(g *region, v *types.Var) bool {
	if v == g.v {
		return false
	}
	q := derivation{g.f, g.v, v}
	from, known := r.derived[q]
	if !known {
		seen := map[*types.Var]bool{g.v: true}
		var search func(v *types.Var) bool
		search = func(v *types.Var) bool {
			if seen[v] || v.Parent() == nil || v.Parent() == r.pass.Pkg.Scope() {
				return false
			}
			seen[v] = true
			return slices.ContainsFunc(r.values(g.f, v), func(e ast.Expr) bool { return r.carries(g, e, search) })
		}
		from = search(v)
		r.derived[q] = from
	}
	return from
}

// reach is what may have come from an object: all mentions, in their order, of
// the object, of the variables that are given a value which names it, and so on.
type reach []token.Pos

// within tells whether a node has any.
func (r reach) within(n ast.Node) bool {
	i, _ := slices.BinarySearch(r, n.Pos())
	return i < len(r) && r[i] < n.End()
}

// reach bounds what may hold a part of the status of an object: most of a
// function has nothing to do with it.
func (r *Rewriter) reach(f *function, object *types.Var) reach {
	if reach, known := f.reached[object]; known {
		return reach
	}
	if f.flows == nil {
		f.flows, f.reached = map[*types.Var][]*types.Var{}, map[*types.Var]reach{}
		for v := range f.uses {
			for _, e := range r.values(f, v) {
				ast.Inspect(e, func(n ast.Node) bool {
					if id, ok := n.(*ast.Ident); ok {
						if from, ok := r.pass.TypesInfo.ObjectOf(id).(*types.Var); ok && !from.IsField() {
							f.flows[from] = append(f.flows[from], v)
						}
					}
					return true
				})
			}
		}
	}
	var all reach
	seen := map[*types.Var]bool{object: true}
	for work := []*types.Var{object}; len(work) > 0; {
		v := work[len(work)-1]
		work = work[:len(work)-1]
		for _, id := range f.uses[v] {
			all = append(all, id.Pos())
		}
		for _, to := range f.flows[v] {
			if !seen[to] {
				seen[to] = true
				work = append(work, to)
			}
		}
	}
	slices.Sort(all)
	f.reached[object] = all
	return all
}

// values are the expressions whose values a variable is given, anywhere.
func (r *Rewriter) values(f *function, v *types.Var) []ast.Expr {
	list, known := f.sources[v]
	if !known {
		for _, id := range f.uses[v] {
			list = append(list, r.given(f, id)...)
		}
		f.sources[v] = list
	}
	return list
}

// given are the expressions whose value a mention of a variable puts into it.
func (r *Rewriter) given(f *function, id *ast.Ident) []ast.Expr {
	var e ast.Node = id
	for {
		switch p := f.parents[e].(type) {
		case *ast.SelectorExpr, *ast.IndexExpr, *ast.StarExpr, *ast.ParenExpr: // a part of it
			e = p
			continue
		case *ast.AssignStmt:
			for i, l := range p.Lhs {
				if l != e {
					continue
				}
				if len(p.Rhs) == len(p.Lhs) {
					return []ast.Expr{p.Rhs[i]}
				}
				return p.Rhs
			}
		case *ast.ValueSpec:
			return p.Values
		case *ast.RangeStmt:
			if p.X != e {
				return []ast.Expr{p.X}
			}
		case *ast.UnaryExpr: // its address may be filled by a call
			if call, ok := f.parents[p].(*ast.CallExpr); ok {
				return call.Args
			}
		}
		return nil
	}
}

// carries tells whether the value of an expression may hold a part of the status
// of the object. It asks that of the variables in it.
func (r *Rewriter) carries(g *region, e ast.Expr, ask func(*types.Var) bool) bool {
	found := false
	ast.Inspect(e, func(n ast.Node) bool {
		if found {
			return false
		}
		// Which element is picked of another list is a decision, not a value.
		switch n := n.(type) {
		case *ast.IndexExpr:
			found = r.carries(g, n.X, ask)
			return false
		case *ast.SliceExpr:
			found = r.carries(g, n.X, ask)
			return false
		}
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		v, ok := r.pass.TypesInfo.ObjectOf(id).(*types.Var)
		if !ok || v.IsField() {
			return true
		}
		if v == g.v {
			m := r.uses(g.f, id)
			switch m.use {
			case reads, writes, sends: // the error of the API server
			case looks:
				found = len(m.path) == 0 && !metadata(m) && !m.compared
			default:
				found = true
			}
			return !found
		}
		found = ask(v)
		return !found
	})
	return found
}
