// Package ssax holds what go/ssa lacks, and more than one analysis needs.
package ssax

import (
	"go/types"
	"iter"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// Maker is the only instruction that makes a closure of a function literal; nil
// where there are several, or none, as for a declared function.
func Maker(fn *ssa.Function) *ssa.MakeClosure {
	if fn.Parent() == nil {
		return nil
	}
	var made *ssa.MakeClosure
	for _, use := range *fn.Referrers() {
		if m, ok := use.(*ssa.MakeClosure); ok && m.Fn == fn {
			if made != nil {
				return nil
			}
			made = m
		}
	}
	return made
}

// Bound is what a function literal captured for a variable; nil where the literal
// is not made in one place.
func Bound(fv *ssa.FreeVar) ssa.Value {
	made := Maker(fv.Parent())
	if made == nil {
		return nil
	}
	return made.Bindings[slices.Index(fv.Parent().FreeVars, fv)]
}

// Method is the method that fn, the wrapper of a method value, calls; nil if fn is no
// such wrapper.
func Method(fn *ssa.Function) *ssa.Function {
	if fn.Synthetic == "" || fn.Parent() != nil || len(fn.Blocks) != 1 {
		return nil
	}
	for _, instr := range fn.Blocks[0].Instrs {
		if c, ok := instr.(*ssa.Call); ok {
			if m := c.Call.StaticCallee(); m != nil && m.Object() == fn.Object() {
				return m
			}
		}
	}
	return nil
}

// Deref is what a pointer type points at, or the type itself.
func Deref(t types.Type) types.Type {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		return p.Elem()
	}
	return t
}

// SoleStore is the value that a variable is set to as a whole, if that is done once in
// its function; nil otherwise. A closure that captures the variable may set it too. What
// a variable is set to may lead back to it, as in "at = at.next": whoever goes on from
// there has to stop somewhere.
func SoleStore(v *ssa.Alloc) ssa.Value {
	var found ssa.Value
	for _, use := range *v.Referrers() {
		if store, ok := use.(*ssa.Store); ok && store.Addr == v {
			if found != nil {
				return nil
			}
			found = store.Val
		}
	}
	return found
}

// Returns yields the returns of a function, in the order of the blocks.
func Returns(fn *ssa.Function) iter.Seq[*ssa.Return] {
	return func(yield func(*ssa.Return) bool) {
		for _, b := range fn.Blocks {
			if ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok && !yield(ret) {
				return
			}
		}
	}
}

// All yields the instructions of a function that are of a type, in the order of the
// blocks: of ssa.Instruction, all.
func All[T any](fn *ssa.Function) iter.Seq[T] {
	return func(yield func(T) bool) {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if i, ok := any(instr).(T); ok && !yield(i) {
					return
				}
			}
		}
	}
}
