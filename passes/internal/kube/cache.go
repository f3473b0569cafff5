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
	case of(m.fn)&cachedObject != 0 && r.Len() == 3:
		return CachedObject
	case of(m.fn)&cachedList != 0 && r.Len() > 0 && IsSlice(r.At(0).Type()) && !isLister(m.recv.Type()):
		return CachedElements
	case p.Len() != 1 || r.Len() != 2 || !isLister(m.recv.Type()):
	case m.name == "Get" && isString(p.At(0).Type()) && isAPIObject(r.At(0).Type()):
		return CachedObject
	case m.name == "List" && IsSelector(p.At(0).Type()) && IsSlice(r.At(0).Type()):
		if isAPIObject(r.At(0).Type().Underlying().(*types.Slice).Elem()) {
			return CachedElements
		}
	}
	return NotCached
}

// isLister reports whether t is an interface as lister-gen names it: PodLister,
// PodNamespaceLister. Of a type with code, that code tells.
func isLister(t types.Type) bool {
	n := Named(t)
	return n != nil && types.IsInterface(n) && strings.HasSuffix(n.Obj().Name(), "Lister") && methodNamed(n, "List") != nil
}

// IsSelector reports that t is labels.Selector.
func IsSelector(t types.Type) bool {
	return IsNamed(t, "k8s.io/apimachinery/pkg/labels", "Selector")
}

// IsSlice reports that t is a list.
func IsSlice(t types.Type) bool {
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
	n := Named(t)
	if n == nil || Path(n.Obj().Pkg()) != eventPkg {
		return false
	}
	name := n.Origin().Obj().Name()
	return (strings.HasSuffix(name, "UpdateEvent") || strings.HasSuffix(name, "CreateEvent")) && strings.HasPrefix(n.Underlying().(*types.Struct).Field(f).Name(), "Object")
}

// Filled are the arguments of a call into which it stores all the way down, as a
// decoder does: what they point at is changed, whatever it was.
func Filled(c *ssa.CallCommon) (ssa.Value, bool) {
	fn, args := Func(c), c.Args
	if fn == nil {
		return nil, false
	}
	switch fn.Name() {
	case "Get", "Update", "Patch", "Create":
		if call := Classify(c); call.Object != nil && !call.Typed && call.Patcher == nil {
			switch call.Op {
			case Get, Update, Patch, Create, StatusUpdate, StatusPatch:
				return call.Object, true
			}
			return nil, false
		}
	}
	if callee := c.StaticCallee(); callee != nil && callee.Signature.Recv() != nil {
		args = args[min(1, len(args)):]
	}
	switch d := of(fn); {
	case d&fills != 0 && len(args) > 1:
		return args[1], true
	case d&copiesInto != 0 && len(args) == 1:
		return args[0], true
	}
	return nil, false
}

// Sorts reports whether a call puts the elements of a list in another order, or
// moves them, where they lie, and which list that is.
func Sorts(c *ssa.CallCommon) (ssa.Value, bool) {
	if of(Func(c))&sorts == 0 {
		return nil, false
	}
	return Unboxed(c.Args[0]), true
}

// SetsMetadata reports whether a call is a setter of metav1.Object, or one of the
// functions of controllerutil that change the metadata of an object, and of which.
func SetsMetadata(c *ssa.CallCommon) (ssa.Value, bool) {
	switch d := of(Func(c)); {
	case d&metadata != 0:
		m, ok := methodOf(c)
		return m.recv, ok && len(m.args) == 1 && m.sig.Results().Len() == 0
	case d&finalizers != 0:
		return c.Args[0], true
	case d&owners != 0:
		return c.Args[1], true
	}
	return nil, false
}

// MetadataField is the object of which a getter of metav1.ObjectMeta returns a
// field as it is, and the name of the field. A getter of an interface is none: that
// of an unstructured object makes a copy.
func MetadataField(c *ssa.CallCommon) (object ssa.Value, name string, ok bool) {
	if fn := Func(c); of(fn)&field != 0 {
		return c.Args[0], strings.TrimPrefix(fn.Name(), "Get"), true
	}
	return nil, "", false
}

// IsMetadata reports whether t is the metadata of an object, or a pointer to it.
func IsMetadata(t types.Type) bool { return IsNamed(t, MetaPkg, "ObjectMeta") }
