package rewrite

import (
	"cmp"
	"go/ast"
	"go/types"
	"slices"
)

// base tells where an object may have come from, when it was last as the API
// server has it.
type base uint8

const (
	entered base = 1 << iota // it is as the caller left it
	made                     // it is empty, and did not come from the server
	gotten                   // it was read
	written                  // it is the response to a write: a cache may still have an older one
	lost                     // it cannot be told
)

// state is what may be the case at a point of a function.
type state struct {
	base  base
	dirty []*ast.Ident // the mentions that changed it since
	// After a call that may have failed, err is the variable that tells, and
	// the rest holds if it did not; failed holds if it did.
	err    *types.Var
	failed *state
	// told is set in place of err where the call stands in the return itself.
	told *ast.CallExpr
}

func (s state) with(id *ast.Ident) state {
	if i, ok := slices.BinarySearchFunc(s.dirty, id, byPosition); !ok {
		s.dirty = slices.Insert(slices.Clone(s.dirty), i, id)
	}
	return s
}

// clean tells whether the object came from the API server, but for the changes
// that are known.
func (s state) clean() bool { return s.base != 0 && s.base&(made|lost) == 0 }

// settled forgets which of two outcomes a call had: either may be.
func (s state) settled() state {
	if s.failed == nil {
		return s
	}
	f := *s.failed
	s.err, s.failed, s.told = nil, nil, nil
	return s.or(f)
}

// or joins two states.
func (s state) or(t state) state {
	if s.base == 0 {
		return t
	}
	if t.base == 0 {
		return s
	}
	if s.failed != nil && t.failed != nil && s.err == t.err && s.told == t.told {
		f := s.failed.or(*t.failed)
		s.failed = &f
	} else {
		s, t = s.settled(), t.settled()
	}
	s.base |= t.base
	s.dirty = union(s.dirty, t.dirty)
	return s
}

func byPosition(a, b *ast.Ident) int { return cmp.Compare(a.Pos(), b.Pos()) }

// union merges two lists in the order of their positions.
func union(a, b []*ast.Ident) []*ast.Ident {
	if len(b) == 0 || slices.Equal(a, b) {
		return a
	}
	if len(a) == 0 {
		return b
	}
	out := make([]*ast.Ident, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		switch c := byPosition(a[0], b[0]); {
		case c < 0:
			out, a = append(out, a[0]), a[1:]
		case c > 0:
			out, b = append(out, b[0]), b[1:]
		default:
			out, a, b = append(out, a[0]), a[1:], b[1:]
		}
	}
	return append(append(out, a...), b...)
}

func (s state) equal(t state) bool {
	if s.base != t.base || !slices.Equal(s.dirty, t.dirty) || s.err != t.err || s.told != t.told || (s.failed == nil) != (t.failed == nil) {
		return false
	}
	return s.failed == nil || s.failed.equal(*t.failed)
}
