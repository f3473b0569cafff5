package rewrite

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/mod/modfile"

	"github.com/atomicstatus/atomicstatus/passes/statuswrites"
)

// updater is the function that fixes call: one with the directive of an update.
type updater struct {
	path string // of its package
	name string // of its package
	fn   string
	typ  string // the type it is for, as PATH.NAME; empty if it is generic
	// Of its package too, empty where it has none: the functions that carry the
	// directives of a patch, of a copy as base, of a batch, and of a client for others.
	patch, base, batch, client string
	imports                    []string // of its package, where it was found by its file
	dir                        string   // likewise
}

// takes reports that the object of an update fits.
func (u *updater) takes(t types.Type) bool {
	if u.typ == "" {
		return true
	}
	p, ok := types.Unalias(t).(*types.Pointer)
	if !ok {
		return false
	}
	n, ok := types.Unalias(p.Elem()).(*types.Named)
	return ok && n.Obj().Pkg() != nil && n.Obj().Pkg().Path()+"."+n.Obj().Name() == u.typ
}

// findUpdater finds the function that fixes call: in the package, in what it
// imports, or, as only facts of these are to be had, in the module, by the name of
// the file that "atomicstatus manager" writes.
func (r *Rewriter) findUpdater() *updater {
	if u := r.updaterOf(r.pass.Pkg); u != nil {
		return u
	}
	for _, pkg := range r.pass.Pkg.Imports() {
		if u := r.updaterOf(pkg); u != nil {
			return u
		}
	}
	if len(r.pass.Files) == 0 {
		return nil
	}
	dir := filepath.Dir(r.pass.Fset.File(r.pass.Files[0].FileStart).Name())
	for _, u := range updatersOf(moduleRoot(dir)) {
		if r.mayImport(u) {
			return u
		}
	}
	return nil
}

// updaterOf is the function of a package that carries the directive.
func (r *Rewriter) updaterOf(pkg *types.Package) *updater {
	for _, fn := range r.writes.Directed(pkg, statuswrites.Update) {
		sig := fn.Signature()
		if sig.Recv() != nil || sig.Params().Len() < 4 {
			continue
		}
		u := &updater{path: pkg.Path(), name: pkg.Name(), fn: fn.Name()}
		for _, d := range []statuswrites.Directive{statuswrites.Patch, statuswrites.Base, statuswrites.Batch, statuswrites.Client} {
			for _, fn := range r.writes.Directed(pkg, d) {
				if fn.Exported() {
					u.also(d, fn.Name())
				}
			}
		}
		if sig.TypeParams().Len() > 0 || types.IsInterface(sig.Params().At(2).Type()) {
			return u
		}
		if p, ok := types.Unalias(sig.Params().At(2).Type()).(*types.Pointer); ok {
			u.typ = types.TypeString(p.Elem(), func(pkg *types.Package) string { return pkg.Path() })
			return u
		}
	}
	return nil
}

// mayImport reports that the package may import that of an updater.
func (r *Rewriter) mayImport(u *updater) bool {
	own := r.pass.Pkg.Path()
	if own == u.path || r.pass.Pkg.Name() == "main" && strings.HasSuffix(own, ".test") {
		return false
	}
	if i := strings.LastIndex("/"+u.path+"/", "/internal/"); i >= 0 {
		parent := strings.TrimSuffix(u.path[:max(i-1, 0)], "/")
		if own != parent && !strings.HasPrefix(own, parent+"/") {
			return false
		}
	}
	for _, imp := range u.imports {
		if imp == own {
			return false
		}
	}
	return true
}

// moduleRoot is the directory with the go.mod of a directory, or "".
func moduleRoot(dir string) string {
	for filepath.IsAbs(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			break
		}
		dir = parent
	}
	return ""
}

// also notes a function that goes with Update.
func (u *updater) also(d statuswrites.Directive, fn string) {
	switch d {
	case statuswrites.Patch:
		u.patch = fn
	case statuswrites.Base:
		u.base = fn
	case statuswrites.Batch:
		u.batch = fn
	case statuswrites.Client:
		u.client = fn
	}
}

// The files that "atomicstatus manager" writes.
const (
	fileName  = "manager.go"
	batchName = "batch.go"
)

// modules remembers what was found in a module while the program runs. An editor
// that runs on does not see a manager that is added later; its packages are found
// by their imports once one has it.
var modules sync.Map // of *sync.Once-guarded results, by root

// updatersOf are the updaters in the packages of a module, by the path.
func updatersOf(root string) []*updater {
	if root == "" {
		return nil
	}
	find, _ := modules.LoadOrStore(root, sync.OnceValue(func() []*updater { return searchModule(root) }))
	return find.(func() []*updater)()
}

