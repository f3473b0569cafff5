package rewrite

import (
	"go/ast"
	"go/types"
	"slices"

	"github.com/atomicstatus/atomicstatus/passes/internal/effect"
	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/statuswrites"
)

// write is a call that sends the status of an object.
type write struct {
	call   *ast.CallExpr
	ctx    ast.Expr
	object ast.Expr
	v      *types.Var
	at     *ast.Ident // the mention of the object
	direct bool       // c.Status().Update(ctx, object) without options
	client ast.Expr   // c, of a direct one
}

// writeOf reads a call that updates the status of an object in a variable: a
// direct one, or one of a thin wrapper.
func (r *Rewriter) writeOf(f *function, call *ast.CallExpr) (*write, bool) {
	info := r.pass.TypesInfo
	if call.Ellipsis.IsValid() {
		return nil, false
	}
	w := &write{call: call}
	for _, arg := range call.Args {
		t := info.TypeOf(arg)
		switch {
		case t == nil:
			return nil, false
		case kube.IsContext(t) && w.ctx == nil:
			w.ctx = arg
		case kube.IsAPIObject(t) && w.object == nil:
			w.object = arg
		}
	}
	if w.ctx == nil || w.object == nil || !r.plain(w.ctx) {
		return nil, false
	}
	w.v, _ = r.variable(w.object)
	if w.v == nil {
		return nil, false
	}
	for _, id := range f.in(w.object, w.v) {
		w.at = id
	}
	if w.at == nil {
		return nil, false
	}
	if k := r.classify(call); k.Op == kube.StatusUpdate {
		if k.Typed || !k.Writer {
			return nil, false
		}
		w.direct = len(call.Args) == 2
		w.client = r.clientOf(call)
		return w, true
	}
	return w, false
}

// clientOf is the client of c.Status().Update(…).
func (r *Rewriter) clientOf(call *ast.CallExpr) ast.Expr {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return nil
	}
	inner, ok := ast.Unparen(sel.X).(*ast.CallExpr)
	if !ok {
		return nil
	}
	sel, ok = ast.Unparen(inner.Fun).(*ast.SelectorExpr)
	if !ok || !r.plain(sel.X) {
		return nil
	}
	return sel.X
}

// plain tells whether an expression is a name, or a field of one: to evaluate it
// once more is the same. A context made on the spot is, too.
func (r *Rewriter) plain(e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return true
	case *ast.SelectorExpr:
		return r.plain(e.X)
	case *ast.CallExpr:
		fn := effect.Callee(r.pass.TypesInfo, e)
		return fn != nil && kube.Path(fn.Pkg()) == "context" && len(e.Args) == 0
	}
	return false
}

// element is the struct type of an object, if it has one that is declared in
// view and can be copied into another.
func element(t types.Type) *types.Named {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || types.IsInterface(n) {
		return nil
	}
	obj, _, _ := types.LookupFieldOrMethod(types.NewPointer(n), true, nil, "DeepCopyInto")
	if fn, ok := obj.(*types.Func); !ok || fn.Signature().Params().Len() != 1 {
		return nil
	}
	return n
}

// manager is the expression of a status manager for the object: a field of the
// receiver, or a parameter, that has a method of the names in the settings which
// takes the context, the object and a callback.
func (r *Rewriter) manager(f *function, object types.Type) (expr, method string) {
	if recv := receiver(f.decl); recv != nil {
		if st := structOf(r.pass.TypesInfo.TypeOf(recv)); st != nil {
			for field := range st.Fields() {
				if name := r.manages(field.Type(), object); name != "" && r.visible(field) {
					return recv.Name + "." + field.Name(), name
				}
			}
		}
	}
	for _, field := range f.decl.Type.Params.List {
		for _, id := range field.Names {
			if name := r.manages(r.pass.TypesInfo.TypeOf(id), object); name != "" && id.Name != "_" {
				return id.Name, name
			}
		}
	}
	return "", ""
}

// visible tells whether the package may name a field.
func (r *Rewriter) visible(field *types.Var) bool {
	return field.Exported() || field.Pkg() == r.pass.Pkg
}

