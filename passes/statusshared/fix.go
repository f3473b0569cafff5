package statusshared

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/report"
	"github.com/atomicstatus/atomicstatus/passes/internal/shared"
	"github.com/atomicstatus/atomicstatus/passes/internal/textedit"
)

// fix copies the object where it was read:
//
//	widget, err := lister.Get(name)
//	if err != nil {
//		return err
//	}
//	widget = widget.DeepCopy()
//
// There is one only where the change is made through the variable that the read was
// assigned to, and the error is looked at right after it: so whoever uses the
// variable from there on gets the copy, and nobody else has seen the object yet.
func fix(pass *analysis.Pass, c shared.Change) []report.Option {
	x, ok := c.Object.Value.(*ssa.Extract)
	if !ok || x.Index != 0 || c.Object.At != "" {
		return nil
	}
	if call, ok := c.Origin.Read.(*ssa.Call); !ok || x.Tuple != call {
		return nil
	}
	for _, f := range pass.Files {
		if at := x.Tuple.Pos(); at < f.FileStart || f.FileEnd <= at {
			continue
		}
		read := reading{info: pass.TypesInfo, pos: x.Tuple.Pos()}
		ast.Inspect(f, read.find)
		if read.check == nil || !copies(read.object.Type()) {
			return nil
		}
		file := textedit.Read(pass, f)
		if file == nil {
			return nil
		}
		text := fmt.Sprintf("%s = %[1]s.DeepCopy()", read.object.Name())
		edit, ok := file.Line(read.check.End(), read.check.Pos(), text)
		if !ok {
			return nil
		}
		return []report.Option{report.Fix("Change a copy", edit)}
	}
	return nil
}

// copies reports that a DeepCopy of a type is of the type itself.
func copies(t types.Type) bool {
	obj, _, _ := types.LookupFieldOrMethod(t, false, nil, "DeepCopy")
	fn, ok := obj.(*types.Func)
	if !ok {
		return false
	}
	sig := fn.Signature()
	return sig.Params().Len() == 0 && sig.Results().Len() == 1 && types.Identical(sig.Results().At(0).Type(), t)
}

// reading looks for the statement in which a call stands, and for the test of its
// error that follows it.
type reading struct {
	info   *types.Info
	pos    token.Pos  // of the call
	object *types.Var // the variable that is given the object
	check  *ast.IfStmt
}

func (r *reading) find(n ast.Node) bool {
	list := textedit.Statements(n)
	for i, stmt := range list {
		assign, ok := stmt.(*ast.AssignStmt)
		if !ok || len(assign.Lhs) != 2 || len(assign.Rhs) != 1 || i+1 == len(list) {
			continue
		}
		call, ok := ast.Unparen(assign.Rhs[0]).(*ast.CallExpr)
		if !ok || call.Lparen != r.pos {
			continue
		}
		object, err := r.local(assign.Lhs[0]), r.local(assign.Lhs[1])
		if check, ok := list[i+1].(*ast.IfStmt); ok && object != nil && err != nil && r.leaves(check, err) {
			r.object, r.check = object, check
		}
	}
	return r.check == nil
}

// local is the local variable that an expression names, or nil.
func (r *reading) local(e ast.Expr) *types.Var {
	id, ok := e.(*ast.Ident)
	if !ok {
		return nil
	}
	v, ok := r.info.ObjectOf(id).(*types.Var)
	if !ok || v.Kind() == types.PackageVar {
		return nil
	}
	return v
}

// leaves reports that a statement leaves the block if the error is not nil, and
// does nothing else.
func (r *reading) leaves(s *ast.IfStmt, err *types.Var) bool {
	cond, ok := s.Cond.(*ast.BinaryExpr)
	if !ok || s.Init != nil || s.Else != nil || cond.Op != token.NEQ || r.local(cond.X) != err || len(s.Body.List) == 0 {
		return false
	}
	if nothing, ok := ast.Unparen(cond.Y).(*ast.Ident); !ok || nothing.Name != "nil" {
		return false
	}
	switch last := s.Body.List[len(s.Body.List)-1].(type) {
	case *ast.ReturnStmt:
		return true
	case *ast.BranchStmt:
		return last.Tok == token.CONTINUE || last.Tok == token.BREAK || last.Tok == token.GOTO
	}
	return false
}
