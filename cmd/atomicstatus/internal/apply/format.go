package apply

import (
	"bytes"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"slices"
	"strconv"

	"golang.org/x/tools/go/ast/astutil"

	"github.com/atomicstatus/atomicstatus/passes/load"
)

var (
	bom  = []byte("\ufeff")
	crlf = []byte("\r\n")
	lf   = []byte("\n")
)

// finish formats the text that a file is to have, as gofmt and go vet -fix do,
// without the imports that it no longer needs. The line ends and the byte order
// mark, of which gofmt leaves none, stay those of the file.
func finish(file load.File, text []byte) ([]byte, error) {
	fset := token.NewFileSet()
	syntax, err := parser.ParseFile(fset, "", text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	removeImports(fset, syntax, file.Imports)
	var out bytes.Buffer
	if bytes.HasPrefix(file.Text, bom) {
		out.Write(bom)
	}
	if err := format.Node(&out, fset, syntax); err != nil {
		return nil, err
	}
	result := out.Bytes()
	if 2*bytes.Count(file.Text, crlf) > bytes.Count(file.Text, lf) {
		result = bytes.ReplaceAll(bytes.ReplaceAll(result, crlf, lf), lf, crlf)
	}
	return result, nil
}

// removeImports removes the imports that nothing refers to. An import whose name
// is not known is a new one, and stays.
func removeImports(fset *token.FileSet, file *ast.File, names map[string]string) {
	used := make(map[string]bool)
	for n := range ast.Preorder(file) {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if id, ok := sel.X.(*ast.Ident); ok {
				used[id.Name] = true
			}
		}
	}
	for _, spec := range slices.Clone(file.Imports) {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil || path == "C" {
			continue
		}
		explicit, name := "", names[path]
		if spec.Name != nil {
			explicit, name = spec.Name.Name, spec.Name.Name
		}
		if name != "" && name != "_" && name != "." && !used[name] {
			astutil.DeleteNamedImport(fset, file, explicit, path)
		}
	}
}
