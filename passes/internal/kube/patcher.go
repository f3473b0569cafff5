package kube

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// patches classifies the methods of what remembers how an object was when it was made,
// and sends what has changed since, the status by a patch of its own. They are known by
// name, as what they do shows in no type: they read, convert and compare the object, and
// may send three patches, one or none.
func (m method) patches() Call {
	d := of(m.fn)
	if p := m.sig.Params(); d&sendsDiff == 0 || p.Len() < 2 || !IsContext(p.At(0).Type()) {
		return Call{}
	}
	return Call{Op: StatusPatch, Object: m.args[1], Patcher: m.recv, Serial: d&remembersSent == remembersSent}
}

// Remembers is the object that a call makes a [Call.Patcher] for.
func Remembers(c *ssa.CallCommon) (ssa.Value, bool) {
	if of(Func(c))&remembersSent != remembers {
		return nil, false
	}
	return c.Args[0], true
}

// SendsChanges reports that a function of the ecosystem compares the status with what it
// was before the function that it is given, and sends nothing where that left it alone.
func SendsChanges(fn *ssa.Function) bool {
	obj, ok := fn.Object().(*types.Func)
	return ok && of(obj)&sendsChanges != 0
}
