package statuswrites

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
)

// editsObjects reports whether a function changes the status of an object of its
// caller's, or returns a pointer into one: then its callers need its summary
// though it sends nothing. Generated code (deep copies, conversions) is none of
// that; nor are functions that only set labels and the like: they are many, and
// to follow them costs more than it tells.
func (p *program) editsObjects(fn *ssa.Function) bool {
	if p.isGenerated(fn.Pos()) {
		return false
	}
	for instr := range ssax.All[ssa.Instruction](fn) {
		switch i := instr.(type) {
		case *ssa.Store:
			if p.editsCallers(i.Addr, nil) {
				return true
			}
		case *ssa.MapUpdate:
			if p.editsCallers(i.Map, nil) {
				return true
			}
		case ssa.CallInstruction:
			if ch, ok := kube.ChangeOf(i.Common()); ok && p.editsCallers(ch.At, nil) {
				return true
			}
			if arg, ok := kube.SetsStatus(i.Common(), p.types.Status); ok && p.editsCallers(i.Common().Args[arg], nil) {
				return true
			}
		}
	}
	return p.returnsPart(fn) || getsObject(fn)
}

// getsObject reports whether a function only returns an API object that it finds in
// what it is given.
func getsObject(fn *ssa.Function) bool {
	r := fn.Signature.Results()
	if r.Len() != 1 || len(fn.Blocks) != 1 || len(fn.Params) == 0 || !kube.IsAPIObject(r.At(0).Type()) {
		return false
	}
	for _, instr := range fn.Blocks[0].Instrs {
		switch instr := instr.(type) {
		case *ssa.FieldAddr, *ssa.Field, *ssa.UnOp, *ssa.Return, *ssa.DebugRef, *ssa.MakeInterface, *ssa.ChangeInterface:
		case *ssa.Alloc: // for a parameter that is a struct
		case *ssa.Store:
			if _, ok := instr.Val.(*ssa.Parameter); !ok {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// editsCallers reports whether an address lies in the status of an object that was
// not made here, or may: a parameter that was nil may have been replaced.
func (p *program) editsCallers(v ssa.Value, seen []*ssa.Phi) bool {
	inStatus := false
	for {
		switch a := v.(type) {
		case *ssa.FieldAddr:
			inStatus = inStatus || kube.FieldOf(a).Name() == "Status" && kube.IsAPIObject(a.X.Type().Underlying().(*types.Pointer).Elem())
			v = a.X
		case *ssa.IndexAddr:
			v = a.X
		case *ssa.UnOp:
			if a.Op != token.MUL {
				return false
			}
			v = a.X
		case *ssa.Phi:
			return !slices.Contains(seen, a) && slices.ContainsFunc(a.Edges, func(edge ssa.Value) bool {
				if _, made := edge.(*ssa.Alloc); made {
					return false
				}
				return inStatus || p.editsCallers(edge, append(slices.Clip(seen), a))
			})
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

// returnsPart reports whether a function may return a pointer into a status that
// it is given.
func (p *program) returnsPart(fn *ssa.Function) bool {
	r := fn.Signature.Results()
	if r.Len() != 1 || !p.types.Status.Pointer(r.At(0).Type()) || len(fn.Params) == 0 {
		return false
	}
	if _, basic := r.At(0).Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Basic); basic {
		return false // there are many that return a pointer to what they made
	}
	t := fn.Params[0].Type()
	return p.types.Status.Pointer(t) || kube.IsAPIObject(t)
}

func (p *program) isGenerated(pos token.Pos) bool {
	generated := p.generated()
	return len(generated) > 0 && generated[p.pass.Fset.File(pos)]
}

func generatedAmong(files []*ast.File, fset *token.FileSet) map[*token.File]bool {
	generated := map[*token.File]bool{}
	for _, f := range files {
		if ast.IsGenerated(f) {
			generated[fset.File(f.FileStart)] = true
		}
	}
	return generated
}

// editsStatus reports whether the package holds code written by hand that assigns to
// fields beside API objects which it declares, or a setter of something that may
// lie in a status: others ask for what these do.
func editsStatus(pass *analysis.Pass) bool {
	declares := kube.DeclaresObjects(pass.Pkg)
	statuses := kube.StatusTypes{}
	for _, f := range pass.Files {
		if ast.IsGenerated(f) {
			continue
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Body == nil {
				continue
			}
			obj, ok := pass.TypesInfo.Defs[fn.Name].(*types.Func)
			if ok && (declares || isSetter(obj.Signature(), statuses)) && assigns(fn.Body) {
				return true
			}
		}
	}
	return false
}

// isSetter reports whether a function gets a pointer to what may lie in a status, or
// an API object.
func isSetter(sig *types.Signature, statuses kube.StatusTypes) bool {
	for v := range sig.Params().Variables() {
		if _, pointer := v.Type().Underlying().(*types.Pointer); pointer && (statuses.Pointer(v.Type()) || kube.StatusField(v.Type()) != nil) {
			return true
		}
	}
	return false
}

// assigns reports whether code assigns to anything but variables.
func assigns(body *ast.BlockStmt) bool {
	for n := range ast.Preorder(body) {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, l := range n.Lhs {
				if _, variable := ast.Unparen(l).(*ast.Ident); !variable && n.Tok != token.DEFINE {
					return true
				}
			}
		case *ast.IncDecStmt:
			return true
		}
	}
	return false
}
