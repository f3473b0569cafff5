package rewrite

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
)

// What a fix changes is formatted where it was, one declaration at a time: how the
// rest of the file is laid out does not matter, and stays.
func TestEditsFormat(t *testing.T) {
	const src = `package p

import "fmt"

func wide()   { fmt.Println( "is not formatted" ) }

func tidy() {
	fmt.Println("tidy")
}

func untidy() {
	fmt.Println( "untidy" )
	fmt.Println("untidy")
}
`
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "p.go", src, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	e := &edit{r: &Rewriter{formatted: map[token.Pos]bool{}}, f: &function{file: file}, src: []byte(src), start: file.FileStart}
	for _, d := range file.Decls[2:] {
		list := d.(*ast.FuncDecl).Body.List
		last := list[len(list)-1]
		e.replace(last.Pos(), last.End(), "if true {\nfmt.Println( \"changed\" )\n}")
	}
	var all []analysis.TextEdit
	for _, p := range e.parts() {
		edits, ok := e.edits(p)
		if !ok {
			t.Fatalf("no edits from %d to %d", p.from, p.to)
		}
		all = append(all, edits...)
	}
	var changes []change
	for _, edit := range all {
		changes = append(changes, change{e.offset(edit.Pos), e.offset(edit.End), string(edit.NewText)})
	}
	tidy, untidy := "\tif true {\n\t\tfmt.Println(\"changed\")\n\t}\n", "\tif true {\nfmt.Println( \"changed\" )\n}\n"
	want := strings.Replace(strings.Replace(src, "\tfmt.Println(\"tidy\")\n", tidy, 1), "\tfmt.Println(\"untidy\")\n", untidy, 1)
	if got := string(apply(e.src, changes)); got != want {
		t.Errorf("the changes make\n%s", got)
	}
}
