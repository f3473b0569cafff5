package statusphase

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/names"
	"github.com/atomicstatus/atomicstatus/passes/internal/report"
	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
	"github.com/atomicstatus/atomicstatus/passes/statuswrites"
)

// Analyzer reports phases that are set without asking whether they may be.
var Analyzer = &analysis.Analyzer{
	Name:     "statusphase",
	Doc:      Page.Doc(),
	URL:      Page.URL,
	Requires: []*analysis.Analyzer{statuswrites.Analyzer},
	Run:      run,
}

var (
	phases     = names.List{"Phase"}
	validators = names.List{"ValidateTransition", "ValidatePhaseTransition", "CanTransition", "CanTransitionTo", "IsValidTransition"}
)

func init() {
	Analyzer.Flags.Var(&phases, "phases", "status fields that hold a phase, comma-separated")
	Analyzer.Flags.Var(&validators, "validators", "functions that validate a transition, comma-separated: Validate, (*Machine).Validate, example.com/phase.Validate")
}

// check is one run over a package.
type check struct {
	*report.Reporter
	writes   *statuswrites.Result
	statuses map[*types.Named]bool  // whether a type is that of a Status field
	always   map[*ssa.Function]bool // whether every path through a function validates
	callers  map[*ssa.Function]bool // whether a function is called after a validator only
	paths    map[*ssa.Function]*paths
	asking   int // how many functions are being asked whether they always validate
}

// run reports each assignment to a phase that some path reaches without a
// validator.
func run(pass *analysis.Pass) (any, error) {
	r := report.New(pass)
	defer r.Done()
	if !mentionsPhase(pass) {
		return nil, nil
	}
	c := &check{
		Reporter: r, writes: pass.ResultOf[statuswrites.Analyzer].(*statuswrites.Result),
		statuses: map[*types.Named]bool{}, always: map[*ssa.Function]bool{}, callers: map[*ssa.Function]bool{}, paths: map[*ssa.Function]*paths{},
	}
	for _, fn := range c.writes.Functions() {
		if fn.Synthetic != "" && fn.Synthetic != "range-over-func yield" {
			continue
		}
		for store := range ssax.All[*ssa.Store](fn) {
			field, ok := store.Addr.(*ssa.FieldAddr)
			if !ok || !phases.Has(kube.FieldOf(field).Name()) || !c.belowStatus(field) || copied(store) || made(fn, store) {
				continue
			}
			if !c.preceded(store, store) {
				rng, name := c.assignment(fn, store, field)
				c.Report(rng, fmt.Sprintf("%s is set without validating the transition: no call of %s comes before on every path", name, strings.Join(validators, ", ")))
			}
		}
	}
	return nil, nil
}

// mentionsPhase reports whether the package uses a field that is named as a phase.
func mentionsPhase(pass *analysis.Pass) bool {
	for _, obj := range pass.TypesInfo.Uses {
		if v, ok := obj.(*types.Var); ok && v.IsField() && phases.Has(v.Name()) {
			return true
		}
	}
	return false
}

// belowStatus reports whether a field lies in a status: of an API object, or
// behind a pointer to a struct that is one. The elements of lists have phases of
// their own, which are not the resource's.
func (c *check) belowStatus(field *ssa.FieldAddr) bool {
	for {
		if named := kube.Named(field.X.Type()); named != nil && c.isStatus(named) {
			return true
		}
		switch x := field.X.(type) {
		case *ssa.FieldAddr:
			field = x
		case *ssa.UnOp:
			next, ok := x.X.(*ssa.FieldAddr)
			if !ok {
				return false
			}
			field = next
		default:
			return false
		}
		if kube.IsAPIObject(field.X.Type()) {
			return kube.FieldOf(field).Name() == "Status"
		}
	}
}

// isStatus reports whether an API type of the package of a type has it as its
// Status.
func (c *check) isStatus(named *types.Named) bool {
	if known, ok := c.statuses[named]; ok {
		return known
	}
	c.statuses[named] = false
	if named.Obj().Pkg() == nil {
		return false
	}
	scope := named.Obj().Pkg().Scope()
	for _, name := range scope.Names() {
		tn, ok := scope.Lookup(name).(*types.TypeName)
		if !ok || tn.IsAlias() {
			continue
		}
		st, ok := tn.Type().Underlying().(*types.Struct)
		if !ok || !kube.IsAPIObject(tn.Type()) {
			continue
		}
		for f := range st.Fields() {
			if f.Name() == "Status" && kube.Named(f.Type()) == named {
				c.statuses[named] = true
			}
		}
	}
	return c.statuses[named]
}

