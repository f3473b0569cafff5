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
	callee := c.StaticCallee()
	if callee == nil || callee.Object() == nil || len(c.Args) == 0 {
		return Changed{}, false
	}
	told := callee.Signature.Results().Len() == 1 && types.Identical(callee.Signature.Results().At(0).Type(), types.Typ[types.Bool])
	switch path, name := Path(callee.Object().Pkg()), callee.Name(); path {
	case "k8s.io/apimachinery/pkg/api/meta":
		if (name == "SetStatusCondition" || name == "RemoveStatusCondition") && len(c.Args) == 2 {
			return Changed{At: c.Args[0], Condition: c.Args[1], Told: told}, true
		}
	case "sigs.k8s.io/controller-runtime/pkg/controller/controllerutil":
		switch name {
		case "AddFinalizer", "RemoveFinalizer":
			return Changed{At: c.Args[0], Path: "ObjectMeta.Finalizers", Told: told, Releases: name == "RemoveFinalizer"}, true
		case "SetControllerReference", "SetOwnerReference":
			return Changed{At: c.Args[1], Path: "ObjectMeta.OwnerReferences"}, true
		}
	case UnstructuredPkg:
		if strings.HasPrefix(name, "SetNested") && len(c.Args) == 3 || name == "RemoveNestedField" && len(c.Args) == 2 {
			fields := variadicStrings(c.Args[len(c.Args)-1])
			return Changed{At: c.Args[0], Path: strings.Join(fields, ".")}, len(fields) > 0
		}
	}
	return Changed{}, false
}

// metadata classifies the setters of metav1.Object.
func (m method) metadata() (Changed, bool) {
	if !strings.HasPrefix(m.name, "Set") || len(m.args) != 1 || Path(m.fn.Pkg()) != metaPkg && !isObject(m.recv.Type()) {
		return Changed{}, false
	}
	switch field := strings.TrimPrefix(m.name, "Set"); field {
	case "Finalizers", "Labels", "Annotations", "OwnerReferences":
		return Changed{At: m.recv, Path: "ObjectMeta." + field}, true
	}
	return Changed{}, false
}

// OfMetadata reports whether a call of an accessor of metadata, an interface of the API
// machinery or a method of ObjectMeta, is all that the call is: whatever it changes
// is metadata.
func OfMetadata(c *ssa.CallCommon) bool {
	m, ok := methodOf(c)
	return ok && Path(m.fn.Pkg()) == metaPkg && methodNamed(m.recv.Type(), "GetResourceVersion") != nil
}

// PatchData is the object whose difference to its base a call writes down, and the
// patch that holds the base: the method Data of a client.Patch.
func PatchData(c *ssa.CallCommon) (patch, object ssa.Value, ok bool) {
	m, is := methodOf(c)
	if !is || m.name != "Data" || len(m.args) != 1 || Path(m.fn.Pkg()) != ClientPkg {
		return nil, nil, false
	}
	return m.recv, m.args[0], true
}

// RawPatch is the data that a patch is made of.
func RawPatch(c *ssa.CallCommon) (data ssa.Value, ok bool) {
	callee := c.StaticCallee()
	if callee == nil || callee.Object() == nil || Path(callee.Object().Pkg()) != ClientPkg || callee.Name() != "RawPatch" || len(c.Args) != 2 {
		return nil, false
	}
	return c.Args[1], true
}

// PatchBase is the object from which a patch takes the difference, for the calls
// that make such patches.
func PatchBase(c *ssa.CallCommon) (ssa.Value, bool) {
	callee := c.StaticCallee()
	if callee == nil || callee.Object() == nil || Path(callee.Object().Pkg()) != ClientPkg || len(c.Args) == 0 {
		return nil, false
	}
	switch callee.Name() {
	case "MergeFrom", "MergeFromWithOptions", "StrategicMergeFrom":
		return c.Args[0], true
	}
	return nil, false
}
