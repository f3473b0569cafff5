package flow

import (
	"slices"
	"testing"
)

type number int

func (n number) Order() int { return int(n) }

func listed(r *rows[number, string]) []string {
	var out []string
	for _, v := range r.all() {
		out = append(out, v)
	}
	return out
}

func TestRowsShare(t *testing.T) {
	var a rows[number, string]
	a.set(3, "c")
	a.set(1, "a")
	a.set(2, "b")
	a.share()
	b := a
	for _, change := range []func(*rows[number, string]){
		func(r *rows[number, string]) { r.set(2, "x") },
		func(r *rows[number, string]) { r.set(9, "x") },
		func(r *rows[number, string]) { r.del(1) },
		func(r *rows[number, string]) { r.keep(func(n number, _ string) bool { return n > 2 }) },
		func(r *rows[number, string]) { r.bound(1, func(number) {}) },
	} {
		a.share()
		c := a
		change(&c)
		if got := listed(&a); !slices.Equal(got, []string{"a", "b", "c"}) {
			t.Errorf("a change of a copy made %v of the original", got)
		}
		if slices.Equal(listed(&c), listed(&b)) {
			t.Errorf("a change left %v", listed(&c))
		}
	}
	a.set(2, "y") // the original is changed, too
	if got := listed(&b); !slices.Equal(got, []string{"a", "b", "c"}) {
		t.Errorf("a change of the original made %v of a copy", got)
	}
}

// All rows are visited as they were, even if the loop changes them.
func TestRowsVisit(t *testing.T) {
	var r rows[number, string]
	for i := range 4 {
		r.set(number(i), "x")
	}
	visited := 0
	for n := range r.all() {
		visited++
		r.del(n)
		r.set(n+10, "y")
	}
	if got := listed(&r); visited != 4 || !slices.Equal(got, []string{"y", "y", "y", "y"}) {
		t.Errorf("%d were visited, and %v are left", visited, got)
	}
}

func TestRowsBound(t *testing.T) {
	var r rows[number, string]
	for i := range 6 {
		r.set(number(i), string(rune('a'+i)))
	}
	var dropped []number
	r.bound(4, func(n number) { dropped = append(dropped, n) })
	if got := listed(&r); !slices.Equal(got, []string{"a", "b", "e", "f"}) || !slices.Equal(dropped, []number{2, 3}) {
		t.Errorf("%v were dropped, and %v are left", dropped, got)
	}
}
