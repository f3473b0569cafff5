package statuswrites

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"
)

// Constant is told of a function that always returns the same constant, such as a
// getter that a type has only because an interface asks for it, or a predicate that
// holds for all errors.
type Constant struct {
	Kind constant.Kind
	Text string
}

func (f *Constant) value() constant.Value {
	switch f.Kind {
	case constant.Bool:
		return constant.MakeBool(f.Text == "true")
	case constant.String:
		return constant.MakeFromLiteral(f.Text, token.STRING, 0)
	}
	return constant.MakeFromLiteral(f.Text, token.INT, 0)
}

// tellConstants needs no SSA: most packages of API types have none.
func tellConstants(pass *analysis.Pass, told *functions) {
	for _, f := range pass.Files {
		for _, d := range f.Decls {
			d, ok := d.(*ast.FuncDecl)
			if !ok || d.Body == nil || len(d.Body.List) != 1 || !d.Name.IsExported() {
				continue
			}
			ret, ok := d.Body.List[0].(*ast.ReturnStmt)
			if !ok || len(ret.Results) != 1 {
				continue
			}
			v := pass.TypesInfo.Types[ret.Results[0]].Value
			fn, ok := pass.TypesInfo.Defs[d.Name].(*types.Func)
			if v == nil || !ok {
				continue
			}
			switch v.Kind() {
			case constant.Bool, constant.String, constant.Int:
				told.tell(fn).Constant = &Constant{v.Kind(), v.ExactString()}
			}
		}
	}
}
