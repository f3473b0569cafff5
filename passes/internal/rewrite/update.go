package rewrite

import (
	"go/ast"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ast/inspector"
	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
)

// update is a call c.Status().Update(ctx, obj, …).
type update struct {
	call       *ast.CallExpr
	writer     *ast.CallExpr // c.Status()
	client     string        // the source of c, with the fields that it leaves out
	clientType types.Type
	object     object
	at         inspector.Cursor // of the call
	file       *ast.File
	decl       *ast.FuncDecl
	from       string // what is copied in place of the object, if another parameter has it as it was read
}

// update reads the call of an instruction; nil if it is no direct update of a
// status through a controller-runtime client, or one that cannot be replaced.
func (r *Rewriter) update(instr ssa.CallInstruction) *update {
	if kube.Classify(instr.Common()).Op != kube.StatusUpdate {
		return nil
	}
	return r.sent(instr)
}

// sent reads the call of an instruction that sends a status, as update does.
func (r *Rewriter) sent(instr ssa.CallInstruction) *update {
	if kube.Classify(instr.Common()).Typed {
		return nil
	}
	at, ok := r.Root.FindByPos(instr.Pos(), instr.Pos()+1)
	if !ok {
		return nil
	}
	call, ok := at.Node().(*ast.CallExpr)
	if !ok || call.Lparen != instr.Pos() || len(call.Args) < 2 {
		return nil // it is deferred, or called by a name of the method
	}
	u := r.enclosed(at, call)
	writer := receiver(call)
	if u.decl == nil || u.file == nil || writer == nil {
		return nil
	}
	if u.writer, ok = ast.Unparen(writer).(*ast.CallExpr); !ok || r.classify(u.writer).Op != kube.StatusWriter {
		return nil
	}
	if u.client, u.clientType = r.client(u.writer); u.client == "" {
		return nil
	}
	if u.object, ok = r.object(call.Args[1]); !ok || !r.to.takes(u.object.typ) {
		return nil
	}
	return u
}

// enclosed is a call with the function and the file around it.
func (r *Rewriter) enclosed(at inspector.Cursor, call *ast.CallExpr) *update {
	u := &update{call: call, at: at}
	for c := range at.Enclosing((*ast.FuncDecl)(nil), (*ast.File)(nil)) {
		switch n := c.Node().(type) {
		case *ast.FuncDecl:
			u.decl = n
		case *ast.File:
			u.file = n
		}
	}
	return u
}

// receiver is what a method is called on, or nil.
func receiver(call *ast.CallExpr) ast.Expr {
	if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
		return sel.X
	}
	return nil
}

// client is the source of the client that a writer is made from, and its type: what
// Update is given has to read and to write. It is empty where that is not to be had.
func (r *Rewriter) client(writer *ast.CallExpr) (best string, typ types.Type) {
	sel, ok := ast.Unparen(writer.Fun).(*ast.SelectorExpr)
	if !ok || !plain(sel.X) {
		return "", nil
	}
	t := r.pass.TypesInfo.TypeOf(sel.X)
	text := types.ExprString(sel.X)
	named := ""
	if reads(t, r.pass.Pkg) {
		best, typ = text, t
	}
	// The embedded fields that the method comes from: r.Client for r.Status().
	if s := r.pass.TypesInfo.Selections[sel]; s != nil {
		named = text
		index := s.Index()
		for _, i := range index[:len(index)-1] {
			st := structOf(t)
			if st == nil {
				break
			}
			field := st.Field(i)
			if !field.Exported() && field.Pkg() != r.pass.Pkg {
				break
			}
			named, t = named+"."+field.Name(), field.Type()
			if reads(t, r.pass.Pkg) {
				best, typ = named, t
			}
		}
	}
	return best, typ
}

// plain reports that an expression names a variable, a field of one, or what a
// method without arguments returns: it may be evaluated after the context.
func plain(e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return true
	case *ast.SelectorExpr:
		return plain(e.X)
	case *ast.CallExpr:
		return len(e.Args) == 0 && plain(e.Fun)
	}
	return false
}

