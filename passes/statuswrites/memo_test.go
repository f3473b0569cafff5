package statuswrites

import (
	"math/rand/v2"
	"testing"
)

// Whichever functions are asked for, and in whichever order, the answers are those of the
// least fixed point.
func TestMemo(t *testing.T) {
	const functions = 7
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 0))
		var calls [functions][]int
		var does, want [functions]bool
		for fn := range functions {
			does[fn] = r.IntN(functions) == 0
			for range r.IntN(4) {
				calls[fn] = append(calls[fn], r.IntN(functions))
			}
		}
		want = does
		for range functions {
			for fn := range functions {
				for _, callee := range calls[fn] {
					want[fn] = want[fn] || want[callee]
				}
			}
		}
		m := newMemo[int](false, func(a, b bool) bool { return a == b })
		var ask func(fn int) bool
		ask = func(fn int) bool {
			return m.ask(fn, func() bool {
				for _, callee := range calls[fn] {
					if ask(callee) {
						return true
					}
				}
				return does[fn]
			})
		}
		for _, fn := range r.Perm(functions) {
			if got := ask(fn); got != want[fn] {
				t.Fatalf("seed %d: %d answers %v, want %v; calls %v, does %v", seed, fn, got, want[fn], calls, does)
			}
		}
	}
}
