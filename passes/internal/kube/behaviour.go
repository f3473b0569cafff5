package kube

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// Repeat tells when a function that is passed on is called again.
type Repeat uint8

// The ways in which a callback repeats.
const (
	Once       Repeat = iota
	OnConflict        // again after a conflict: retry.RetryOnConflict
	OnError           // again after any error
	WhileFalse        // again while it returns false and no error: wait.Poll…
	WhileTrue         // again while it returns true: the body of a range over a function
	Always            // many times, side by side: workqueue.ParallelizeUntil
	Async             // once, on a path of its own: errgroup.Group.Go
	EventLoop         // again and again, for another event each time: wait.Until
)

// Retries reports whether a failed write inside the callback leads to another call.
func (r Repeat) Retries() bool { return r == OnConflict || r == OnError }

// Callback is a function passed to a call that is known to call it.
type Callback struct {
	Arg    int // index into the arguments, the receiver among them
	Repeat Repeat
}

// repeats are the ways in which functions are run, as the table names them.
var repeats = map[does]Repeat{
	runsOnce: Once, runsAsync: Async, runsAlways: Always, runsUntil: EventLoop, runsOnError: OnError, runsOnConflict: OnConflict, runsOnMatch: Once,
}

// Callbacks tells which of the arguments a call runs, and how often. It asks of
// functions of other packages whether they always return true.
func Callbacks(c *ssa.CallCommon, always func(*types.Func) bool) []Callback {
	if c.IsInvoke() {
		return nil
	}
	run := of(Func(c)) & runs
	how, ok := repeats[run]
	if !ok {
		return nil
	}
	isFunc := func(arg ssa.Value) bool { _, ok := arg.Type().Underlying().(*types.Signature); return ok }
	i := slices.IndexFunc(c.Args, isFunc)
	if i < 0 {
		return nil
	}
	switch run {
	case runsOnMatch:
		if holdsForConflicts(c.Args[i], always) {
			how = OnConflict
		}
		i++
	case runsUntil:
		if r := c.Args[i].Type().Underlying().(*types.Signature).Results(); r.Len() == 2 && types.Identical(r.At(0).Type(), types.Typ[types.Bool]) {
			how = WhileFalse
		}
	}
	return []Callback{{i, how}}
}

// holdsForConflicts reports whether a predicate over errors may be true of a
// conflict.
func holdsForConflicts(pred ssa.Value, always func(*types.Func) bool) bool {
	switch v := pred.(type) {
	case *ssa.Function:
		if v.Blocks == nil {
			fn, ok := v.Object().(*types.Func)
			return ok && (fn.Name() == "IsConflict" && of(fn)&asksError != 0 || always(fn))
		}
		return mayReturnTrue(v.Blocks[0], nil, map[*ssa.BasicBlock]bool{})
	case *ssa.MakeClosure:
		return holdsForConflicts(v.Fn, always)
	case *ssa.ChangeType:
		return holdsForConflicts(v.X, always)
	}
	return false
}

// mayReturnTrue follows a predicate over errors as if it were asked of a conflict.
func mayReturnTrue(b, from *ssa.BasicBlock, seen map[*ssa.BasicBlock]bool) bool {
	if seen[b] {
		return false
	}
	seen[b] = true
	defer delete(seen, b)
	switch last := b.Instrs[len(b.Instrs)-1].(type) {
	case *ssa.Return:
		may, _ := ofConflict(last.Results[0], b, from)
		return may
	case *ssa.If:
		may, mayNot := ofConflict(last.Cond, b, from)
		return may && mayReturnTrue(b.Succs[0], b, seen) || mayNot && mayReturnTrue(b.Succs[1], b, seen)
	case *ssa.Jump:
		return mayReturnTrue(b.Succs[0], b, seen)
	}
	return false
}

