package flow

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
)

// part is a part of an API object: a status write sends one, a write of the
// whole object the other.
type part uint8

const (
	noPart     part = iota
	statusPart      // below .Status
	otherPart       // metadata and spec
	rootPart        // below something of the caller's that may lie in a status: a condition list, a status struct
)

// place is where an address lies: in which object, in which part of it, and by
// which path from the start of that part. Elements are written [key], with a
// question mark for a key that is not known.
type place struct {
	object *Term
	part   part
	path   string
}

// placeOf finds the place of an address. Pointers on the way are followed: a
// status that holds a pointer to a struct is changed by changing that struct.
func (e *exec) placeOf(s *state, addr *Term) place { return e.placeBelow(s, addr, "", 0) }

func (e *exec) placeBelow(s *state, t *Term, path string, depth int) place {
	for {
		switch t.Kind {
		case resource.Field:
			if t.N < 0 {
				return place{}
			}
			base := t.Args[0]
			if e.isAPIObject(base) {
				if t.Name == "Status" {
					return place{base, statusPart, strings.TrimPrefix(path, ".")}
				}
				if kube.AnyKind(base.Type) && t.Name == "Object" {
					return contentPlace(base, path)
				}
				return place{base, otherPart, t.Name + path}
			}
			path, t = "."+t.Name+path, base
		case resource.Index:
			key := "?"
			if t.Args[1].IsConst() {
				key = t.Args[1].Name
			}
			path, t = "["+key+"]"+path, t.Args[0]
		case resource.Load:
			if e.isAPIObject(t) { // the object itself, not something in it
				return place{}
			}
			t = t.Args[0]
		case resource.Param, resource.FreeVar:
			if path == "" && e.isAPIObject(t) || !e.mayHoldStatus(t.Typ) {
				return place{}
			}
			return place{t, rootPart, strings.TrimPrefix(path, ".")}
		case resource.Value, resource.Out:
			// A pointer that was stored into an object, or read from it.
			if depth > 2 || e.isAPIObject(t) || path == "" && isLocal(t) {
				return place{}
			}
			at := s.fieldWith(t)
			if at == nil {
				return place{}
			}
			return e.placeBelow(s, at, path, depth+1)
		default:
			return place{}
		}
	}
}

// contentPlace is a place in the content of an unstructured object.
func contentPlace(object *Term, path string) place {
	path = strings.TrimPrefix(path, ".")
	first, rest, _ := strings.Cut(path, ".")
	switch first {
	case "status", `["status"]`:
		return place{object, statusPart, rest}
	case "":
		return place{}
	}
	if rest, ok := strings.CutPrefix(path, `["status"]`); ok {
		return place{object, statusPart, strings.TrimPrefix(rest, ".")}
	}
	return place{object, otherPart, path}
}

// Types remembers what is known of types, for all functions of a package.
type Types struct {
	objects map[types.Type]bool
	bundles map[types.Type]bool // of errors
	Status  kube.StatusTypes
}

// NewTypes knows nothing yet.
func NewTypes() *Types {
	return &Types{objects: map[types.Type]bool{}, bundles: map[types.Type]bool{}, Status: kube.StatusTypes{}}
}

// isAPIObject reports that a term is a pointer to an API object.
func (e *exec) isAPIObject(t *Term) bool {
	if t.Typ == nil {
		return false
	}
	known := e.prog.Types().objects
	is, ok := known[t.Typ]
	if !ok {
		_, pointer := t.Typ.Underlying().(*types.Pointer)
		is = (pointer || types.IsInterface(t.Typ)) && kube.IsAPIObject(t.Typ)
		known[t.Typ] = is
	}
	return is
}

// mayHoldStatus reports that something of that type may be, or lie in, the
// status of an object.
func (e *exec) mayHoldStatus(t types.Type) bool {
	return t != nil && e.prog.Types().Status.Pointer(t)
}

