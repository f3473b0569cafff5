package effect

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
	"testing"
)

// The first line of the comment of each function says what is to be found.
const program = `package p

import (
	"fmt"
	"log"
	"sort"
	"strings"
)

type Status struct {
	Phase string
	Count int
	List  []string
	Owner *Owner
}

type Owner struct{ Name string }

type Object struct{ Status Status; Labels map[string]string }

func (o *Object) DeepCopyObject() any { return nil }
func (o *Object) GetResourceVersion() string { return "" }

// pure
func (o Object) Finished() bool { return o.Status.Phase == "done" }

// status [0]
func (o *Object) SetPhase(phase string) { o.Status.Phase = phase }

// status [0] adds
func (o *Object) Inc() { o.Status.Count++ }

// status [0] adds
func (o *Object) Add(s string) { o.Status.List = append(o.Status.List, s) }

// other [0]
func (o *Object) Label() { o.Labels["a"] = "b" }

// status [1]
func Set(phase string, o *Object) { o.SetPhase(strings.ToUpper(phase)) }

// other [0]
func (s *Status) Set() { s.Phase = "set" }

// status [0]
func Part(o *Object) { o.Status.Set() }

// pure
func Copy(o *Object) string { c := *o; c.Status.Phase = "copy"; return c.Status.Phase }

// other [1]
func Stored(o *Object, w *Owner) { local := Status{Owner: w}; local.Owner.Name = "x" }

// status [0 1] other [1]
func Kept(o *Object, w *Owner) { o.Status.Owner = w; o.Status.Owner.Name = "x" }

// status [0]
func Sorted(o *Object) { sort.Strings(o.Status.List) }

// logs
func Logs(o *Object) { log.Println(o.Status.Phase) }

// not quiet
func Prints() { fmt.Println("x") }

// not quiet
func Ends() { log.Fatal("x") }

// not quiet
func Sends(c chan int) { c <- 1 }

// not quiet
func Receives(c chan int) int { return <-c }

// not quiet
func Starts() { go Prints() }

// not quiet
func Calls(f func()) { f() }

// not quiet
func CallsSends(c chan int) { Sends(c) }

var global int

// not quiet
func Global() { global = 1 }

// not quiet
func Pointer() { p := &global; *p = 1 }

// status [0] adds
func Odd(o *Object, n int) { if n > 0 { Even(o, n-1) } }

// status [0] adds
func Even(o *Object, n int) { o.Status.Count++; if n > 0 { Odd(o, n-1) } }

// status [0 1]
func Swap(a, b *Object, n int) { a.Status.Phase = "x"; if n > 0 { Swap(b, a, n-1) } }

// pure
func Maps(f string) string { return strings.Map(func(r rune) rune { return r }, f) }

// not quiet
func Given(f func(rune) rune) string { return strings.Map(f, "a") }
`

func TestEffects(t *testing.T) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "p.go", program, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	info := &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{}, Implicits: map[ast.Node]types.Object{},
	}
	conf := types.Config{Importer: importer.ForCompiler(fset, "source", nil)}
	if _, err := conf.Check("p", fset, []*ast.File{file}, info); err != nil {
		t.Fatal(err)
	}
	// Which function is asked for first must not matter.
	for _, backwards := range []bool{false, true} {
		a := New(info, []*ast.File{file}, func(*types.Func) *Effect { return nil })
		decls := file.Decls
		for i := range decls {
			decl := decls[i]
			if backwards {
				decl = decls[len(decls)-1-i]
			}
			fn, ok := decl.(*ast.FuncDecl)
			if !ok || fn.Doc == nil {
				continue
			}
			want := strings.TrimSpace(fn.Doc.Text())
			if got := describe(a.Of(info.Defs[fn.Name].(*types.Func))); got != want {
				t.Errorf("%s: %s, want %s", fn.Name.Name, got, want)
			}
		}
	}
}

func describe(e *Effect) string {
	if e == nil {
		return "not quiet"
	}
	var parts []string
	if len(e.Status) > 0 {
		parts = append(parts, fmt.Sprint("status ", e.Status))
	}
	if len(e.Other) > 0 {
		parts = append(parts, fmt.Sprint("other ", e.Other))
	}
	if e.Logs {
		parts = append(parts, "logs")
	}
	if e.Adds {
		parts = append(parts, "adds")
	}
	if len(parts) == 0 {
		return "pure"
	}
	return strings.Join(parts, " ")
}
