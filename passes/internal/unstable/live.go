package unstable

import (
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
)

// live reports that a client was made for the occasion, as those of other clusters are:
// it has no cache, and lists come from it in the order of keys. What a function
// is given is live if it is so at all calls that are known.
func (u *unit) live(client ssa.Value, depth int) bool {
	switch v := kube.Unboxed(client).(type) {
	case *ssa.Extract:
		call, ok := v.Tuple.(*ssa.Call)
		return ok && u.connects(call, depth)
	case *ssa.Call:
		return u.connects(v, depth)
	case *ssa.Parameter:
		calls := u.callers[v.Parent()]
		i := slices.Index(v.Parent().Params, v)
		return depth < maxCallers && len(calls) > 0 && !slices.ContainsFunc(calls, func(call ssa.CallInstruction) bool {
			args := call.Common().Args
			if call.Common().IsInvoke() {
				args = append([]ssa.Value{call.Common().Value}, args...)
			}
			caller := u.unitOf(call.Parent())
			return i >= len(args) || caller == nil || !caller.live(args[i], depth+1)
		})
	}
	return false
}

// connects reports that a call makes a client: it does not hand out the one of a manager,
// and does not wrap one that has a cache.
func (u *unit) connects(call *ssa.Call, depth int) bool {
	fn := kube.Func(&call.Call)
	if fn == nil {
		return true
	}
	name := strings.ToLower(fn.Name())
	if name == "client" || name == "getclient" || strings.Contains(name, "cache") {
		return false
	}
	if kube.Uncached(fn) {
		return true
	}
	if kube.Path(fn.Pkg()) == kube.ClientPkg || strings.HasPrefix(name, "new") || strings.HasPrefix(name, "with") {
		return !slices.ContainsFunc(call.Call.Args, func(a ssa.Value) bool { return kube.CanWrite(a.Type()) && !u.live(a, depth+1) })
	}
	return true
}