// copied reports whether a phase is taken from the same field of another status:
// it was judged where it was made.
func copied(store *ssa.Store) bool {
	field := kube.FieldOf(store.Addr.(*ssa.FieldAddr))
	switch v := unconverted(store.Val).(type) {
	case *ssa.UnOp:
		from, ok := v.X.(*ssa.FieldAddr)
		return ok && kube.FieldOf(from).Name() == field.Name()
	case *ssa.Field:
		return v.X.Type().Underlying().(*types.Struct).Field(v.Field).Name() == field.Name()
	}
	return false
}

func unconverted(v ssa.Value) ssa.Value {
	for {
		switch x := v.(type) {
		case *ssa.ChangeType:
			v = x.X
		case *ssa.Convert:
			v = x.X
		default:
			return v
		}
	}
}

// made reports whether a phase is that of an object, or of a status, which a
// composite literal makes: there is no transition. A literal that is assigned
// to a status as a whole changes it.
func made(fn *ssa.Function, store *ssa.Store) bool {
	literals := map[token.Pos]bool{} // those that the assignment stands in
	if fn.Syntax() != nil {
		ast.Inspect(fn.Syntax(), func(n ast.Node) bool {
			if n == nil || store.Pos() < n.Pos() || n.End() <= store.Pos() {
				return false
			}
			if lit, ok := n.(*ast.CompositeLit); ok {
				literals[lit.Lbrace] = true
			}
			return true
		})
	}
	if len(literals) == 0 {
		return false
	}
	local, ok := root(store.Addr).(*ssa.Alloc)
	if !ok || local.Comment == "complit" && !literals[local.Pos()] {
		return false
	}
	for _, object := range assignedTo(local) {
		if o, ok := object.(*ssa.Alloc); !ok || !literals[o.Pos()] {
			return false
		}
	}
	return true
}

// root is what a chain of fields begins at.
func root(addr ssa.Value) ssa.Value {
	for f, ok := addr.(*ssa.FieldAddr); ok; f, ok = addr.(*ssa.FieldAddr) {
		addr = f.X
	}
	return addr
}

// assignedTo are the objects whose status a literal becomes.
func assignedTo(literal *ssa.Alloc) []ssa.Value {
	var objects []ssa.Value
	if literal.Comment != "complit" {
		return nil
	}
	for _, use := range *literal.Referrers() {
		load, ok := use.(*ssa.UnOp)
		if !ok {
			continue
		}
		for _, use := range *load.Referrers() {
			if store, ok := use.(*ssa.Store); ok && store.Val == ssa.Value(load) {
				if field, ok := store.Addr.(*ssa.FieldAddr); ok && kube.FieldOf(field).Name() == "Status" && kube.IsAPIObject(field.X.Type()) {
					objects = append(objects, root(field))
				}
			}
		}
	}
	return objects
}

// assignment is the statement of an assignment, and what it assigns to.
func (c *check) assignment(fn *ssa.Function, store *ssa.Store, field *ssa.FieldAddr) (rng analysis.Range, name string) {
	rng, name = statuswrites.At(store.Pos()), kube.FieldOf(field).Name()
	if fn.Syntax() == nil {
		return rng, name
	}
	ast.Inspect(fn.Syntax(), func(n ast.Node) bool {
		if n == nil || store.Pos() < n.Pos() || n.End() <= store.Pos() {
			return false
		}
		switch n := n.(type) {
		case *ast.AssignStmt:
			for i, lhs := range n.Lhs {
				whole := len(n.Lhs) == len(n.Rhs) && n.Rhs[i].Pos() <= store.Pos() && store.Pos() < n.Rhs[i].End()
				if lhs.Pos() <= store.Pos() && store.Pos() < lhs.End() {
					rng, name = n, types.ExprString(lhs)
				} else if whole {
					rng, name = n, types.ExprString(lhs)+"."+kube.FieldOf(field).Name()
				}
			}
		case *ast.RangeStmt:
			rng = statuswrites.At(store.Pos())
		}
		return true
	})
	return rng, name
}
