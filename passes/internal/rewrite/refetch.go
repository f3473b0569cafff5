package rewrite

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/effect"
	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/report"
)

// Refetch is the fix for a conflict retry that sends the same object again: the
// callback first reads the object, and makes the changes that came before the
// retry.
func (r *Rewriter) Refetch(call ssa.CallInstruction) []report.Option {
	f, w := r.update(call)
	if w == nil {
		return nil
	}
	lit := f.literal(w.call)
	if lit == nil || w.client == nil || holds(lit, w.v.Pos()) {
		return nil
	}
	retry, ok := f.parents[lit].(*ast.CallExpr)
	if !ok || f.literal(retry) != nil {
		return nil
	}
	fn := effect.Callee(r.pass.TypesInfo, retry)
	if fn == nil || kube.Path(fn.Pkg()) != kube.RetryPkg || fn.Name() != "RetryOnConflict" {
		return nil
	}
	g, ok := r.region(f, w.v, retry, f.in(retry, w.v)[0])
	if !ok {
		return nil
	}
	// What the callback does before the update, it does to the fresh object.
	list, i, holder := f.statement(w.call)
	if holder != lit.Body || !r.first(&region{f: f, v: w.v, list: list, write: i}, w) {
		return nil
	}
	adds := g.adds
	for _, stmt := range list[:i] {
		if !r.harmless(f, w.v, stmt) {
			return nil
		}
		adds = adds || r.effects.Node(stmt).Adds
	}
	if !r.guard(g, adds) {
		return nil
	}
	e := r.edit(f)
	if e == nil {
		return nil
	}
	var b strings.Builder
	if !e.read(&b, g, w) {
		return nil
	}
	e.moveInto(&b, g)
	e.begin(lit, b.String())
	return e.fix("read the object again in the retry")
}

// read writes down how the object is read again: into a clean one, as a live
// read leaves the fields alone that the server omits. It returns false where that
// cannot be done.
func (e *edit) read(b *strings.Builder, g *region, w *write) bool {
	named := element(g.v.Type())
	reader, live := e.r.reader(g.f, w)
	fresh := g.f.free("fresh", "latest", "current")
	if named == nil || reader == "" || g.stale && !live || fresh == "" {
		return false
	}
	object := e.source(w.object)
	fmt.Fprintf(b, "%s := &%s{}\n", fresh, e.typeName(named))
	if kube.IsNamed(named, kube.UnstructuredPkg, "Unstructured") {
		fmt.Fprintf(b, "%s.SetGroupVersionKind(%s.GroupVersionKind())\n", fresh, w.v.Name())
	}
	client := e.use(kube.ClientPkg, "client")
	fmt.Fprintf(b, "if err := %s.Get(%s, %s.ObjectKeyFromObject(%s), %s); err != nil {\nreturn err\n}\n", reader, e.source(w.ctx), client, object, fresh)
	fmt.Fprintf(b, "%s.DeepCopyInto(%s)\n", fresh, object)
	return true
}

// begin puts code before what a function literal does.
func (e *edit) begin(lit *ast.FuncLit, code string) {
	at := lit.Body.Lbrace + 1
	e.replace(at, at, "\n"+strings.TrimSuffix(code, "\n"))
}

// Wrap is the fix for an error that the retry does not see, as it is formatted
// with %v: it is wrapped.
func (r *Rewriter) Wrap(call ssa.CallInstruction, returned ssa.Instruction) []report.Option {
	f, w := r.update(call)
	if w == nil || !returned.Pos().IsValid() {
		return nil
	}
	lit := f.literal(w.call)
	// The retry is going to work: then it must not find what an attempt that
	// failed has left in the object.
	if lit == nil || !holds(lit, w.v.Pos()) {
		return nil
	}
	var wrap *ast.CallExpr
	for n := range f.parents {
		c, ok := n.(*ast.CallExpr)
		if !ok || f.literal(c) != lit || c.Pos() < w.call.Pos() {
			continue
		}
		if fn := effect.Callee(r.pass.TypesInfo, c); fn == nil || fn.FullName() != "fmt.Errorf" {
			continue
		}
		ret, ok := f.parents[c].(*ast.ReturnStmt)
		if ok && holds(ret, returned.Pos()) {
			wrap = c
		}
	}
	if wrap == nil || len(wrap.Args) < 2 || wrap.Ellipsis.IsValid() {
		return nil
	}
	format, ok := ast.Unparen(wrap.Args[0]).(*ast.BasicLit)
	if !ok || format.Kind != token.STRING {
		return nil
	}
	arg := -1
	for i, a := range wrap.Args[1:] {
		if t := r.pass.TypesInfo.TypeOf(a); t != nil && isErrorType(t) {
			if arg >= 0 {
				return nil // which of them is it?
			}
			arg = i
		}
	}
	at := verb(format.Value, arg)
	if arg < 0 || at < 0 || strings.Contains(format.Value, "%w") {
		return nil
	}
	e := r.edit(f)
	if e == nil {
		return nil
	}
	pos := format.Pos() + token.Pos(at)
	e.replace(pos, pos+1, "w")
	return e.fix("wrap the error")
}

// verb is the offset of the verb for the n-th argument in the source of a format
// string, if it is %v or %s; -1 where the format is not as simple as that.
func verb(format string, n int) int {
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			continue
		}
		i++
		for i < len(format) && strings.IndexByte("+-# 0123456789.", format[i]) >= 0 {
			i++
		}
		switch {
		case i >= len(format), format[i] == '[', format[i] == '*', format[i] == '\\':
			return -1
		case format[i] == '%':
			continue
		case n > 0:
			n--
		case (format[i] == 'v' || format[i] == 's') && format[i-1] == '%':
			return i
		default:
			return -1
		}
	}
	return -1
}

// Lost is the fix for changes of a status that a status manager overwrites: they
// move into its callback.
func (r *Rewriter) Lost(call ssa.CallInstruction) []report.Option {
	f, expr := r.callAt(call)
	if f == nil || f.literal(expr) != nil {
		return nil
	}
	var lit *ast.FuncLit
	var v *types.Var
	for _, arg := range expr.Args {
		if l, ok := ast.Unparen(arg).(*ast.FuncLit); ok && lit == nil {
			lit = l
		} else if kube.IsAPIObject(r.pass.TypesInfo.TypeOf(arg)) {
			v, _ = r.variable(arg)
		}
	}
	sel, ok := ast.Unparen(expr.Fun).(*ast.SelectorExpr)
	if !ok || lit == nil || v == nil || r.manages(r.pass.TypesInfo.TypeOf(sel.X), pointer(v.Type())) != sel.Sel.Name {
		return nil
	}
	g, ok := r.region(f, v, expr, f.in(expr, v)[0])
	if !ok || len(g.moved) == 0 || !r.first(g, &write{call: expr}) || !r.guard(g, g.adds) {
		return nil
	}
	e := r.edit(f)
	if e == nil {
		return nil
	}
	var b strings.Builder
	e.moveInto(&b, g)
	e.begin(lit, b.String())
	return e.fix("make the changes in the callback")
}

func pointer(t types.Type) types.Type {
	if _, ok := t.Underlying().(*types.Pointer); ok {
		return t
	}
	return types.NewPointer(t)
}
