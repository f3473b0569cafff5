package statuswrites

import (
	"fmt"
	"go/ast"
	"go/token"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/flow"
	"github.com/atomicstatus/atomicstatus/passes/internal/report"
)

// Range is the expression of a call in the source.
func (r *Result) Range(call ssa.CallInstruction) analysis.Range {
	return r.callAt(call.Pos())
}

// callAt is the expression of the call that go/ssa places at a position.
func (r *Result) callAt(pos token.Pos) analysis.Range {
	r.mu.Lock()
	p := r.program
	r.mu.Unlock()
	if p != nil {
		if call, ok := p.exprs()[pos]; ok {
			return call
		}
	}
	return At(pos)
}

// Statement is the source of an instruction: the expression of a call, or the
// assignment.
func (r *Result) Statement(instr ssa.Instruction) analysis.Range {
	if c, ok := instr.(ssa.CallInstruction); ok {
		return r.Range(c)
	}
	return r.Around(instr.Pos())
}

// Around is the call or assignment at a position.
func (r *Result) Around(pos token.Pos) analysis.Range {
	var found analysis.Range
	for _, f := range r.files {
		if pos < f.FileStart || f.FileEnd <= pos {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if n == nil || pos < n.Pos() || n.End() <= pos {
				return false
			}
			switch n := n.(type) {
			case *ast.CallExpr:
				if n.Lparen == pos {
					found = n
				}
			case *ast.AssignStmt, *ast.IncDecStmt, *ast.ReturnStmt, *ast.KeyValueExpr:
				found = n
			}
			return true
		})
	}
	if found == nil {
		return At(pos)
	}
	return found
}

// At is the range of one position.
func At(pos token.Pos) analysis.Range { return point(pos) }

type point token.Pos

func (p point) Pos() token.Pos { return token.Pos(p) }
func (p point) End() token.Pos { return token.Pos(p) }

// callsIn finds the call expressions by the positions that go/ssa gives calls: that of
// the parenthesis, or of the word go or defer.
func callsIn(files []*ast.File) map[token.Pos]*ast.CallExpr {
	at := map[token.Pos]*ast.CallExpr{}
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				at[n.Lparen] = n
			case *ast.GoStmt:
				at[n.Go] = n.Call
			case *ast.DeferStmt:
				at[n.Defer] = n.Call
			}
			return true
		})
	}
	return at
}

// The messages of the related information that [Related] makes.
const (
	firstCall = "it calls "
	nextCall  = "which calls "
	theWrite  = "the status is written here"
)

// Related describes a chain of calls, from a derived write down to the direct
// one, as related information. It belongs right behind the place of that write.
func (r *Result) Related(via []flow.Step) []report.Option {
	var opts []report.Option
	for i, s := range via {
		if s.Pos.IsValid() {
			text := theWrite
			if s.Func != "" {
				text = nextCall + s.Func
				if i == 0 {
					text = firstCall + s.Func
				}
			}
			opts = append(opts, report.Related(r.callAt(s.Pos), text))
		}
	}
	return opts
}

// InChain reports whether related information with that message comes from
// [Related]. Drivers that show a chain of calls as such have no more than it.
func InChain(message string) bool {
	return message == theWrite || strings.HasPrefix(message, firstCall) || strings.HasPrefix(message, nextCall)
}

// Chain names the functions that a derived write goes through: " (by way of a,
// b)", with places where they lie in another package.
func Chain(v *flow.Visit) string {
	if len(v.Via) == 0 || v.Via[len(v.Via)-1].At == "" {
		return ""
	}
	return fmt.Sprintf(" (written at %s)", v.Via[len(v.Via)-1].At)
}
