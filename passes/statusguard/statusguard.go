package statusguard

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/report"
	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
	"github.com/atomicstatus/atomicstatus/passes/statuswrites"
)

// Analyzer reports guards around status writes that always come out the same.
var Analyzer = &analysis.Analyzer{
	Name:     "statusguard",
	Doc:      Page.Doc(),
	URL:      Page.URL,
	Requires: []*analysis.Analyzer{statuswrites.Analyzer},
	Run:      run,
}

// comparison is a call or an operator that compares two values.
type comparison struct {
	at     ssa.Value // the bool that comes of it
	x, y   ssa.Value
	typed  bool // an operator: both sides are of one type
	panics bool
}

// run looks at each comparison by itself. That it always comes out the same is
// shown from the types, or from what happens between the reads of the values;
// that it matters, from the branches that depend on it.
func run(pass *analysis.Pass) (any, error) {
	writes := pass.ResultOf[statuswrites.Analyzer].(*statuswrites.Result)
	r := report.New(pass)
	c := &checker{pass: pass, r: r}
	for _, fn := range writes.All {
		if _, _, ok := forwards(fn); ok {
			continue // its callers know what is compared
		}
		for instr := range ssax.All[ssa.Instruction](fn) {
			if cmp, ok := compares(instr); ok {
				if c.deciders == nil {
					c.deciders = newDeciders(writes)
					c.sources = writtenIn(pass.Files)
				}
				c.judge(cmp)
			}
		}
	}
	r.Done()
	return nil, nil
}

func compares(instr ssa.Instruction) (comparison, bool) {
	switch i := instr.(type) {
	case *ssa.Call:
		if c, ok := kube.Compares(&i.Call); ok {
			return comparison{at: i, x: c.X, y: c.Y, panics: c.Panics}, true
		}
		if x, y, ok := forwards(i.Call.StaticCallee()); ok {
			return comparison{at: i, x: i.Call.Args[x], y: i.Call.Args[y], panics: true}, true
		}
	case *ssa.BinOp:
		if i.Op == token.EQL || i.Op == token.NEQ {
			return comparison{at: i, x: i.X, y: i.Y, typed: true}, true
		}
	}
	return comparison{}, false
}

// forwards reports whether a function does no more than to compare two of its
// parameters, which may be anything, and which.
func forwards(fn *ssa.Function) (x, y int, ok bool) {
	if fn == nil || len(fn.Blocks) != 1 {
		return 0, 0, false
	}
	for _, instr := range fn.Blocks[0].Instrs {
		switch i := instr.(type) {
		case *ssa.Call:
			c, compares := kube.Compares(&i.Call)
			if !compares {
				return 0, 0, false
			}
			x, y = parameter(fn, c.X), parameter(fn, c.Y)
			ok = x >= 0 && y >= 0
		case *ssa.Return:
			return x, y, ok && len(i.Results) == 1 && isBool(i.Results[0])
		}
	}
	return 0, 0, false
}

// parameter is the number of the interface parameter that a value is, or -1.
func parameter(fn *ssa.Function, v ssa.Value) int {
	if !types.IsInterface(v.Type()) {
		return -1
	}
	p, _ := v.(*ssa.Parameter)
	return slices.Index(fn.Params, p)
}

type checker struct {
	pass     *analysis.Pass
	r        *report.Reporter
	deciders *deciders
	sources  map[token.Pos]written
}

// written is a comparison as it is written.
type written struct {
	expr ast.Expr
	x, y ast.Expr
}

// writtenIn finds calls and comparisons by the positions that go/ssa gives them.
func writtenIn(files []*ast.File) map[token.Pos]written {
	found := map[token.Pos]written{}
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if len(n.Args) >= 2 {
					found[n.Lparen] = written{n, n.Args[0], n.Args[1]}
				}
			case *ast.BinaryExpr:
				if n.Op == token.EQL || n.Op == token.NEQ {
					found[n.OpPos] = written{n, n.X, n.Y}
				}
			}
			return true
		})
	}
	return found
}

func (c *checker) judge(cmp comparison) {
	src, ok := c.sources[cmp.at.Pos()]
	if !ok {
		return // the case of a switch
	}
	if !cmp.typed {
		if pointer, value, ok := mismatch(cmp); ok {
			whole := kube.IsAPIObject(value)
			if !whole && !c.ofStatus(cmp, value) {
				return
			}
			if when := c.deciders.decides(cmp.at, whole); when != undecided {
				c.reportNever(src, cmp, pointer, when)
			}
			return
		}
		if x, y, ok := unlike(cmp); ok {
			if !c.ofStatus(cmp, x) && !c.ofStatus(cmp, y) {
				return
			}
			if when := c.deciders.decides(cmp.at, false); when != undecided {
				c.reportUnlike(src, x, y, when)
			}
			return
		}
	}
	if how := alias(cmp); how != apartFrom {
		if when := c.deciders.decides(cmp.at, false); when != undecided {
			c.reportAlways(src, cmp, how, when)
		}
	}
}

// mismatch reports whether one side is a pointer to the type of the other, which
// is what it returns too.
func mismatch(cmp comparison) (pointer ssa.Value, value types.Type, ok bool) {
	x, y := dynamic(cmp.x, 0), dynamic(cmp.y, 0)
	if x == nil || y == nil {
		return nil, nil, false
	}
	if p, ok := types.Unalias(x).(*types.Pointer); ok && types.Identical(p.Elem(), y) {
		return cmp.x, y, true
	}
	if p, ok := types.Unalias(y).(*types.Pointer); ok && types.Identical(p.Elem(), x) {
		return cmp.y, x, true
	}
	return nil, nil, false
}

