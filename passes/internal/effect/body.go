package effect

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// source is where a value may lead: to what a parameter, or a variable outside
// the code that is looked at, leads to.
type source struct {
	param    int
	variable *types.Var // of a piece of code
	status   bool       // into the status of an object
	unknown  bool       // a variable of the package, or what a call returned
}

// origin is all that a value may lead to. What was made here leads nowhere.
type origin []source

func (o origin) with(s source) origin {
	if slices.Contains(o, s) {
		return o
	}
	return append(slices.Clip(o), s)
}

func (o origin) union(other origin) origin {
	for _, s := range other {
		o = o.with(s)
	}
	return o
}

// body walks over the code of one function, or a piece of it.
type body struct {
	*Analysis
	within   ast.Node // the piece; nil for a whole function
	params   map[*types.Var]int
	from     map[*types.Var]origin
	stored   origin // what was put into anything: it may be found there
	grown    bool   // an origin grew in this round
	quiet    bool
	logs     bool
	adds     bool
	changed  []source
	assigned []*types.Var
}

// run repeats until the origins of the variables, which do not depend on the
// order of the statements, have settled.
func (b *body) run(n ast.Node) {
	for {
		b.grown, b.changed, b.assigned, b.logs, b.adds = false, nil, nil, false, false
		ast.Inspect(n, b.visit)
		if !b.grown || !b.quiet {
			return
		}
	}
}

func (b *body) fail() { b.quiet = false }

func (b *body) visit(n ast.Node) bool {
	if !b.quiet {
		return false
	}
	switch n := n.(type) {
	case *ast.GoStmt, *ast.SendStmt, *ast.SelectStmt, *ast.DeferStmt:
		b.fail()
	case *ast.UnaryExpr:
		if n.Op == token.ARROW {
			b.fail()
		}
	case *ast.AssignStmt:
		b.assign(n)
	case *ast.IncDecStmt:
		b.adds = b.adds || b.outer(n.X)
		b.store(n.X, nil)
	case *ast.ValueSpec:
		for i, name := range n.Names {
			switch {
			case len(n.Values) == len(n.Names):
				b.store(name, b.origin(n.Values[i]))
			case len(n.Values) == 1:
				b.store(name, b.origin(n.Values[0]))
			}
		}
	case *ast.RangeStmt:
		if t := b.info.TypeOf(n.X); t != nil {
			switch t.Underlying().(type) {
			case *types.Chan, *types.Signature:
				b.fail()
				return false
			}
		}
		from := b.reach(n.X)
		for _, e := range []ast.Expr{n.Key, n.Value} {
			if e != nil {
				b.store(e, from)
			}
		}
	case *ast.TypeSwitchStmt:
		b.typeSwitch(n)
	case *ast.CallExpr:
		b.call(n)
	}
	return b.quiet
}

func (b *body) typeSwitch(n *ast.TypeSwitchStmt) {
	assign, ok := n.Assign.(*ast.AssignStmt)
	if !ok {
		return
	}
	assertion, ok := ast.Unparen(assign.Rhs[0]).(*ast.TypeAssertExpr)
	if !ok {
		return
	}
	from := b.origin(assertion.X)
	for _, clause := range n.Body.List {
		if v, ok := b.info.Implicits[clause].(*types.Var); ok {
			b.grow(v, from)
		}
	}
}

func (b *body) assign(n *ast.AssignStmt) {
	for i, l := range n.Lhs {
		var from origin
		b.adds = b.adds || b.outer(l) && (n.Tok != token.ASSIGN && n.Tok != token.DEFINE || b.appends(n.Rhs[min(i, len(n.Rhs)-1)]))
		switch {
		case n.Tok != token.ASSIGN && n.Tok != token.DEFINE: // x += y
		case len(n.Rhs) == len(n.Lhs):
			from = b.origin(n.Rhs[i])
		default:
			from = b.origin(n.Rhs[0])
		}
		b.store(l, from)
	}
}

// outer tells whether a place is no variable of the function.
func (b *body) outer(place ast.Expr) bool {
	v := b.variable(place)
	return v == nil || b.outside(v)
}

// appends tells whether an expression makes a longer list of one.
func (b *body) appends(e ast.Expr) bool {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	return ok && Builtin(b.info, call) == "append"
}

