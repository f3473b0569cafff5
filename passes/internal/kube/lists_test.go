package kube

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// There is no second list: outside of this package nothing is told by the path of a
// package, or by the name of a function, of those that operators import.
func TestNoOtherList(t *testing.T) {
	paths := regexp.MustCompile(`^[(*]*(k8s\.io|[a-z]+\.k8s\.io|golang\.org/x|go\.uber\.org|github\.com/[a-z-]+)/`)
	names := regexp.MustCompile(`^[A-Z][A-Za-z]+$`)
	// Not so: fields and types, methods of the program, and Now in the name of a clock.
	ours := regexp.MustCompile(`^(Status|Condition|Type|Message|Reason|Unstructured|ApplyConfiguration|Reconcile|ReconcileKind|Error|Now)$|^github\.com/atomicstatus/`)
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		switch {
		case d.IsDir() && (d.Name() == "testdata" || d.Name() == "kube" || d.Name() == "gate"):
			return filepath.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		note := func(e ast.Expr, told *regexp.Regexp) {
			lit, ok := e.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return
			}
			if s, _ := strconv.Unquote(lit.Value); told.MatchString(s) && !ours.MatchString(s) {
				t.Errorf("%s: %s belongs in the table of package kube", fset.Position(lit.Pos()), lit.Value)
			}
		}
		named := func(e ast.Expr) bool {
			call, ok := e.(*ast.CallExpr)
			if !ok {
				return false
			}
			sel, ok := call.Fun.(*ast.SelectorExpr)
			return ok && sel.Sel.Name == "Name" && len(call.Args) == 0
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ImportSpec:
				return false
			case *ast.BasicLit:
				note(n, paths)
			case *ast.BinaryExpr:
				if named(n.X) {
					note(n.Y, names)
				}
			case *ast.CallExpr:
				if len(n.Args) == 2 && named(n.Args[0]) {
					note(n.Args[1], names)
				}
			case *ast.SwitchStmt:
				if n.Tag != nil && named(n.Tag) {
					for _, c := range n.Body.List {
						for _, e := range c.(*ast.CaseClause).List {
							note(e, names)
						}
					}
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
