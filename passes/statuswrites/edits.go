package statuswrites

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
)

// editsObjects tells whether a function changes the status of an object of its
// caller's, or returns a pointer into one: then its callers need its summary
// though it sends nothing. Generated code (deep copies, conversions) is none of
// that; nor are functions that only set labels and the like: they are many, and
// to follow them costs more than it tells.
func (p *program) editsObjects(fn *ssa.Function) bool {
	if p.isGenerated(fn.Pos()) {
		return false
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			switch i := instr.(type) {
			case *ssa.Store:
				if p.editsCallers(i.Addr) {
					return true
				}
			case *ssa.MapUpdate:
				if p.editsCallers(i.Map) {
					return true
				}
			case ssa.CallInstruction:
				if ch, ok := kube.ChangeOf(i.Common()); ok && p.editsCallers(ch.At) {
					return true
				}
			}
		}
	}
	return p.returnsPart(fn)
}

// editsCallers tells whether an address lies in the status of an object that was
// not made here.
func (p *program) editsCallers(v ssa.Value) bool {
	inStatus := false
	for {
		switch a := v.(type) {
		case *ssa.FieldAddr:
			inStatus = inStatus || field(a).Name() == "Status" && kube.IsAPIObject(a.X.Type().Underlying().(*types.Pointer).Elem())
			v = a.X
		case *ssa.IndexAddr:
			v = a.X
		case *ssa.UnOp:
			if a.Op != token.MUL {
				return false
			}
			v = a.X
		case *ssa.Parameter, *ssa.FreeVar:
			return inStatus || p.types.Status.Pointer(v.Type())
		case *ssa.Alloc:
			return inStatus && !isStruct(a.Type()) // a variable that holds a pointer
		default:
			return inStatus
		}
	}
}

func isStruct(pointer types.Type) bool {
	_, ok := pointer.Underlying().(*types.Pointer).Elem().Underlying().(*types.Struct)
	return ok
}

// returnsPart tells whether a function may return a pointer into a status that
// it is given.
func (p *program) returnsPart(fn *ssa.Function) bool {
	r := fn.Signature.Results()
	if r.Len() != 1 || !p.types.Status.Pointer(r.At(0).Type()) || len(fn.Params) == 0 {
		return false
	}
	t := fn.Params[0].Type()
	return p.types.Status.Pointer(t) || kube.IsAPIObject(t)
}

func (p *program) isGenerated(pos token.Pos) bool {
	if p.generated == nil {
		p.generated = map[*token.File]bool{}
		for _, f := range p.files {
			if ast.IsGenerated(f) {
				p.generated[p.pass.Fset.File(f.FileStart)] = true
			}
		}
	}
	return len(p.generated) > 0 && p.generated[p.pass.Fset.File(pos)]
}

// editsStatus tells whether the package declares API objects and holds code
// written by hand that assigns to fields: their setters are asked for by others.
func editsStatus(pass *analysis.Pass) bool {
	if !kube.DeclaresObjects(pass.Pkg) {
		return false
	}
	for _, f := range pass.Files {
		if ast.IsGenerated(f) {
			continue
		}
		for n := range ast.Preorder(f) {
			switch n := n.(type) {
			case *ast.AssignStmt:
				for _, l := range n.Lhs {
					if _, ok := ast.Unparen(l).(*ast.SelectorExpr); ok && n.Tok != token.DEFINE {
						return true
					}
				}
			case *ast.IncDecStmt:
				return true
			}
		}
	}
	return false
}
