package flow

import (
	"cmp"
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// FindingKind tells what is wrong with an object in memory.
type FindingKind uint8

// The kinds of findings, by the check that reports them.
const (
	// statuscallback
	WrongObject FindingKind = iota // a change of a copy that is neither read nor written
	NestedWrite                    // a write of the status that the manager writes as well
)

// Finding is one thing that is wrong with an object in memory.
type Finding struct {
	Kind   FindingKind
	Call   ssa.CallInstruction // where it goes wrong
	Pos    token.Pos           // the place of the report, where it is no call of this function
	Object *Term
	Change ssa.Instruction // the change that is lost, or what made the object stale
	Path   string          // of what is changed, below the status or the object
	Name   string          // what the program calls the object
	Type   string          // the name of its type, empty where it is not known
}

// Field names what is changed as a reader would: Status.Phase, Finalizers.
func (f Finding) Field() string { return pathAt(f.Path) }

type findingKey struct {
	kind   FindingKind
	call   ssa.CallInstruction
	pos    token.Pos
	change ssa.Instruction
	path   string
}

// find records a finding, once.
func (e *exec) find(f Finding) {
	key := findingKey{f.Kind, f.Call, f.Pos, f.Change, f.Path}
	if _, ok := e.findings[key]; ok {
		return
	}
	if f.Name == "" && f.Object != nil {
		f.Name = e.nameOf(f.Object)
	}
	if f.Object != nil {
		f.Type = f.Object.Type
	}
	e.findings[key] = f
}

// sorted are the findings in the order of the source.
func (e *exec) sorted() []Finding {
	var out []Finding
	for _, f := range e.findings {
		out = append(out, f)
	}
	pos := func(f Finding) (token.Pos, token.Pos) {
		var call, change token.Pos
		if f.Call != nil {
			call = f.Call.Pos()
		}
		if f.Change != nil {
			change = f.Change.Pos()
		}
		return call, change
	}
	slices.SortFunc(out, func(a, b Finding) int {
		ac, ax := pos(a)
		bc, bx := pos(b)
		return cmp.Or(cmp.Compare(ac, bc), cmp.Compare(a.Pos, b.Pos), cmp.Compare(a.Kind, b.Kind), cmp.Compare(ax, bx), cmp.Compare(a.Path, b.Path))
	})
	return out
}
