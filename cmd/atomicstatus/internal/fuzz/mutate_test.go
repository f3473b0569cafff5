package fuzz_test

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/packages"
)

// tape is what a fuzzer gives: each choice takes a byte of it. Behind its end all
// choices are 0.
type tape struct{ rest []byte }

func (t *tape) choose(n int) int {
	if n <= 1 || len(t.rest) == 0 {
		return 0
	}
	c := int(t.rest[0])
	t.rest = t.rest[1:]
	if n > 256 && len(t.rest) > 0 {
		c = c<<8 | int(t.rest[0])
		t.rest = t.rest[1:]
	}
	return c % n
}

func (t *tape) empty() bool { return len(t.rest) == 0 }

// function is a function of one version of a file.
type function struct {
	text  []byte
	decl  *ast.FuncDecl
	base  int // the position of the first byte of the file
	info  *types.Info
	lists [][]ast.Stmt
	exprs []ast.Expr // those with a type
}

func readFunction(text []byte, pkg *packages.Package, file *ast.File, index int) *function {
	f := &function{text: text, base: int(file.FileStart), info: pkg.TypesInfo}
	for _, decl := range file.Decls {
		if fn, ok := decl.(*ast.FuncDecl); ok && fn.Body != nil {
			if index == 0 {
				f.decl = fn
			}
			index--
		}
	}
	add := func(list []ast.Stmt) {
		if len(list) > 0 {
			f.lists = append(f.lists, list)
		}
	}
	ast.Inspect(f.decl.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BlockStmt:
			if len(n.List) > 0 && !isClause(n.List[0]) {
				add(n.List)
			}
		case *ast.CaseClause:
			add(n.Body)
		case *ast.CommClause:
			add(n.Body)
		case ast.Expr:
			if tv, ok := f.info.Types[n]; ok && tv.IsValue() {
				f.exprs = append(f.exprs, n)
			}
		}
		return true
	})
	return f
}

func isClause(s ast.Stmt) bool {
	switch s.(type) {
	case *ast.CaseClause, *ast.CommClause:
		return true
	}
	return false
}

func countFunctions(file *ast.File) int {
	n := 0
	for _, decl := range file.Decls {
		if fn, ok := decl.(*ast.FuncDecl); ok && fn.Body != nil {
			n++
		}
	}
	return n
}

func (f *function) source(from, to token.Pos) string {
	return string(f.text[int(from)-f.base : int(to)-f.base])
}

func (f *function) replace(from, to token.Pos, with string) []byte {
	return []byte(string(f.text[:int(from)-f.base]) + with + string(f.text[int(to)-f.base:]))
}

// wrappers are what statements can be put into: § is their text, ¢ a condition,
// and ¶ a label.
var wrappers = []string{
	"if ¢ {\n§\n}",
	"if ¢ {\n§\n} else {\n§\n}",
	"if !(¢) {\n} else {\n§\n}",
	"for {\n§\n}",
	"for range 3 {\n§\n}",
	"for i := 0; i < 3 && ¢; i++ {\n§\n}",
	"for range map[string]int{} {\n§\nif ¢ {\nbreak\n}\n}",
	"for range func(yield func() bool) {\nfor yield() {\n}\n} {\n§\n}",
	"for x := range func(yield func(int) bool) {\n_ = yield(1) && yield(2)\n} {\n_ = x\n§\n}",
	"¶:\nfor {\nfor ¢ {\n§\ncontinue ¶\n}\nbreak ¶\n}",
	"¶:\nfor range 2 {\nswitch {\ncase ¢:\n§\nbreak ¶\ndefault:\ncontinue ¶\n}\n}",
	"{\n¶:\n§\nif ¢ {\ngoto ¶\n}\n}",
	"{\nif ¢ {\ngoto ¶\n}\n{\n§\n}\n¶:\n}",
	"{\n§\n}",
	"switch {\ncase ¢:\n§\nfallthrough\ndefault:\n§\n}",
	"switch x := any(¢).(type) {\ncase bool:\n_ = x\n§\ncase error, nil:\n§\n}",
	"select {\ndefault:\n§\n}",
	"select {\ncase <-make(chan int):\n§\ncase _, ok := <-make(chan bool):\n_ = ok\n§\n}",
	"func() {\n§\n}()",
	"defer func() {\n§\n}()",
	"defer func() {\n_ = recover()\n§\n}()",
	"go func() {\n§\n}()",
	"if f := func() {\n§\n}; ¢ {\nf()\nf()\n}",
	"if err := func() error {\n§\nreturn nil\n}(); err != nil {\npanic(err)\n}",
	"if err := retry.RetryOnConflict(retry.DefaultRetry, func() error {\n§\nreturn nil\n}); err != nil {\n§\n}",
	"for _, f := range []func(){func() {\n§\n}, func() {}} {\nf()\n}",
	"func(fs ...func()) {\nfor _, f := range fs {\ndefer f()\n}\n}(func() {\n§\n})",
}

// jumps are statements that need nothing.
var jumps = []string{"return", "break", "continue", "panic(0)", "for {\n}", "select {}", ";", "{\n}", "_ = recover()"}

// mutate makes one change, or returns nil.
func (f *function) mutate(tape *tape, serial int) []byte {
	if len(f.lists) == 0 {
		return nil
	}
	list := f.lists[tape.choose(len(f.lists))]
	i := tape.choose(len(list))
	n := 1 + tape.choose(len(list)-i)
	from, to := list[i].Pos(), list[i+n-1].End()
	text := f.source(from, to)
	switch tape.choose(10) {
	case 0:
		return f.replace(from, to, "")
	case 1:
		return f.replace(from, to, text+"\n"+text)
	case 2: // swap with what follows
		if i+n == len(list) {
			return nil
		}
		next := list[i+n]
		return f.replace(from, next.End(), f.source(next.Pos(), next.End())+"\n"+text)
	case 3: // copy from elsewhere
		other := f.lists[tape.choose(len(f.lists))]
		s := other[tape.choose(len(other))]
		return f.replace(from, from, f.source(s.Pos(), s.End())+"\n")
	case 4:
		return f.replace(from, from, jumps[tape.choose(len(jumps))]+"\n")
	case 5, 6: // an operand
		return f.operand(tape)
	default:
		with := wrappers[tape.choose(len(wrappers))]
		return f.replace(from, to, strings.NewReplacer("§", text, "¢", f.condition(tape), "¶", fmt.Sprintf("l%d", serial)).Replace(with))
	}
}

// operand puts one expression in the place of another of the same type.
func (f *function) operand(tape *tape) []byte {
	if len(f.exprs) == 0 {
		return nil
	}
	old := f.exprs[tape.choose(len(f.exprs))]
	var same []ast.Expr
	for _, e := range f.exprs {
		if e != old && types.Identical(f.info.TypeOf(e), f.info.TypeOf(old)) {
			same = append(same, e)
		}
	}
	if len(same) == 0 {
		return nil
	}
	e := same[tape.choose(len(same))]
	return f.replace(old.Pos(), old.End(), f.source(e.Pos(), e.End()))
}

// condition is an expression of the function, or one that fits anywhere.
func (f *function) condition(tape *tape) string {
	conds := []string{"true", "false", "recover() == nil"}
	for _, e := range f.exprs {
		if basic, ok := f.info.TypeOf(e).Underlying().(*types.Basic); ok && basic.Info()&types.IsBoolean != 0 {
			conds = append(conds, f.source(e.Pos(), e.End()))
		}
	}
	return conds[tape.choose(len(conds))]
}