// ofConflict reports whether a condition may be true, and whether it may be
// false, when the error that it is about is a conflict.
func ofConflict(v ssa.Value, b, from *ssa.BasicBlock) (may, mayNot bool) {
	switch v := v.(type) {
	case *ssa.Const:
		is := v.Value != nil && v.Value.ExactString() == "true"
		return is, !is
	case *ssa.UnOp:
		may, mayNot = ofConflict(v.X, b, from)
		return mayNot, may
	case *ssa.Phi:
		if i := slices.Index(b.Preds, from); v.Block() == b && i >= 0 {
			return ofConflict(v.Edges[i], from, nil)
		}
	case *ssa.Call:
		if name, ok := ErrorPredicate(&v.Call); ok {
			return name == "IsConflict", name != "IsConflict"
		}
	}
	return true, true
}

// NoReturn reports whether a call of fn ends the path. Facts of the standard
// ctrlflow pass are not used: they are not there for packages that a driver
// does not analyse, and the verdict must be the same in every driver.
func NoReturn(fn *types.Func) bool { return of(fn)&ends != 0 }

// Waits reports whether a call waits for the next event: an item of a work queue.
func Waits(c *ssa.CallCommon) bool { return of(Func(c))&waits != 0 }

// Benign reports that functions of the package leave the objects passed to them as
// they are.
func Benign(pkg *types.Package) bool { return ofPackage(pkg)&leaves != 0 }

// Reads reports that a call only looks at what it is called on or given: a getter,
// or a method that returns one value and no error.
func Reads(c *ssa.CallCommon) bool {
	r := c.Signature().Results()
	if r.Len() != 1 || IsErrorType(r.At(0).Type()) {
		return false
	}
	fn := Func(c)
	switch d := of(fn); {
	case fn == nil:
		return false
	case c.IsInvoke():
		return d&looks != 0
	case d&answers != 0:
		return d&changes == 0
	default:
		return fn.Signature().Recv() != nil || d&asks != 0
	}
}

// Looks reports that a method is named as one that only looks at what it is called on.
func Looks(fn *types.Func) bool { return of(fn)&looks != 0 }

// Getter reports that a function of the API machinery only looks at an object:
// the accessors of its metadata, the searches in its conditions, what makes a key
// or a patch of it.
func Getter(fn *types.Func) bool {
	sig := fn.Signature()
	return of(fn)&asks != 0 && (sig.Recv() == nil || sig.Params().Len() == 0)
}

// Changes reports that a function that cannot be seen into may change what is
// passed to it.
func Changes(fn *types.Func) bool {
	switch d := of(fn); {
	case d&(decodes|changes|copiesInto) != 0:
		return true
	case d&(leaves|answers) != 0 || Getter(fn):
		return false
	case d&sets != 0: // it may answer whether it did
		return true
	}
	// A method that answers one value asks; one that returns nothing, or an
	// error, does.
	r := fn.Signature().Results()
	return fn.Signature().Recv() == nil || r.Len() != 1 || IsErrorType(r.At(0).Type())
}

// Decodes reports that a function fills what it is given with what it reads: a
// decoder, whichever package it comes from. It goes by the name that all of them
// bear, as nothing in their types tells them from encoders.
func Decodes(fn *types.Func) bool { return of(fn)&decodes != 0 }

// MayFill reports that a function may store into what it is given, although it
// leaves objects alone otherwise.
func MayFill(fn *types.Func) bool { return of(fn)&(mayFill|decodes) != 0 }

// ChangesArgument is [Changes] for one argument, the receiver among them: decoders
// leave what they read as it is, and what sets an owner leaves the owner.
func ChangesArgument(fn *types.Func, i int) bool {
	switch d := of(fn); {
	case d&decodes != 0:
		return i > 0 || fn.Signature().Recv() != nil
	case d&owners != 0 && i == 0:
		return false
	}
	return Changes(fn)
}

// SameObject reports that a call returns a copy or another form of an object, and
// which argument that is: DeepCopy, DeepCopyObject, ToUnstructured.
func SameObject(c *ssa.CallCommon) (ssa.Value, bool) {
	m, ok := methodOf(c)
	if !ok {
		return nil, false
	}
	switch d := of(m.fn); {
	case d&copies != 0 && len(m.args) == 0 && m.sig.Results().Len() == 1:
		return m.recv, true
	case d&converts != 0 && len(m.args) == 1:
		return m.args[0], true
	}
	return nil, false
}

