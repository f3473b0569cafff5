package kube

import "go/types"

// StatusTypes tells of types whether their values may be, or lie in, the status
// of an API object. It remembers what it found of a package.
type StatusTypes map[*types.Package]map[*types.TypeName]bool

// Pointer reports whether a pointer may point into the status of an object: at the
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
	n := Named(elem)
	if n == nil || n.Obj().Pkg() == nil {
		return false
	}
	if IsCondition(n) {
		return true
	}
	return Path(n.Obj().Pkg()) != MetaPkg && s.of(n.Obj().Pkg())[n.Obj()]
}

// IsCondition reports that a type is that of a condition: that of meta/v1, or one of
// a library which the API types of many projects share. It has that name, a type and a
// status.
func IsCondition(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Name() != "Condition" {
		return false
	}
	st, ok := n.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	found := 0
	for f := range st.Fields() {
		if f.Name() == "Type" || f.Name() == "Status" {
			if b, ok := f.Type().Underlying().(*types.Basic); ok && b.Info()&types.IsString != 0 {
				found++
			}
		}
	}
	return found == 2
}

// conditionsAt is the type of the conditions in the list that a pointer points at, or
// nil.
func conditionsAt(t types.Type) *types.Named {
	p, ok := t.Underlying().(*types.Pointer)
	if !ok {
		return nil
	}
	list, ok := p.Elem().Underlying().(*types.Slice)
	if !ok || !IsCondition(list.Elem()) {
		return nil
	}
	return Named(list.Elem())
}

// of finds the struct types of a package that the status of an object of that
// package is made of.
func (s StatusTypes) of(pkg *types.Package) map[*types.TypeName]bool {
	found, ok := s[pkg]
	if !ok {
		found = structs(pkg, statuses(pkg), true)
		s[pkg] = found
	}
	return found
}

// OnlyStatus tells of types whether their values can be of a status, and of nothing
// else of an API object. It remembers what it found of a package.
type OnlyStatus map[*types.Package]map[*types.TypeName]bool

// Holds reports that t is such a type.
func (s OnlyStatus) Holds(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Pkg() == nil {
		return false
	}
	pkg := n.Obj().Pkg()
	found, ok := s[pkg]
	if !ok {
		found = structs(pkg, statuses(pkg), false)
		if len(found) > 0 {
			for shared := range structs(pkg, others(pkg), false) {
				delete(found, shared)
			}
		}
		s[pkg] = found
	}
	return found[n.Obj()]
}

// structs finds the struct types of a package that values of the given types are
// made of, with those of the API objects in them or without: such an object has a status
// of its own.
func structs(pkg *types.Package, given func(func(types.Type) bool), objects bool) map[*types.TypeName]bool {
	found := map[*types.TypeName]bool{}
	var add func(t types.Type)
	add = func(t types.Type) {
		switch u := types.Unalias(t).(type) {
		case *types.Named:
			st, ok := u.Underlying().(*types.Struct)
			if !ok {
				add(u.Underlying())
				return
			}
			if u.Obj().Pkg() != pkg || found[u.Obj()] || !objects && IsAPIObject(u) {
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
	for t := range given {
		add(t)
	}
	return found
}

// DeclaresObjects reports whether a package declares an API object with a status.
func DeclaresObjects(pkg *types.Package) bool {
	for range statuses(pkg) {
		return true
	}
	return false
}

// statuses yields the types of the status of the API objects of a package.
func statuses(pkg *types.Package) func(func(types.Type) bool) {
	return fields(pkg, func(name string) bool { return name == "Status" })
}

// others yields the types of all else that the API objects of a package hold.
func others(pkg *types.Package) func(func(types.Type) bool) {
	return fields(pkg, func(name string) bool { return name != "Status" && name != "Items" })
}

func fields(pkg *types.Package, chosen func(name string) bool) func(func(types.Type) bool) {
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
				if chosen(f.Name()) && IsAPIObject(tn.Type()) && !yield(f.Type()) {
					return
				}
			}
		}
	}
}
