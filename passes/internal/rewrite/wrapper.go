package rewrite

import (
	"bytes"
	"go/ast"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/inspector"
	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/report"
)

// wrapper is a function of the package that passes the object it is given on to
// one update, or to one wrapper of it. It gets the object as it was read too, from all
// its callers.
type wrapper struct {
	fn    *types.Func
	param *ast.Ident // the object
	index int        // of the parameter, without the receiver
	call  *update    // the update, or the call of
	inner *wrapper   // what it wraps, if that is no update
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
		r.wrappers[fn] = nil // it may call itself
		w = r.readWrapper(fn)
		r.wrappers[fn] = w
	}
	return w
}

func (r *Rewriter) readWrapper(fn *types.Func) *wrapper {
	if ssaFn := r.Funcs[fn]; ssaFn == nil || r.writes.Summary(ssaFn) == nil || r.writes.Summary(ssaFn).Thin == nil {
		return nil
	}
	if fn.Exported() || r.inInterface(fn) || r.inTests(fn.Name()) {
		return nil
	}
	for at := range r.Root.Preorder((*ast.FuncDecl)(nil)) {
		decl := at.Node().(*ast.FuncDecl)
		if r.pass.TypesInfo.Defs[decl.Name] != types.Object(fn) || decl.Body == nil {
			continue
		}
		w := &wrapper{fn: fn}
		for c := range at.Preorder((*ast.CallExpr)(nil)) {
			call := c.Node().(*ast.CallExpr)
			inner := r.called(call)
			if inner == nil && r.classify(call).Op != kube.StatusUpdate {
				continue
			}
			if w.call != nil {
				return nil
			}
			if w.call, w.inner = r.needsCopy(c), inner; w.call == nil {
				return nil
			}
		}
		if w.call == nil || !w.call.object.direct || w.call.object.value {
			return nil
		}
		i := 0
		for _, field := range decl.Type.Params.List {
			for _, id := range field.Names {
				if r.pass.TypesInfo.Defs[id] == types.Object(w.call.object.root) {
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

// called is the wrapper that a call is of, or nil.
func (r *Rewriter) called(call *ast.CallExpr) *wrapper {
	fn := callee(r.pass.TypesInfo, call)
	if fn == nil || fn.Pkg() != r.pass.Pkg {
		return nil
	}
	if w := r.wrapper(fn.Origin()); w != nil && len(call.Args) > w.index {
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

// widened is the fix that hands the object as it was read to a wrapper, and to all
// that wrap the same update.
func (r *Rewriter) widened(w *wrapper) []report.Option {
	for w.inner != nil {
		w = w.inner
	}
	f := r.fix()
	if !r.widen(f, w) {
		return nil
	}
	return f.option("hand " + w.fn.Name() + " the object as it was read, and update by " + r.to.fn)
}

// widen adds the parameter of a wrapper to a fix, and the argument of its calls.
func (r *Rewriter) widen(f *fix, w *wrapper) bool {
	e := f.edit(w.call.file)
	e.change(w.param.End(), w.param.End(), ", "+baseName)
	if w.inner == nil {
		e.replace(w.call, baseName)
	}
	calls := 0
	for at := range r.Root.Preorder((*ast.Ident)(nil)) {
		id := at.Node().(*ast.Ident)
		used, ok := r.pass.TypesInfo.Uses[id].(*types.Func)
		if !ok || used.Origin() != w.fn {
			continue
		}
		at, ok := r.callOf(at, w)
		if !ok {
			return false
		}
		calls++
		call := at.Node().(*ast.CallExpr)
		u, base := r.needsCopy(at), baseName
		switch outer := r.around(at, call); {
		case u == nil:
			return false
		case outer != nil:
			if !r.widen(f, outer) {
				return false
			}
		default:
			if base = f.edit(u.file).base(u); base == "" {
				return false
			}
		}
		arg := call.Args[w.index]
		f.edit(u.file).change(arg.End(), arg.End(), ", "+base)
	}
	return calls > 0
}

// around is the wrapper that consists of a call of another one, or nil.
func (r *Rewriter) around(at inspector.Cursor, call *ast.CallExpr) *wrapper {
	decl := r.enclosed(at, call).decl
	if decl == nil {
		return nil
	}
	fn, ok := r.pass.TypesInfo.Defs[decl.Name].(*types.Func)
	if !ok {
		return nil
	}
	if w := r.wrapper(fn); w != nil && w.inner != nil && w.call.call == call {
		return w
	}
	return nil
}

// callOf is the call of a wrapper that a mention of it is part of, if it is one.
func (r *Rewriter) callOf(mention inspector.Cursor, w *wrapper) (at inspector.Cursor, ok bool) {
	for at := range mention.Enclosing((*ast.CallExpr)(nil)) {
		call := at.Node().(*ast.CallExpr)
		if fun := ast.Unparen(call.Fun); fun != mention.Node() {
			if sel, ok := fun.(*ast.SelectorExpr); !ok || sel.Sel != mention.Node() {
				return at, false
			}
		}
		// It may spread the results of another call.
		return at, len(call.Args) > w.index && len(call.Args) == w.fn.Signature().Params().Len()
	}
	return mention, false
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
	tests, err := r.tests()
	return err != nil || slices.ContainsFunc(tests, func(text []byte) bool {
		return bytes.Contains(text, []byte(name+"(")) || bytes.Contains(text, []byte("."+name))
	})
}

// readTests reads the tests of a package.
func readTests(pass *analysis.Pass) ([][]byte, error) {
	var texts [][]byte
	for _, test := range testsIn(filepath.Dir(pass.Fset.File(pass.Files[0].FileStart).Name())) {
		text, err := os.ReadFile(test)
		if err != nil {
			return nil, err
		}
		texts = append(texts, text)
	}
	return texts, nil
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
