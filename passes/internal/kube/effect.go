package kube

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// Event reports whether a call records an event: a method of an event recorder of
// client-go, or of an interface of the project in its place. They are told by
// their first parameter, the object that the event is about.
func Event(c *ssa.CallCommon) bool {
	m, ok := methodOf(c)
	if !ok || of(m.fn)&records == 0 {
		return false
	}
	p := m.sig.Params()
	return p.Len() > 1 && m.sig.Results().Len() == 0 && types.IsInterface(p.At(0).Type()) && isAPIObject(p.At(0).Type())
}

// Observes reports whether functions of the package only tell people what
// happens: log lines, metrics, traces.
func Observes(pkg *types.Package) bool { return ofPackage(pkg)&tells != 0 }

// Effect is what a call does to what is outside of the program.
type Effect uint8

// The effects.
const (
	Unknown Effect = iota
	Nothing        // it computes, changes memory, or tells people what happens
	Acts           // it may wait, or change something
)

// Outside tells what a call of a function whose body is not at hand does to what is
// outside of the program.
func Outside(c *ssa.CallCommon) Effect {
	fn, d := Func(c), ofCall(c)
	switch {
	case fn != nil && fn.Pkg() == nil, d&tells != 0: // the method Error
		return Nothing
	case d&acts != 0:
		return Acts
	case d&(leaves|makesError) != 0:
		return Nothing
	case fn == nil:
		return Unknown
	}
	_, wraps := WrapsError(fn)
	if wraps || Getter(fn) || d&computes != 0 && !ReachesOut(fn) {
		return Nothing
	}
	return Unknown
}

// ReachesOut reports that a function is given a context, or something that can write:
// it may wait for others.
func ReachesOut(fn *types.Func) bool {
	for v := range fn.Signature().Params().Variables() {
		if IsContext(v.Type()) || CanWrite(v.Type()) {
			return true
		}
	}
	return false
}

// Conflicts reports whether a call that sends the whole object fails when it is
// stale: an update, or a patch that carries a resourceVersion. What does the
// same to a status is told by the path engine.
func Conflicts(c *ssa.CallCommon) bool {
	k := Classify(c)
	return k.Op == Update || k.Op == Patch && k.Patch != nil && locks(k.Patch)
}

// locks reports whether a patch carries a resourceVersion for certain.
func locks(v ssa.Value) bool {
	call, ok := Unboxed(v).(*ssa.Call)
	return ok && CarriesLock(&call.Call)
}

// StatusAddress reports whether an address lies in the status of an API object.
func StatusAddress(addr ssa.Value) bool {
	for {
		switch a := addr.(type) {
		case *ssa.FieldAddr:
			if IsAPIObject(a.X.Type()) {
				return FieldName(a) == "Status"
			}
			addr = a.X
		case *ssa.IndexAddr:
			addr = a.X
		case *ssa.UnOp: // through a pointer or a slice
			addr = a.X
		default:
			return false
		}
	}
}

// FieldOf is the field that an address leads to.
func FieldOf(a *ssa.FieldAddr) *types.Var {
	return a.X.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Struct).Field(a.Field)
}

// FieldName is the name of that field.
func FieldName(a *ssa.FieldAddr) string { return FieldOf(a).Name() }

// ListItem is the type of the objects in a list, or nil where that is not known.
func ListItem(list ssa.Value) *types.TypeName {
	items, _, _ := types.LookupFieldOrMethod(Unboxed(list).Type(), true, nil, "Items")
	if items == nil {
		return nil
	}
	s, ok := items.Type().Underlying().(*types.Slice)
	if !ok {
		return nil
	}
	if n := Named(s.Elem()); n != nil {
		return n.Obj()
	}
	return nil
}

// IsApply reports whether a patch is client.Apply, which may be sent again.
func IsApply(patch ssa.Value) bool { return isApplyPatch(patch) }
