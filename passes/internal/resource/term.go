// Package resource holds the symbolic values of the path engine and decides
// when two of them stand for the same Kubernetes resource.
//
// A [Term] names a value by how it was obtained: a parameter, a field of it, a
// load, the result of an instruction. Terms are interned in a [Table], one for
// each function, so equal values are equal pointers. A term names at most one
// value at any moment of a path: an instruction that runs again on the same
// path (in a loop) makes a new value, and the engine forgets what it knew of
// the old one. That is what makes "same term" a proof of "same value".
package resource

import (
	"go/types"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// Kind tells how a term came about.
type Kind uint8

// The kinds of terms.
const (
	Param   Kind = iota + 1 // the N-th parameter (the receiver first)
	FreeVar                 // the N-th captured variable of a closure
	Global                  // the address of the package-level variable Name
	Func                    // the function Fn
	Const                   // the constant Name; nil, and the zero struct, are constants too
	Value                   // what the instruction At brings about: see Role
	Out                     // in a summary: the N-th value that only the callee can name
	Field                   // the address of the field Name of the struct at Args[0]
	Index                   // the address of the element Args[1] of Args[0]
	Load                    // what the address Args[0] held before anything on the path changed it
	Proj                    // the field Name of the struct value Args[0]
	Struct                  // a struct value or a tuple, by its fields
	Closure                 // the function Fn with the captured Args
	Pure                    // the function or operator Name of Args, which depends on nothing else
	Keyed                   // the resource of type Name read through the client Args[0] under the key Args[1]
)

// Role tells which of the values that an instruction brings about one is.
type Role uint8

// The roles of values. Most belong to calls.
const (
	Result     Role = iota // the N-th result
	Earlier                // a result in an earlier turn of a loop
	Callee                 // the N-th value that only the callee can name
	Given                  // the N-th argument that the callee gives a function of the caller's
	Returned               // the N-th result of a function of the caller's that is not seen
	Failure                // the error with which a repeated call ends
	Remembered             // the object as it was at the call
	Held                   // what an address held, for which there is no other name
	HeldBefore             // what an address held that the callee asks for in its N-th term
)

// As says which value of an instruction is meant: that of a role, and of several the
// N-th. What a call does by way of several functions is told apart by the turn. Part is
// the way to a field of it that has no name of its own.
type As struct {
	Role Role
	Turn int32
	N    int
	Part string
}

// Of is the n-th field of it.
func (a As) Of(n int) As {
	a.Part += "." + strconv.Itoa(n)
	return a
}

// maxDepth bounds the size of terms, so that there are finitely many: a walk
// along a linked list would else make a new one each turn.
const maxDepth = 14

// Term is a symbolic value. Two terms of one table are equal if and only if
// they are the same pointer.
type Term struct {
	ID   int  `json:"-"` // ascending in the order of making: a stable order for output
	Kind Kind `json:"k,omitempty"`
	Role Role `json:"r,omitempty"` // Value
	Err  bool `json:"e,omitempty"` // Typ is error

	depth uint8 // how many terms are below each other in it, up to 255

	Turn int32         `json:"u,omitempty"` // Value
	N    int           `json:"n,omitempty"`
	Name string        `json:"s,omitempty"`
	At   ssa.Value     `json:"-"` // Value
	Fn   *ssa.Function `json:"-"` // Func, Closure, by Name
	// Type names the type of the object: of what a pointer points at, or of a
	// struct value. Empty where it is not known (an interface).
	Type string     `json:"t,omitempty"`
	Typ  types.Type `json:"-"` // the Go type, nil for terms that come from another package but errors
	Args []*Term    `json:"a,omitempty"`

	deps []*Term // the Value and Out leaves, by ID
	next *Term   // the one with the same hash that was made before
}

// IsResult reports that the term is the n-th result of its instruction.
func (t *Term) IsResult(n int) bool {
	return t.Kind == Value && t.Role == Result && t.N == n && t.Name == ""
}

// Visible reports whether a caller can name the term as well: it depends on
// parameters, captured variables, globals and constants only.
func (t *Term) Visible() bool { return len(t.deps) == 0 }

// Mentions reports whether the term depends on the value.
func (t *Term) Mentions(leaf *Term) bool { return slices.Contains(t.deps, leaf) }

// Leaves are the values that the term depends on.
func (t *Term) Leaves() []*Term { return t.deps }

// Under reports whether t is base itself, or lies in it: a field, an element, or
// what is reached through pointers in it.
func (t *Term) Under(base *Term) bool {
	for {
		if t == base {
			return true
		}
		switch t.Kind {
		case Field, Index, Load, Proj:
			t = t.Args[0]
		default:
			return false
		}
	}
}

// Root is the value that a chain of fields, elements and loads begins at.
func (t *Term) Root() *Term {
	for {
		switch t.Kind {
		case Field, Index, Load, Proj:
			t = t.Args[0]
		default:
			return t
		}
	}
}

// IsConst reports whether the term is a constant.
func (t *Term) IsConst() bool { return t.Kind == Const }

// String prints the term as a reader of Go would write it.
func (t *Term) String() string {
	args := func() string {
		var s []string
		for _, a := range t.Args {
			s = append(s, a.String())
		}
		return strings.Join(s, ", ")
	}
	switch t.Kind {
	case Param:
		return "p" + strconv.Itoa(t.N)
	case FreeVar:
		return "free" + strconv.Itoa(t.N)
	case Global, Const, Func:
		return t.Name
	case Value:
		s := "%" + t.At.Name()
		if t.At.Parent() == nil {
			s = "%?"
		}
		if t.N > 0 {
			s += "#" + strconv.Itoa(t.N)
		}
		return s + t.Name
	case Out:
		return "out" + strconv.Itoa(t.N)
	case Field:
		return "&" + t.Args[0].String() + "." + t.Name
	case Index:
		return "&" + t.Args[0].String() + "[" + t.Args[1].String() + "]"
	case Load:
		if a := t.Args[0]; a.Kind == Field || a.Kind == Index {
			return a.String()[1:]
		}
		return "*" + t.Args[0].String()
	case Proj:
		return t.Args[0].String() + "." + t.Name
	case Struct:
		return "{" + args() + "}"
	case Closure:
		return t.Name + "[" + args() + "]"
	case Pure:
		return t.Name + "(" + args() + ")"
	case Keyed:
		return "<" + t.Name + " " + args() + ">"
	}
	return "?"
}

// TypeName names the type that tells one kind of resource from another: the
// named struct that typ is, or points at. It is empty for interfaces, type
// parameters, and everything that has no name.
func TypeName(typ types.Type) string {
	if typ == nil {
		return ""
	}
	if p, ok := types.Unalias(typ).(*types.Pointer); ok {
		typ = p.Elem()
		if q, ok := types.Unalias(typ).(*types.Pointer); ok { // a captured variable that holds a pointer
			typ = q.Elem()
		}
	}
	named, ok := types.Unalias(typ).(*types.Named)
	if !ok || types.IsInterface(named) {
		return ""
	}
	obj := named.Obj()
	if obj.Pkg() == nil {
		return obj.Name()
	}
	name := obj.Pkg().Path() + "." + obj.Name()
	if args := named.TypeArgs(); args != nil {
		name = types.TypeString(named, nil)
	}
	return name
}

// Order is the place of the term in the order of making. No term has -1.
func (t *Term) Order() int {
	if t == nil {
		return -1
	}
	return t.ID
}
