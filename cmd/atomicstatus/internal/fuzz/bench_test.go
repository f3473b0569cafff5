package fuzz_test

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/types"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/packages"

	"github.com/atomicstatus/atomicstatus/analyzer"
	"github.com/atomicstatus/atomicstatus/cmd/atomicstatus/internal/apply"
	"github.com/atomicstatus/atomicstatus/passes/fixes"
	"github.com/atomicstatus/atomicstatus/passes/load"
	"github.com/atomicstatus/atomicstatus/passes/reconcilecost"
)

// bench is the module testdata/cases, loaded once: to analyse another version of
// one of its packages costs no more than that package, and those of the module
// that it imports.
type bench struct {
	prog    *load.Program
	overlay map[string][]byte         // of prog
	pkgs    []*packages.Package       // those of the module that matter, with their syntax
	types   map[string]*types.Package // all that any of them imports
	texts   map[string][]byte         // of the files of pkgs
	parsed  map[string]*ast.File      // the same
	checks  []*analysis.Analyzer      // the whole suite
	created *packages.Package         // one more package, for generated programs
	byPath  map[string]*packages.Package
}

var loadBench = sync.OnceValues(func() (*bench, error) {
	dir, err := filepath.Abs("../../../../testdata/cases")
	if err != nil {
		return nil, err
	}
	b := &bench{
		overlay: make(map[string][]byte),
		types:   make(map[string]*types.Package),
		texts:   make(map[string][]byte),
		parsed:  make(map[string]*ast.File),
		byPath:  make(map[string]*packages.Package),
	}
	for _, check := range analyzer.Checks() {
		b.checks = append(b.checks, check.Analyzer)
	}
	b.prog, err = load.Load(context.Background(), load.Config{Dir: dir, Overlay: b.overlay})
	if err != nil {
		return nil, err
	}
	for _, broken := range b.prog.Broken {
		return nil, broken
	}
	for _, p := range b.prog.Roots {
		kept := *p // the analysis takes the syntax away from p
		b.pkgs = append(b.pkgs, &kept)
		b.byPath[p.PkgPath] = &kept
		b.types[p.PkgPath] = p.Types
		for _, imp := range p.Types.Imports() {
			b.types[imp.Path()] = imp // those of other packages may be without declarations
		}
		for i, name := range p.GoFiles {
			file, err := b.prog.Sources.Editable(name)
			if err == nil {
				b.texts[name] = file.Text
			}
			b.parsed[name] = p.Syntax[i]
		}
	}
	api := b.byPath["example.com/cases/api/v1"]
	b.created = &packages.Package{
		ID: "example.com/cases/created", PkgPath: "example.com/cases/created", Name: "created",
		GoFiles:    []string{filepath.Join(dir, "created", "created.go")},
		Imports:    maps.Clone(b.byPath),
		Module:     api.Module,
		TypesSizes: api.TypesSizes,
		Fset:       b.prog.Fset,
	}
	return b, nil
})