// unlike reports whether the values are of two types, for which no comparison looks any
// further, and returns the types.
func unlike(cmp comparison) (x, y types.Type, ok bool) {
	x, y = dynamic(cmp.x, 0), dynamic(cmp.y, 0)
	if x == nil || y == nil || types.Identical(x, y) || generic(x) || generic(y) {
		return nil, nil, false
	}
	return x, y, true
}

// generic reports whether a type depends on a type parameter, directly or as an
// argument or element.
func generic(t types.Type) bool {
	switch t := types.Unalias(t).(type) {
	case *types.TypeParam:
		return true
	case *types.Named:
		for arg := range t.TypeArgs().Types() {
			if generic(arg) {
				return true
			}
		}
		return false
	case *types.Pointer:
		return generic(t.Elem())
	case *types.Slice:
		return generic(t.Elem())
	case *types.Array:
		return generic(t.Elem())
	case *types.Map:
		return generic(t.Key()) || generic(t.Elem())
	case *types.Basic:
		return t.Kind() == types.UntypedNil
	}
	_, isStruct := t.Underlying().(*types.Struct)
	return !isStruct
}

// dynamic is the only type that the value in an interface can have, or nil.
func dynamic(v ssa.Value, depth int) types.Type {
	if !types.IsInterface(v.Type()) {
		return v.Type()
	}
	if depth > maxDepth {
		return nil
	}
	switch v := v.(type) {
	case *ssa.MakeInterface:
		return v.X.Type()
	case *ssa.ChangeInterface:
		return dynamic(v.X, depth+1)
	case *ssa.Phi:
		var one types.Type
		for _, e := range v.Edges {
			t := dynamic(e, depth+1)
			if t == nil || one != nil && !types.Identical(one, t) {
				return nil
			}
			one = t
		}
		return one
	case *ssa.UnOp:
		if v.Op == token.MUL {
			return stored(v.X, depth)
		}
	}
	return nil
}

// stored is the only type that an interface variable of the function is given,
// before it is read.
func stored(addr ssa.Value, depth int) types.Type {
	if s := once(addr); s != nil {
		return dynamic(s.Val, depth+1)
	}
	return nil
}

// ofStatus reports whether the values are the status of an API object or a part of it.
func (c *checker) ofStatus(cmp comparison, t types.Type) bool {
	return kube.InStatus(t) || content(cmp.x).part || content(cmp.y).part
}

// content is the place of a value, or of what it points at.
func content(v ssa.Value) place {
	v = settle(v)
	if call, ok := v.(*ssa.Call); ok {
		if from, copied := kube.SameObject(&call.Call); copied {
			return content(from)
		}
	}
	if _, ok := v.Type().Underlying().(*types.Pointer); ok {
		return at(v)
	}
	return of(v)
}

// likeness tells in what way two values are one.
type likeness uint8

const (
	apartFrom likeness = iota // as far as is known, they are not
	itself                    // the same value, read twice
	shallow                   // one is a copy that shares what was changed
)

// alias reports whether a comparison is one of a value with itself.
func alias(cmp comparison) likeness {
	x, y := settle(cmp.x), settle(cmp.y)
	if !types.Identical(x.Type(), y.Type()) {
		return apartFrom
	}
	p, q := of(x), of(y)
	if address(x) || address(y) {
		p, q = at(x), at(y)
	}
	if !p.same(q) {
		return apartFrom
	}
	t := ssax.Deref(x.Type())
	if !p.part && !kube.IsAPIObject(t) && !kube.InStatus(t) {
		return apartFrom
	}
	end := cmp.at.(ssa.Instruction)
	reads := append(p.reads[:len(p.reads):len(p.reads)], q.reads...)
	for _, read := range reads {
		if read.Parent() != end.Parent() {
			return apartFrom // what happens in between is not known
		}
	}
	same, changed := constant(p, reads, end)
	switch {
	case !same:
		return apartFrom
	case changed:
		return shallow
	}
	return itself
}

func address(v ssa.Value) bool {
	switch v.(type) {
	case *ssa.FieldAddr, *ssa.IndexAddr, *ssa.Alloc:
		return true
	}
	return false
}

func (c *checker) reportNever(src written, cmp comparison, pointer ssa.Value, when verdict) {
	which := src.x
	if pointer == cmp.y {
		which = src.y
	}
	then := "every reconcile writes"
	if when == whenEqual {
		then = "nothing is ever written"
	}
	message := fmt.Sprintf("%s and %s are never equal, as %s is a pointer: %s", text(src.x), text(src.y), text(which), then)
	c.r.Report(src.expr, message)
}

func (c *checker) reportUnlike(src written, x, y types.Type, when verdict) {
	then := "every reconcile writes"
	if when == whenEqual {
		then = "nothing is ever written"
	}
	name := func(t types.Type) string { return types.TypeString(t, (*types.Package).Name) }
	c.r.Report(src.expr, fmt.Sprintf("%s and %s are never equal, as %s and %s are two types: %s", text(src.x), text(src.y), name(x), name(y), then))
}

func (c *checker) reportAlways(src written, cmp comparison, how likeness, when verdict) {
	x, y := text(src.x), text(src.y)
	what := fmt.Sprintf("an alias of itself, %s", y)
	switch {
	case x == y:
		what = "itself"
	case how == shallow:
		what = fmt.Sprintf("an alias of itself, %s, as a shallow copy shares what was changed in place", y)
	}
	then := "the change is never written"
	if when == whenEqual {
		then = "every reconcile writes"
	}
	c.r.Report(src.expr, fmt.Sprintf("%s is compared with %s: %s", x, what, then))
}

// text is an expression in a message.
func text(e ast.Expr) string { return types.ExprString(e) }
