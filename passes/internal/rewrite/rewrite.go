// Package rewrite turns reports into suggested fixes: it moves the changes of a
// status, and its write, into a function that is run again on a fresh object
// when the write meets a conflict.
//
// A fix is offered only where this can be shown.
//
// First, that the object is clean where the changes begin: all that it holds in
// memory came from the API server, so that reading it again loses nothing. That
// is a must: code that cannot be seen leaves an object that is not clean (see
// clean.go). The path engine, which looks for what may go wrong, cannot tell.
//
// Second, that what moves may run again: it computes, changes the status of the
// object, and does nothing else (package effect). All other statements stay
// where they are, in their order.
//
// What a conflict does is the one thing that changes: the same changes are made
// to what is now on the server, where the whole reconcile would have run again.
// So what the function decided by the status is decided again (guard.go), and
// nothing that was worked out from the old status may be put over the new one,
// nor may anybody count on what a failed update has left in memory (later.go).
package rewrite

import (
	"cmp"
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/effect"
	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/statuswrites"
)

// Rewriter makes the fixes for one package. All it needs is found when the first
// fix is asked for: most packages have no report.
type Rewriter struct {
	pass    *analysis.Pass
	writes  *statuswrites.Result
	effects *effect.Analysis
	calls   map[token.Pos]ssa.CallInstruction // by the parenthesis
	named   map[*types.Func][]*ast.Ident      // where the functions of the package are mentioned
	invoked map[string]bool                   // methods that are called by way of an interface
	funcs   map[*types.Func]*function
	order   []*function
	// What was asked before.
	mentioned  map[*ast.Ident]mention
	graphs     map[*ast.BlockStmt]*graph
	derived    map[derivation]bool
	asked      map[asked]bool
	exiting    map[asked][]ast.Stmt // the statements of a list that may leave by the status
	firstGiven map[derivation]token.Pos
	solved     map[question]*solution
	entries    map[question]state
	formatted  map[token.Pos]bool // by the start of a part of a file
}

// function is a declared function, with what is asked of its syntax.
type function struct {
	decl    *ast.FuncDecl
	obj     *types.Func
	file    *ast.File
	parents map[ast.Node]ast.Node
	calls   map[token.Pos]*ast.CallExpr // by the parenthesis
	uses    map[*types.Var][]*ast.Ident // where each variable is mentioned, its declaration too
	sources map[*types.Var][]ast.Expr   // whose values each variable is given (see values)
	copies  map[*types.Var][]span       // of each object
	carried map[*types.Var]spans        // from each object
	reached map[*types.Var]reach        // from each object
	flows   map[*types.Var][]*types.Var // the variables that are given a value that names this one
}

// New returns the rewriter of a package.
func New(pass *analysis.Pass, writes *statuswrites.Result) *Rewriter {
	return &Rewriter{pass: pass, writes: writes}
}

// prepare looks at the package, once.
func (r *Rewriter) prepare() {
	if r.funcs != nil {
		return
	}
	r.effects = r.writes.Effects(r.pass)
	r.calls = map[token.Pos]ssa.CallInstruction{}
	r.funcs = map[*types.Func]*function{}
	r.solved = map[question]*solution{}
	r.entries = map[question]state{}
	r.formatted = map[token.Pos]bool{}
	r.mentioned = map[*ast.Ident]mention{}
	r.graphs = map[*ast.BlockStmt]*graph{}
	r.derived = map[derivation]bool{}
	r.asked = map[asked]bool{}
	r.exiting = map[asked][]ast.Stmt{}
	r.firstGiven = map[derivation]token.Pos{}
	r.mentions()
	for _, fn := range r.writes.All {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if call, ok := instr.(ssa.CallInstruction); ok && call.Pos().IsValid() {
					r.calls[call.Pos()] = call
				}
			}
		}
	}
	for _, file := range r.pass.Files {
		for _, d := range file.Decls {
			decl, ok := d.(*ast.FuncDecl)
			if !ok || decl.Body == nil {
				continue
			}
			if obj, ok := r.pass.TypesInfo.Defs[decl.Name].(*types.Func); ok {
				f := &function{decl: decl, obj: obj, file: file}
				r.funcs[obj] = f
				r.order = append(r.order, f)
			}
		}
	}
}

// mentions finds where functions are mentioned.
func (r *Rewriter) mentions() {
	r.named = map[*types.Func][]*ast.Ident{}
	r.invoked = map[string]bool{}
	for id, obj := range r.pass.TypesInfo.Uses {
		fn, ok := obj.(*types.Func)
		if !ok {
			continue
		}
		if recv := fn.Signature().Recv(); recv != nil && types.IsInterface(recv.Type()) {
			r.invoked[fn.Name()] = true
		} else if fn.Pkg() == r.pass.Pkg {
			r.named[fn.Origin()] = append(r.named[fn.Origin()], id)
		}
	}
}

