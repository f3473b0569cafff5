package kube

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// The packages of shared caches and of what is told about them.
const (
	toolsCachePkg = "k8s.io/client-go/tools/cache"
	eventPkg      = "sigs.k8s.io/controller-runtime/pkg/event"
)

// Cached tells what of a shared cache a call hands out.
type Cached uint8

// The forms in which a call hands out objects of a shared cache.
const (
	NotCached      Cached = iota
	CachedObject          // the first result is one
	CachedElements        // the first result is a list of its own, of such objects
	CachedInside          // it fills in the object or list given, whose pointers, maps and lists are those of the cache
)

// FromCache tells what of a shared cache a call hands out: Get and List of a
// generated lister, what reads an indexer or a store of client-go, and a read of
// a controller-runtime client that was told to make no copies.
func FromCache(c *ssa.CallCommon) Cached {
	m, ok := methodOf(c)
	if !ok {
		return NotCached
	}
	p, r := m.sig.Params(), m.sig.Results()
	switch {
	case (m.name == "Get" || m.name == "List") && c.Signature().Variadic() && withoutCopies(c.Args):
		switch Classify(c).Op {
		case Get, List:
			return CachedInside
		}
	case Path(m.fn.Pkg()) == toolsCachePkg && !isLister(m.recv.Type()):
		switch m.name {
		case "GetByKey", "Get":
			if r.Len() == 3 {
				return CachedObject
			}
		case "List", "Index", "ByIndex":
			if r.Len() > 0 && isSlice(r.At(0).Type()) {
				return CachedElements
			}
		}
	case p.Len() != 1 || r.Len() != 2 || !isLister(m.recv.Type()):
	case m.name == "Get" && isString(p.At(0).Type()) && isAPIObject(r.At(0).Type()):
		return CachedObject
	case m.name == "List" && isNamedSelector(p.At(0).Type()) && isSlice(r.At(0).Type()):
		if isAPIObject(r.At(0).Type().Underlying().(*types.Slice).Elem()) {
			return CachedElements
		}
	}
	return NotCached
}

// isLister reports whether t is an interface as lister-gen names it: PodLister,
// PodNamespaceLister. Of a type with code, that code tells.
func isLister(t types.Type) bool {
	n := namedOf(t)
	return n != nil && types.IsInterface(n) && strings.HasSuffix(n.Obj().Name(), "Lister") && methodNamed(n, "List") != nil
}

func isNamedSelector(t types.Type) bool {
	return IsNamed(t, "k8s.io/apimachinery/pkg/labels", "Selector")
}

func isSlice(t types.Type) bool {
	_, ok := t.Underlying().(*types.Slice)
	return ok
}

// withoutCopies reports whether client.UnsafeDisableDeepCopy is among the options
// of a read.
func withoutCopies(args []ssa.Value) bool {
	if len(args) == 0 {
		return false
	}
	for _, option := range Variadic(args[len(args)-1]) {
		if IsNamed(Unboxed(option).Type(), ClientPkg, "UnsafeDisableDeepCopyOption") {
			return true
		}
	}
	return false
}

// CachedField reports whether a field of a struct holds an object of a shared cache:
// an event of a watch tells of what the cache has stored, or held before.
func CachedField(t types.Type, f int) bool {
	n := namedOf(t)
	if n == nil || Path(n.Obj().Pkg()) != eventPkg {
		return false
	}
	name := n.Origin().Obj().Name()
	return (strings.HasSuffix(name, "UpdateEvent") || strings.HasSuffix(name, "CreateEvent")) && strings.HasPrefix(n.Underlying().(*types.Struct).Field(f).Name(), "Object")
}