// store notes an assignment to a place of what leads to from.
func (b *body) store(place ast.Expr, from origin) {
	place = ast.Unparen(place)
	if id, ok := place.(*ast.Ident); ok {
		if id.Name == "_" {
			return
		}
		v, _ := b.info.ObjectOf(id).(*types.Var)
		switch {
		case v == nil: // the variable of a type switch
		case !local(v):
			b.fail()
		default:
			if b.outside(v) && !slices.Contains(b.assigned, v) {
				b.assigned = append(b.assigned, v)
			}
			if HoldsPointers(v.Type()) {
				b.grow(v, from)
			}
		}
		return
	}
	b.put(from)
	if v := b.variable(place); v != nil { // a part of the variable itself
		if b.outside(v) {
			b.change(origin{}.with(b.source(v, b.inStatus(place))))
		}
		return
	}
	b.change(b.container(place))
}

// put notes that something was stored where it may be loaded from again. Which
// of all that is stored comes out of a place is not told apart.
func (b *body) put(from origin) {
	if now := b.stored.union(from); len(now) > len(b.stored) {
		b.stored = now
		b.grown = true
	}
}

func (b *body) grow(v *types.Var, from origin) {
	old := b.leads(v)
	if now := old.union(from); len(now) > len(old) {
		b.from[v] = now
		b.grown = true
	}
}

// leads is what a variable leads to.
func (b *body) leads(v *types.Var) origin {
	if o, ok := b.from[v]; ok {
		return o
	}
	if b.outside(v) {
		o := origin{}.with(b.source(v, false))
		b.from[v] = o
		return o
	}
	return nil
}

// outside tells whether a variable was declared before the piece of code.
func (b *body) outside(v *types.Var) bool {
	return b.within != nil && (v.Pos() < b.within.Pos() || v.Pos() >= b.within.End())
}

func (b *body) source(v *types.Var, status bool) source {
	return source{variable: v, param: -1, status: status}
}

// change notes a change to what a pointer leads to.
func (b *body) change(of origin) {
	for _, s := range of {
		if s.unknown {
			b.fail()
			return
		}
		if !slices.Contains(b.changed, s) {
			b.changed = append(b.changed, s)
		}
	}
}

// variable is the variable of the function that a place is a part of, if no
// pointer leads there.
func (b *body) variable(place ast.Expr) *types.Var {
	switch e := ast.Unparen(place).(type) {
	case *ast.Ident:
		if v, ok := b.info.ObjectOf(e).(*types.Var); ok && local(v) {
			return v
		}
	case *ast.SelectorExpr:
		if s := b.info.Selections[e]; s != nil && s.Kind() == types.FieldVal && !s.Indirect() {
			return b.variable(e.X)
		}
	case *ast.IndexExpr:
		if _, array := b.info.TypeOf(e.X).Underlying().(*types.Array); array {
			return b.variable(e.X)
		}
	}
	return nil
}

// inStatus tells whether a place lies in the status of an object that it is
// reached through.
func (b *body) inStatus(place ast.Expr) bool {
	for {
		switch e := ast.Unparen(place).(type) {
		case *ast.SelectorExpr:
			if e.Sel.Name == "Status" && b.isObject(e.X) {
				return true
			}
			place = e.X
		case *ast.IndexExpr:
			place = e.X
		case *ast.StarExpr:
			place = e.X
		default:
			return false
		}
	}
}

// container is what the pointer, slice or map leads to that a place lies in.
func (b *body) container(place ast.Expr) origin {
	switch e := ast.Unparen(place).(type) {
	case *ast.SelectorExpr:
		s := b.info.Selections[e]
		if s == nil { // a variable of a package
			return origin{}.with(source{unknown: true})
		}
		if s.Indirect() {
			of := b.origin(e.X)
			if len(s.Index()) > 1 { // by way of an embedded pointer, perhaps
				of = of.union(b.stored)
			}
			return b.part(e, of)
		}
		return b.part(e, b.container(e.X))
	case *ast.IndexExpr:
		if _, array := b.info.TypeOf(e.X).Underlying().(*types.Array); array {
			return b.container(e.X)
		}
		return b.origin(e.X)
	case *ast.StarExpr:
		return b.origin(e.X)
	case *ast.Ident:
		if v, ok := b.info.ObjectOf(e).(*types.Var); ok && local(v) {
			return b.leads(v)
		}
	}
	return origin{}.with(source{unknown: true})
}

