package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/atomicstatus/atomicstatus/passes/internal/effect"
	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
)

// use is what one mention of an object does to it.
type use uint8

const (
	looks     use = iota // at its metadata or spec, or at all of it
	looksAt              // at its status
	changes              // its status
	changesIt            // anything else of it
	reads                // the API server's copy into it
	writes               // its status
	sends                // all of it
	passes               // it on to a function of the package that is not quiet
	resets               // it becomes an empty object
	fetched              // a function of the package returned it
	unclear
)

// mention is a mention of an object, with the call that matters.
type mention struct {
	use  use
	call *ast.CallExpr
	fn   *types.Func
	arg  int
	path []string // the fields that follow
	// compared is set where the object itself, not what is in it, is an operand.
	compared bool
	// returned is set where the function returns it, or something that may lead
	// to it.
	returned bool
}

// uses follows the expression that a mention of v is the beginning of, up to
// what happens to its value. A value of which a part can be changed is followed
// into the variable that keeps it: that must only be looked at.
func (r *Rewriter) uses(f *function, id *ast.Ident) mention {
	m, known := r.mentioned[id]
	if !known {
		m = r.follow(f, id, nil)
		r.mentioned[id] = m
	}
	return m
}

func (r *Rewriter) follow(f *function, id *ast.Ident, seen []*types.Var) mention {
	info := r.pass.TypesInfo
	if info.Defs[id] != nil {
		return r.declared(f, id)
	}
	var path []string
	status, address := false, false
	var object ast.Expr = id // whose first field is path[0]
	look := func() mention {
		if status {
			return mention{use: looksAt, path: path}
		}
		return mention{use: looks, path: path}
	}
	var e ast.Node = id
	for {
		parent := f.parents[e]
		// What becomes of a value of the spec is of no interest: the update of a
		// status does not send it. A place in the spec may be changed, though.
		if len(path) > 0 && path[0] == "Spec" && !address && kube.IsAPIObject(r.pass.TypesInfo.TypeOf(object)) && !r.place(f, e) {
			return look()
		}
		switch p := parent.(type) {
		case *ast.ParenExpr, *ast.StarExpr, *ast.TypeAssertExpr, *ast.SliceExpr:
			if s, ok := p.(*ast.SliceExpr); ok && s.X != e {
				return look()
			}
			e = parent
			continue
		case *ast.SelectorExpr:
			if s := info.Selections[p]; s != nil && s.Kind() == types.FieldVal {
				if p.Sel.Name == "Status" && kube.IsAPIObject(r.pass.TypesInfo.TypeOf(p.X)) {
					status = true
				}
				path = append(path, p.Sel.Name)
				e = p
				continue
			}
			call, ok := f.parents[p].(*ast.CallExpr)
			if !ok || call.Fun != p {
				return mention{use: unclear} // a method value
			}
			m, flows := r.called(f, call, p.X, 0, status, path)
			if !flows {
				return m
			}
			e, address = call, true
			continue
		case *ast.IndexExpr:
			if p.X != e {
				return look()
			}
			e = p
			continue
		case *ast.UnaryExpr:
			if p.Op != token.AND {
				return look()
			}
			e, address = p, true
			continue
		case *ast.CallExpr:
			if p.Fun == e {
				return mention{use: unclear}
			}
			if tv := info.Types[p.Fun]; tv.IsType() {
				e = p
				continue
			}
			switch effect.Builtin(info, p) {
			case "":
			case "append":
				e, address = p, true
				continue
			case "copy", "delete", "clear":
				if p.Args[0] == e {
					return r.change(status)
				}
				return look()
			default:
				return look()
			}
			if !address && !effect.HoldsPointers(info.TypeOf(e.(ast.Expr))) {
				return look() // a plain value
			}
			i := 0
			for i < len(p.Args) && p.Args[i] != e {
				i++
			}
			if fn := effect.Callee(info, p); fn != nil && fn.Signature().Recv() != nil {
				if _, method := ast.Unparen(p.Fun).(*ast.SelectorExpr); method {
					i++
				}
			}
			m, flows := r.called(f, p, e.(ast.Expr), i, status, path)
			if !flows {
				return m
			}
			e, address = p, true
			continue
		case *ast.AssignStmt:
			for i, l := range p.Lhs {
				if l != e {
					continue
				}
				if len(path) > 0 || e != id {
					return r.change(status)
				}
				if p.Tok == token.ASSIGN && len(p.Lhs) == len(p.Rhs) && r.empty(p.Rhs[i]) {
					return mention{use: resets}
				}
				return mention{use: unclear}
			}
			return r.kept(f, p, e, address, look, seen)
		case *ast.IncDecStmt:
			return r.change(status)
		case *ast.ValueSpec:
			return r.keptIn(f, p.Names, e, address, look, seen)
		case *ast.RangeStmt:
			if p.X != e {
				return mention{use: unclear} // it is the variable of the loop
			}
			if p.Tok == token.DEFINE {
				for _, v := range []ast.Expr{p.Key, p.Value} {
					if id, ok := v.(*ast.Ident); ok && !r.onlyLooked(f, id, seen) {
						return mention{use: unclear}
					}
				}
				return look()
			}
			return mention{use: unclear}
		case *ast.KeyValueExpr, *ast.CompositeLit:
			if !address && !effect.HoldsPointers(info.TypeOf(e.(ast.Expr))) {
				return look()
			}
			e = parent
			address = true
			continue
		case *ast.BinaryExpr:
			m := look()
			m.compared = e == id
			return m
		case *ast.IfStmt, *ast.ForStmt, *ast.SwitchStmt, *ast.CaseClause, *ast.ExprStmt, *ast.TypeSwitchStmt:
			return look()
		case *ast.ReturnStmt:
			m := look()
			m.returned = address || effect.HoldsPointers(info.TypeOf(e.(ast.Expr)))
			return m
		}
		return mention{use: unclear}
	}
}

