// Package shared follows the objects of a shared cache through the functions of a
// package: which values refer to one, and where one is changed.
//
// It is an analysis of values in SSA form, apart from the path engine. That one
// walks functions which read or write a resource, and knows what it knows of one
// path; most code that reads a lister has no such event, and where a value comes
// from needs no path for most questions. So a question is answered backwards, from
// a change to what its address was computed from, and only changes are asked about.
//
// A place is a value and a path from there (see path): what lies in a field, behind
// a pointer, in any element of a list or map. The origin of a reference held in a
// place is a shared cache, what a parameter refers to, or something else. Origins
// are joined with "must": where a variable, a field of the program's own structs, an
// element or a result may hold references of two origins, it has none that is known.
// So a report says that the memory which is changed is that of a cached object
// whenever the change is made, unless
//   - the interface that is named and shaped like a generated lister is not one;
//   - the reference is nil then, and the program panics;
//   - memory was changed through a reference to a place that was kept in memory of
//     which nothing is known here. What the package stores into a field of its own
//     structs is known all over the package, as are the elements of the lists and
//     maps that such fields hold; code that is given a place and may change it
//     counts as storing something unknown.
//
// One question is asked of paths: a variable that holds a cached object on one path,
// and another one, made here or read live, on the other. See [Analysis.onAPath].
package shared

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
)

// Program is what the analysis asks of the package and of those that it imports.
type Program interface {
	// Target is the only function that a call through an interface or a variable
	// can reach, or nil.
	Target(c *ssa.CallCommon) *ssa.Function
	// Mutates reports that a function may change what its i-th argument points at.
	Mutates(fn *ssa.Function, i int) bool
	// Callers are the calls of a function; ok is false where there may be others.
	Callers(fn *ssa.Function) (calls []ssa.CallInstruction, ok bool)
	// Functions are all functions of the package with a body.
	Functions() []*ssa.Function
	// Package is the package itself.
	Package() *types.Package
	// StatusPart reports that a pointer may point into the status of an API object.
	StatusPart(t types.Type) bool
	// Told is what another package tells of one of its functions.
	Told(fn *types.Func) Told
}

// Origin is where a reference comes from.
type Origin struct {
	Kind Kind
	// Param and At are the place from which a caller's reference comes: a parameter
	// of the function, and the path from there.
	Param int
	At    path
	// Read is the call that handed it out, in this package; nil where that is not known.
	Read ssa.Instruction
}

// Kind is a kind of origin.
type Kind uint8

// The kinds of origins.
const (
	None   Kind = iota // no reference at all: nil
	Cache              // a shared cache
	Caller             // what a parameter refers to
	Other              // made here, read live, not known, or of several origins
)

func join(a, b Origin) Origin {
	switch {
	case a.Kind == None:
		return b
	case b.Kind == None || a.Kind == b.Kind && a.Param == b.Param && a.At == b.At:
		return a
	}
	return Origin{Kind: Other}
}

var other = Origin{Kind: Other}

// Analysis answers questions about one package.
type Analysis struct {
	p       Program
	known   map[question]Origin
	asked   map[question]int // the questions that are being answered, by their number
	lowest  int              // of the questions being answered that the last answer rests on
	steps   int
	stores  map[ssa.Value][]store
	fields  map[field][]store
	reached map[*ssa.BasicBlock]map[*ssa.BasicBlock]bool
	changes map[*ssa.Function][]Change
	decided map[*ssa.BasicBlock]when // what decides on a block
}

// New returns an analysis of a package.
func New(p Program) *Analysis {
	return &Analysis{
		p: p, known: map[question]Origin{}, asked: map[question]int{}, stores: map[ssa.Value][]store{},
		reached: map[*ssa.BasicBlock]map[*ssa.BasicBlock]bool{}, changes: map[*ssa.Function][]Change{}, decided: map[*ssa.BasicBlock]when{},
	}
}

// question asks for the origin of the reference in a place, as it is at an
// instruction; nil stands for any time.
type question struct {
	v  ssa.Value
	at path
	by ssa.Instruction
}

// The limits of the work on one question. What goes beyond has no known origin.
const (
	maxSteps = 4000
	maxPath  = 8
)

// origin is the origin of the memory that a reference points at.
func (a *Analysis) origin(v ssa.Value) Origin {
	by, _ := v.(ssa.Instruction)
	return a.of(v, "", by)
}

// of is the origin of the memory that the reference in a place points at.
func (a *Analysis) of(v ssa.Value, at path, by ssa.Instruction) Origin {
	a.steps = 0
	a.lowest = none
	return a.ask(question{v, at, by})
}

const none = 1 << 30

func (a *Analysis) ask(q question) Origin {
	if o, ok := a.known[q]; ok {
		return o
	}
	if n, ok := a.asked[q]; ok { // a loop adds no origin of its own
		a.lowest = min(a.lowest, n)
		return Origin{}
	}
	a.steps++
	if a.steps > maxSteps || q.at.len() > maxPath {
		return other
	}
	n, before := len(a.asked), a.lowest
	a.asked[q] = n
	a.lowest = none
	o := a.answer(q)
	delete(a.asked, q)
	if a.lowest >= n { // it rests on no question that is still open
		a.known[q] = o
		a.lowest = none
	}
	a.lowest = min(a.lowest, before)
	return o
}

