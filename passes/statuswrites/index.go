package statuswrites

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ast/inspector"
	"golang.org/x/tools/go/ssa"
)

// Index finds the functions and the calls of a package by its source. Checks that run
// side by side share it.
type Index struct {
	Root    inspector.Cursor                  // of all files of the pass
	Calls   map[token.Pos]ssa.CallInstruction // by the parenthesis
	Funcs   map[*types.Func]*ssa.Function
	Methods map[string][]*ssa.Function // by their name
}

// Index makes the index when it is asked for: it is not due where there is nothing to
// report.
func (r *Result) Index() *Index {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.index != nil {
		return r.index
	}
	r.index = &Index{
		Root:    inspector.New(r.all).Root(),
		Calls:   map[token.Pos]ssa.CallInstruction{},
		Funcs:   map[*types.Func]*ssa.Function{},
		Methods: map[string][]*ssa.Function{},
	}
	for _, fn := range r.All {
		obj, ok := fn.Object().(*types.Func)
		bound := ok && obj.Signature().Recv() != nil && fn.Signature.Recv() == nil // a value of the method
		if ok && !bound {
			r.index.Funcs[obj] = fn
			if obj.Signature().Recv() != nil {
				r.index.Methods[obj.Name()] = append(r.index.Methods[obj.Name()], fn)
			}
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if call, ok := instr.(ssa.CallInstruction); ok && call.Pos().IsValid() {
					r.index.Calls[call.Pos()] = call
				}
			}
		}
	}
	return r.index
}