// at is the declared function around a position.
func (r *Rewriter) at(pos token.Pos) *function {
	for _, f := range r.order {
		if f.decl.Pos() <= pos && pos < f.decl.End() {
			f.index(r.pass.TypesInfo)
			return f
		}
	}
	return nil
}

// index finds the parent of each node, and the mentions of each variable.
func (f *function) index(info *types.Info) {
	if f.parents != nil {
		return
	}
	f.parents = map[ast.Node]ast.Node{}
	f.calls = map[token.Pos]*ast.CallExpr{}
	f.sources = map[*types.Var][]ast.Expr{}
	f.carried = map[*types.Var]spans{}
	f.uses = map[*types.Var][]*ast.Ident{}
	var stack []ast.Node
	ast.Inspect(f.decl, func(n ast.Node) bool {
		if n == nil {
			stack = stack[:len(stack)-1]
			return true
		}
		if len(stack) > 0 {
			f.parents[n] = stack[len(stack)-1]
		}
		stack = append(stack, n)
		switch n := n.(type) {
		case *ast.Ident:
			if v, ok := info.ObjectOf(n).(*types.Var); ok && !v.IsField() {
				f.uses[v] = append(f.uses[v], n)
			}
		case *ast.CallExpr:
			f.calls[n.Lparen] = n
		}
		return true
	})
	for _, uses := range f.uses {
		slices.SortFunc(uses, byPosition)
	}
}

func byPosition(a, b *ast.Ident) int { return cmp.Compare(a.Pos(), b.Pos()) }

// mention is the place of a mention of a variable among all of them.
func (f *function) mention(id *ast.Ident, v *types.Var) int {
	i, _ := slices.BinarySearchFunc(f.uses[v], id, byPosition)
	return i
}

// in are the mentions of a variable within a node, in their order.
func (f *function) in(n ast.Node, v *types.Var) []*ast.Ident {
	uses := f.uses[v]
	before := func(id *ast.Ident, pos token.Pos) int { return cmp.Compare(id.Pos(), pos) }
	from, _ := slices.BinarySearchFunc(uses, n.Pos(), before)
	to, _ := slices.BinarySearchFunc(uses, n.End(), before)
	return slices.Clip(uses[from:to])
}

// holds tells whether a position lies within a node.
func holds(n ast.Node, pos token.Pos) bool { return n.Pos() <= pos && pos < n.End() }

// literal is the innermost function literal around a node, or nil.
func (f *function) literal(n ast.Node) *ast.FuncLit {
	for n = f.parents[n]; n != nil; n = f.parents[n] {
		if lit, ok := n.(*ast.FuncLit); ok {
			return lit
		}
	}
	return nil
}

// statement is the list of statements that holds a node most closely, and the
// index of the statement in it.
func (f *function) statement(n ast.Node) (list []ast.Stmt, i int, holder ast.Node) {
	for ; n != nil; n = f.parents[n] {
		stmt, ok := n.(ast.Stmt)
		if !ok {
			continue
		}
		switch p := f.parents[n].(type) {
		case *ast.BlockStmt:
			list = p.List
		case *ast.CaseClause:
			list = p.Body
		case *ast.CommClause:
			list = p.Body
		default:
			continue
		}
		i, found := slices.BinarySearchFunc(list, stmt.Pos(), func(s ast.Stmt, pos token.Pos) int { return cmp.Compare(s.Pos(), pos) })
		if found && list[i] == stmt {
			return list, i, f.parents[n]
		}
	}
	return nil, 0, nil
}

// classify tells what a call does to the API server.
func (r *Rewriter) classify(call *ast.CallExpr) kube.Call {
	if c := r.calls[call.Lparen]; c != nil {
		return kube.Classify(c.Common())
	}
	return kube.Call{}
}

// callAt is the call expression of an instruction, within its function.
func (r *Rewriter) callAt(instr ssa.CallInstruction) (*function, *ast.CallExpr) {
	r.prepare()
	f := r.at(instr.Pos())
	if f == nil {
		return nil, nil
	}
	if call := f.calls[instr.Pos()]; call != nil {
		return f, call
	}
	return nil, nil
}

// update is the update of a status that an instruction makes, within its function.
func (r *Rewriter) update(instr ssa.CallInstruction) (*function, *write) {
	f, call := r.callAt(instr)
	if f == nil {
		return nil, nil
	}
	w, ok := r.writeOf(f, call)
	if !ok {
		return nil, nil
	}
	return f, w
}

// variable is the local variable that an expression is, or is the address of.
func (r *Rewriter) variable(e ast.Expr) (v *types.Var, address bool) {
	e = ast.Unparen(e)
	if u, ok := e.(*ast.UnaryExpr); ok && u.Op == token.AND {
		e, address = ast.Unparen(u.X), true
	}
	id, ok := e.(*ast.Ident)
	if !ok {
		return nil, false
	}
	v, ok = r.pass.TypesInfo.ObjectOf(id).(*types.Var)
	if !ok || v.IsField() || v.Parent() == r.pass.Pkg.Scope() {
		return nil, false
	}
	return v, address
}