// reads reports that a type has the Get and the Status of a controller-runtime
// client.
func reads(t types.Type, from *types.Package) bool {
	get, status := method(t, from, "Get"), method(t, from, "Status")
	if get == nil || status == nil {
		return false
	}
	p := get.Params()
	if p.Len() < 3 || !kube.IsContext(p.At(0).Type()) || !kube.IsNamed(p.At(1).Type(), kube.TypesPkg, "NamespacedName") || !kube.IsAPIObject(p.At(2).Type()) {
		return false
	}
	return status.Params().Len() == 0 && status.Results().Len() == 1 && kube.IsNamed(status.Results().At(0).Type(), kube.ClientPkg, "SubResourceWriter")
}

func method(t types.Type, from *types.Package, name string) *types.Signature {
	obj, _, _ := types.LookupFieldOrMethod(t, true, from, name)
	fn, ok := obj.(*types.Func)
	if !ok {
		return nil
	}
	return fn.Signature()
}

func structOf(t types.Type) *types.Struct {
	if t == nil {
		return nil
	}
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	st, _ := t.Underlying().(*types.Struct)
	return st
}

// object is what an update sends: a pointer, or the address of a value, that can
// be named again at another place.
type object struct {
	expr   ast.Expr // without the &
	text   string
	root   *types.Var   // the variable that it begins with
	index  []*types.Var // the variables that it indexes by
	value  bool         // expr is the value, not a pointer to it
	direct bool         // expr is the variable
	typ    types.Type   // of the argument
}

// object reads the argument of an update.
func (r *Rewriter) object(arg ast.Expr) (object, bool) {
	o := object{expr: ast.Unparen(arg), typ: r.pass.TypesInfo.TypeOf(arg)}
	if u, ok := o.expr.(*ast.UnaryExpr); ok {
		o.expr, o.value = ast.Unparen(u.X), true
	}
	o.text = types.ExprString(o.expr)
	e := o.expr
	for {
		switch x := ast.Unparen(e).(type) {
		case *ast.Ident:
			o.root = r.variable(x)
			o.direct = e == o.expr
			return o, o.root != nil && o.typ != nil
		case *ast.SelectorExpr:
			if s := r.pass.TypesInfo.Selections[x]; s == nil || s.Kind() != types.FieldVal {
				return o, false
			}
			e = x.X
		case *ast.IndexExpr:
			if _, isMap := r.pass.TypesInfo.TypeOf(x.X).Underlying().(*types.Map); isMap {
				return o, false
			}
			switch i := ast.Unparen(x.Index).(type) {
			case *ast.BasicLit:
			case *ast.Ident:
				if v := r.variable(i); v != nil {
					o.index = append(o.index, v)
				}
			default:
				return o, false
			}
			e = x.X
		default:
			return o, false
		}
	}
}

// copied is the source of a deep copy of the object, of the type of the argument,
// or "". It fails for an interface that the file cannot name.
func (e *edit) copied(o object) string {
	if fn := method(o.typ, e.r.pass.Pkg, "DeepCopy"); fn != nil && fn.Params().Len() == 0 && fn.Results().Len() == 1 && types.Identical(fn.Results().At(0).Type(), o.typ) {
		return o.text + ".DeepCopy()"
	}
	name := types.TypeString(o.typ, func(pkg *types.Package) string {
		if pkg == e.r.pass.Pkg {
			return ""
		}
		for _, spec := range e.file.Imports {
			if imp := e.r.pass.TypesInfo.PkgNameOf(spec); imp != nil && imp.Imported() == pkg && imp.Name() != "." && imp.Name() != "_" {
				return imp.Name()
			}
		}
		return "?"
	})
	if strings.Contains(name, "?") || strings.Contains(name, "interface{") {
		return ""
	}
	return o.text + ".DeepCopyObject().(" + name + ")"
}

// nilSafe reports that a copy may be taken of the object also where it is nil:
// the generated DeepCopy of a nil pointer is nil.
func (o object) nilSafe() bool {
	_, pointer := o.typ.(*types.Pointer)
	return o.direct && pointer
}