// manages is the method of a status manager, or "".
func (r *Rewriter) manages(t, object types.Type) string {
	for _, name := range statuswrites.Managers() {
		obj, _, _ := types.LookupFieldOrMethod(t, true, r.pass.Pkg, name)
		fn, ok := obj.(*types.Func)
		if !ok {
			continue
		}
		sig := fn.Signature()
		if sig.Params().Len() != 3 || sig.Variadic() || sig.Results().Len() != 1 || !isErrorType(sig.Results().At(0).Type()) {
			continue
		}
		callback, ok := sig.Params().At(2).Type().Underlying().(*types.Signature)
		if !ok || callback.Params().Len() != 0 || callback.Results().Len() != 1 || !isErrorType(callback.Results().At(0).Type()) {
			continue
		}
		if kube.IsContext(sig.Params().At(0).Type()) && types.AssignableTo(object, sig.Params().At(1).Type()) {
			return name
		}
	}
	return ""
}

func isErrorType(t types.Type) bool {
	return types.Identical(t, types.Universe.Lookup("error").Type())
}

// receiver is the name of the receiver of a method, or nil.
func receiver(decl *ast.FuncDecl) *ast.Ident {
	if decl.Recv == nil || len(decl.Recv.List) != 1 || len(decl.Recv.List[0].Names) != 1 {
		return nil
	}
	id := decl.Recv.List[0].Names[0]
	if id.Name == "_" {
		return nil
	}
	return id
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

// reader is what the object is read again with. It is live if it asks the API
// server and no cache.
func (r *Rewriter) reader(f *function, w *write) (expr string, live bool) {
	recv := receiver(f.decl)
	var st *types.Struct
	if recv != nil {
		st = structOf(r.pass.TypesInfo.TypeOf(recv))
	}
	client := w.client
	if client != nil && !r.canGet(r.pass.TypesInfo.TypeOf(client)) {
		client = nil
	}
	// The API reader beside the client, if the client is the receiver's.
	if st != nil && (w.client == nil || r.belongs(w.client, recv)) {
		for field := range st.Fields() {
			if kube.IsNamed(field.Type(), kube.ClientPkg, "Reader") && r.visible(field) && !field.Embedded() {
				return recv.Name + "." + field.Name(), true
			}
		}
	}
	switch {
	case client != nil:
		return r.source(client), false
	case w.client != nil || st == nil:
		return "", false
	}
	if r.canGet(r.pass.TypesInfo.TypeOf(recv)) {
		return recv.Name, false
	}
	for field := range st.Fields() {
		if kube.IsNamed(field.Type(), kube.ClientPkg, "Client") && r.visible(field) {
			return recv.Name + "." + field.Name(), false
		}
	}
	return "", false
}

// belongs tells whether an expression is the receiver, or a field of it.
func (r *Rewriter) belongs(e ast.Expr, recv *ast.Ident) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return r.pass.TypesInfo.Uses[e] == r.pass.TypesInfo.Defs[recv]
	case *ast.SelectorExpr:
		id, ok := ast.Unparen(e.X).(*ast.Ident)
		return ok && r.pass.TypesInfo.Uses[id] == r.pass.TypesInfo.Defs[recv]
	}
	return false
}

// canGet tells whether a value has the Get of a controller-runtime client.
func (r *Rewriter) canGet(t types.Type) bool {
	obj, _, _ := types.LookupFieldOrMethod(t, true, r.pass.Pkg, "Get")
	fn, ok := obj.(*types.Func)
	if !ok {
		return false
	}
	p := fn.Signature().Params()
	return p.Len() >= 3 && kube.IsContext(p.At(0).Type()) && kube.IsNamed(p.At(1).Type(), kube.TypesPkg, "NamespacedName") && types.IsInterface(p.At(2).Type()) && kube.IsAPIObject(p.At(2).Type())
}

// free returns the first of the names that no identifier of the function has.
func (f *function) free(names ...string) string {
	taken := map[string]bool{}
	ast.Inspect(f.decl, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			taken[id.Name] = true
		}
		return true
	})
	i := slices.IndexFunc(names, func(name string) bool { return !taken[name] })
	if i < 0 {
		return ""
	}
	return names[i]
}
