package kube

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// ErrorType is the type error.
var ErrorType = types.Universe.Lookup("error").Type()

// IsErrorType reports that t is error.
func IsErrorType(t types.Type) bool { return types.Identical(t, ErrorType) }

// IsError reports that t is error, or an interface with its method, such as that of
// an aggregate.
func IsError(t types.Type) bool {
	return types.IsInterface(t) && types.Implements(t, ErrorType.Underlying().(*types.Interface))
}

// takesError reports that the first parameter of a function is an error.
func takesError(sig *types.Signature) bool {
	return sig.Params().Len() > 0 && IsErrorType(sig.Params().At(0).Type())
}

// ErrorPredicate reports that a call asks an error what it is (apierrors.IsConflict
// and the like); the error is its first argument.
func ErrorPredicate(c *ssa.CallCommon) (name string, ok bool) {
	fn := Func(c)
	if of(fn)&asksError == 0 || len(c.Args) != 1 || !takesError(fn.Signature()) {
		return "", false
	}
	return fn.Name(), true
}

// ErrorIs reports that a function asks whether an error is another one, or wraps it.
func ErrorIs(fn *types.Func) bool { return of(fn)&comparesError != 0 }

// TestedError is the error that errors.Is and errors.As ask about.
func TestedError(c *ssa.CallCommon) (ssa.Value, bool) {
	if of(Func(c))&(comparesError|findsError) == 0 {
		return nil, false
	}
	return c.Args[0], true
}

// Ignores reports that a call drops certain errors and returns all others, as
// client.IgnoreNotFound and its like in other modules do, and by which predicate.
func Ignores(c *ssa.CallCommon) (predicate string, ok bool) {
	d := of(Func(c))
	if d&(ignoresMissing|ignoresExisting) == 0 || c.IsInvoke() || c.StaticCallee().Blocks != nil || len(c.Args) != 1 {
		return "", false
	}
	sig := c.Signature()
	switch {
	case sig.Results().Len() != 1 || !IsError(sig.Params().At(0).Type()) || !IsError(sig.Results().At(0).Type()):
		return "", false
	case d&ignoresMissing != 0:
		return "IsNotFound", true
	}
	return "IsAlreadyExists", true
}

// MakesError reports that a function always returns an error that is not nil.
func MakesError(fn *types.Func) bool { return of(fn)&makesError != 0 }

// JoinsErrors reports that a function makes one error of those that it is given, and
// nil if all of them are.
func JoinsErrors(fn *types.Func) bool {
	r := fn.Signature().Results()
	return of(fn)&joinsErrors != 0 && r.Len() == 1 && IsError(r.At(0).Type())
}

// WrapsError reports that a function returns nil for a nil error and an error for any
// other, and which argument that is.
func WrapsError(fn *types.Func) (arg int, ok bool) {
	return 0, of(fn)&wrapsError != 0 && takesError(fn.Signature())
}
