package flow

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// Program is what the engine asks of the package around a function.
type Program interface {
	// Summary is the summary of a function of this package or of another, or nil.
	Summary(fn *ssa.Function) *Summary
	// Interesting reports that a summary of a function of this package is due.
	Interesting(fn *ssa.Function) bool
	// Target is the only function that an interface or dynamic call can reach, or nil.
	Target(c *ssa.CallCommon) *ssa.Function
	// Method is the method that is called where an interface holds a value of a type, if
	// that is known before the function is walked that calls it, or nil.
	Method(holds types.Type, called *types.Func) *ssa.Function
	// Mutates reports that a function without a summary may change what its
	// i-th argument points at.
	Mutates(fn *ssa.Function, i int) bool
	// MutatesStatus tells the same of what may be a status: metadata and spec of an
	// API object left aside.
	MutatesStatus(fn *ssa.Function, i int) bool
	// MutatedFields lists the fields of the struct at its i-th argument below which a
	// function without a summary may change something; ok is false where it may change
	// anything.
	MutatedFields(fn *ssa.Function, i int) (fields []int, ok bool)
	// Name is what the source calls the n-th result of the expression at a
	// position, or "".
	Name(pos token.Pos, n int) string
	// Argument is what the source passes as the i-th argument of the call at a
	// position, if that is a name.
	Argument(call token.Pos, i int) string
	// Captured tells what a function literal does with its i-th captured
	// variable: assign to it, change what it points at, or what may be a status
	// there.
	Captured(fn *ssa.Function, i int) (assigned, changed, status bool)
	// Global is the name of a package variable, or of the one that it is only
	// another name for.
	Global(g *ssa.Global) string
	// Fields are the fields of a package variable of a struct type that are set
	// to constants at its declaration, if it is never changed; the others are
	// zero. It is nil where that is not known.
	Fields(name string) map[int]*ssa.Const
	// Sentinels are the package's own error variables that it tests for.
	Sentinels() []*ssa.Global
	// NoReturn tells of functions of this package that they do not return.
	NoReturn(fn *ssa.Function) bool
	// Returns reports that a function may return the error variable.
	Returns(fn *ssa.Function, sentinel string) bool
	// Constant is what a method of a type always returns, if that is a constant.
	Constant(typ types.Type, method string) *ssa.Const
	// Always reports that a function of another package always returns true.
	Always(fn *types.Func) bool
	// Assigns lists the fields of the struct at its i-th argument that a function
	// without a summary assigns; ok is false where it may assign any.
	Assigns(fn *ssa.Function, i int) (fields []int, ok bool)
	// Manager reports that a method of that name counts as a status manager.
	Manager(name string) bool
	// Types is what is known of the types of the package.
	Types() *Types
}
