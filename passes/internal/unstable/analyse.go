package unstable

import (
	"fmt"
	"go/token"
	"path/filepath"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// Analyse follows the flows through the functions of a package, callees first.
func Analyse(prog Program, fset *token.FileSet, funcs []*ssa.Function) *Analysis {
	a := newAnalysis(prog, fset)
	tops := a.order(funcs)
	for _, fn := range tops {
		a.units[fn] = newUnit(a, fn)
	}
	for _, fn := range tops {
		a.sums[fn] = a.units[fn].run()
	}
	for _, fn := range tops {
		if u := a.units[fn]; u.early { // it asked for a function that calls it, too
			a.sums[fn] = u.run()
			for _, call := range a.callers[fn] {
				if caller := a.unitOf(call.Parent()); caller != nil {
					caller.early = true
				}
			}
		}
		a.units[fn].report()
	}
	return a
}

// order puts callees before their callers, and notes who calls whom.
func (a *Analysis) order(funcs []*ssa.Function) []*ssa.Function {
	var out []*ssa.Function
	seen := map[*ssa.Function]bool{}
	known := map[*ssa.Function]bool{}
	for _, fn := range funcs {
		known[fn] = true
	}
	var visit func(fn *ssa.Function)
	var calls func(fn *ssa.Function)
	calls = func(fn *ssa.Function) {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				c, ok := instr.(ssa.CallInstruction)
				if !ok {
					continue
				}
				if byTimer(c.Common()) {
					for _, arg := range c.Common().Args {
						if f := functionOf(arg); f != nil {
							a.timed[f] = true
						}
					}
				}
				callee := a.prog.Target(c.Common())
				if callee == nil {
					callee = c.Common().StaticCallee()
				}
				if callee == nil {
					continue
				}
				if o := callee.Origin(); o != nil {
					callee = o
				}
				if known[callee] && callee.Parent() == nil {
					a.callers[callee] = append(a.callers[callee], c)
					visit(callee)
				}
			}
		}
		for _, literal := range fn.AnonFuncs {
			calls(literal)
		}
	}
	visit = func(fn *ssa.Function) {
		if seen[fn] {
			return
		}
		seen[fn] = true
		calls(fn)
		out = append(out, fn)
	}
	for _, fn := range funcs {
		if fn.Parent() == nil && fn.Synthetic == "" {
			visit(fn)
		}
	}
	return out
}

// Summary is what others have to know of a function of the package, or nil.
func (a *Analysis) Summary(fn *ssa.Function) *Summary {
	if s := a.sums[fn]; s != nil && !s.empty() {
		return s
	}
	return nil
}

// Findings are in the order of the source.
func (a *Analysis) Findings() []Finding {
	var out []Finding
	for _, f := range a.findings {
		out = append(out, f)
	}
	slices.SortFunc(out, func(x, y Finding) int { return int(x.place() - y.place()) })
	return out
}

func (a *Analysis) text(pos token.Pos) string {
	if !pos.IsValid() {
		return ""
	}
	p := a.fset.Position(pos)
	return fmt.Sprintf("%s:%d", filepath.Base(p.Filename), p.Line)
}
