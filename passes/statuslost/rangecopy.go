package statuslost

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/report"
)

// reportCopies reports changes of the copy that range makes of an element: of a
// struct in a status, or of an API object. The variable is another one in each turn,
// so what is put into it and not read as a whole again is gone at the end of the
// turn. This is told from the syntax alone: each use of the variable is one of a field
// that is read or assigned to, or the change may get out by it, and the check is
// silent.
func reportCopies(pass *analysis.Pass, r *report.Reporter) {
	for _, f := range pass.Files {
		if ast.IsGenerated(f) {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if loop, ok := n.(*ast.RangeStmt); ok {
				reportCopy(pass, r, loop)
			}
			return true
		})
	}
}

func reportCopy(pass *analysis.Pass, r *report.Reporter, loop *ast.RangeStmt) {
	id, ok := loop.Value.(*ast.Ident)
	if !ok || loop.Tok != token.DEFINE {
		return
	}
	v, ok := pass.TypesInfo.Defs[id].(*types.Var)
	if !ok || !holdsStatus(pass.TypesInfo, v.Type(), loop.X) {
		return
	}
	switch pass.TypesInfo.TypeOf(loop.X).Underlying().(type) {
	case *types.Slice, *types.Map, *types.Array, *types.Pointer:
	default:
		return // a channel or a function hands over what it has
	}
	c := copied{info: pass.TypesInfo, v: v, object: kube.IsAPIObject(v.Type()), parents: map[ast.Node]ast.Node{}}
	c.look(loop.Body)
	if change := c.lost(); change != nil {
		r.Report(change.node, fmt.Sprintf("%s is a copy that range makes of the element: this change of %s is lost; change the element by its index, or store the copy back", v.Name(), change.path()))
	}
}

// holdsStatus reports whether the elements of what is ranged over are structs in the
// status of an API object, or API objects.
func holdsStatus(info *types.Info, elem types.Type, list ast.Expr) bool {
	if _, ok := elem.Underlying().(*types.Struct); !ok {
		return false
	}
	if kube.IsAPIObject(elem) || kube.InStatus(elem) {
		return true
	}
	for {
		switch x := ast.Unparen(list).(type) {
		case *ast.SelectorExpr:
			if v, ok := info.Uses[x.Sel].(*types.Var); ok && v.Name() == "Status" && kube.StatusField(info.TypeOf(x.X)) != nil {
				return true
			}
			list = x.X
		case *ast.IndexExpr:
			list = x.X
		case *ast.StarExpr:
			list = x.X
		default:
			return false
		}
	}
}

// copied is what a loop does with the copy of an element.
type copied struct {
	info    *types.Info
	v       *types.Var
	object  bool // it is an API object
	parents map[ast.Node]ast.Node
	changes []edit
	kept    []keeping
	escapes bool // its address is taken, or a literal has it
}

// edit is a change of a field.
type edit struct {
	node   ast.Node
	fields []string
}

func (e edit) path() string { return strings.Join(e.fields, ".") }

// keeping is a use of the copy, or of a part of it, by which a change may get out.
type keeping struct {
	node   ast.Node
	fields []string
}

func (c *copied) look(body *ast.BlockStmt) {
	var stack []ast.Node
	ast.Inspect(body, func(n ast.Node) bool {
		if n == nil {
			stack = stack[:len(stack)-1]
			return true
		}
		if len(stack) > 0 {
			c.parents[n] = stack[len(stack)-1]
		}
		stack = append(stack, n)
		if id, ok := n.(*ast.Ident); ok && c.info.Uses[id] == c.v {
			c.use(id)
		}
		return true
	})
}

