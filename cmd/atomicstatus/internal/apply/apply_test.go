package apply_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/ast"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/txtar"

	"github.com/atomicstatus/atomicstatus/cmd/atomicstatus/internal/apply"
	"github.com/atomicstatus/atomicstatus/passes/fixes"
	"github.com/atomicstatus/atomicstatus/passes/load"
)

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

// renamer finds the identifiers in functions that are to be something else,
// where they are used, and the names of exported functions as well. What starts with a slash is a call of a package of that path,
// which may have to be imported.
func renamer(names map[string]string) *analysis.Analyzer {
	return &analysis.Analyzer{Name: "renamer", Doc: "renamer", Run: func(pass *analysis.Pass) (any, error) {
		rename := func(file *ast.File, id *ast.Ident) {
			to, ok := names[id.Name]
			if !ok {
				return
			}
			edits := []analysis.TextEdit{{Pos: id.Pos(), End: id.End()}}
			if path, call, ok := strings.Cut(strings.TrimPrefix(to, "/"), " "); ok && to[0] == '/' {
				to = call
				if !slices.ContainsFunc(file.Imports, func(s *ast.ImportSpec) bool { return s.Path.Value == `"`+path+`"` }) {
					at := file.Imports[0].Pos()
					edits = append(edits, analysis.TextEdit{Pos: at, End: at, NewText: []byte(`"` + path + "\"\n\t")})
				}
			}
			edits[0].NewText = []byte(to)
			if to == "" { // nobody knows what it is to be
				pass.Report(analysis.Diagnostic{Pos: id.Pos(), Message: id.Name + " is out of date"})
				return
			}
			pass.Report(analysis.Diagnostic{
				Pos:            id.Pos(),
				Message:        id.Name + " is out of date",
				SuggestedFixes: []analysis.SuggestedFix{{Message: "use " + to, TextEdits: edits}},
			})
		}
		for _, file := range pass.Files {
			for _, decl := range file.Decls {
				if fn, ok := decl.(*ast.FuncDecl); ok {
					for n := range ast.Preorder(fn) {
						if id, ok := n.(*ast.Ident); ok && (id != fn.Name || id.IsExported()) {
							rename(file, id)
						}
					}
				}
			}
		}
		return nil, nil
	}}
}

// project is a module on disk and what was done with it.
type project struct {
	t      *testing.T
	dir    string
	tests  bool
	rounds int
	before func() // each analysis
}

