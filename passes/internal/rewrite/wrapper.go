package rewrite

import (
	"go/ast"
	"go/types"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/tools/go/ast/inspector"
	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/report"
)

// wrapper is a function of the package that passes the object it is given on to
// one update. It gets the object as it was read too, from all its callers.
type wrapper struct {
	fn     *types.Func
	param  *ast.Ident // the object
	index  int        // of the parameter, without the receiver
	update *update
}

// wrapped is the fix for the calls of a thin wrapper, or none: the wrapper and all
// its calls change at once.
func (r *Rewriter) wrapped(call ssa.CallInstruction) []report.Option {
	callee := call.Common().StaticCallee()
	if callee == nil {
		return nil
	}
	fn, ok := callee.Object().(*types.Func)
	if !ok || fn.Pkg() != r.pass.Pkg {
		return nil
	}
	fn = fn.Origin()
	fix, ok := r.widening[fn]
	if !ok {
		if w := r.wrapper(fn); w != nil {
			fix = r.widened(w)
		}
		r.widening[fn] = fix
	}
	return fix
}

// wrapper is a thin wrapper that may get another parameter, as nobody but its
// callers in the package can name it; nil for any other function.
func (r *Rewriter) wrapper(fn *types.Func) *wrapper {
	w, ok := r.wrappers[fn]
	if !ok {
		w = r.readWrapper(fn)
		r.wrappers[fn] = w
	}
	return w
}

func (r *Rewriter) readWrapper(fn *types.Func) *wrapper {
	if ssaFn := r.funcs[fn]; ssaFn == nil || r.writes.Summary(ssaFn) == nil || r.writes.Summary(ssaFn).Thin == nil {
		return nil
	}
	if fn.Exported() || r.inInterface(fn) || r.inTests(fn.Name()) {
		return nil
	}
	for at := range r.root.Preorder((*ast.FuncDecl)(nil)) {
		decl := at.Node().(*ast.FuncDecl)
		if r.pass.TypesInfo.Defs[decl.Name] != types.Object(fn) || decl.Body == nil {
			continue
		}
		w := &wrapper{fn: fn}
		for c := range at.Preorder((*ast.CallExpr)(nil)) {
			instr := r.calls[c.Node().(*ast.CallExpr).Lparen]
			if instr == nil || kube.Classify(instr.Common()).Op != kube.StatusUpdate {
				continue
			}
			if w.update != nil {
				return nil
			}
			if w.update = r.update(instr); w.update == nil {
				return nil
			}
		}
		if w.update == nil || !w.update.object.direct || w.update.object.value {
			return nil
		}
		i := 0
		for _, field := range decl.Type.Params.List {
			for _, id := range field.Names {
				if r.pass.TypesInfo.Defs[id] == types.Object(w.update.object.root) {
					w.param, w.index = id, i
				}
				i++
			}
		}
		if w.param == nil || mentionsName(decl, baseName) {
			return nil
		}
		return w
	}
	return nil
}

// baseName is what the object as it was read is called, where it can be.
const baseName = "base"

func mentionsName(n ast.Node, name string) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && id.Name == name {
			found = true
		}
		return !found
	})
	return found
}

// widened is the fix that hands the object as it was read to a wrapper.
func (r *Rewriter) widened(w *wrapper) []report.Option {
	f := r.fix()
	e := f.edit(w.update.file)
	e.change(w.param.End(), w.param.End(), ", "+baseName)
	e.replace(w.update, baseName)
	calls := 0
	for at := range r.root.Preorder((*ast.Ident)(nil)) {
		id := at.Node().(*ast.Ident)
		used, ok := r.pass.TypesInfo.Uses[id].(*types.Func)
		if !ok || used.Origin() != w.fn {
			continue
		}
		u := r.callOf(at, w)
		if u == nil {
			return nil
		}
		e := f.edit(u.file)
		base := e.base(u)
		if base == "" {
			return nil
		}
		arg := u.call.Args[w.index]
		e.change(arg.End(), arg.End(), ", "+base)
		calls++
	}
	if calls == 0 {
		return nil
	}
	return f.option("hand " + w.fn.Name() + " the object as it was read, and update by " + r.to.fn)
}

// callOf is the call of a wrapper that a mention of it is part of; nil if it is
// none, or if its object cannot be copied where it was read.
func (r *Rewriter) callOf(mention inspector.Cursor, w *wrapper) *update {
	for at := range mention.Enclosing((*ast.CallExpr)(nil)) {
		call := at.Node().(*ast.CallExpr)
		if fun := ast.Unparen(call.Fun); fun != mention.Node() {
			if sel, ok := fun.(*ast.SelectorExpr); !ok || sel.Sel != mention.Node() {
				return nil
			}
		}
		if len(call.Args) <= w.index || len(call.Args) != w.fn.Signature().Params().Len() {
			return nil // it spreads the results of another call
		}
		return r.needsCopy(at)
	}
	return nil
}

// inInterface reports that the package knows an interface with a method of the name
// of a method: its signature may be asked for.
func (r *Rewriter) inInterface(fn *types.Func) bool {
	if fn.Signature().Recv() == nil {
		return false
	}
	for _, obj := range r.pass.TypesInfo.Defs {
		if m, ok := obj.(*types.Func); ok && m != fn && m.Name() == fn.Name() && types.IsInterface(m.Signature().Recv().Type()) {
			return true
		}
	}
	return false
}

// inTests reports that a test of the package mentions a name: tests are not among
// the files of the pass, at least not in every driver.
func (r *Rewriter) inTests(name string) bool {
	dir := filepath.Dir(r.pass.Fset.File(r.pass.Files[0].FileStart).Name())
	for _, test := range testsIn(dir) {
		data, err := os.ReadFile(test)
		if err != nil || strings.Contains(string(data), name+"(") || strings.Contains(string(data), "."+name) {
			return true
		}
	}
	return false
}

// testsIn are the test files of a directory.
func testsIn(dir string) []string {
	var names []string
	entries, _ := os.ReadDir(dir) // where there is none, there are no tests
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), "_test.go") {
			names = append(names, filepath.Join(dir, e.Name()))
		}
	}
	return names
}
