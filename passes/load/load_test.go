package load_test

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/txtar"

	"github.com/atomicstatus/atomicstatus/passes/load"
)

// common is what every module here has: a stub of the client library.
const common = `
-- go.mod --
module example.com/m

go 1.26

require sigs.k8s.io/controller-runtime v0.0.0

replace sigs.k8s.io/controller-runtime => ./cr
-- cr/go.mod --
module sigs.k8s.io/controller-runtime
-- cr/pkg/client/client.go --
package client

type Client interface{ Update() error }
`

// module writes a module and returns its directory.
func module(t *testing.T, files string) string {
	t.Helper()
	dir := t.TempDir()
	for _, file := range txtar.Parse([]byte(common + files)).Files {
		name := filepath.Join(dir, file.Name)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, file.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func loadModule(t *testing.T, cfg load.Config) *load.Program {
	t.Helper()
	cfg.Env = append(os.Environ(), "GOPROXY=off", "GOFLAGS=", "GOWORK=off")
	prog, err := load.Load(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	return prog
}

// seen is a fact that tells which packages an analyzer has run on.
type seen struct{}

func (*seen) AFact() {}

// toy reports each call of a method named Update, and says whether the imported
// packages were analysed before.
var toy = &analysis.Analyzer{
	Name:      "toy",
	Doc:       "toy",
	FactTypes: []analysis.Fact{(*seen)(nil)},
	Requires:  []*analysis.Analyzer{names},
	Run: func(pass *analysis.Pass) (any, error) {
		if pass.ResultOf[names].(string) != pass.Pkg.Name() {
			return nil, fmt.Errorf("result of names is %v", pass.ResultOf[names])
		}
		pass.ExportPackageFact(&seen{})
		known := 0
		for _, imp := range pass.Pkg.Imports() {
			if pass.ImportPackageFact(imp, new(seen)) {
				known++
			}
		}
		for _, file := range pass.Files {
			for n := range ast.Preorder(file) {
				if call, ok := n.(*ast.CallExpr); ok {
					if sel, ok := call.Fun.(*ast.SelectorExpr); ok && sel.Sel.Name == "Update" {
						pass.Report(analysis.Diagnostic{Pos: call.Pos(), End: call.End(), Message: fmt.Sprintf("update, %d facts", known)})
					}
				}
				if id, ok := n.(*ast.Ident); ok && id.Name == "boom" {
					panic("unexpected boom")
				}
			}
		}
		return nil, nil
	},
}

var names = &analysis.Analyzer{
	Name:       "names",
	Doc:        "names",
	Run:        func(pass *analysis.Pass) (any, error) { return pass.Pkg.Name(), nil },
	ResultType: reflect.TypeFor[string](),
}

func analyse(t *testing.T, cfg load.Config) (findings, problems []string) {
	t.Helper()
	prog := loadModule(t, cfg)
	diags, errs := prog.Analyze(t.Context(), []*analysis.Analyzer{toy})
	for _, d := range diags {
		rel, err := filepath.Rel(cfg.Dir, d.Pos.Filename)
		if err != nil {
			t.Fatal(err)
		}
		findings = append(findings, fmt.Sprintf("%s:%d: %s", filepath.ToSlash(rel), d.Pos.Line, d.Message))
	}
	for _, b := range prog.Broken {
		problems = append(problems, b.Error())
	}
	for _, err := range errs {
		problems = append(problems, err.Error())
	}
	return findings, problems
}

func same(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n\t%s\nwant\n\t%s", what, strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

const program = `
-- wrap/wrap.go --
package wrap

import "sigs.k8s.io/controller-runtime/pkg/client"

func Write(c client.Client) error { return c.Update() }
-- user/user.go --
package user

import (
	"net/http" // a large package that only a body uses

	"example.com/m/plain"
	"example.com/m/wrap"
)

func F(t plain.T) {
	_ = wrap.Write(nil)
	_ = t.Header.Get("a")
	http.Error(nil, "", 0)
	t.Update()
}
-- user/user_test.go --
package user

import "testing"

func TestF(t *testing.T) { var x interface{ Update() error }; x.Update() }
-- user/x_test.go --
package user_test

import "example.com/m/user"

var _ = user.F
-- plain/plain.go --
package plain

import (
	"net/http"
	"os/exec"
)

type T struct{ Header http.Header }

func (T) Update() { exec.Command("a").Run(); T{}.Update() }
-- tagged/tagged.go --
//go:build extra

package tagged

import "sigs.k8s.io/controller-runtime/pkg/client"

var _ = client.Client(nil).Update()
`

func TestAnalyze(t *testing.T) {
	dir := module(t, program)
	// plain calls Update as well, but it knows no client. Facts come from wrap
	// whether the user asked for it or not.
	findings, problems := analyse(t, load.Config{Dir: dir, Patterns: []string{"./user", "./plain"}})
	same(t, "findings", findings, "user/user.go:14: update, 1 facts")
	same(t, "problems", problems)

	findings, problems = analyse(t, load.Config{Dir: dir})
	same(t, "all findings", findings, "user/user.go:14: update, 1 facts", "wrap/wrap.go:5: update, 0 facts")
	same(t, "problems", problems)

	findings, _ = analyse(t, load.Config{Dir: dir, Tests: true})
	same(t, "findings with tests", findings, "user/user.go:14: update, 1 facts", "user/user_test.go:5: update, 1 facts", "wrap/wrap.go:5: update, 0 facts")

	findings, _ = analyse(t, load.Config{Dir: dir, Tags: "extra", Patterns: []string{"./tagged"}})
	same(t, "findings with a tag", findings, "tagged/tagged.go:7: update, 0 facts")
}

// Once a run is interrupted, no more is analysed, and nothing is taken for found.
func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	prog, err := load.Load(ctx, load.Config{Dir: module(t, program), Patterns: []string{"./user"}})
	if err != nil {
		t.Fatal(err)
	}
	var seen []string // dependencies first
	interrupted := &analysis.Analyzer{Name: "interrupted", Doc: "interrupted", FactTypes: toy.FactTypes, Run: func(pass *analysis.Pass) (any, error) {
		seen = append(seen, pass.Pkg.Name())
		cancel()
		return nil, nil
	}}
	diags, errs := prog.Analyze(ctx, []*analysis.Analyzer{interrupted})
	if len(diags) > 0 || len(errs) != 1 || !errors.Is(errs[0], context.Canceled) {
		t.Errorf("findings %v, errors %v", diags, errs)
	}
	same(t, "analysed", seen, "wrap")
}

func TestPanic(t *testing.T) {
	dir := module(t, program+`
-- bad/bad.go --
package bad

import "sigs.k8s.io/controller-runtime/pkg/client"

var boom client.Client
`)
	findings, problems := analyse(t, load.Config{Dir: dir})
	same(t, "findings", findings, "user/user.go:14: update, 1 facts", "wrap/wrap.go:5: update, 0 facts")
	if len(problems) != 1 || !strings.HasPrefix(problems[0], "package example.com/m/bad: toy: internal error, please report it: panic: unexpected boom (load_test.") ||
		!strings.Contains(problems[0], " at load_test.go:") {
		t.Errorf("problems: %q", problems)
	}
}

func TestBroken(t *testing.T) {
	dir := module(t, program+`
-- wrap/bad.go --
package wrap

var x int = "a"
`)
	findings, problems := analyse(t, load.Config{Dir: dir})
	same(t, "findings", findings, "user/user.go:14: update, 0 facts")
	same(t, "problems", problems, `package example.com/m/wrap is skipped: wrap/bad.go:3:13: cannot use "a" (untyped string constant) as int value in variable declaration`)
}

// A file in memory takes the place of one on disk, and may be a package that is
// not there at all.
func TestOverlayPackages(t *testing.T) {
	dir := module(t, program)
	_, problems := analyse(t, load.Config{
		Dir:      dir,
		Patterns: []string{"./wrap", "./new"},
		Overlay: map[string][]byte{
			filepath.Join(dir, "wrap", "wrap.go"): []byte("package wrap\n\nimport _ \"sigs.k8s.io/controller-runtime/pkg/client\"\n\nvar x int = \"a\"\n"),
			filepath.Join(dir, "new", "new.go"):   []byte("package new\n\nimport _ \"sigs.k8s.io/controller-runtime/pkg/client\"\n\nvar y int = \"b\"\n"),
		},
	})
	same(t, "problems", problems,
		`package example.com/m/new is skipped: new/new.go:5:13: cannot use "b" (untyped string constant) as int value in variable declaration`,
		`package example.com/m/wrap is skipped: wrap/wrap.go:5:13: cannot use "a" (untyped string constant) as int value in variable declaration`)
}

func TestErrors(t *testing.T) {
	dir := module(t, program)
	if err := os.Mkdir(filepath.Join(dir, "empty"), 0o777); err != nil {
		t.Fatal(err)
	}
	noModule := t.TempDir()
	badModule := t.TempDir()
	if err := os.WriteFile(filepath.Join(badModule, "go.mod"), []byte("nonsense\n\nmodule a\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name string
		cfg  load.Config
		want string
	}{
		{"no packages", load.Config{Dir: dir, Patterns: []string{"./empty/..."}}, "no packages matched ./empty/..."},
		{"no module", load.Config{Dir: noModule}, "no go.mod found"},
		{"bad go.mod", load.Config{Dir: badModule}, "errors parsing go.mod: go.mod:1: unknown directive"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := load.Load(context.Background(), test.cfg)
			if err == nil || !strings.HasPrefix(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("error %v, want %s", err, test.want)
			}
		})
	}
}
