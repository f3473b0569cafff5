package shared

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
)

// Tell is what there is to tell other packages of a function of this one.
func (a *Analysis) Tell(fn *ssa.Function) Told {
	var told Told
	results := fn.Signature.Results()
	for i := range results.Len() {
		for _, at := range a.objectsIn(results.At(i).Type(), "", 0) {
			a.steps, a.lowest = 0, none
			switch o := a.returned(fn, i, at); o.Kind {
			case Cache:
				told.Results = append(told.Results, Flow{Result: i, At: at})
			case Caller:
				told.Results = append(told.Results, Flow{Result: i, At: at, From: &Place{o.Param, o.At}})
			}
		}
	}
	if !slices.ContainsFunc(fn.Params, func(p *ssa.Parameter) bool { return len(a.objectsIn(p.Type(), "", 0)) > 0 }) {
		return told
	}
	for _, c := range a.changesOf(fn) {
		p := Changed{Place{c.Origin.Param, c.Origin.At}, c.when}
		if c.Origin.Kind == Caller && len(a.objectsIn(fn.Params[p.Param].Type(), "", 0)) > 0 && !slices.Contains(told.Changes, p) {
			told.Changes = append(told.Changes, p)
		}
	}
	return told
}

// objectsIn are the paths to the API objects, and to the parts of such, that a value
// of a type refers to.
func (a *Analysis) objectsIn(t types.Type, at path, depth int) []path {
	if kube.IsAPIObject(t) {
		if _, value := t.Underlying().(*types.Struct); !value {
			return []path{at}
		}
	}
	if depth > 2 {
		return nil
	}
	switch u := t.Underlying().(type) {
	case *types.Slice:
		if kube.IsAPIObject(u.Elem()) && !isReference(u.Elem()) {
			return []path{at}
		}
		return a.objectsIn(u.Elem(), at+item, depth+1)
	case *types.Map:
		return a.objectsIn(u.Elem(), at+item, depth+1)
	case *types.Pointer:
		if depth == 0 && (a.p.StatusPart(t) || kube.IsMetadata(t)) {
			return []path{at}
		}
	}
	return nil
}

func isReference(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Pointer, *types.Interface:
		return true
	}
	return false
}