// join makes a path from that of a place and one below it.
func (p place) join(path string) place {
	switch {
	case p.path == "":
		p.path = path
	case path == "", path[0] == '[':
		p.path += path
	default:
		p.path += "." + path
	}
	return p
}

// overlaps reports that a change of one path may change what lies at another:
// one contains the other, or both are elements of which one is not known.
func overlaps(a, b string) bool {
	for a != "" && b != "" {
		var x, y string
		x, a = step(a)
		y, b = step(b)
		if x != y && !(x[0] == '[' && y[0] == '[' && (!known(x) || !known(y))) {
			return false
		}
	}
	return true
}

// known tells of an element of a path whether it is a certain one.
func known(element string) bool { return element != "[?]" && element[1] != '$' }

// keysOf are the elements in a path that depend on the caller.
func (e *exec) keysOf(path string) []Key {
	var keys []Key
	for path != "" {
		var x string
		if x, path = step(path); x[0] == '[' && e.keys[x] != nil {
			keys = append(keys, Key{x, e.keys[x]})
		}
	}
	return keys
}

// unnamed replaces the elements that depend on the caller.
func unnamed(path string) string {
	if !strings.Contains(path, "[$") {
		return path
	}
	var p place
	for path != "" {
		var x string
		if x, path = step(path); x[0] == '[' && !known(x) {
			x = "[?]"
		}
		p = p.join(x)
	}
	return p.path
}

func allUnnamed(paths []string) []string {
	out := make([]string, len(paths))
	for i, p := range paths {
		out[i] = unnamed(p)
	}
	return out
}

// step cuts the first part off a path.
func step(path string) (first, rest string) {
	if path[0] == '[' {
		if i := strings.IndexByte(path, ']'); i >= 0 {
			return path[:i+1], strings.TrimPrefix(path[i+1:], ".")
		}
		return path, ""
	}
	i := strings.IndexAny(path, ".[")
	if i < 0 {
		return path, ""
	}
	return path[:i], strings.TrimPrefix(path[i:], ".")
}

// pathAt is what an instruction changes, for messages: Status.Phase.
func pathAt(path string) string {
	path = strings.ReplaceAll(unnamed(path), "[?]", "[…]")
	if path == "" {
		return "Status"
	}
	if path[0] == '[' {
		return "Status" + path
	}
	return "Status." + path
}

// emptyAlloc reports that a value is a new struct, map or slice that holds
// nothing yet. A pointer to a new number is a value: it says zero, not nothing.
func (e *exec) emptyAlloc(s *state, t *Term) bool {
	if t == e.tab.Zero || t == e.tab.Nil {
		return false
	}
	if t.Kind == resource.Pure && t.Name == "[:]" { // a slice literal is a slice of a new array
		t = t.Args[0]
	}
	if !t.IsResult(0) {
		return false
	}
	switch at := t.At.(type) {
	case *ssa.MakeMap, *ssa.MakeSlice:
		_, filled := s.stale.find(t)
		return !filled
	case *ssa.Slice:
		array, ok := at.X.(*ssa.Alloc)
		return ok && array.Comment == "makeslice"
	case *ssa.Alloc:
		if _, basic := elem(at.Type()).Underlying().(*types.Basic); basic {
			return false
		}
		for a := range s.mem.after(t) {
			if a.Under(t) {
				return false
			}
		}
		return s.mem.get(t) == nil || e.isZero(s.mem.get(t))
	}
	return false
}

// wholeObject is the object whose metadata an address is: a method of ObjectMeta
// is called on that.
func wholeObject(t *Term) *Term {
	if t.Kind == resource.Field && t.Name == "ObjectMeta" {
		return t.Args[0]
	}
	return t
}

// fieldWith is the field that is known to hold a value, or nil.
func (s *state) fieldWith(v *Term) *Term {
	field, _ := s.mem.first(func(a, held *Term) bool { return held == v && a.Kind == resource.Field })
	return field
}
