package rewrite

import (
	"go/ast"
	"go/types"
	"slices"

	"golang.org/x/tools/go/cfg"

	"github.com/atomicstatus/atomicstatus/passes/internal/effect"
	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
)

// graph is the control flow of a body.
type graph struct {
	cfg    *cfg.CFG
	order  []int32            // the blocks that can be reached, in reverse post-order
	place  []int              // of each block in that order
	before [][]int32          // the blocks before each
	blocks map[ast.Node]int32 // that hold each node of the graph
}

func (r *Rewriter) graph(body *ast.BlockStmt) *graph {
	g := r.graphs[body]
	if g == nil {
		g = newGraph(cfg.New(body, func(call *ast.CallExpr) bool {
			fn := effect.Callee(r.pass.TypesInfo, call)
			if fn != nil && kube.NoReturn(fn) {
				return false
			}
			id, ok := call.Fun.(*ast.Ident)
			return !ok || id.Name != "panic"
		}))
		r.graphs[body] = g
	}
	return g
}

func newGraph(c *cfg.CFG) *graph {
	n := len(c.Blocks)
	g := &graph{cfg: c, place: make([]int, n), before: make([][]int32, n), blocks: map[ast.Node]int32{}}
	seen := make([]bool, n)
	var visit func(b *cfg.Block)
	visit = func(b *cfg.Block) {
		seen[b.Index] = true
		for _, succ := range b.Succs {
			g.before[succ.Index] = append(g.before[succ.Index], b.Index)
			if !seen[succ.Index] {
				visit(succ)
			}
		}
		for _, n := range b.Nodes {
			g.blocks[n] = b.Index
		}
		g.order = append(g.order, b.Index)
	}
	visit(c.Blocks[0])
	slices.Reverse(g.order)
	for i, b := range g.order {
		g.place[b] = i
	}
	return g
}

// block is the block that holds a node of the function.
func (g *graph) block(f *function, n ast.Node) (int32, bool) {
	for ; n != nil; n = f.parents[n] {
		if b, ok := g.blocks[n]; ok {
			return b, true
		}
	}
	return 0, false
}

// part are the blocks between the declaration of a variable and its mentions, in
// the order of the graph: outside of these there is nothing to follow. It is nil
// where the declaration is not in the graph.
func (g *graph) part(f *function, v *types.Var, info *types.Info) []int32 {
	uses := f.uses[v]
	if len(uses) == 0 || info.Defs[uses[0]] != v {
		return nil
	}
	first, ok := g.block(f, uses[0])
	if !ok {
		return nil
	}
	part := []int32{first}
	seen := map[int32]bool{first: true}
	add := func(b int32) {
		if !seen[b] {
			seen[b] = true
			part = append(part, b)
		}
	}
	for _, id := range uses {
		if b, ok := g.block(f, id); ok {
			add(b)
		}
	}
	for i := 1; i < len(part); i++ {
		for _, b := range g.before[part[i]] {
			add(b)
		}
	}
	slices.SortFunc(part, func(a, b int32) int { return g.place[a] - g.place[b] })
	return part
}