func newBench(t testing.TB) *bench {
	t.Helper()
	b, err := loadBench()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Import makes the bench an importer.
func (b *bench) Import(path string) (*types.Package, error) {
	if p := b.types[path]; p != nil {
		return p, nil
	}
	return nil, errors.New("not among the imports of the cases")
}

// check type-checks a package with other texts for some of its files. The errors
// are those of the parser or of the type checker.
func (b *bench) check(pkg *packages.Package, texts map[string][]byte) (*packages.Package, []error) {
	p := *pkg
	var errs []error
	p.Syntax = nil
	for _, name := range p.GoFiles {
		syntax := b.parsed[name]
		if text, ok := texts[name]; ok {
			var err error
			syntax, err = parser.ParseFile(b.prog.Fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
			if err != nil {
				return &p, []error{err}
			}
		}
		p.Syntax = append(p.Syntax, syntax)
	}
	conf := types.Config{Importer: b, Sizes: p.TypesSizes, GoVersion: "go1.26", Error: func(err error) { errs = append(errs, err) }}
	p.TypesInfo = load.NewInfo()
	p.Types = types.NewPackage(p.PkgPath, p.Name)
	_ = types.NewChecker(&conf, b.prog.Fset, p.Types, p.TypesInfo).Files(p.Syntax) // errors have gone to conf.Error
	return &p, errs
}

// forget removes the files of other versions, of which a long run makes many.
func (b *bench) forget(p *packages.Package) {
	for _, file := range p.Syntax {
		if tok := b.prog.Fset.File(file.FileStart); tok != nil && b.parsed[tok.Name()] != file {
			b.prog.Fset.RemoveFile(tok)
		}
	}
}

// analyse is the analysis of one package, with those of the module that it
// imports, as the command does it.
func (b *bench) analyse(pkg *packages.Package, texts map[string][]byte) apply.Round {
	p, errs := b.check(pkg, texts)
	defer b.forget(p)
	names := make(map[string]string)
	for _, imp := range p.Types.Imports() {
		names[imp.Path()] = imp.Name()
	}
	round := apply.Round{Editable: func(name string) (load.File, error) {
		text, ok := texts[name]
		if !ok {
			text, ok = b.texts[name]
		}
		if !ok {
			return load.File{}, errors.New("it is generated")
		}
		return load.File{Text: text, Imports: names}, nil
	}}
	if len(errs) > 0 {
		round.Broken = []*load.BrokenError{{Package: p.PkgPath, Files: p.GoFiles, Reason: errs[0].Error(), More: len(errs) - 1}}
		return round
	}
	b.link(p)
	clear(b.overlay)
	maps.Copy(b.overlay, texts)

	syntax := p.Syntax // forget needs it
	prog := *b.prog
	prog.Roots = []*packages.Package{p}
	counter := reconcilecost.New(prog.Fset, prog.Roots, reconcilecost.Options{})
	prog.Paths = counter.Learn
	diags, failed := prog.Analyze(context.Background(), b.checks)
	if _, err := counter.Count(); err != nil {
		round.Errors = append(round.Errors, err)
	}
	p.Syntax = syntax
	round.Diagnostics, round.Errors = diags, append(round.Errors, failed...)
	return round
}

// link gives the package its imports, each as if it had just been loaded.
func (b *bench) link(p *packages.Package) {
	fresh := make(map[string]*packages.Package)
	var visit func(p *packages.Package)
	visit = func(p *packages.Package) {
		imports := make(map[string]*packages.Package)
		for _, imp := range p.Types.Imports() {
			old := b.byPath[imp.Path()]
			if old == nil {
				continue
			}
			if fresh[imp.Path()] == nil {
				kept := *old
				fresh[imp.Path()] = &kept
				visit(&kept)
			}
			imports[imp.Path()] = fresh[imp.Path()]
		}
		p.Imports = imports
	}
	visit(p)
}

// judge analyses the package with the texts, which are sound, and applies all
// fixes. Whatever the program, there is no internal error, a second analysis says
// the same, and what the fixes make of it is a sound program: none of them is
// taken back because of what becomes of the code.
func (b *bench) judge(t *testing.T, pkg *packages.Package, texts map[string][]byte) {
	t.Helper()
	show := func() string {
		var all []string
		for _, name := range slices.Sorted(maps.Keys(texts)) {
			all = append(all, string(texts[name]))
		}
		return strings.Join(all, "\n")
	}
	first := b.analyse(pkg, texts)
	for _, broken := range first.Broken {
		t.Fatalf("%v\n%s", broken, show())
	}
	for _, err := range first.Errors {
		t.Errorf("%v\n%s", err, show())
	}
	if again := b.analyse(pkg, texts); lines(again) != lines(first) {
		t.Errorf("two analyses differ:\n%s\nand\n%s\nof\n%s", lines(first), lines(again), show())
	}
	fixable := slices.ContainsFunc(first.Diagnostics, func(d load.Diagnostic) bool { return len(d.Fixes) > 0 })
	if t.Failed() || !fixable {
		return
	}
	result, err := apply.Run(context.Background(), fixes.Safe, func(_ context.Context, overlay map[string][]byte) (apply.Round, error) {
		all := maps.Clone(texts)
		maps.Copy(all, overlay)
		round := b.analyse(pkg, all)
		return round, errors.Join(round.Errors...)
	}, nil)
	if err != nil {
		t.Fatalf("fixing: %v\n%s", err, show())
	}
	for _, r := range result.Refused {
		t.Errorf("%v: %s: a fix is taken back: %s\n%s", r.Diagnostic.Pos, r.Diagnostic.Message, r.Reason, show())
	}
}

// lines are the findings of a round in all their detail.
func lines(r apply.Round) string {
	var out strings.Builder
	for _, d := range r.Diagnostics {
		waits := d.Waits
		d.Waits = nil // a pointer prints as its address
		fmt.Fprintf(&out, "%+v", d)
		if waits != nil {
			fmt.Fprintf(&out, " waits for %+v", *waits)
		}
		out.WriteByte('\n')
	}
	for _, err := range r.Errors {
		fmt.Fprintln(&out, err)
	}
	return out.String()
}
