package load

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"iter"
	"maps"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"golang.org/x/tools/go/packages"

	"github.com/atomicstatus/atomicstatus/passes/internal/gate"
	"github.com/atomicstatus/atomicstatus/passes/internal/report"
)

// node is one package of the import graph.
type node struct {
	pkg      *packages.Package
	deps     map[string]*node  // by import path as written
	root     bool              // the user asked for it
	relevant bool              // to be analysed
	full     bool              // it is, in this run
	listErrs []string          // what the go command has against it
	typeErrs []string          // what parser and type checker have against it
	sources  Sources           // its files, if the user asked for it
	doubtful bool              // something in it may have no type
	names    map[string]string // of the packages that it imports, for its sources
	testing  []string          // see Program.Testing

	memo

	start sync.Once
	done  chan struct{} // closed once the types are there
}

// graph is the import graph without its cycles.
type graph struct {
	fset    *token.FileSet
	dir     string            // positions in messages are relative to it
	overlay map[string][]byte // instead of what is on disk
	order   []*node           // dependencies first

	partial bool        // what lies outside of the program comes from the cache
	lacking atomic.Bool // that has not all that is needed

	wg   sync.WaitGroup
	cpus chan struct{} // bounds the work done at the same time
}

func newGraph(cfg Config, roots []*packages.Package) *graph {
	dir := cfg.Dir
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs
	}
	g := &graph{fset: token.NewFileSet(), dir: dir, overlay: cfg.Overlay, cpus: make(chan struct{}, runtime.GOMAXPROCS(0))}
	nodes := make(map[*packages.Package]*node)
	open := make(map[*node]bool)
	var visit func(p *packages.Package) *node
	visit = func(p *packages.Package) *node {
		if n := nodes[p]; n != nil {
			return n
		}
		n := &node{pkg: p, deps: make(map[string]*node, len(p.Imports)), done: make(chan struct{})}
		nodes[p] = n
		open[n] = true
		for _, path := range slices.Sorted(maps.Keys(p.Imports)) {
			// An import cycle is an error of one of its packages already, as the
			// go command tells; here it must only not be followed for ever.
			if dep := visit(p.Imports[path]); !open[dep] {
				n.deps[path] = dep
			}
		}
		delete(open, n)
		g.order = append(g.order, n)
		return n
	}
	for _, p := range roots {
		visit(p).root = true
	}
	for _, n := range g.order {
		n.judge(g.dir)
	}
	return g
}

// judge decides whether the package matters, and records what the go command
// has against it. The dependencies have been judged before.
func (n *node) judge(dir string) {
	byPath := make(map[string]bool, len(n.deps))
	for _, dep := range n.deps {
		byPath[dep.pkg.PkgPath] = dep.relevant
	}
	imports := iter.Seq[string](maps.Keys(byPath))
	reaches := gate.Reaches
	if n.root || n.pkg.Module != nil && n.pkg.Module.Main {
		reaches = gate.OwnReaches
	}
	n.relevant = reaches(n.pkg.PkgPath, imports, func(path string) bool { return byPath[path] })
	n.full = n.relevant

	n.addListErrors(dir, n.pkg)
	for _, path := range slices.Sorted(maps.Keys(n.deps)) {
		// The error of a package that is not there names the import.
		if dep := n.deps[path]; dep.missing() {
			n.addListErrors(dir, dep.pkg)
		}
	}
}

// missing reports whether the package could not be found. It has no name then; it may
// have a file, that of the import which its error names.
func (n *node) missing() bool { return n.pkg.Name == "" || len(n.pkg.GoFiles) == 0 }

func (n *node) addListErrors(dir string, p *packages.Package) {
	for _, err := range p.Errors {
		msg := oneLine(err.Msg)
		if err.Pos != "" && err.Pos != "-" {
			msg = err.Pos + ": " + msg
		}
		msg = shorten(dir, msg)
		if !slices.Contains(n.listErrs, msg) {
			n.listErrs = append(n.listErrs, msg)
		}
	}
}

