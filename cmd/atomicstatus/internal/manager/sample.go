package manager

import (
	"fmt"
	"go/types"
	"reflect"
	"slices"
	"strings"
)

// sample finds something to set in a status, for the generated tests.
type sample struct {
	imports *imports
	avoid   []*types.Var // what may not be set: the phase, and what is set already
	open    []types.Type
}

// statement returns an assignment to a field of obj.Status that a round trip
// through JSON keeps, or nothing if the status has no such field.
func (s *sample) statement(status types.Type) string {
	if p, ok := types.Unalias(status).(*types.Pointer); ok {
		if v := s.value(p.Elem()); v != "" {
			return "obj.Status = &" + v
		}
		return ""
	}
	fields, ok := status.Underlying().(*types.Struct)
	if !ok {
		return ""
	}
	if name, value := s.field(fields); name != "" {
		return fmt.Sprintf("obj.Status.%s = %s", name, value)
	}
	return ""
}

// field picks the field of a struct that reads best, and a value for it.
func (s *sample) field(fields *types.Struct) (name, value string) {
	best := 0
	for i := range fields.NumFields() {
		f := fields.Field(i)
		tag, _, _ := strings.Cut(reflect.StructTag(fields.Tag(i)).Get("json"), ",")
		if !s.visible(f) || slices.Contains(s.avoid, f) || tag == "-" {
			continue
		}
		v := s.value(f.Type())
		if rank := rank(f.Type()); v != "" && rank > best {
			best, name, value = rank, f.Name(), v
		}
	}
	return name, value
}

// rank prefers plain text over numbers, and both over what has parts. A named
// string is the last of the simple ones: it may have a fixed set of values.
func rank(t types.Type) int {
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		if t.Kind() == types.String {
			return 5
		}
		return 4
	case *types.Slice, *types.Map:
		return 2
	}
	if _, ok := t.Underlying().(*types.Basic); ok {
		return 3
	}
	return 1
}

func (s *sample) visible(obj types.Object) bool {
	return obj.Exported() || obj.Pkg() != nil && obj.Pkg().Path() == s.imports.own
}

func (s *sample) typeName(t types.Type) string {
	return types.TypeString(t, s.imports.name)
}

// value returns an expression of the type that is not its zero value, or
// nothing if it knows none.
func (s *sample) value(t types.Type) string {
	t = types.Unalias(t)
	if named, ok := t.(*types.Named); ok {
		// What has a form of its own in JSON may not take any value. A type
		// inside itself has no end.
		method, _, _ := types.LookupFieldOrMethod(types.NewPointer(t), false, nil, "MarshalJSON")
		if method != nil || !s.visible(named.Obj()) || slices.Contains(s.open, t) {
			return ""
		}
		s.open = append(s.open, t)
		defer func() { s.open = s.open[:len(s.open)-1] }()
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		switch info := u.Info(); {
		case info&types.IsString != 0:
			return `"changed"`
		case info&types.IsNumeric != 0 && info&types.IsComplex == 0:
			return "1"
		case info&types.IsBoolean != 0:
			return "true"
		}
	case *types.Slice:
		if v := s.value(u.Elem()); v != "" && !isByte(u.Elem()) {
			return s.composite(t, s.elide(u.Elem(), v))
		}
	case *types.Map:
		key, v := s.value(u.Key()), s.value(u.Elem())
		if b, ok := u.Key().Underlying().(*types.Basic); ok && b.Info()&types.IsString != 0 && v != "" {
			return s.composite(t, key+": "+s.elide(u.Elem(), v))
		}
	case *types.Struct:
		if _, ok := t.(*types.Named); !ok {
			return ""
		}
		if name, v := s.field(u); name != "" {
			return s.composite(t, name+": "+v)
		}
	case *types.Pointer:
		if _, ok := u.Elem().Underlying().(*types.Struct); ok {
			if v := s.value(u.Elem()); v != "" {
				return "&" + v
			}
		}
	}
	return ""
}

func (s *sample) composite(t types.Type, inside string) string {
	return s.typeName(t) + "{" + inside + "}"
}

// elide leaves the type of an element out, as gofmt -s does.
func (s *sample) elide(element types.Type, value string) string {
	if p, ok := element.(*types.Pointer); ok {
		element, value = p.Elem(), strings.TrimPrefix(value, "&")
	}
	if rest, ok := strings.CutPrefix(value, s.typeName(element)+"{"); ok {
		return "{" + rest
	}
	return value
}

func isByte(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Kind() == types.Uint8
}
