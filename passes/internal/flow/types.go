package flow

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
)

func elem(t types.Type) types.Type {
	if t == nil {
		return nil
	}
	if p, ok := t.Underlying().(*types.Pointer); ok {
		return p.Elem()
	}
	return nil
}

func structOf(t types.Type) (*types.Struct, bool) {
	if t == nil {
		return nil, false
	}
	st, ok := t.Underlying().(*types.Struct)
	return st, ok
}

// isReference reports that an address holds a pointer or an interface, or a key or a
// part of one: which object, or client, a struct refers to.
func isReference(addr *Term) bool {
	t := elem(addr.Typ)
	if t == nil {
		return false
	}
	if isKey(t) || addr.Kind == resource.Field && isKey(elem(addr.Args[0].Typ)) {
		return true
	}
	switch t.Underlying().(type) {
	case *types.Pointer, *types.Interface:
		return true
	}
	return false
}

func isKey(t types.Type) bool {
	return t != nil && kube.IsNamed(t, kube.TypesPkg, "NamespacedName")
}

func isLocal(t *Term) bool {
	if t.Kind != resource.Value {
		return false
	}
	_, ok := t.At.(*ssa.Alloc)
	return ok
}

// isControlType reports that values of a type decide where a path goes: an error, a
// flag, a string, a result.
func isControlType(t types.Type) bool {
	if t == nil {
		return false
	}
	if isErrorType(t) {
		return true
	}
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsBoolean != 0
}

// isErrorType reports that t is error. It takes the types that go/ssa makes up
// for iterators, too, which types.Identical does not.
func isErrorType(t types.Type) bool {
	named, ok := t.(*types.Named)
	return ok && named == errorType || t == errorType
}

func isSentinel(t *Term) bool {
	return t.Kind == resource.Load && t.Args[0].Kind == resource.Global
}

func isPointerLike(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Pointer, *types.Signature, *types.Map, *types.Chan, *types.Slice, *types.Interface:
		return true
	}
	return false
}

func isStringType(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}
