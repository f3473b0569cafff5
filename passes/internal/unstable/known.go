package unstable

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
)

// resultOf is what a call makes its first result of. A clock, a method List and one that
// makes a list of a set are also told by their types.
func resultOf(c *ssa.CallCommon) kube.Result {
	fn := kube.Func(c)
	switch r := kube.ResultOf(fn); {
	case fn == nil && isClock(c.Signature()) && literalOf(c) == nil: // a variable or a field, which a test can set
		return kube.Clock
	case fn == nil:
		return kube.NoResult
	case strings.Contains(fn.Name(), "Now") && isClock(fn.Signature()):
		return kube.Clock
	case r == kube.Listed:
		return listOf(c, fn)
	case r == kube.SetSlice && !isSet(fn.Pkg()):
		return kube.NoResult
	default:
		return r
	}
}

// isSet reports that a package is one of sets.
func isSet(pkg *types.Package) bool { return strings.Contains(strings.ToLower(kube.Path(pkg)), "set") }

// cutsText reports that a function returns the text that it is given, joined or cut to
// a length, as its name says: helpers of messages often live in packages of which
// nothing is known, as they import no client.
func cutsText(c *ssa.CallCommon) bool {
	fn := kube.Func(c)
	if fn == nil || fn.Signature().Recv() != nil || fn.Signature().Results().Len() != 1 {
		return false
	}
	if b, ok := fn.Signature().Results().At(0).Type().Underlying().(*types.Basic); !ok || b.Kind() != types.String {
		return false
	}
	name := strings.ToLower(fn.Name())
	return strings.Contains(name, "trunc") || strings.Contains(name, "shorten") || strings.HasPrefix(name, "join")
}

// isClock reports that a function takes nothing and returns a time.
func isClock(sig *types.Signature) bool {
	return sig.Params().Len() == 0 && sig.Results().Len() == 1 && isTime(sig.Results().At(0).Type())
}

func isTime(t types.Type) bool {
	return kube.IsNamed(t, "time", "Time") || kube.IsNamed(t, kube.MetaPkg, "Time") || kube.IsNamed(t, kube.MetaPkg, "MicroTime")
}

// listOf tells the List of a cache, which goes through a Go map, from that of the
// API server, which is in the order of keys.
func listOf(c *ssa.CallCommon, fn *types.Func) kube.Result {
	sig := fn.Signature()
	p, r := sig.Params(), sig.Results()
	if kube.FromCache(c) == kube.CachedElements || p.Len() == 1 && r.Len() == 2 && kube.IsSelector(p.At(0).Type()) && kube.IsSlice(r.At(0).Type()) {
		return kube.CacheOrder
	}
	if kube.Classify(c).Op != kube.List {
		return kube.NoResult
	}
	recv := c.Value
	if !c.IsInvoke() {
		recv = c.Args[0]
	}
	if !kube.CanWrite(recv.Type()) {
		return kube.NoResult // perhaps the reader of a manager that has no cache
	}
	list := kube.Unboxed(c.Args[len(c.Args)-2])
	if kube.IsNamed(list.Type(), kube.UnstructuredPkg, "UnstructuredList") {
		return kube.NoResult // clients of a manager read these from the API server
	}
	return kube.Listed
}

// Begins reports that a function of a library returns, or fills, a list in a random
// order.
func Begins(fn *types.Func) bool {
	p := fn.Signature().Params()
	switch kube.ResultOf(fn) {
	case kube.SetOrder:
		return true
	case kube.Listed:
		return p.Len() == 3 && kube.IsNamed(p.At(1).Type(), kube.ClientPkg, "ObjectList") || p.Len() == 1 && kube.IsSelector(p.At(0).Type())
	}
	return false
}
