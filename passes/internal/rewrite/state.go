package rewrite

import (
	"go/ast"
	"go/types"
	"math/bits"
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
	dirty mentions // those that changed it since
	// After a call that may have failed, err is the variable that tells, and
	// the rest holds if it did not; failed holds if it did.
	err    *types.Var
	failed *state
	// told is set in place of err where the call stands in the return itself.
	told *ast.CallExpr
}

// with is the state after the i-th mention of the object has changed it.
func (s state) with(i int) state {
	s.dirty = s.dirty.union(append(make(mentions, i/64), 1<<(i%64)))
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
	s.dirty = s.dirty.union(t.dirty)
	return s
}

// mentions are a set of mentions of one variable in a function, as bits by their
// place in the order of their positions, and never changed: states share it. The
// last word is not zero.
type mentions []uint64

// union is the set of what is in either.
func (m mentions) union(n mentions) mentions {
	if len(m) < len(n) {
		m, n = n, m
	}
	for i, word := range n {
		if word&^m[i] != 0 {
			m = slices.Clone(m)
			for ; i < len(n); i++ {
				m[i] |= n[i]
			}
			return m
		}
	}
	return m
}

// of are the mentions, given those of the variable.
func (m mentions) of(uses []*ast.Ident) []*ast.Ident {
	var out []*ast.Ident
	for w, word := range m {
		for ; word != 0; word &= word - 1 {
			out = append(out, uses[w*64+bits.TrailingZeros64(word)])
		}
	}
	return out
}

func (s state) equal(t state) bool {
	if s.base != t.base || !slices.Equal(s.dirty, t.dirty) || s.err != t.err || s.told != t.told || (s.failed == nil) != (t.failed == nil) {
		return false
	}
	return s.failed == nil || s.failed.equal(*t.failed)
}