// problem returns why the package cannot be analysed, or nil. Packages that
// nobody asked for and that do not matter have none.
func (n *node) problem() *BrokenError {
	if !n.root && !n.relevant {
		return nil
	}
	errs := n.listErrs
	if len(errs) == 0 {
		errs = n.typeErrs
	}
	if len(errs) == 0 {
		return nil
	}
	return &BrokenError{Package: n.pkg.PkgPath, Files: n.pkg.GoFiles, Reason: errs[0], More: len(errs) - 1}
}

// check type-checks the packages to analyse and all that they need.
func (g *graph) check(ctx context.Context) error {
	for _, n := range g.order {
		if n.full {
			g.need(ctx, n)
		}
	}
	g.wg.Wait()
	g.judgeClean()
	return ctx.Err()
}

// need makes sure that the package gets its types some time: n.done tells when.
func (g *graph) need(ctx context.Context, n *node) {
	if g.partial && !n.inside && !n.listed {
		g.lacking.Store(true)
	}
	n.start.Do(func() {
		g.wg.Add(1)
		go func() {
			defer g.wg.Done()
			defer close(n.done)
			g.load(ctx, n)
		}()
	})
}

func (g *graph) load(ctx context.Context, n *node) {
	p := n.pkg
	p.Fset = g.fset
	if p.PkgPath == "unsafe" {
		p.Types = types.Unsafe
		return
	}

	g.cpus <- struct{}{}
	files := g.parse(ctx, n)
	<-g.cpus

	used := n.deps
	if !n.full {
		used = n.mentioned(files)
	}
	for _, dep := range used {
		g.need(ctx, dep)
	}
	for _, dep := range used {
		<-dep.done
	}

	g.cpus <- struct{}{}
	defer func() { <-g.cpus }()
	if ctx.Err() == nil {
		g.typecheck(n, files, used)
	}
}

// parse reads the files of the package. Of a package that does not matter, only
// the declarations are kept: the bodies would be most of what is in memory
// until the types of all its imports are known.
func (g *graph) parse(ctx context.Context, n *node) []*ast.File {
	flags := parser.SkipObjectResolution
	if n.full {
		flags |= parser.ParseComments
	}
	var files []*ast.File
	for i, name := range n.pkg.GoFiles {
		if ctx.Err() != nil {
			return nil
		}
		var file *ast.File
		text, err := g.read(name)
		n.compare(i, text)
		if !n.full && !n.root { // whose syntax errors may be asked for
			text = withoutBodies(text)
		}
		if err == nil {
			file, err = parser.ParseFile(g.fset, name, text, flags)
		}
		if err != nil {
			n.typeErrs = append(n.typeErrs, shorten(g.dir, oneLine(err.Error())))
		}
		if file == nil {
			continue
		}
		if n.root && n.full {
			n.keep(name, text, key{}, ast.IsGenerated(file))
			if report.HelpsTests(file) && !strings.HasSuffix(name, "_test.go") && !ast.IsGenerated(file) {
				n.testing = append(n.testing, path.Join(n.pkg.PkgPath, filepath.Base(name)))
			}
		}
		if !n.full {
			for _, decl := range file.Decls {
				if fn, ok := decl.(*ast.FuncDecl); ok {
					fn.Body = nil
				}
			}
		}
		files = append(files, file)
	}
	return files
}

func (g *graph) read(name string) ([]byte, error) {
	if text, ok := g.overlay[name]; ok {
		return text, nil
	}
	return os.ReadFile(name)
}

// mentioned returns the imports that the declarations name. Those that only
// function bodies use are not needed to know the types that a package declares,
// and leaving them out halves the packages to check.
func (n *node) mentioned(files []*ast.File) map[string]*node {
	used := make(map[string]*node)
	for _, file := range files {
		names := make(map[string]string, len(file.Imports)) // path by name
		for _, spec := range file.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				continue
			}
			switch dep := n.deps[path]; {
			case dep == nil:
			case spec.Name == nil:
				names[dep.pkg.Name] = path
			case spec.Name.Name == ".":
				used[path] = dep
			default:
				names[spec.Name.Name] = path
			}
		}
		ast.Inspect(file, func(node ast.Node) bool {
			if sel, ok := node.(*ast.SelectorExpr); ok {
				if id, ok := sel.X.(*ast.Ident); ok {
					if path, ok := names[id.Name]; ok {
						used[path] = n.deps[path]
					}
				}
			}
			return true
		})
	}
	return used
}