func (a *Analysis) answer(q question) Origin {
	// What a cached object refers to is a part of it, whatever is stored there.
	for _, above := range q.at.references() {
		if o := a.ask(question{q.v, above, q.by}); o.Kind == Cache {
			return o
		}
	}
	o := a.source(q)
	if q.at == "" || o.Kind == Other {
		return o
	}
	return join(o, a.stored(a.storesOf(q.v), q))
}

// source is the origin as the value alone tells it.
func (a *Analysis) source(q question) Origin {
	switch v := q.v.(type) {
	case *ssa.Const:
		if v.IsNil() || v.Value == nil {
			return Origin{}
		}
	case *ssa.Alloc, *ssa.MakeMap, *ssa.MakeSlice:
		if q.at != "" { // what is stored there tells
			return Origin{}
		}
	case *ssa.FieldAddr:
		if q.at == "" {
			return a.ask(question{v.X, "", q.by})
		}
		if rest, ok := q.at.cut(behind); ok {
			return a.inField(v.X, ssax.Deref(v.X.Type()), v.Field, rest, behind, q.by)
		}
	case *ssa.IndexAddr:
		if q.at == "" {
			return a.ask(question{v.X, "", q.by})
		}
		if rest, ok := q.at.cut(behind); ok {
			if _, slice := v.X.Type().Underlying().(*types.Slice); slice {
				return a.ask(question{v.X, path(item) + rest, q.by})
			}
			return a.ask(question{v.X, behind + item + rest, q.by})
		}
	case *ssa.UnOp:
		if v.Op.String() == "*" {
			return a.ask(question{v.X, behind + q.at, v})
		}
	case *ssa.Field:
		return a.inField(v.X, v.X.Type(), v.Field, q.at, "", q.by)
	case *ssa.Index:
		return a.ask(question{v.X, item + q.at, q.by})
	case *ssa.Lookup:
		if !v.CommaOk {
			return a.ask(question{v.X, item + q.at, v})
		}
	case *ssa.Extract:
		return a.extracted(v, q)
	case *ssa.Call:
		return a.result(v, 0, q.at)
	case *ssa.Phi:
		return a.merged(v, q)
	case *ssa.Slice:
		if _, pointer := v.X.Type().Underlying().(*types.Pointer); pointer && q.at != "" {
			return a.ask(question{v.X, behind + q.at, q.by})
		}
		return a.ask(question{v.X, q.at, q.by})
	case *ssa.MakeInterface:
		return a.ask(question{v.X, q.at, q.by})
	case *ssa.ChangeInterface:
		return a.ask(question{v.X, q.at, q.by})
	case *ssa.ChangeType:
		return a.ask(question{v.X, q.at, q.by})
	case *ssa.TypeAssert:
		if !v.CommaOk {
			return a.asserted(v, q)
		}
	case *ssa.FreeVar:
		if b := ssax.Bound(v); b != nil {
			return a.ask(question{b, q.at, nil})
		}
	case *ssa.Parameter:
		if i := slices.Index(v.Parent().Params, v); i >= 0 {
			return Origin{Kind: Caller, Param: i, At: q.at}
		}
	}
	return other
}

// inField is the origin of a reference in a field of a struct. What the package
// stores into a field of one of its own structs is known, whoever made the struct.
func (a *Analysis) inField(x ssa.Value, t types.Type, f int, rest, down path, by ssa.Instruction) Origin {
	if kube.CachedField(t, f) && rest == "" {
		return Origin{Kind: Cache}
	}
	o := a.ask(question{x, down + fieldStep(f) + rest, by})
	if o.Kind == Cache || !a.own(t) {
		return o
	}
	held := a.inFieldOf(t, f, rest)
	if held.Kind == Cache || held.Kind == Other && o.Kind == Caller {
		return held
	}
	return o
}

// own reports that a type is a struct which the package declares, and no API type.
func (a *Analysis) own(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Pkg() == a.p.Package() && !kube.IsAPIObject(t) && n.TypeArgs() == nil
}

func (a *Analysis) extracted(v *ssa.Extract, q question) Origin {
	switch t := v.Tuple.(type) {
	case *ssa.Call:
		return a.result(t, v.Index, q.at)
	case *ssa.TypeAssert:
		if v.Index == 0 {
			return a.asserted(t, q)
		}
	case *ssa.Lookup:
		if v.Index == 0 {
			return a.ask(question{t.X, item + q.at, t})
		}
	case *ssa.Next:
		if r, ok := t.Iter.(*ssa.Range); ok && v.Index == 2 && !t.IsString {
			return a.ask(question{r.X, item + q.at, t})
		}
	}
	return other
}

// asserted is the origin of what an interface holds. A store may hold anything: only
// API objects are those of an API server.
func (a *Analysis) asserted(v *ssa.TypeAssert, q question) Origin {
	o := a.ask(question{v.X, q.at, q.by})
	if o.Kind == Cache && q.at == "" && !kube.IsAPIObject(v.AssertedType) {
		return other
	}
	return o
}

// merged joins what comes from the edges of a variable.
func (a *Analysis) merged(v *ssa.Phi, q question) Origin {
	var o Origin
	for i, e := range v.Edges {
		pred := v.Block().Preds[i]
		o = join(o, a.ask(question{e, q.at, pred.Instrs[len(pred.Instrs)-1]}))
		if o.Kind == Other {
			break
		}
	}
	return o
}
