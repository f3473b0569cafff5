package ssax

import (
	"slices"
	"testing"
)

func TestNumbers(t *testing.T) {
	var n Numbers
	for _, i := range []int{63, 64, 5, 200, 5} {
		n.Add(i)
	}
	if got, want := slices.Collect(n.All()), []int{5, 63}; !slices.Equal(got, want) {
		t.Errorf("the numbers are %v, want %v", got, want)
	}
	if !n.Has(63) || n.Has(64) || n.Has(4) {
		t.Errorf("has 63: %v, 64: %v, 4: %v", n.Has(63), n.Has(64), n.Has(4))
	}
}