// NewInfo returns room for all that analyzers may ask the type checker of a package.
func NewInfo() *types.Info {
	return &types.Info{
		Types:        make(map[ast.Expr]types.TypeAndValue),
		Defs:         make(map[*ast.Ident]types.Object),
		Uses:         make(map[*ast.Ident]types.Object),
		Implicits:    make(map[ast.Node]types.Object),
		Instances:    make(map[*ast.Ident]types.Instance),
		Scopes:       make(map[ast.Node]*types.Scope),
		Selections:   make(map[*ast.SelectorExpr]*types.Selection),
		FileVersions: make(map[*ast.File]string),
	}
}

func (g *graph) typecheck(n *node, files []*ast.File, used map[string]*node) {
	p := n.pkg
	conf := &types.Config{
		Importer:    importer{n: n, used: used},
		Sizes:       p.TypesSizes,
		FakeImportC: true, // the C half of a cgo package would have to be compiled
		Error:       func(error) { n.doubtful = true },
	}
	if p.Module != nil && p.Module.GoVersion != "" {
		conf.GoVersion = "go" + p.Module.GoVersion
	}
	p.Types = types.NewPackage(p.PkgPath, p.Name)
	var info *types.Info
	if n.full {
		conf.Error = func(err error) {
			n.doubtful = true
			n.addTypeError(g.dir, err)
		}
		info = NewInfo()
		p.Syntax = files
		p.TypesInfo = info
	} else {
		conf.IgnoreFuncBodies = true
	}
	types.NewChecker(conf, g.fset, p.Types, info).Files(files) // errors have gone to conf.Error
	p.Types.MarkComplete()
	for _, dep := range used {
		n.doubtful = n.doubtful || dep.doubtful || dep.missing()
	}
	n.settle(g.dir)
	p.IllTyped = len(n.typeErrs) > 0
}

func (n *node) addTypeError(dir string, err error) {
	msg := err.Error()
	var typeErr types.Error
	if errors.As(err, &typeErr) {
		n.pkg.TypeErrors = append(n.pkg.TypeErrors, typeErr)
		msg = fmt.Sprintf("%s: %s", typeErr.Fset.Position(typeErr.Pos), typeErr.Msg)
	}
	n.typeErrs = append(n.typeErrs, shorten(dir, oneLine(msg)))
}

// prune cuts what is analysed off what is not: the driver follows imports to
// compute facts, and would run on packages that have no syntax.
func (g *graph) prune() {
	for _, n := range g.order {
		maps.DeleteFunc(n.pkg.Imports, func(path string, _ *packages.Package) bool {
			dep := n.deps[path]
			return dep == nil || !n.relevant || !dep.relevant || dep.problem() != nil
		})
	}
}

// importer gives a package the types of its imports.
type importer struct {
	n    *node
	used map[string]*node
}

func (i importer) Import(imp string) (*types.Package, error) {
	if dep := i.used[imp]; dep != nil && dep.pkg.Types != nil && !dep.missing() {
		return dep.pkg.Types, nil
	}
	if i.n.full && imp != "unsafe" {
		return nil, errors.New("it cannot be loaded")
	}
	if imp == "unsafe" {
		return types.Unsafe, nil
	}
	// No declaration names it: any package of that name will do.
	name := path.Base(imp)
	if dep := i.n.deps[imp]; dep != nil && dep.pkg.Name != "" {
		name = dep.pkg.Name
	}
	fake := types.NewPackage(imp, name)
	fake.MarkComplete()
	return fake, nil
}

// oneLine joins the lines of a message.
func oneLine(msg string) string {
	return strings.Join(strings.Fields(msg), " ")
}

// shorten makes the paths below dir that a message names relative to it.
func shorten(dir, msg string) string {
	return strings.ReplaceAll(msg, dir+string(filepath.Separator), "")
}