// part marks what lies in the status.
func (b *body) part(e *ast.SelectorExpr, of origin) origin {
	if e.Sel.Name != "Status" || !b.isObject(e.X) {
		return of
	}
	var out origin
	for _, s := range of {
		s.status = true
		out = out.with(s)
	}
	return out
}

// origin is what the value of an expression may lead to.
func (b *body) origin(e ast.Expr) origin {
	e = ast.Unparen(e)
	t := b.info.TypeOf(e)
	if t == nil {
		return nil
	}
	if _, address := e.(*ast.UnaryExpr); !address && !HoldsPointers(t) {
		return nil
	}
	switch e := e.(type) {
	case *ast.Ident:
		switch v := b.info.ObjectOf(e).(type) {
		case *types.Var:
			if local(v) {
				return b.leads(v)
			}
			return origin{}.with(source{unknown: true})
		}
		return nil
	case *ast.SelectorExpr:
		if s := b.info.Selections[e]; s == nil {
			if _, isVar := b.info.Uses[e.Sel].(*types.Var); isVar {
				return origin{}.with(source{unknown: true})
			}
			return nil
		}
		return b.part(e, b.reach(e.X))
	case *ast.IndexExpr:
		return b.reach(e.X)
	case *ast.StarExpr:
		return b.reach(e.X)
	case *ast.SliceExpr:
		return b.reach(e.X)
	case *ast.TypeAssertExpr:
		return b.origin(e.X)
	case *ast.UnaryExpr:
		if e.Op == token.AND {
			if lit, ok := ast.Unparen(e.X).(*ast.CompositeLit); ok {
				return b.origin(lit)
			}
			return b.address(e.X)
		}
	case *ast.CompositeLit:
		for _, elt := range e.Elts {
			if kv, ok := elt.(*ast.KeyValueExpr); ok {
				if _, isMap := t.Underlying().(*types.Map); isMap {
					b.put(b.origin(kv.Key))
				}
				elt = kv.Value
			}
			b.put(b.origin(elt))
		}
		return nil
	case *ast.CallExpr:
		return b.returned(e)
	}
	return nil
}

// reach is what a value may lead to that is loaded through another.
func (b *body) reach(e ast.Expr) origin {
	if b.info.TypeOf(e) != nil && !HoldsPointers(b.info.TypeOf(e)) {
		return nil
	}
	return b.origin(e).union(b.stored)
}

// address is what a pointer to a place leads to.
func (b *body) address(place ast.Expr) origin {
	place = ast.Unparen(place)
	if v := b.variable(place); v != nil {
		// What is reached through the pointer may be the variable itself, or
		// what that leads to.
		out := b.leads(v)
		if b.outside(v) {
			out = out.with(b.source(v, b.inStatus(place)))
		}
		if sel, ok := place.(*ast.SelectorExpr); ok {
			out = b.part(sel, out)
		}
		return out
	}
	return b.container(place)
}

// returned is what the results of a call may lead to: what its arguments do.
func (b *body) returned(call *ast.CallExpr) origin {
	if tv, ok := b.info.Types[call.Fun]; ok && tv.IsType() && len(call.Args) == 1 {
		return b.origin(call.Args[0])
	}
	switch Builtin(b.info, call) {
	case "":
	case "append":
		for _, arg := range call.Args[1:] {
			b.put(b.origin(arg))
		}
		return b.origin(call.Args[0])
	default:
		return nil
	}
	fn := b.callee(call)
	if fn == nil {
		return origin{}.with(source{unknown: true})
	}
	if Copies(fn) {
		return nil
	}
	out := b.stored
	for _, arg := range Arguments(fn, call) {
		out = out.union(b.origin(arg))
		if b.info.TypeOf(arg) != nil {
			if _, pointer := b.info.TypeOf(arg).Underlying().(*types.Pointer); !pointer {
				if v := b.variable(arg); v != nil && fn.Signature().Recv() != nil {
					out = out.union(b.address(arg)) // called on the address of a variable
				}
			}
		}
	}
	return out
}
