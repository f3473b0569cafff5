package gen

import (
	"slices"
	"strings"
)

// Smaller returns the programs that are p without some nodes that follow each
// other, with what is inside of one in its place, or with a simpler frame, and p
// without pairs of nodes, as some can only go together. Not all of them compile.
func (p *Program) Smaller() []*Program {
	var list []*Program
	add := func(body []*Node) {
		q := *p
		q.Body = body
		list = append(list, &q)
	}
	for body := range smaller(p.Body) {
		add(body)
	}
	for i := range p.Body {
		for j := i + 2; j < len(p.Body); j++ {
			if !p.Body[i].Needed && !p.Body[j].Needed {
				add(slices.Concat(p.Body[:i], p.Body[i+1:j], p.Body[j+1:]))
			}
		}
	}
	if p.split && !p.pointer {
		q := *p
		q.pointer = true
		list = append(list, &q)
	}
	return list
}

// smaller yields the lists that are one step smaller than nodes.
func smaller(nodes []*Node) func(yield func([]*Node) bool) {
	return func(yield func([]*Node) bool) {
		without := func(i, j int, with ...*Node) []*Node {
			return slices.Concat(nodes[:i], with, nodes[j:])
		}
		replaced := func(i int, with ...*Node) []*Node { return without(i, i+1, with...) }
		for i, n := range nodes {
			for j := i; j < len(nodes) && !nodes[j].Needed; j++ {
				if !yield(without(i, j+1)) {
					return
				}
			}
			for j, b := range n.Blocks {
				if b.Loose && !yield(replaced(i, b.Body...)) {
					return
				}
				for body := range smaller(b.Body) {
					m := *n
					m.Blocks = append([]Block{}, n.Blocks...)
					m.Blocks[j].Body = body
					if !yield(replaced(i, &m)) {
						return
					}
				}
			}
		}
	}
}

// Size is the length of the text of p.
func (p *Program) Size() int {
	var out strings.Builder
	p.body(&out)
	return out.Len()
}