// Copies reports that a method of an object returns a copy of it.
func Copies(fn *types.Func) bool { return of(fn)&copies != 0 }

// KeyOf reports whether a call returns the key of an object, or its name or
// namespace, and of which.
func KeyOf(c *ssa.CallCommon) (what string, object ssa.Value) {
	d := of(Func(c))
	if d&objectKey != 0 {
		return "key", c.Args[0]
	}
	if d&(objectName|objectNamespace) == 0 {
		return "", nil
	}
	m, ok := methodOf(c)
	switch {
	case !ok || len(m.args) != 0 || m.sig.Results().Len() != 1 || !isString(m.sig.Results().At(0).Type()):
		return "", nil
	case d&objectName != 0:
		return "name", m.recv
	}
	return "namespace", m.recv
}

// SetsVersion reports that a method sets the resourceVersion of an object.
func SetsVersion(fn *types.Func) bool { return of(fn)&version != 0 }

// DeletionTime reports that a method answers when the deletion of an object was asked
// for.
func DeletionTime(fn *types.Func) bool { return of(fn)&deletion != 0 }

// IsZero reports that a method answers whether a value is the zero value.
func IsZero(fn *types.Func) bool { return of(fn)&zero != 0 }

// CopiesInto reports that a method copies what it is called on into its argument.
func CopiesInto(fn *types.Func) bool { return of(fn)&copiesInto != 0 }

// IsEqual reports that a method answers whether its argument is equal, by whatever that
// means to its type.
func IsEqual(fn *types.Func) bool { return of(fn)&equals != 0 }

// ByTimer reports that a function calls another one each time that a timer goes off.
func ByTimer(fn *types.Func) bool {
	return of(fn)&runs == runsUntil && strings.Contains(fn.Name(), "Until")
}

// Joins reports that a method waits for what was started.
func Joins(fn *types.Func) bool { return of(fn)&joins != 0 }

// LooksUp reports that a call finds something in a list that it is given.
func LooksUp(c *ssa.CallCommon) bool { return of(Func(c))&finds != 0 }

// Computes reports that what a function of another package answers can come from
// nothing but what it is given: it is a function, not a method behind an interface, that
// is not known to act, and nothing by which it could ask anyone is among its arguments.
func Computes(c *ssa.CallCommon) bool {
	fn := Func(c)
	return fn != nil && !c.IsInvoke() && Outside(c) != Acts && !ReachesOut(fn)
}

// Machinery reports that a package is one of Kubernetes itself, whose calls are known by
// their types.
func Machinery(pkg *types.Package) bool { return ofPackage(pkg)&(machine|source) == machine }

// Uncached reports that a function makes a client that reads from the API server.
func Uncached(fn *types.Func) bool { return of(fn)&uncached != 0 }

// Builds reports that a method tells a builder the type that its controller is for.
func Builds(fn *types.Func) bool { return of(fn)&builds != 0 }

// SetsStatus reports whether a call is one of a setter that its API package declares:
// of a method of the status itself, named Set… or Mark…, or of a function of that
// package which gets the status; or one of the package of a condition which gets a list
// of such. It returns which argument that is.
func SetsStatus(c *ssa.CallCommon, statuses StatusTypes) (arg int, ok bool) {
	callee := c.StaticCallee()
	if callee == nil || of(Func(c))&sets == 0 {
		return 0, false
	}
	for i, a := range c.Args {
		if n := Named(a.Type()); n != nil && n.Obj().Pkg() == callee.Object().Pkg() && statuses.Pointer(a.Type()) {
			return i, true
		}
		if n := conditionsAt(a.Type()); n != nil && n.Obj().Pkg() == callee.Object().Pkg() {
			return i, true
		}
	}
	return 0, false
}
