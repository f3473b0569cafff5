package kube

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
)

// Comparison is a call that reports whether two values are equal all the way down.
type Comparison struct {
	X, Y ssa.Value
	Name string // as it is usually written
	// Panics tells of a function that panics on unexported fields.
	Panics bool
}

// Compares reports whether a call is such a comparison: reflect.DeepEqual, the
// method of the same name of equality.Semantic and its like, or cmp.Equal with
// no options but those of cmpopts, none of which calls two values of different
// types equal.
func Compares(c *ssa.CallCommon) (Comparison, bool) {
	fn := Func(c)
	if c.IsInvoke() || of(fn)&equal == 0 {
		return Comparison{}, false
	}
	switch args := c.Args; {
	case fn.Signature().Recv() != nil && len(args) == 3:
		return Comparison{X: args[1], Y: args[2], Name: "equality.Semantic.DeepEqual"}, true
	case len(args) == 2:
		return Comparison{X: args[0], Y: args[1], Name: "reflect.DeepEqual"}, true
	case len(args) == 3 && harmless(args[2]):
		return Comparison{X: args[0], Y: args[1], Name: "cmp.Equal", Panics: true}, true
	}
	return Comparison{}, false
}

// SortsToCompare reports that a function makes an option of a comparison, by which lists
// are equal that are so when they are sorted.
func SortsToCompare(fn *types.Func) bool { return of(fn)&sorted != 0 }

// harmless reports whether the options of cmp.Equal are those of cmpopts.
func harmless(options ssa.Value) bool {
	if c, ok := options.(*ssa.Const); ok {
		return c.IsNil()
	}
	given := Variadic(options)
	for _, o := range given {
		if i, ok := o.(*ssa.MakeInterface); ok {
			o = i.X
		}
		call, ok := o.(*ssa.Call)
		if !ok {
			return false
		}
		if of(Func(&call.Call))&comparison == 0 {
			return false
		}
	}
	return len(given) > 0
}

// InStatus reports whether a type is declared beside an API type and reached
// through the Status field of it: its status struct, or a part of that.
func InStatus(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Pkg() == nil {
		return false
	}
	scope := n.Obj().Pkg().Scope()
	for _, name := range scope.Names() {
		tn, ok := scope.Lookup(name).(*types.TypeName)
		if !ok || tn.IsAlias() || !IsAPIObject(tn.Type()) {
			continue
		}
		if s := StatusField(tn.Type()); s != nil && contains(s.Type(), n, map[types.Type]bool{}) {
			return true
		}
	}
	return false
}

// StatusField is the field Status of an API type, or nil.
func StatusField(t types.Type) *types.Var {
	t = ssax.Deref(t)
	s, ok := t.Underlying().(*types.Struct)
	if !ok || !IsAPIObject(t) {
		return nil
	}
	for f := range s.Fields() {
		if f.Name() == "Status" {
			return f
		}
	}
	return nil
}

// contains reports whether a value of type t leads to one of type n.
func contains(t types.Type, n *types.Named, seen map[types.Type]bool) bool {
	t = types.Unalias(t)
	if types.Identical(t, n) {
		return true
	}
	if seen[t] {
		return false
	}
	seen[t] = true
	switch u := t.Underlying().(type) {
	case *types.Struct:
		for f := range u.Fields() {
			if contains(f.Type(), n, seen) {
				return true
			}
		}
	case *types.Pointer:
		return contains(u.Elem(), n, seen)
	case *types.Slice:
		return contains(u.Elem(), n, seen)
	case *types.Array:
		return contains(u.Elem(), n, seen)
	case *types.Map:
		return contains(u.Elem(), n, seen)
	}
	return false
}
