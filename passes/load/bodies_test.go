package load

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestWithoutBodies(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"a body", "func f() int {\n\treturn 1\n}\n", "func f() int {\n\n}\n"},
		{"a method", "func (t T) m(a, b int) (int, error) { return 1, nil }\nvar x int", "func (t T) m(a, b int) (int, error) {}\nvar x int"},
		{"no body", "func f(x int) int\n\ntype T struct{}\n", "func f(x int) int\n\ntype T struct{}\n"},
		{"types with braces", "func f(a struct{}) map[string]interface{ M() } { g() }", "func f(a struct{}) map[string]interface{ M() } {}"},
		{"a type named like one", "func f() mystruct { g() }", "func f() mystruct {}"},
		{"a spaced type", "func f() struct { A int } { g() }", "func f() struct { A int } {}"},
		{"type parameters", "func f[T interface{ ~int }](t T) T { return t }", "func f[T interface{ ~int }](t T) T {}"},
		{"braces that are none", "func f() { a := `}`; b := \"}\\\"}\"; c := '}'; d := '\\''; /* } */ // }\n}\n", "func f() {\n}\n"},
		{"a comment in the signature", "func f() /* { */ int { return 1 }", "func f() /* { */ int {}"},
		{"a word in a comment", "/*\nfunc f() {\n*/\nvar a = `\nfunc g() { x }`", "/*\nfunc f() {\n*/\nvar a = `\nfunc g() { x }`"},
		{"a variable", "var f = func() int { return 1 }", "var f = func() int { return 1 }"},
		{"nothing closed", "func f() { g(", "func f() { g("},
		{"a literal that does not end", "func f() {}\nvar a = `", "func f() {}\nvar a = `"},
		{"a comment at the end", "func f() {}\n//", "func f() {}\n//"},
	} {
		if got := string(withoutBodies([]byte(test.text))); got != test.want {
			t.Errorf("%s: %q is without its bodies\n%q, not\n%q", test.name, test.text, got, test.want)
		}
	}
}

// Whatever Go's own packages declare is declared without the bodies, in the same lines.
func TestDeclarationsWithoutBodies(t *testing.T) {
	files := 0
	for _, pattern := range []string{"go/*", "runtime", "reflect", "net/http", "crypto/tls", "math/big", "encoding/*", "text/template", "cmd/compile/internal/ssa"} {
		names, err := filepath.Glob(filepath.Join(goRoot(t), "src", pattern, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			files++
			if got, want := declarations(t, name, withoutBodies(text)), declarations(t, name, text); got != want {
				t.Errorf("%s declares without its bodies\n%s", name, got)
			}
		}
	}
	if files < 100 {
		t.Errorf("there are %d files", files)
	}
}

// goRoot is where Go's own packages are.
func goRoot(t testing.TB) string {
	t.Helper()
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// declarations are those of a file as text, with their lines.
func declarations(t *testing.T, name string, text []byte) string {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, text, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	for _, decl := range file.Decls {
		if fn, ok := decl.(*ast.FuncDecl); ok && fn.Body != nil {
			fn.Body.List = nil
			fn.Body.Rbrace = fn.Body.Lbrace
		}
	}
	var out bytes.Buffer
	config := printer.Config{Mode: printer.SourcePos | printer.TabIndent, Tabwidth: 8}
	if err := config.Fprint(&out, fset, file); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func BenchmarkParse(b *testing.B) {
	names, err := filepath.Glob(filepath.Join(goRoot(b), "src", "net", "http", "*.go"))
	if err != nil {
		b.Fatal(err)
	}
	var texts [][]byte
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			b.Fatal(err)
		}
		texts = append(texts, text)
	}
	for _, bench := range []struct {
		name string
		of   func([]byte) []byte
	}{{"whole", func(text []byte) []byte { return text }}, {"without bodies", withoutBodies}} {
		b.Run(bench.name, func(b *testing.B) {
			for b.Loop() {
				for _, text := range texts {
					if _, err := parser.ParseFile(token.NewFileSet(), "", bench.of(text), parser.SkipObjectResolution); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
