package kube

import "go/types"

// StatusTypes tells of types whether their values may be, or lie in, the status
// of an API object. It remembers what it found of a package.
type StatusTypes map[*types.Package]map[*types.TypeName]bool

// Pointer tells whether a pointer may point into the status of an object: at the
// status itself, a struct in it, a list or map of such, conditions, or a value of
// a basic type.
func (s StatusTypes) Pointer(t types.Type) bool {
	p, ok := t.Underlying().(*types.Pointer)
	if !ok {
		return false
	}
	elem := p.Elem()
	if inner, ok := elem.Underlying().(*types.Pointer); ok { // a captured variable that holds a pointer
		elem = inner.Elem()
	}
	switch list := elem.Underlying().(type) {
	case *types.Slice:
		elem = list.Elem()
	case *types.Map:
		elem = list.Elem()
	}
	if _, basic := elem.Underlying().(*types.Basic); basic {
		return elem == p.Elem() // a phase, a counter
	}
	n := namedOf(elem)
	if n == nil || n.Obj().Pkg() == nil {
		return false
	}
	if Path(n.Obj().Pkg()) == metaPkg {
		return n.Obj().Name() == "Condition"
	}
	return s.of(n.Obj().Pkg())[n.Obj()]
}

// of finds the struct types of a package that the status of an object of that
// package is made of.
func (s StatusTypes) of(pkg *types.Package) map[*types.TypeName]bool {
	if found, ok := s[pkg]; ok {
		return found
	}
	found := map[*types.TypeName]bool{}
	s[pkg] = found
	var add func(t types.Type)
	add = func(t types.Type) {
		switch u := types.Unalias(t).(type) {
		case *types.Named:
			st, ok := u.Underlying().(*types.Struct)
			if !ok {
				add(u.Underlying())
				return
			}
			if u.Obj().Pkg() != pkg || found[u.Obj()] {
				return
			}
			found[u.Obj()] = true
			for f := range st.Fields() {
				add(f.Type())
			}
		case *types.Pointer:
			add(u.Elem())
		case *types.Slice:
			add(u.Elem())
		case *types.Array:
			add(u.Elem())
		case *types.Map:
			add(u.Elem())
		}
	}
	for status := range statuses(pkg) {
		add(status)
	}
	return found
}

// DeclaresObjects tells whether a package declares an API object with a status.
func DeclaresObjects(pkg *types.Package) bool {
	for range statuses(pkg) {
		return true
	}
	return false
}

// statuses yields the types of the status of the API objects of a package.
func statuses(pkg *types.Package) func(func(types.Type) bool) {
	return func(yield func(types.Type) bool) {
		scope := pkg.Scope()
		for _, name := range scope.Names() {
			tn, ok := scope.Lookup(name).(*types.TypeName)
			if !ok || tn.IsAlias() {
				continue
			}
			st, ok := tn.Type().Underlying().(*types.Struct)
			if !ok {
				continue
			}
			for f := range st.Fields() {
				if f.Name() == "Status" && IsAPIObject(tn.Type()) && !yield(f.Type()) {
					return
				}
			}
		}
	}
}
