package flow

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
)

// objectName is what the program calls the object of a direct write.
func (e *exec) objectName(s *state, instr ssa.CallInstruction, k kube.Call, obj, res *Term) string {
	c := instr.Common()
	for i, a := range c.Args {
		if a == k.Object {
			if name := e.prog.Argument(instr.Pos(), sourceIndex(c, i)); name != "" {
				return name
			}
		}
	}
	if obj != nil {
		return e.describe(obj)
	}
	return e.nameOf(res)
}

// nameOf is what the program calls a resource.
func (e *exec) nameOf(r *Term) string {
	if n := e.names[r]; n != "" {
		return n
	}
	return e.describe(r)
}

// describe names a value as a reader of the function would.
func (e *exec) describe(t *Term) string {
	switch t.Kind {
	case resource.Param:
		if t.N < len(e.fn.Params) {
			return e.fn.Params[t.N].Name()
		}
	case resource.FreeVar:
		if t.N < len(e.fn.FreeVars) {
			return e.fn.FreeVars[t.N].Name()
		}
	case resource.Global:
		return t.Name
	case resource.Field:
		if t.Args[0].Kind == resource.FreeVar || t.Args[0].Kind == resource.Field || t.Args[0].Kind == resource.Param || t.Args[0].Kind == resource.Load {
			return e.describe(t.Args[0]) + "." + t.Name
		}
		return t.Name
	case resource.Load, resource.Proj:
		if t.Kind == resource.Proj && t.Args[0].Kind != resource.Proj && t.Args[0].Kind != resource.Param {
			return t.Name
		}
		if t.Kind == resource.Proj {
			return e.describe(t.Args[0]) + "." + t.Name
		}
		return e.describe(t.Args[0])
	case resource.Index:
		return e.describe(t.Args[0]) + "[…]"
	case resource.Keyed:
		if n := e.names[t]; n != "" {
			return n
		}
		if key := t.Args[1]; t.Name == "" && key.Kind == resource.Pure && key.Name == "key" {
			return e.describe(key.Args[0])
		}
		if t.Args[0] == t.Args[1] { // the only object of its client
			return e.describe(t.Args[0])
		}
		return shortType(t.Name)
	case resource.Value:
		if m, ok := t.At.(*meeting); ok {
			return e.describe(m.res)
		}
		if name := e.prog.Name(t.At.Pos(), resultOf(t)); name != "" {
			return name
		}
		switch at := t.At.(type) {
		case *ssa.Alloc:
			if at.Comment != "" && at.Comment != "complit" && at.Comment != "new" && at.Comment != "varargs" {
				return at.Comment
			}
			if name := heldIn(at); name != "" {
				return name
			}
		case *ssa.Parameter:
			return at.Name()
		case *ssa.Phi:
			if at.Comment != "" {
				return at.Comment
			}
		}
	}
	if t.Typ != nil {
		if n, ok := types.Unalias(ssax.Deref(t.Typ)).(*types.Named); ok {
			return n.Obj().Name()
		}
	}
	if t.Type != "" {
		return shortType(t.Type)
	}
	return "the object"
}

// nameResult names a resource after the variable that gets the object, which a call
// returns as its n-th result.
func (e *exec) nameResult(res *Term, call ssa.CallInstruction, n int) {
	if name := e.prog.Name(call.Pos(), n); name != "" && e.names[res] == "" {
		e.names[res] = name
	}
}

// resultOf is which result of its call a value is, or -1 if it is none: what a callee
// made is taken for the first one that is of its type.
func resultOf(t *Term) int {
	if t.Role == resource.Result {
		return t.N
	}
	call, ok := t.At.(ssa.CallInstruction)
	if !ok {
		return 0
	}
	results := call.Common().Signature().Results()
	for i := range results.Len() {
		if resource.TypeName(results.At(i).Type()) == t.Type {
			return i
		}
	}
	return -1
}

// heldIn is the field of a variable in which the program holds what it has just made:
// run.widget.
func heldIn(made *ssa.Alloc) string {
	for _, use := range *made.Referrers() {
		store, ok := use.(*ssa.Store)
		if !ok || store.Val != made {
			continue
		}
		field, ok := store.Addr.(*ssa.FieldAddr)
		if !ok {
			continue
		}
		if holder, ok := field.X.(*ssa.Alloc); ok {
			if name := variableOf(holder); name != "" {
				return name + "." + fieldOf(field.X.Type(), field.Field).Name()
			}
		}
	}
	return ""
}

// variableOf is the variable that a struct is, or that a literal was made for.
func variableOf(holder *ssa.Alloc) string {
	if holder.Comment != "complit" {
		if token.IsIdentifier(holder.Comment) && holder.Comment != "new" && holder.Comment != "varargs" {
			return holder.Comment
		}
		return ""
	}
	for _, use := range *holder.Referrers() {
		load, ok := use.(*ssa.UnOp)
		if !ok {
			continue
		}
		for _, u := range *load.Referrers() {
			if store, ok := u.(*ssa.Store); ok && store.Val == load {
				if variable, ok := store.Addr.(*ssa.Alloc); ok && variable.Comment != "complit" {
					return variableOf(variable)
				}
			}
		}
	}
	return ""
}

func shortType(name string) string {
	for i := len(name) - 1; i >= 0; i-- {
		if name[i] == '.' || name[i] == '/' {
			return name[i+1:]
		}
	}
	return name
}

// sourceIndex is the place of an argument in the source: there the receiver of a
// method is none.
func sourceIndex(c *ssa.CallCommon, i int) int {
	if !c.IsInvoke() && c.Signature().Recv() != nil {
		return i - 1
	}
	return i
}

// capturedName is the name of the variable by which a function literal has an object,
// or "".
func capturedName(t, fn *Term) string {
	if fn == nil || fn.Kind != resource.Closure || fn.Fn.Synthetic != "" {
		return ""
	}
	if t.Kind == resource.Load {
		t = t.Args[0]
	}
	if t.Kind == resource.FreeVar && t.N < len(fn.Fn.FreeVars) {
		return fn.Fn.FreeVars[t.N].Name()
	}
	return ""
}

// namesOf tells what the program calls the resources that it passes to a call.
func (e *exec) namesOf(s *state, instr ssa.CallInstruction, args []*Term, fn *Term) map[*Term]string {
	names := map[*Term]string{}
	for i, a := range instr.Common().Args {
		if i >= len(args) || e.value(s, a) != args[i] {
			continue
		}
		if name := e.prog.Argument(instr.Pos(), sourceIndex(instr.Common(), i)); name != "" {
			if r := s.resOf(e, args[i]); names[r] == "" && (args[i].Type != "" || r != args[i]) {
				names[r] = name
			}
		}
	}
	note := func(a *Term) {
		if r := s.resOf(e, a); names[r] == "" && (a.Type != "" || r != a) {
			names[r] = e.describe(a)
		}
	}
	for _, a := range args {
		note(a)
	}
	if fn != nil && fn.Kind == resource.Closure {
		for _, b := range fn.Args {
			if held := s.mem.get(b); held != nil {
				note(held)
			} else if b.Kind == resource.Value {
				note(b)
			}
		}
	}
	return names
}
