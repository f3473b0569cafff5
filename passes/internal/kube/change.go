package kube

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// Changed is a part of an object that a call changes in memory.
type Changed struct {
	// At is what is changed: a pointer to a list of conditions, an object, or
	// the content of an unstructured object.
	At ssa.Value
	// Path leads from there to what is changed; its parts are separated by dots.
	Path string
	// Condition is the condition that is set, or the type of the one that is
	// removed; nil for other changes.
	Condition ssa.Value
	// Told is set where the call returns whether it changed anything.
	Told bool
	// Releases is set where the call lets an object go that is being deleted.
	Releases bool
}

// ChangeOf tells what a function of the API machinery changes: a condition, the
// metadata of an object, a field of an unstructured object.
func ChangeOf(c *ssa.CallCommon) (Changed, bool) {
	if m, ok := methodOf(c); ok {
		return m.metadata()
	}
	fn := Func(c)
	d := of(fn)
	if d&(conditions|finalizers|owners|nested) == 0 {
		return Changed{}, false
	}
	r := fn.Signature().Results()
	told := r.Len() == 1 && types.Identical(r.At(0).Type(), types.Typ[types.Bool])
	switch {
	case d&conditions != 0:
		return Changed{At: c.Args[0], Condition: c.Args[1], Told: told}, true
	case d&finalizers != 0:
		return Changed{At: c.Args[0], Path: "ObjectMeta.Finalizers", Told: told, Releases: d&releases != 0}, true
	case d&owners != 0:
		return Changed{At: c.Args[1], Path: "ObjectMeta.OwnerReferences"}, true
	}
	fields := variadicStrings(c.Args[len(c.Args)-1])
	return Changed{At: c.Args[0], Path: strings.Join(fields, ".")}, len(fields) > 0
}

// SetsCondition reports that a function sets or removes a condition.
func SetsCondition(fn *types.Func) bool { return of(fn)&conditions != 0 }

// metadata classifies the setters of metav1.Object.
func (m method) metadata() (Changed, bool) {
	if of(m.fn)&collection == 0 || len(m.args) != 1 || Path(m.fn.Pkg()) != MetaPkg && !isObject(m.recv.Type()) {
		return Changed{}, false
	}
	return Changed{At: m.recv, Path: "ObjectMeta." + strings.TrimPrefix(m.name, "Set")}, true
}

// OfMetadata reports whether a call of an accessor of metadata, an interface of the API
// machinery or a method of ObjectMeta, is all that the call is: whatever it changes
// is metadata.
func OfMetadata(c *ssa.CallCommon) bool {
	m, ok := methodOf(c)
	return ok && Path(m.fn.Pkg()) == MetaPkg && methodNamed(m.recv.Type(), "GetResourceVersion") != nil
}

// TakesMetadata reports that a function gets its i-th argument, the receiver among them,
// as a metav1.Object: whatever object that is, it changes no more than metadata.
func TakesMetadata(fn *types.Func, i int) bool {
	if fn.Signature().Recv() != nil {
		i--
	}
	params := fn.Signature().Params()
	return 0 <= i && i < params.Len() && IsNamed(params.At(i).Type(), MetaPkg, "Object")
}

// PatchData is the object whose difference to its base a call writes down, and the
// patch that holds the base: the method Data of a client.Patch.
func PatchData(c *ssa.CallCommon) (patch, object ssa.Value, ok bool) {
	if of(Func(c))&patchData == 0 {
		return nil, nil, false
	}
	m, ok := methodOf(c)
	if !ok || len(m.args) != 1 {
		return nil, nil, false
	}
	return m.recv, m.args[0], true
}

// RawPatch is the data that a patch is made of.
func RawPatch(c *ssa.CallCommon) (data ssa.Value, ok bool) {
	if of(Func(c))&rawPatch == 0 {
		return nil, false
	}
	return c.Args[1], true
}

// PatchBase is the object from which a patch takes the difference, for the calls
// that make such patches.
func PatchBase(c *ssa.CallCommon) (ssa.Value, bool) {
	if of(Func(c))&diffs == 0 {
		return nil, false
	}
	return c.Args[0], true
}

// DiffsOnly reports that a function makes a patch with what changes from now on, and
// with nothing else.
func DiffsOnly(fn *types.Func) bool { return of(fn)&(diffs|mayLock) == diffs }