// Manager is a package with an updater.
type Manager struct {
	Dir   string
	Batch bool // it has a batch, too
}

// Managers are the packages with an updater of the module of a directory.
func Managers(dir string) []Manager {
	var all []Manager
	for _, u := range updatersOf(moduleRoot(dir)) {
		all = append(all, Manager{u.dir, u.batch != ""})
	}
	return all
}

func searchModule(root string) []*updater {
	data, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return nil
	}
	module := modfile.ModulePath(data)
	if module == "" {
		return nil
	}
	var found []*updater
	for _, name := range managersOf(root) {
		if filepath.Base(name) != fileName {
			continue
		}
		dir := filepath.Dir(name)
		rel, err := filepath.Rel(root, dir)
		if err != nil {
			continue
		}
		if u := readUpdater(name, path.Join(module, filepath.ToSlash(rel))); u != nil {
			u.dir = dir
			found = append(found, u)
		}
	}
	return found
}

// managerFiles remembers the result of managersOf like modules.
var managerFiles sync.Map

// managersOf are the files of a module that may hold an updater, and the batches beside
// them.
func managersOf(root string) []string {
	find, _ := managerFiles.LoadOrStore(root, sync.OnceValue(func() []string {
		var names []string
		_ = filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
			if err != nil || name == root {
				return nil
			}
			base := d.Name()
			if !d.IsDir() {
				if base == fileName {
					names = append(names, name)
					if batch := filepath.Join(filepath.Dir(name), batchName); isFile(batch) {
						names = append(names, batch)
					}
				}
				return nil
			}
			if base == "vendor" || base == "testdata" || base == "node_modules" || base[0] == '.' || base[0] == '_' {
				return filepath.SkipDir
			}
			if _, err := os.Stat(filepath.Join(name, "go.mod")); err == nil {
				return filepath.SkipDir
			}
			return nil
		})
		return names
	}))
	return find.(func() []string)()
}

func isFile(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

// Forget makes that what was found in modules is looked for again.
func Forget() {
	modules.Clear()
	managerFiles.Clear()
}

// Beside returns the names of the files that fixes read for a package besides its own,
// by its directory: its tests, and those in which an updater may be found.
func Beside(dir string) []string {
	names := testsIn(dir)
	if root := moduleRoot(dir); root != "" {
		names = append(names, filepath.Join(root, "go.mod"))
		names = append(names, managersOf(root)...)
	}
	return names
}

// readUpdater reads the updater from a file, without types.
func readUpdater(name, importPath string) *updater {
	data, err := os.ReadFile(name)
	if err != nil || !strings.Contains(string(data), "\n//atomicstatus:"+string(statuswrites.Update)) {
		return nil
	}
	file, err := parser.ParseFile(token.NewFileSet(), name, data, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil
	}
	paths := map[string]string{}
	u := &updater{path: importPath, name: file.Name.Name}
	if batch, err := parser.ParseFile(token.NewFileSet(), filepath.Join(filepath.Dir(name), batchName), nil, parser.ParseComments|parser.SkipObjectResolution); err == nil {
		for _, d := range batch.Decls {
			if d, ok := d.(*ast.FuncDecl); ok && d.Recv == nil && d.Name.IsExported() {
				u.also(statuswrites.DirectiveOf(d.Doc), d.Name.Name)
			}
		}
	}
	for _, spec := range file.Imports {
		p, _ := strconv.Unquote(spec.Path.Value)
		u.imports = append(u.imports, p)
		if spec.Name != nil {
			paths[spec.Name.Name] = p
		} else {
			paths[path.Base(p)] = p
		}
	}
	for _, d := range file.Decls {
		d, ok := d.(*ast.FuncDecl)
		if !ok || d.Recv != nil || !d.Name.IsExported() || statuswrites.DirectiveOf(d.Doc) != statuswrites.Update {
			continue
		}
		u.fn = d.Name.Name
		if d.Type.TypeParams.NumFields() > 0 {
			return u
		}
		var params []ast.Expr // their types, one by one
		for _, field := range d.Type.Params.List {
			for range max(len(field.Names), 1) {
				params = append(params, field.Type)
			}
		}
		if len(params) < 4 {
			return nil
		}
		star, ok := params[2].(*ast.StarExpr)
		if !ok {
			return nil
		}
		switch t := star.X.(type) {
		case *ast.Ident:
			u.typ = importPath + "." + t.Name
		case *ast.SelectorExpr:
			if x, ok := t.X.(*ast.Ident); ok {
				u.typ = paths[x.Name] + "." + t.Sel.Name
			}
		}
		return u
	}
	return nil
}
