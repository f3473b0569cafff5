// Package unstable finds what comes out differently although nothing has changed,
// and where it is put in a status: lists and text in the order of a Go map, the
// element that a map gives first, and the time of now.
//
// It follows values, not paths: each value, and each place in memory by the fields
// that lead to it from the value that it is reached through, has a set of flows,
// which only grows until nothing new comes. A flow begins where the language or the
// client library says that the order is random (a range over a map, a list of a
// cache), or at a clock, and is handed on by the few operations that keep it.
//
// Why no false report comes of it:
//   - Only what is known to keep an order hands it on: a call that cannot be seen, a
//     number, a set, a map and a comparison do not. A list has the order of a loop
//     only if it lives on from turn to turn, and the turns add different things.
//   - One sort of a list ends all flows of it, wherever it stands: before or after,
//     here or in a callee, of the list itself or of a copy. That is more than is
//     true on each path, and errs on the side of silence.
//   - Of what is stored in memory, only that counts from which a path leads to the
//     load on which nothing else is stored in the same place.
//   - What puts it in a status counts only if it is reached while nothing changes:
//     where the old status is compared with the new one, they are the same.
//
// What callers have to know of a function is its [Summary]: with it flows cross
// functions and packages.
package unstable

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
)

// Kind is the way in which a value is not stable.
type Kind uint8

// The kinds.
const (
	Given   Kind = iota // as what a parameter holds
	Order               // a list, or text made of one, in a random order
	Element             // what one turn of a loop over a map sees: by itself no finding
	Pick                // the element that a map gives first
	Clock               // the time of now
)

// Program is what the analysis asks of the functions of a package, and of others.
type Program interface {
	// Target is the only function that a call can be of, or nil.
	Target(c *ssa.CallCommon) *ssa.Function
	// Unstable is the summary of a function of another package, or nil.
	Unstable(fn *types.Func) *Summary
	// Writes reports that a call writes a status, itself or in a callee.
	Writes(c ssa.CallInstruction) bool
}

// Finding is a place where something unstable is put in a status.
type Finding struct {
	Kind  Kind
	Pos   token.Pos // of the assignment, or
	Arg   Argument  // the argument that it is passed as
	Field string    // what is set, as far as it is known
	From  Origin
	May   bool // it is made of errors, which need not come in numbers
}

// Argument is an argument of a call; Call is nil for none.
type Argument struct {
	Call ssa.CallInstruction
	N    int // the receiver of a method counts
}

// Origin is where a flow begins.
type Origin struct {
	What string    `json:"w,omitempty"` // such as "the order of a map"
	Pos  token.Pos `json:"-"`
	At   string    `json:"a,omitempty"` // its file and line
}

// Analysis knows the flows of the functions of one package.
type Analysis struct {
	prog     Program
	fset     *token.FileSet
	units    map[*ssa.Function]*unit
	sums     map[*ssa.Function]*Summary
	types    kube.OnlyStatus
	callers  map[*ssa.Function][]ssa.CallInstruction
	timed    map[*ssa.Function]bool // functions that a timer calls
	findings map[token.Pos]Finding
}

func newAnalysis(prog Program, fset *token.FileSet) *Analysis {
	return &Analysis{
		prog: prog, fset: fset, types: kube.OnlyStatus{}, units: map[*ssa.Function]*unit{}, sums: map[*ssa.Function]*Summary{},
		callers: map[*ssa.Function][]ssa.CallInstruction{}, timed: map[*ssa.Function]bool{}, findings: map[token.Pos]Finding{},
	}
}
