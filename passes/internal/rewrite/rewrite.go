// Package rewrite makes the fixes that let a status update survive a conflict.
//
// A fix is safe by its form, not by a long proof. The changes of the status stay
// where they are, and so does the update: it becomes a call of the Update that
// "atomicstatus manager" writes, or of a function that carries its directive
// (see [statuswrites.Directive]), and gets the object as it was read:
//
//	base := app.DeepCopy()
//	...
//	if err := status.Update(ctx, r.Client, app, base); err != nil {
//
// Without a conflict that does what the update did. After one it stores the very
// status that the program computed, if the object that is there now has the UID
// and the status of base, and else returns the conflict. So it need not be shown
// that nothing else had changed the object where base is taken, nor who may call
// the function: the worst that can come of a base that is not what the API server
// had is the conflict that there was before. All that is looked for is a place
// where base can be taken (base.go), and a client that can read (update.go).
package rewrite

import (
	"go/ast"
	"go/types"
	"sync"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/report"
	"github.com/atomicstatus/atomicstatus/passes/statuswrites"
)

// Rewriter makes the fixes for one package. All it needs is found when the first
// fix is asked for: most packages have no report.
type Rewriter struct {
	pass   *analysis.Pass
	writes *statuswrites.Result

	*statuswrites.Index // nil until the first fix is asked for

	to       *updater                        // nil if there is none
	wrappers map[*types.Func]*wrapper        // nil for those that are none
	widening map[*types.Func][]report.Option // the fixes of their calls
	plans    map[*ast.FuncDecl]map[copyAt]string
	bodies   map[bodyKey]deed
	tests    func() ([][]byte, error) // the texts of the tests
}

// New returns the rewriter of a package.
func New(pass *analysis.Pass, writes *statuswrites.Result) *Rewriter {
	return &Rewriter{pass: pass, writes: writes,
		wrappers: map[*types.Func]*wrapper{}, widening: map[*types.Func][]report.Option{}, plans: map[*ast.FuncDecl]map[copyAt]string{}, bodies: map[bodyKey]deed{},
		tests: sync.OnceValues(func() ([][]byte, error) { return readTests(pass) })}
}

// prepare looks at the package, once.
func (r *Rewriter) prepare() {
	if r.Index != nil {
		return
	}
	r.to = r.findUpdater()
	r.Index = r.writes.Index()
}

// Retry is the fix for a status update outside a conflict retry, or none.
func (r *Rewriter) Retry(call ssa.CallInstruction) []report.Option {
	r.prepare()
	if r.to == nil {
		return nil
	}
	if kube.Classify(call.Common()).Op == kube.None {
		return r.wrapped(call)
	}
	u := r.update(call)
	if u == nil {
		return nil
	}
	f := r.fix()
	e := f.edit(u.file)
	base := e.base(u)
	if base == "" {
		return nil
	}
	e.replace(u, base)
	return f.option("update the status by " + r.to.fn + ", which resolves a conflict with what others changed elsewhere in the object")
}

// classify tells what a call does to the API server.
func (r *Rewriter) classify(call *ast.CallExpr) kube.Call {
	if c := r.Calls[call.Lparen]; c != nil {
		return kube.Classify(c.Common())
	}
	return kube.Call{}
}

// variable is the local variable that an identifier names, or nil.
func (r *Rewriter) variable(e ast.Expr) *types.Var {
	id, ok := ast.Unparen(e).(*ast.Ident)
	if !ok {
		return nil
	}
	v, ok := r.pass.TypesInfo.ObjectOf(id).(*types.Var)
	if !ok || v.IsField() || v.Parent() == r.pass.Pkg.Scope() {
		return nil
	}
	return v
}
