package ssax

import (
	"iter"
	"math/bits"
)

// Bits is a set of small numbers, such as the indices of blocks.
type Bits []uint64

// NewBits returns an empty set for the numbers below n.
func NewBits(n int) Bits { return make(Bits, (n+63)/64) }

// Has reports that a number is in the set.
func (b Bits) Has(i int) bool { return b[i/64]&(1<<(i%64)) != 0 }

// Set adds a number.
func (b Bits) Set(i int) { b[i/64] |= 1 << (i % 64) }

// Clear takes a number out.
func (b Bits) Clear(i int) { b[i/64] &^= 1 << (i % 64) }

// Or adds the numbers of another set of the same size, and reports that it had not
// all of them.
func (b Bits) Or(o Bits) (changed bool) {
	for i := range b {
		if n := b[i] | o[i]; n != b[i] {
			b[i], changed = n, true
		}
	}
	return changed
}

// Len is how many numbers there are.
func (b Bits) Len() int {
	n := 0
	for _, word := range b {
		n += bits.OnesCount64(word)
	}
	return n
}

// All are the numbers in ascending order.
func (b Bits) All() iter.Seq[int] {
	return func(yield func(int) bool) {
		for i, word := range b {
			for ; word != 0; word &= word - 1 {
				if !yield(i*64 + bits.TrailingZeros64(word)) {
					return
				}
			}
		}
	}
}

// Numbers is a set of the numbers of parameters, or of fields, that can be compared. Only
// the first 64 can be in it.
type Numbers uint64

// Has reports that a number is in the set.
func (n Numbers) Has(i int) bool { return n>>i&1 != 0 }

// Add adds a number, if it can be in the set.
func (n *Numbers) Add(i int) { *n |= 1 << i }

// All are the numbers in ascending order.
func (n Numbers) All() iter.Seq[int] { return Bits{uint64(n)}.All() }