func write(t *testing.T, files string) *project {
	t.Helper()
	p := &project{t: t, dir: t.TempDir(), before: func() {}}
	for _, file := range txtar.Parse([]byte(common + files)).Files {
		name := filepath.Join(p.dir, file.Name)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, file.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

func (p *project) apply(ctx context.Context, names map[string]string) (*apply.Result, error) {
	return apply.Run(ctx, fixes.Safe, func(ctx context.Context, overlay map[string][]byte) (apply.Round, error) {
		p.rounds++
		p.before()
		prog, err := load.Load(ctx, load.Config{
			Dir:     p.dir,
			Tests:   p.tests,
			Env:     append(os.Environ(), "GOPROXY=off", "GOFLAGS=", "GOWORK=off"),
			Overlay: overlay,
		})
		if err != nil {
			return apply.Round{}, err
		}
		diags, errs := prog.Analyze(ctx, []*analysis.Analyzer{renamer(names)})
		return apply.Round{Diagnostics: diags, Broken: prog.Broken, Errors: errs, Editable: prog.Sources.Editable}, nil
	}, nil)
}

func (p *project) mustApply(names map[string]string) *apply.Result {
	p.t.Helper()
	result, err := p.apply(context.Background(), names)
	if err != nil {
		p.t.Fatal(err)
	}
	return result
}

// check compares the files that changed, their new content and the fixes that
// did not make it.
func (p *project) check(result *apply.Result, applied int, refused []string, files map[string]string) {
	p.t.Helper()
	got := make(map[string]string)
	for _, file := range result.Files {
		rel, err := filepath.Rel(p.dir, file.Name)
		if err != nil {
			p.t.Fatal(err)
		}
		got[filepath.ToSlash(rel)] = string(file.New)
		if old, err := os.ReadFile(file.Name); err != nil || !bytes.Equal(old, file.Old) {
			p.t.Errorf("%s is %q, but before it was %q (%v)", rel, old, file.Old, err)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if got[name] != files[name] {
			p.t.Errorf("%s becomes\n%q, want\n%q", name, got[name], files[name])
		}
	}
	for name := range files {
		if _, ok := got[name]; !ok {
			p.t.Errorf("%s does not change", name)
		}
	}
	var reasons []string
	for _, r := range result.Refused {
		reasons = append(reasons, fmt.Sprintf("%s:%d: %s: %s", filepath.Base(r.Diagnostic.Pos.Filename), r.Diagnostic.Pos.Line, r.Diagnostic.Message, r.Reason))
	}
	if !slices.Equal(reasons, refused) {
		p.t.Errorf("refused:\n\t%s\nwant\n\t%s", strings.Join(reasons, "\n\t"), strings.Join(refused, "\n\t"))
	}
	if result.Applied != applied {
		p.t.Errorf("%d fixes applied, want %d", result.Applied, applied)
	}
	if p.t.Failed() {
		p.t.Logf("after %d rounds", p.rounds)
	}
}

const head = `package a

import (
	"sigs.k8s.io/controller-runtime/pkg/client"
)

var C client.Client

func old() int   { return 1 }
func older() int { return 2 }
func now() int   { return 3 }
`

func TestRounds(t *testing.T) {
	for _, test := range []struct {
		name   string
		names  map[string]string
		body   string
		want   string
		rounds int // with the one that finds nothing more to fix
		fixes  int
	}{
		{
			name:   "in two functions at once",
			names:  map[string]string{"old": "now"},
			body:   "\nfunc f() int { return old() }\n\nfunc g() int { return old() }\n",
			want:   "\nfunc f() int { return now() }\n\nfunc g() int { return now() }\n",
			rounds: 2, fixes: 2,
		},
		{
			name:   "in one function at once",
			names:  map[string]string{"old": "now"},
			body:   "\nfunc f() int { return old() + old() }\n",
			want:   "\nfunc f() int { return now() + now() }\n",
			rounds: 2, fixes: 2,
		},
		{
			name:   "one leads to another",
			names:  map[string]string{"older": "old", "old": "now"},
			body:   "\nfunc f() int { return older() }\n",
			want:   "\nfunc f() int { return now() }\n",
			rounds: 3, fixes: 2,
		},
		{
			name:   "the result is formatted",
			names:  map[string]string{"old": "now( ) +  now"},
			body:   "\nfunc f() int { return old() }\n",
			want:   "\nfunc f() int { return now() + now() }\n",
			rounds: 2, fixes: 1,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := write(t, "-- a/a.go --\n"+head+test.body)
			p.check(p.mustApply(test.names), test.fixes, nil, map[string]string{"a/a.go": head + test.want})
			if p.rounds != test.rounds {
				t.Errorf("%d rounds, want %d", p.rounds, test.rounds)
			}
		})
	}
}

func TestImports(t *testing.T) {
	p := write(t, `
-- a/a.go --
package a

import (
	"os"

	"sigs.k8s.io/controller-runtime/pkg/client"
)

var C client.Client

func f() string { return "f" + sprint() }

func g() string { return "g" + sprint() }

func sprint() string { return os.Args[0] }
-- b/b.go --
package b

import (
	"errors"
	"os"

	"sigs.k8s.io/controller-runtime/pkg/client"
)

var C client.Client

var mine struct{ Args []string }

func f() (string, error) { return os.Args[1], errors.New("") }

func g() string { return os.Args[0] }
`)
	p.check(p.mustApply(map[string]string{"sprint": "/fmt fmt.Sprint", "os": "mine"}), 4, []string{
		"a.go:16: os is out of date: its result does not compile: a/a.go:15:31: undefined: mine",
	}, map[string]string{
		"a/a.go": `package a

import (
	"fmt"
	"os"

	"sigs.k8s.io/controller-runtime/pkg/client"
)

var C client.Client

func f() string { return "f" + fmt.Sprint() }

func g() string { return "g" + fmt.Sprint() }

func sprint() string { return os.Args[0] }
`,
		"b/b.go": `package b

import (
	"errors"

	"sigs.k8s.io/controller-runtime/pkg/client"
)

var C client.Client

var mine struct{ Args []string }

func f() (string, error) { return mine.Args[1], errors.New("") }

func g() string { return mine.Args[0] }
`,
	})

	p = write(t, "-- a/a.go --\n"+head+"\nfunc f() { old() }\n\nfunc g() { old() }\n")
	p.check(p.mustApply(map[string]string{"old": "/fmt fmt.Print"}), 2, nil, map[string]string{
		"a/a.go": strings.Replace(head, "(\n", "(\n\t\"fmt\"\n", 1) + "\nfunc f() { fmt.Print() }\n\nfunc g() { fmt.Print() }\n",
	})
	if p.rounds != 2 {
		t.Errorf("%d rounds, want 2: both fixes add the import at the same place", p.rounds)
	}
}

// A fix that brings a finding which nothing can fix is refused, and the others
// stay.
func TestCaused(t *testing.T) {
	p := write(t, "-- a/a.go --\n"+head+`
func f() int { return older() }

func g() int { return old() }

func odd() int { return 4 }
`)
	p.check(p.mustApply(map[string]string{"old": "now", "older": "odd", "odd": ""}), 1,
		[]string{"a.go:13: older is out of date: it would lead to a finding of renamer: odd is out of date"},
		map[string]string{"a/a.go": head + `
func f() int { return older() }

func g() int { return now() }

func odd() int { return 4 }
`})
}

func TestUndo(t *testing.T) {
	p := write(t, "-- a/a.go --\n"+head+`
func f() int { return older() + ping() }

func g() int { return old() }

func ping() int { return 4 }
func pong() int { return 5 }
`)
	p.check(p.mustApply(map[string]string{"old": "now", "ping": "pong", "pong": "ping"}), 2,
		[]string{"a.go:13: pong is out of date: stopped after 5 rounds in which fixes only led to other fixes"},
		map[string]string{"a/a.go": head + `
func f() int { return older() + pong() }

func g() int { return now() }

func ping() int { return 4 }
func pong() int { return 5 }
`})
}

// TestBroken holds that a fix that breaks the program costs no other.
func TestBroken(t *testing.T) {
	body := func(f, g, h string) string {
		return head + "\nfunc f() int { return " + f + "() }\n\nfunc g() int { return " + g + "() }\n\nfunc h() int { return " + h + "() }\n"
	}
	for _, test := range []struct{ name, to, reason string }{
		{"not Go", "(", "its result cannot be parsed: a.go:15:25: expected operand, found ')' (and 1 more errors)"},
		{"not typed", "nowhere", "its result does not compile: a/a.go:15:23: undefined: nowhere"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := write(t, "-- a/a.go --\n"+body("old", "older", "old")+"-- b/b.go --\n"+body("older", "old", "old"))
			p.check(p.mustApply(map[string]string{"old": "now", "older": test.to}), 4, []string{
				"a.go:15: older is out of date: " + test.reason,
				"b.go:13: older is out of date: " + strings.NewReplacer("a.go:15", "b.go:13", "a/", "b/").Replace(test.reason),
			}, map[string]string{"a/a.go": body("now", "older", "now"), "b/b.go": body("older", "now", "now")})
		})
	}
}

// TestBrokenElsewhere holds that a fix is refused that breaks another package,
// but not the fix that this one has itself.
func TestBrokenElsewhere(t *testing.T) {
	user := func(f string) string {
		return "package b\n\nimport \"example.com/m/a\"\n\nvar _ = a.Gone()\n\nfunc f() int { return " + f + "() }\n\nfunc old() int { return 0 }\nfunc now() int { return 0 }\n"
	}
	p := write(t, "-- a/a.go --\n"+head+"\nfunc Gone() int { return older() }\n-- b/b.go --\n"+user("old"))
	refused := []string{"a.go:13: Gone is out of date: its result does not compile: b/b.go:5:11: undefined: a.Gone"}
	p.check(p.mustApply(map[string]string{"Gone": "Went"}), 0, refused, nil)
	p.check(p.mustApply(map[string]string{"Gone": "Went", "old": "now"}), 1, refused, map[string]string{"b/b.go": user("now")})
}

// TestBytes holds that line ends and the byte order mark stay as they are.
func TestBytes(t *testing.T) {
	const body = head + "\nfunc f() string {\n\treturn `a\nb`\n}\n\n// old\nfunc g() int { return old() }\n"
	for name, form := range map[string]func(string) string{
		"CRLF":             func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
		"mark":             func(s string) string { return "\ufeff" + s },
		"CRLF with a mark": func(s string) string { return "\ufeff" + strings.ReplaceAll(s, "\n", "\r\n") },
		"no newline":       func(s string) string { return strings.TrimSuffix(s, "\n") },
	} {
		t.Run(name, func(t *testing.T) {
			p := write(t, "")
			if err := os.Mkdir(filepath.Join(p.dir, "a"), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(p.dir, "a", "a.go"), []byte(form(body)), 0o666); err != nil {
				t.Fatal(err)
			}
			want := form(strings.Replace(body, "return old", "return now", 1))
			if name == "no newline" {
				want += "\n"
			}
			p.check(p.mustApply(map[string]string{"old": "now"}), 1, nil, map[string]string{"a/a.go": want})
		})
	}
}

// TestOnce holds that a file of a package and its test variant is fixed once,
// and no file that nobody wrote or that is not in the build.
func TestOnce(t *testing.T) {
	use := "\nfunc f() int { return old() }\n"
	p := write(t, "-- a/a.go --\n"+head+use+
		"-- a/a_test.go --\npackage a\n\nfunc test() int { return old() }\n"+
		"-- a/other.go --\n//go:build other\n\npackage a\n\nfunc other() int { return old() }\n"+
		"-- a/generated.go --\n// Code generated by hand. DO NOT EDIT.\n\npackage a\n\nfunc generated() int { return old() }\n")
	p.tests = true
	p.check(p.mustApply(map[string]string{"old": "older"}), 2,
		[]string{"generated.go:5: old is out of date: it is generated"},
		map[string]string{"a/a.go": head + strings.ReplaceAll(use, "old", "older"), "a/a_test.go": "package a\n\nfunc test() int { return older() }\n"})
}

func TestInterrupt(t *testing.T) {
	p := write(t, "-- a/a.go --\n"+head+"\nfunc f() int { return old() }\n")
	ctx, cancel := context.WithCancel(context.Background())
	p.before = func() {
		if p.rounds == 2 {
			cancel()
		}
	}
	if result, err := p.apply(ctx, map[string]string{"old": "now"}); !errors.Is(err, context.Canceled) || result != nil {
		t.Errorf("interrupted: %v, %v", result, err)
	}
}