// Filled are the arguments of a call into which it stores all the way down, as a
// decoder does: what they point at is changed, whatever it was.
func Filled(c *ssa.CallCommon) (ssa.Value, bool) {
	if call := Classify(c); call.Object != nil && !call.Typed {
		switch call.Op {
		case Get, Update, Patch, Create, StatusUpdate, StatusPatch:
			return call.Object, true
		}
		return nil, false
	}
	var fn *types.Func
	args := c.Args
	if c.IsInvoke() {
		fn = c.Method
	} else if callee := c.StaticCallee(); callee != nil {
		fn, _ = callee.Object().(*types.Func)
		if callee.Signature.Recv() != nil {
			args = args[min(1, len(args)):]
		}
	}
	if fn == nil || len(args) == 0 {
		return nil, false
	}
	path, last := Path(fn.Pkg()), args[len(args)-1]
	switch fn.Name() {
	case "Unmarshal":
		if len(args) == 2 && (strings.HasPrefix(path, "encoding/") || strings.HasSuffix(path, "/json") || strings.HasSuffix(path, "/yaml")) {
			return last, true
		}
		if len(args) == 3 && path == "sigs.k8s.io/yaml" {
			return args[1], true
		}
	case "FromUnstructured":
		return last, len(args) == 2 && path == "k8s.io/apimachinery/pkg/runtime"
	case "DeepCopyInto":
		return last, len(args) == 1 && fn.Signature().Recv() != nil
	}
	return nil, false
}

// Sorts reports whether a call puts the elements of a list in another order, or
// moves them, where they lie, and which list that is.
func Sorts(c *ssa.CallCommon) (ssa.Value, bool) {
	callee := c.StaticCallee()
	if callee == nil || len(c.Args) == 0 {
		return nil, false
	}
	if o := callee.Origin(); o != nil {
		callee = o
	}
	if callee.Object() == nil || callee.Signature.Recv() != nil {
		return nil, false
	}
	switch path, name := Path(callee.Object().Pkg()), callee.Name(); path {
	case "sort":
		switch name {
		case "Strings", "Ints", "Float64s", "Slice", "SliceStable", "Sort", "Stable":
			return Unboxed(c.Args[0]), true
		}
	case "slices":
		switch name {
		case "Sort", "SortFunc", "SortStableFunc", "Reverse":
			return c.Args[0], true
		}
	}
	return nil, false
}

// SetsMetadata reports whether a call is a setter of metav1.Object, or one of the
// functions of controllerutil that change the metadata of an object, and of which.
func SetsMetadata(c *ssa.CallCommon) (ssa.Value, bool) {
	if m, ok := methodOf(c); ok {
		set := strings.HasPrefix(m.name, "Set") && len(m.args) == 1 && m.sig.Results().Len() == 0 && m.fn.Pkg() != nil
		if !set {
			return nil, false
		}
		switch Path(m.fn.Pkg()) {
		case metaPkg, UnstructuredPkg:
			return m.recv, true
		}
		return nil, false
	}
	callee := c.StaticCallee()
	if callee == nil || callee.Object() == nil || !strings.HasSuffix(Path(callee.Object().Pkg()), "controller-runtime/pkg/controller/controllerutil") {
		return nil, false
	}
	switch callee.Name() {
	case "AddFinalizer", "RemoveFinalizer":
		return c.Args[0], true
	case "SetControllerReference", "SetOwnerReference", "RemoveOwnerReference", "RemoveControllerReference":
		return c.Args[1], true
	}
	return nil, false
}

// MetadataField is the object of which a getter of metav1.ObjectMeta returns a
// field as it is, and the name of the field. A getter of an interface is none: that
// of an unstructured object makes a copy.
func MetadataField(c *ssa.CallCommon) (of ssa.Value, field string, ok bool) {
	callee := c.StaticCallee()
	if callee == nil || callee.Object() == nil || callee.Signature.Recv() == nil || !IsNamed(callee.Signature.Recv().Type(), metaPkg, "ObjectMeta") {
		return nil, "", false
	}
	switch callee.Name() {
	case "GetLabels", "GetAnnotations", "GetFinalizers", "GetOwnerReferences", "GetManagedFields":
		return c.Args[0], strings.TrimPrefix(callee.Name(), "Get"), true
	}
	return nil, "", false
}

// IsMetadata reports whether t is the metadata of an object, or a pointer to it.
func IsMetadata(t types.Type) bool { return IsNamed(t, metaPkg, "ObjectMeta") }
