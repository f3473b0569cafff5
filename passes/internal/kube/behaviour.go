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

// Callbacks tells which of the arguments a call runs, and how often. It asks of
// functions of other packages whether they always return true.
func Callbacks(c *ssa.CallCommon, always func(*types.Func) bool) []Callback {
	callee := c.StaticCallee()
	if callee == nil {
		return nil
	}
	if callee.Origin() != nil {
		callee = callee.Origin()
	}
	fn, ok := callee.Object().(*types.Func)
	if !ok {
		return nil
	}
	path, name := Path(fn.Pkg()), fn.Name()
	switch {
	case path == RetryPkg && name == "RetryOnConflict":
		return []Callback{{1, OnConflict}}
	case path == RetryPkg && name == "OnError":
		if holdsForConflicts(c.Args[1], always) {
			return []Callback{{2, OnConflict}}
		}
		return []Callback{{2, Once}}
	case path == waitPkg:
		for i, arg := range c.Args {
			sig, ok := arg.Type().Underlying().(*types.Signature)
			if !ok {
				continue
			}
			if r := sig.Results(); r.Len() == 2 && types.Identical(r.At(0).Type(), types.Typ[types.Bool]) {
				return []Callback{{i, WhileFalse}}
			}
			return []Callback{{i, EventLoop}}
		}
	case path == "k8s.io/client-go/util/workqueue" && name == "ParallelizeUntil":
		return []Callback{{3, Always}}
	case (path == "golang.org/x/sync/errgroup" || path == "sync") && (name == "Go" || name == "TryGo") && len(c.Args) == 2:
		return []Callback{{1, Async}}
	case path == "sync" && name == "Do" && len(c.Args) == 2:
		return []Callback{{1, Once}}
	case strings.HasPrefix(path, "github.com/cenkalti/backoff") && strings.HasPrefix(name, "Retry"),
		strings.HasPrefix(path, "github.com/avast/retry-go") && strings.HasPrefix(name, "Do"):
		for i, arg := range c.Args {
			if _, ok := arg.Type().Underlying().(*types.Signature); ok {
				return []Callback{{i, OnError}}
			}
		}
	}
	return nil
}

