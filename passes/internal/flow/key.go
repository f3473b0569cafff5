package flow

import "math/bits"

// digest stands for a set of rows of numbers, in whatever order they are added.
// States are compared by theirs: two that differ have the same one with a
// probability of 2^-128 or so.
type digest [2]uint64

// add adds a row to the set of that mark.
func (d *digest) add(mark byte, row ...int) {
	a, b := uint64(mark), uint64(mark)<<8
	for _, n := range row {
		a, b = mix(a^uint64(n)), mix(bits.RotateLeft64(b, 29)+uint64(n))
	}
	d[0] += mix(a + uint64(len(row)))
	d[1] += mix(b + uint64(len(row))<<32)
}

// mix spreads the bits of a number: the finalizer of SplitMix64.
func mix(n uint64) uint64 {
	n += 0x9e3779b97f4a7c15
	n = (n ^ n>>30) * 0xbf58476d1ce4e5b9
	n = (n ^ n>>27) * 0x94d049bb133111eb
	return n ^ n>>31
}

// detail is what states must agree in to have the same key.
type detail uint8

const (
	all     detail = iota // in all that they know
	control               // in all writes, failures and flags
	looped                // in the resources written, what turns of loops have written, and the calls of functions of the caller's
	counts                // in the resources written, and in those calls
	turns                 // in what turns of loops have written, and in those calls
)

// flag is a bit of a row.
func flag(set bool, n int) int {
	if set {
		return 1 << n
	}
	return 0
}
