package flow

import (
	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
)

// frame is what stays the same on all paths.
type frame struct {
	prog     Program
	fn       *ssa.Function
	tab      *resource.Table
	flow     *shape
	repeat   kube.Repeat
	calls    map[ssa.CallInstruction]int
	constant map[ssa.Value]*Term           // what the values are that no path changes
	kinds    map[*ssa.CallCommon]kube.Call // what the calls are to Kubernetes
}

// repeats reports that the function is called again and again on one path.
func (e *exec) repeats() bool {
	switch e.repeat {
	case kube.WhileFalse, kube.WhileTrue, kube.Always:
		return true
	}
	return false
}

func (e *exec) callIndex(c ssa.CallInstruction) int { return e.calls[c] }

// register is the value of an instruction, by its place in the function.
type register int

// Order is that place.
func (r register) Order() int { return int(r) }

// register is that of an instruction of the function, or -1, which holds nothing.
func (e *exec) register(v ssa.Value) register {
	if r, ok := e.flow.index[v]; ok {
		return r
	}
	return -1
}

// site is a call of the function.
type site struct {
	call  ssa.CallInstruction
	order int
}

// Order is the place of the call in the function.
func (s site) Order() int { return s.order }

func (e *exec) site(c ssa.CallInstruction) site { return site{c, e.callIndex(c)} }