func (r *Rewriter) change(status bool) mention {
	if status {
		return mention{use: changes}
	}
	return mention{use: changesIt}
}

// declared tells what the declaration of an object makes of it.
func (r *Rewriter) declared(f *function, id *ast.Ident) mention {
	switch p := f.parents[id].(type) {
	case *ast.ValueSpec:
		if len(p.Values) == 0 {
			return mention{use: resets}
		}
		for i, name := range p.Names {
			if name == id && len(p.Values) == len(p.Names) && r.empty(p.Values[i]) {
				return mention{use: resets}
			}
		}
	case *ast.AssignStmt:
		for i, l := range p.Lhs {
			if l == id && len(p.Lhs) == len(p.Rhs) && r.empty(p.Rhs[i]) {
				return mention{use: resets}
			}
			if call, ok := ast.Unparen(p.Rhs[0]).(*ast.CallExpr); ok && l == id && len(p.Rhs) == 1 && len(p.Lhs) > 1 {
				if fn := effect.Callee(r.pass.TypesInfo, call); fn != nil && r.funcs[fn.Origin()] != nil && returnsError(fn) {
					return mention{use: fetched, call: call, fn: fn.Origin(), arg: i}
				}
			}
		}
	case *ast.Field: // a parameter: its state is that at the entry
		return mention{use: looks}
	}
	return mention{use: unclear}
}

// empty tells whether an expression makes an object with nothing in it.
func (r *Rewriter) empty(e ast.Expr) bool {
	e = ast.Unparen(e)
	if u, ok := e.(*ast.UnaryExpr); ok && u.Op == token.AND {
		e = ast.Unparen(u.X)
	}
	switch e := e.(type) {
	case *ast.CompositeLit:
		return len(e.Elts) == 0
	case *ast.CallExpr:
		return effect.Builtin(r.pass.TypesInfo, e) == "new"
	}
	return false
}

// kept follows a value into the variables of an assignment.
func (r *Rewriter) kept(f *function, p *ast.AssignStmt, e ast.Node, address bool, look func() mention, seen []*types.Var) mention {
	if !address && !effect.HoldsPointers(r.pass.TypesInfo.TypeOf(e.(ast.Expr))) {
		return look()
	}
	var into []*ast.Ident
	for i, l := range p.Lhs {
		if len(p.Rhs) == len(p.Lhs) && p.Rhs[i] != e {
			continue
		}
		id, ok := ast.Unparen(l).(*ast.Ident)
		if !ok {
			// A place: in the object itself, or one that can no longer be
			// told from it.
			if v := r.base(l); v != nil && v == r.baseOf(e) {
				continue
			}
			return mention{use: unclear}
		}
		into = append(into, id)
	}
	return r.keptIn(f, into, e, address, look, seen)
}

func (r *Rewriter) keptIn(f *function, into []*ast.Ident, e ast.Node, address bool, look func() mention, seen []*types.Var) mention {
	t := r.pass.TypesInfo.TypeOf(e.(ast.Expr))
	if t != nil && !effect.HoldsPointers(t) {
		return look()
	}
	for _, id := range into {
		if id.Name != "_" && !r.onlyLooked(f, id, seen) {
			return mention{use: unclear}
		}
	}
	return look()
}

// onlyLooked tells whether a variable is only looked at, wherever it is used.
func (r *Rewriter) onlyLooked(f *function, id *ast.Ident, seen []*types.Var) bool {
	v, ok := r.pass.TypesInfo.ObjectOf(id).(*types.Var)
	if !ok || v.Parent() == r.pass.Pkg.Scope() {
		return false
	}
	if !effect.HoldsPointers(v.Type()) {
		return true
	}
	for _, s := range seen {
		if s == v {
			return true
		}
	}
	seen = append(seen, v)
	for _, use := range f.uses[v] {
		if r.pass.TypesInfo.Defs[use] != nil || r.assigned(f, use) {
			continue
		}
		if m := r.follow(f, use, seen); m.returned || m.use != looks && m.use != looksAt {
			return false
		}
	}
	return true
}

// assigned tells whether a mention of a variable is an assignment to all of it.
func (r *Rewriter) assigned(f *function, id *ast.Ident) bool {
	p, ok := f.parents[id].(*ast.AssignStmt)
	if !ok {
		return false
	}
	for _, l := range p.Lhs {
		if l == id {
			return true
		}
	}
	return false
}

// base is the variable that the expression of a place begins with.
func (r *Rewriter) base(e ast.Expr) *types.Var {
	for {
		switch x := ast.Unparen(e).(type) {
		case *ast.Ident:
			v, _ := r.pass.TypesInfo.ObjectOf(x).(*types.Var)
			return v
		case *ast.SelectorExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.SliceExpr:
			e = x.X
		case *ast.UnaryExpr:
			e = x.X
		case *ast.CallExpr: // append(x, …)
			if len(x.Args) == 0 {
				return nil
			}
			e = x.Args[0]
		default:
			return nil
		}
	}
}

func (r *Rewriter) baseOf(n ast.Node) *types.Var {
	e, ok := n.(ast.Expr)
	if !ok {
		return nil
	}
	return r.base(e)
}