// use notes one use of the variable.
func (c *copied) use(id *ast.Ident) {
	var e ast.Expr = id
	var fields []string
	for {
		parent := c.parents[e]
		if p, ok := parent.(*ast.ParenExpr); ok {
			e = p
			continue
		}
		sel, ok := parent.(*ast.SelectorExpr)
		if !ok || sel.X != e {
			break
		}
		s := c.info.Selections[sel]
		if s == nil || s.Kind() != types.FieldVal {
			if s != nil && s.Kind() == types.MethodVal && !pointerMethod(s) {
				c.kept = append(c.kept, keeping{sel, fields})
				return
			}
			c.escapes = true // a method may change it, and keep it
			return
		}
		if s.Indirect() { // what lies behind a pointer is the element's own
			return
		}
		e, fields = sel, append(fields, sel.Sel.Name)
	}
	switch p := c.parents[e].(type) {
	case *ast.AssignStmt:
		for i, l := range p.Lhs {
			if l != e {
				continue
			}
			if len(fields) == 0 {
				c.escapes = true // another value takes its place
				return
			}
			if p.Tok == token.ASSIGN && len(p.Lhs) == len(p.Rhs) && types.ExprString(p.Rhs[i]) == types.ExprString(l) {
				return
			}
			c.changes = append(c.changes, edit{p, fields})
			return
		}
	case *ast.IncDecStmt:
		c.changes = append(c.changes, edit{p, fields})
		return
	case *ast.UnaryExpr:
		if p.Op == token.AND {
			if call, ok := c.parents[p].(*ast.CallExpr); ok && len(fields) > 0 && len(call.Args) == 2 && call.Args[0] == p && setsCondition(c.info, call) {
				c.changes = append(c.changes, edit{call, fields})
				return
			}
			c.escapes = true
			return
		}
	case *ast.IndexExpr:
		if p.X == e && !isArray(c.info.TypeOf(e)) {
			return // memory that the element refers to as well
		}
	case *ast.StarExpr:
		return
	}
	c.kept = append(c.kept, keeping{e, fields})
}

// pointerMethod reports whether a method gets the address of what it is called on.
func pointerMethod(s *types.Selection) bool {
	recv := s.Obj().(*types.Func).Signature().Recv()
	_, ok := recv.Type().Underlying().(*types.Pointer)
	return ok
}

func isArray(t types.Type) bool {
	_, ok := t.Underlying().(*types.Array)
	return ok
}

func setsCondition(info *types.Info, call *ast.CallExpr) bool {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return false
	}
	fn, ok := info.Uses[sel.Sel].(*types.Func)
	return ok && kube.SetsCondition(fn)
}

// lost is the first change that cannot get out of the turn, or nil.
func (c *copied) lost() *edit {
	if c.escapes {
		return nil
	}
	for i, change := range c.changes {
		if c.object && change.fields[0] != "Status" {
			continue // an object may serve as scratch paper for what is made of it
		}
		if !c.getsOut(change) {
			return &c.changes[i]
		}
	}
	return nil
}

// getsOut reports whether a use after a change may carry it on: the variable or a part
// that holds the change, taken as a whole, or the very value where it is passed on.
func (c *copied) getsOut(change edit) bool {
	for _, k := range c.kept {
		if k.node.Pos() < change.node.Pos() && !c.sameLoop(k.node, change.node) && !c.inLiteral(k.node) || within(k.node, change.node) {
			continue
		}
		if !overlap(k.fields, change.fields) {
			continue
		}
		if basic(c.info.TypeOf(k.node.(ast.Expr))) && !c.passedOn(k.node) {
			continue
		}
		return true
	}
	return false
}

// overlap reports whether one path of fields leads into the other.
func overlap(a, b []string) bool {
	n := min(len(a), len(b))
	return strings.Join(a[:n], ".") == strings.Join(b[:n], ".")
}

func basic(t types.Type) bool {
	if t == nil {
		return false
	}
	_, ok := t.Underlying().(*types.Basic)
	return ok
}

// passedOn reports whether a value is an argument of a call, returned or sent, or goes
// into a literal or a list.
func (c *copied) passedOn(n ast.Node) bool {
	for {
		switch p := c.parents[n].(type) {
		case *ast.CallExpr, *ast.ReturnStmt, *ast.SendStmt, *ast.CompositeLit, *ast.KeyValueExpr:
			return true
		case ast.Expr:
			n = p
		default:
			return false
		}
	}
}

// inLiteral reports whether a node stands in a function literal in the body of the loop.
func (c *copied) inLiteral(n ast.Node) bool {
	for ; n != nil; n = c.parents[n] {
		if _, ok := n.(*ast.FuncLit); ok {
			return true
		}
	}
	return false
}

// sameLoop reports whether two nodes stand in one loop in the body.
func (c *copied) sameLoop(a, b ast.Node) bool {
	for ; a != nil; a = c.parents[a] {
		switch a.(type) {
		case *ast.ForStmt, *ast.RangeStmt:
			if within(b, a) {
				return true
			}
		}
	}
	return false
}

func within(n, in ast.Node) bool { return in.Pos() <= n.Pos() && n.End() <= in.End() }