// holdsForConflicts reports whether a predicate over errors may be true of a
// conflict.
func holdsForConflicts(pred ssa.Value, always func(*types.Func) bool) bool {
	switch v := pred.(type) {
	case *ssa.Function:
		if v.Blocks == nil {
			fn, ok := v.Object().(*types.Func)
			return ok && (fn.Name() == "IsConflict" && strings.HasSuffix(Path(fn.Pkg()), "api/errors") || always(fn))
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
func NoReturn(fn *types.Func) bool {
	path, name := Path(fn.Pkg()), fn.Name()
	switch path {
	case "os":
		return name == "Exit"
	case "runtime":
		return name == "Goexit"
	case "log", "k8s.io/klog", "k8s.io/klog/v2", "github.com/sirupsen/logrus", "github.com/golang/glog":
		return strings.HasPrefix(name, "Fatal") || strings.HasPrefix(name, "Panic") || strings.HasPrefix(name, "Exit")
	case "go.uber.org/zap":
		return strings.HasPrefix(name, "Fatal") || strings.HasPrefix(name, "Panic")
	case "testing":
		return strings.HasPrefix(name, "Fatal") || name == "FailNow" || strings.HasPrefix(name, "Skip")
	case "github.com/onsi/ginkgo", "github.com/onsi/ginkgo/v2":
		return name == "Fail" || name == "Skip" || name == "AbortSuite"
	}
	return false
}

// Waits reports whether a call waits for the next event: an item of a work queue.
func Waits(c *ssa.CallCommon) bool {
	m, ok := methodOf(c)
	return ok && m.name == "Get" && m.sig.Params().Len() == 0 && Path(m.fn.Pkg()) == "k8s.io/client-go/util/workqueue"
}

// benign packages neither change the objects passed to them nor keep them.
var benign = []string{
	"fmt", "log", "errors", "strings", "strconv", "bytes", "cmp", "crypto/", "net/url", "time", "context", "unicode", "math", "slices", "maps", "sort", "regexp", "path", "os",
	"github.com/go-logr/", "go.uber.org/zap", "go.uber.org/multierr", "github.com/sirupsen/logrus", "github.com/pkg/errors", "github.com/google/go-cmp",
	"github.com/prometheus/", "go.opentelemetry.io/",
	"k8s.io/klog", "k8s.io/utils", "k8s.io/client-go/tools/record", "k8s.io/client-go/tools/events", "k8s.io/client-go/tools/internal/events",
	"k8s.io/apimachinery/pkg/api/errors", "k8s.io/apimachinery/pkg/api/equality", "k8s.io/apimachinery/pkg/labels",
	"k8s.io/apimachinery/pkg/types", "k8s.io/apimachinery/pkg/util", "k8s.io/apimachinery/pkg/fields", "k8s.io/apimachinery/pkg/runtime/schema",
	"sigs.k8s.io/controller-runtime/pkg/log", "sigs.k8s.io/controller-runtime/pkg/metrics",
}

// Benign reports whether functions of the package leave the objects passed to
// them as they are.
func Benign(pkg *types.Package) bool {
	path := Path(pkg)
	for _, p := range benign {
		if path == p || strings.HasPrefix(path, p) && (strings.HasSuffix(p, "/") || path[len(p)] == '/') {
			return true
		}
	}
	return path == "reflect"
}

// Reads reports whether a call only looks at what it is called on or given: a
// getter of the API machinery, or a method that returns one value and no error.
func Reads(c *ssa.CallCommon) bool {
	sig := c.Signature()
	if sig.Results().Len() != 1 || types.Identical(sig.Results().At(0).Type(), types.Universe.Lookup("error").Type()) {
		return false
	}
	if c.IsInvoke() {
		return strings.HasPrefix(c.Method.Name(), "Get") || strings.HasPrefix(c.Method.Name(), "Is") || strings.HasPrefix(c.Method.Name(), "Has")
	}
	callee := c.StaticCallee()
	if callee == nil || callee.Object() == nil {
		return false
	}
	switch Path(callee.Object().Pkg()) {
	case "k8s.io/apimachinery/pkg/api/meta":
		return !strings.HasPrefix(callee.Name(), "Set") && !strings.HasPrefix(callee.Name(), "Remove")
	}
	return callee.Signature.Recv() != nil || strings.HasSuffix(Path(callee.Object().Pkg()), "controllerutil") && callee.Name() == "ContainsFinalizer"
}

// Changes reports whether a function that cannot be seen into may change what is
// passed to it.
func Changes(fn *types.Func) bool {
	if Decodes(fn) {
		return true
	}
	if Benign(fn.Pkg()) {
		return false
	}
	path, sig := Path(fn.Pkg()), fn.Signature()
	if path == "k8s.io/apimachinery/pkg/api/meta" {
		return strings.HasPrefix(fn.Name(), "Set") || strings.HasPrefix(fn.Name(), "Remove")
	}
	if path == ClientPkg && sig.Recv() == nil {
		return false // options, patches, keys
	}
	// A method that answers one value asks; one that returns nothing, or an
	// error, does.
	if sig.Recv() != nil && sig.Results().Len() == 1 {
		return types.Identical(sig.Results().At(0).Type(), types.Universe.Lookup("error").Type())
	}
	return true
}

// Decodes reports that a function fills what it is given with what it reads: a
// decoder, whichever package it comes from. It goes by the name that all of them
// bear, as nothing in their types tells them from encoders.
func Decodes(fn *types.Func) bool {
	return strings.HasPrefix(fn.Name(), "Unmarshal") || strings.HasPrefix(fn.Name(), "Decode")
}

// ChangesArgument is [Changes] for one argument, the receiver among them:
// decoders and encoders leave what they read as it is.
func ChangesArgument(fn *types.Func, i int) bool {
	if Decodes(fn) {
		return i > 0 || fn.Signature().Recv() != nil
	}
	if path := Path(fn.Pkg()); (strings.HasPrefix(path, "encoding/") || path == "sigs.k8s.io/yaml") && strings.HasPrefix(fn.Name(), "Marshal") {
		return false
	}
	if i == 0 && strings.HasSuffix(Path(fn.Pkg()), "/controllerutil") && strings.HasPrefix(fn.Name(), "Set") {
		return false // the owner
	}
	return Changes(fn)
}

// SameObject reports whether a call returns a copy or another form of an object,
// and which argument that is: DeepCopy, DeepCopyObject, ToUnstructured.
func SameObject(c *ssa.CallCommon) (ssa.Value, bool) {
	m, ok := methodOf(c)
	if !ok {
		return nil, false
	}
	switch m.name {
	case "DeepCopy", "DeepCopyObject":
		if m.sig.Params().Len() == 0 && m.sig.Results().Len() == 1 {
			return m.recv, true
		}
	case "ToUnstructured":
		if len(m.args) == 1 && Path(m.fn.Pkg()) == "k8s.io/apimachinery/pkg/runtime" {
			return m.args[0], true
		}
	}
	return nil, false
}

// KeyOf reports whether a call returns the key of an object, or its name or
// namespace, and of which.
func KeyOf(c *ssa.CallCommon) (what string, of ssa.Value) {
	if callee := c.StaticCallee(); callee != nil && callee.Object() != nil && callee.Name() == "ObjectKeyFromObject" && Path(callee.Object().Pkg()) == ClientPkg {
		return "key", c.Args[0]
	}
	m, ok := methodOf(c)
	if !ok || m.sig.Params().Len() != 0 || m.sig.Results().Len() != 1 || !isString(m.sig.Results().At(0).Type()) {
		return "", nil
	}
	switch m.name {
	case "GetName":
		return "name", m.recv
	case "GetNamespace":
		return "namespace", m.recv
	}
	return "", nil
}

// ErrorPredicate reports whether a call asks an error what it is
// (apierrors.IsConflict and the like); the error is its first argument.
func ErrorPredicate(c *ssa.CallCommon) (name string, ok bool) {
	callee := c.StaticCallee()
	if callee == nil || callee.Object() == nil || len(c.Args) != 1 {
		return "", false
	}
	path := Path(callee.Object().Pkg())
	if strings.HasSuffix(path, "apimachinery/pkg/api/errors") || strings.HasSuffix(path, "apimachinery/pkg/api/meta") {
		sig := callee.Signature
		if strings.HasPrefix(callee.Name(), "Is") && sig.Params().Len() == 1 && types.Identical(sig.Params().At(0).Type(), types.Universe.Lookup("error").Type()) {
			return callee.Name(), true
		}
	}
	return "", false
}

// Ignores reports that a call drops certain errors and returns all others, as
// client.IgnoreNotFound and its like in other modules do, and by which predicate.
func Ignores(c *ssa.CallCommon) (predicate string, ok bool) {
	callee := c.StaticCallee()
	if callee == nil || callee.Object() == nil || callee.Blocks != nil || len(c.Args) != 1 || !returnsWhatItGets(callee.Signature) {
		return "", false
	}
	switch callee.Name() {
	case "IgnoreNotFound":
		return "IsNotFound", true
	case "IgnoreAlreadyExists":
		return "IsAlreadyExists", true
	}
	return "", false
}

// returnsWhatItGets reports that a function takes an error and returns one.
func returnsWhatItGets(sig *types.Signature) bool {
	return sig.Params().Len() == 1 && sig.Results().Len() == 1 && IsError(sig.Params().At(0).Type()) && IsError(sig.Results().At(0).Type())
}

// MakesError reports whether a function always returns an error that is not nil.
func MakesError(fn *types.Func) bool {
	switch path, name := Path(fn.Pkg()), fn.Name(); path {
	case "errors":
		return name == "New"
	case "fmt":
		return name == "Errorf"
	case "k8s.io/apimachinery/pkg/api/errors":
		return strings.HasPrefix(name, "New")
	case "sigs.k8s.io/controller-runtime/pkg/reconcile":
		return name == "TerminalError"
	default: // the errors package of a project, after the model of github.com/pkg/errors
		return strings.HasSuffix(path, "/errors") && (name == "New" || name == "Errorf")
	}
}

// JoinsErrors reports that a function makes one error of those that it is given, and
// nil if all of them are.
func JoinsErrors(fn *types.Func) bool {
	switch path, name := Path(fn.Pkg()), fn.Name(); path {
	case "k8s.io/apimachinery/pkg/util/errors":
		return name == "NewAggregate"
	case "go.uber.org/multierr":
		return name == "Combine" || name == "Append"
	default:
		return name == "Join" && (path == "errors" || strings.HasSuffix(path, "/errors")) && fn.Signature().Variadic()
	}
}

// IsError reports that t is error, or an interface with its method, such as that of
// an aggregate.
func IsError(t types.Type) bool {
	return types.IsInterface(t) && types.Implements(t, errorInterface)
}

var errorInterface = types.Universe.Lookup("error").Type().Underlying().(*types.Interface)

// WrapsError reports whether a function returns nil for a nil error and an error
// for any other, and which argument that is.
func WrapsError(fn *types.Func) (arg int, ok bool) {
	sig := fn.Signature()
	if !strings.HasSuffix(Path(fn.Pkg()), "/errors") || sig.Recv() != nil || sig.Params().Len() == 0 {
		return 0, false
	}
	isError := types.Identical(sig.Params().At(0).Type(), types.Universe.Lookup("error").Type())
	return 0, isError && (strings.HasPrefix(fn.Name(), "Wrap") || strings.HasPrefix(fn.Name(), "With"))
}

// SetsStatus reports whether a call is one of a setter that its API package declares:
// of a method of the status itself, named Set… or Mark…, or of a function of that
// package which gets the status. It returns which argument that is.
func SetsStatus(c *ssa.CallCommon, statuses StatusTypes) (arg int, ok bool) {
	callee := c.StaticCallee()
	if callee == nil || callee.Object() == nil || !strings.HasPrefix(callee.Name(), "Set") && !strings.HasPrefix(callee.Name(), "Mark") {
		return 0, false
	}
	for i, a := range c.Args {
		if n := namedOf(a.Type()); n != nil && n.Obj().Pkg() == callee.Object().Pkg() && statuses.Pointer(a.Type()) {
			return i, true
		}
	}
	return 0, false
}

// LooksUp reports whether a call finds something in a list that it is given.
func LooksUp(c *ssa.CallCommon) bool {
	callee := c.StaticCallee()
	if callee == nil || callee.Object() == nil {
		return false
	}
	return Path(callee.Object().Pkg()) == "slices" && strings.HasPrefix(callee.Name(), "Index")
}
