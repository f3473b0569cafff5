package kube

import (
	"slices"

	"golang.org/x/tools/go/ssa"
)

// patcher is a type of the ecosystem that remembers how an object was when it was
// made, and then sends what has changed since, the status by a patch of its own.
type patcher struct {
	packages []string
	name     string // of the type; the function that makes one is called New and that
	serial   bool   // what it has sent is what it remembers from then on
}

// patchers are known by name, as what they do shows in no type: they read, convert and
// compare the object, and may send three patches, one or none.
var patchers = []patcher{
	{[]string{"sigs.k8s.io/cluster-api/util/patch", "sigs.k8s.io/cluster-api/util/deprecated/v1beta1/patch", "github.com/fluxcd/pkg/runtime/patch"}, "Helper", false},
	{[]string{"github.com/fluxcd/pkg/runtime/patch"}, "SerialPatcher", true},
}

// patches classifies the methods of the [patchers].
func (m method) patches() Call {
	p := m.sig.Params()
	if m.name != "Patch" || p.Len() < 2 || !IsContext(p.At(0).Type()) {
		return Call{}
	}
	for _, of := range patchers {
		for _, pkg := range of.packages {
			if IsNamed(m.recv.Type(), pkg, of.name) {
				return Call{Op: StatusPatch, Object: m.args[1], Patcher: m.recv, Serial: of.serial}
			}
		}
	}
	return Call{}
}

// Remembers is the object that a call makes a [Call.Patcher] for.
func Remembers(c *ssa.CallCommon) (ssa.Value, bool) {
	callee := c.StaticCallee()
	if callee == nil || callee.Object() == nil || callee.Signature.Recv() != nil || len(c.Args) == 0 {
		return nil, false
	}
	path := Path(callee.Object().Pkg())
	for _, of := range patchers {
		if callee.Name() == "New"+of.name && slices.Contains(of.packages, path) {
			return c.Args[0], true
		}
	}
	return nil, false
}

// SendsChanges reports that a function of the ecosystem compares the status with what it
// was before the function that it is given, and sends nothing where that left it alone.
func SendsChanges(fn *ssa.Function) bool {
	return fn.Object() != nil && fn.Name() == "CreateOrPatch" && Path(fn.Object().Pkg()) == "sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
}
