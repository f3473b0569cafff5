package flow

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/ssa"
)

// follow returns the calls on each path that the paths of a function hold, with each
// turn of a loop taken at most once.
func follow(p *Paths, fn *ssa.Function) []string {
	var found []string
	var walk func(b *ssa.BasicBlock, at []Point, calls string, through []*ssa.BasicBlock)
	each := func(at []Point, next func(Point) []Point) []Point {
		var out []Point
		for _, p := range at {
			out = append(out, next(p)...)
		}
		return p.closed(out)
	}
	walk = func(b *ssa.BasicBlock, at []Point, calls string, through []*ssa.BasicBlock) {
		n := 0
		for _, instr := range b.Instrs {
			if !Forks(instr) {
				continue
			}
			at = each(at, func(at Point) []Point {
				return p.Call(at, n, func(Ending) (of, ok bool) { return false, false })
			})
			n++
			if call, ok := instr.(*ssa.Call); ok {
				calls += " " + call.Call.Value.Name()
			}
		}
		if len(b.Succs) == 0 {
			var ends []int
			for _, at := range at {
				ends = append(ends, p.Outcomes(at)...)
			}
			found = append(found, strings.TrimSpace(fmt.Sprint(calls, ends)))
		}
		for _, to := range b.Succs {
			next := each(at, func(at Point) []Point { return p.Enter(at, to.Index) })
			if len(next) > 0 && !slices.Contains(through, to) {
				walk(to, next, calls, append(slices.Clip(through), to))
			}
		}
	}
	walk(fn.Blocks[0], p.Start(), "", nil)
	slices.Sort(found)
	return found
}

// The paths are those on which no branch contradicts another one.
func TestPaths(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		want []string
	}{
		"the same condition twice": {`
func f(x bool) {
	if x {
		g()
	}
	if x {
		h()
	}
}
func g()
func h()
`, []string{"[0]", "g h[1]"}},
		"a value that a branch sets": {`
func f(n int) (done bool) {
	if n > 7 {
		g()
		done = true
	}
	if !done {
		h()
	}
	return done
}
func g()
func h()
`, []string{"g[0]", "h[1]"}},
		"after a loop": {`
func f(x bool, n int) {
	for i := 0; i < n; i++ {
		if x {
			g()
		}
	}
	if !x {
		h()
	}
}
func g()
func h()
`, []string{"[0]", "h[2]"}},
	} {
		fn := function(t, test.text)
		got := follow(RunForPaths(alone{}, fn).Paths, fn)
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}
