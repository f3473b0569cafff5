// Package kube tells which call is what to a Kubernetes API server: a status
// write, a read, a write of the whole object, a retry. It goes by the types of
// the callee, never by the spelling of the receiver, and knows no version of
// controller-runtime or client-go in particular.
package kube

import (
	"go/constant"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// Op is what a call does to a resource.
type Op uint8

// The operations.
const (
	None         Op = iota
	StatusWriter    // c.Status(), c.SubResource("status"): the writer of a client
	OtherWriter     // c.SubResource("scale"): the writer of another subresource
	Accessor        // clientset.AppsV1().Deployments(ns): leads to a client
	StatusUpdate    // sends the status with a resourceVersion
	StatusPatch     // sends a patch of the status
	StatusApply     // applies the status
	Get             // reads one object
	Update          // sends the whole object
	Patch           // sends a patch of the whole object
	Create          // creates the object
	Delete          // deletes the object
	List            // reads many objects
)

// IsStatusWrite reports whether the operation sends the status subresource.
func (op Op) IsStatusWrite() bool { return op >= StatusUpdate && op <= StatusApply }

// Call is a call, by what it does.
type Call struct {
	Op     Op
	Client ssa.Value // what it is called on: the client, or the writer of a client
	Writer bool      // Client is a status writer
	Object ssa.Value // the object read or written; nil where only a name is given
	Key    ssa.Value // the key that is read: a NamespacedName, or a name
	Patch  ssa.Value // the patch that is sent (controller-runtime)
	// Own: the client is one of a single object, whatever that is called.
	Own bool
	// Typed clients leave their argument as it is, and return the object.
	Typed bool
	// Patcher is what remembers how the object was, sends the difference, and leaves
	// the object in memory as it is (see [Remembers]). Serial: the next difference
	// is one from what this call sends.
	Patcher ssa.Value
	Serial  bool
}

// method is a call in the shape that both interface and static calls have.
type method struct {
	name string
	fn   *types.Func
	sig  *types.Signature
	recv ssa.Value
	args []ssa.Value
}

func methodOf(c *ssa.CallCommon) (method, bool) {
	if c.IsInvoke() {
		return method{c.Method.Name(), c.Method, c.Method.Signature(), c.Value, c.Args}, true
	}
	callee := c.StaticCallee()
	if callee == nil {
		return method{}, false
	}
	if callee.Origin() != nil {
		callee = callee.Origin()
	}
	fn, ok := callee.Object().(*types.Func)
	if !ok || fn.Signature().Recv() == nil || len(c.Args) == 0 {
		return method{}, false
	}
	return method{fn.Name(), fn, callee.Signature, c.Args[0], c.Args[1:]}, true
}

// Classify tells what a call does to a Kubernetes resource.
func Classify(c *ssa.CallCommon) Call {
	m, ok := methodOf(c)
	if !ok {
		return Call{}
	}
	switch m.name {
	case "Status":
		if m.sig.Params().Len() == 0 && m.sig.Results().Len() == 1 && isWriter(m.sig.Results().At(0).Type()) {
			return Call{Op: StatusWriter, Client: m.recv}
		}
	case "SubResource":
		if len(m.args) == 1 && m.sig.Results().Len() == 1 && isWriter(m.sig.Results().At(0).Type()) {
			if name, ok := stringOf(m.args[0]); ok && name == "status" {
				return Call{Op: StatusWriter, Client: m.recv}
			}
			return Call{Op: OtherWriter, Client: m.recv}
		}
	case "Update", "Patch", "Create", "Apply", "Delete", "Get", "List", "UpdateStatus", "ApplyStatus":
		for _, call := range []Call{m.patches(), m.controllerRuntime(), m.typed()} {
			if call.Op != None {
				return call
			}
		}
	}
	if of(m.fn)&writesOwn != 0 {
		call := Call{Op: StatusUpdate, Client: m.recv, Own: true, Typed: true}
		if m.sig.Results().Len() == 1 { // an update answers with the new status
			call.Op = StatusApply
		}
		return call
	}
	if r := m.sig.Results(); r.Len() == 1 && leadsToClient(r.At(0).Type(), 0) {
		return Call{Op: Accessor, Client: m.recv}
	}
	return Call{}
}

// MayMatter reports that calls of a function may have to do with a status, or leave the
// status alone where an object is changed otherwise, as far as its name tells: a package
// without such calls need not be looked at.
func MayMatter(fn *types.Func) bool {
	switch fn.Name() {
	case "Status", "SubResource", "Get", "Update", "Patch", "Apply", "UpdateStatus", "ApplyStatus":
		return true
	}
	return of(fn)&(conditions|runsOnConflict|collection|finalizers|owners|writesOwn) != 0
}

// Accepts reports whether a function has the shape of a writer's method: it may
// be a forwarder.
func Accepts(fn *ssa.Function) Op {
	obj, ok := fn.Object().(*types.Func)
	if !ok || fn.Signature.Recv() == nil || len(fn.Params) == 0 {
		return None
	}
	var args []ssa.Value
	for _, p := range fn.Params {
		args = append(args, p)
	}
	m := method{obj.Name(), obj, fn.Signature, args[0], args[1:]}
	if call := m.controllerRuntime(); call.Op != None {
		return call.Op
	}
	if m.name == "UpdateStatus" || m.name == "ApplyStatus" {
		return m.typed().Op
	}
	return None
}

// controllerRuntime classifies the methods of client.Client, client.StatusWriter
// and client.SubResourceWriter.
func (m method) controllerRuntime() Call {
	p := m.sig.Params()
	if p.Len() < 2 || !IsContext(p.At(0).Type()) {
		return Call{}
	}
	if m.name == "Get" {
		if p.Len() >= 3 && IsNamed(p.At(1).Type(), TypesPkg, "NamespacedName") && isObject(p.At(2).Type()) {
			return Call{Op: Get, Client: m.recv, Key: m.args[1], Object: m.args[2]}
		}
		return Call{}
	}
	if m.name == "List" {
		for i := range min(p.Len(), 3) { // the first versions took options before it
			if typ := p.At(i).Type(); IsNamed(typ, ClientPkg, "ObjectList") || isRuntimeObject(typ) {
				return Call{Op: List, Client: m.recv, Object: m.args[i]}
			}
		}
		return Call{}
	}
	apply := m.name == "Apply" && IsNamed(p.At(1).Type(), "k8s.io/apimachinery/pkg/runtime", "ApplyConfiguration")
	first := p.Len() == 2 && isRuntimeObject(p.At(1).Type()) // the first versions took no options
	if !m.sig.Variadic() && !first || !isObject(p.At(1).Type()) && !apply {
		return Call{}
	}
	option, _ := p.At(p.Len() - 1).Type().(*types.Slice)
	sub := false
	if option != nil {
		if n := Named(option.Elem()); n != nil {
			sub = strings.HasPrefix(n.Obj().Name(), "SubResource")
		}
	}
	// Before SubResourceWriter existed the options did not tell.
	if r := m.fn.Signature().Recv(); r != nil && IsNamed(r.Type(), ClientPkg, "StatusWriter") {
		sub = true
	}
	if writer, ok := m.recv.(*ssa.Call); ok && Classify(&writer.Call).Op == StatusWriter {
		sub = true
	}
	call := Call{Client: m.recv, Object: m.args[1], Writer: sub}
	if m.name == "Patch" && p.Len() >= 3 {
		call.Patch = m.args[2]
	}
	switch {
	case sub && m.name == "Update":
		call.Op = StatusUpdate
	case sub && m.name == "Patch" && isApplyPatch(call.Patch), sub && m.name == "Apply":
		call.Op = StatusApply
	case sub && m.name == "Patch":
		call.Op = StatusPatch
	case sub: // Create of a subresource (eviction, token)
		return Call{}
	case m.name == "Update":
		call.Op = Update
	case m.name == "Patch", m.name == "Apply":
		call.Op = Patch
	case m.name == "Create":
		call.Op = Create
	case m.name == "Delete":
		call.Op = Delete
	}
	return call
}

// typed classifies the methods of generated clientsets, listers and the
// dynamic client.
func (m method) typed() Call {
	p, r := m.sig.Params(), m.sig.Results()
	at := 0 // clients older than v0.18 take no context
	if p.Len() > 0 && IsContext(p.At(0).Type()) {
		at = 1
	}
	call := Call{Client: m.recv, Typed: true}
	if m.name == "Delete" {
		if p.Len() > at && isString(p.At(at).Type()) && r.Len() == 1 && hasOptions(p, "DeleteOptions") {
			call.Op, call.Key = Delete, m.args[at]
			return call
		}
		return Call{}
	}
	if r.Len() != 2 || p.Len() <= at || !isAPIObject(r.At(0).Type()) && !isTypeParam(r.At(0).Type()) {
		return Call{}
	}
	subresource := ""
	if m.sig.Variadic() && len(m.args) > 0 {
		if last, ok := p.At(p.Len() - 1).Type().(*types.Slice); ok && isString(last.Elem()) {
			if subs := variadicStrings(m.args[len(m.args)-1]); len(subs) > 0 {
				subresource = subs[0]
			}
		}
	}
	sameObject := types.Identical(p.At(at).Type(), r.At(0).Type())
	switch {
	case m.name == "Get" && isString(p.At(at).Type()) && (at == 0 || hasOptions(p, "GetOptions")):
		call.Op, call.Key = Get, m.args[at]
	case m.name == "UpdateStatus" && sameObject && (hasOptions(p, "UpdateOptions") || at == 0 && p.Len() == 1 && alsoWatches(m.recv.Type())):
		call.Op, call.Object = StatusUpdate, m.args[at]
	case m.name == "Update" && sameObject && hasOptions(p, "UpdateOptions"):
		call.Op, call.Object = Update, m.args[at]
		if subresource == "status" {
			call.Op = StatusUpdate
		}
	case m.name == "ApplyStatus" && hasOptions(p, "ApplyOptions"):
		call.Op = StatusApply
		call.byNameOrObject(m.args[at])
	case m.name == "Apply" && hasOptions(p, "ApplyOptions"):
		call.Op = Patch
		if subresource == "status" {
			call.Op = StatusApply
		}
		call.byNameOrObject(m.args[at])
	case m.name == "Patch" && p.Len() > at+2 && isString(p.At(at).Type()) && IsNamed(p.At(at+1).Type(), TypesPkg, "PatchType"):
		call.Op, call.Key = Patch, m.args[at]
		if subresource == "status" {
			call.Op = StatusPatch
			if pt, ok := stringOf(m.args[at+1]); ok && strings.HasPrefix(pt, "application/apply-patch") {
				call.Op = StatusApply
			}
		}
	case m.name == "Create" && sameObject && hasOptions(p, "CreateOptions"):
		call.Op, call.Object = Create, m.args[at]
	default:
		return Call{}
	}
	if subresource != "" && subresource != "status" {
		return Call{}
	}
	return call
}

func (c *Call) byNameOrObject(v ssa.Value) {
	if isString(v.Type()) {
		c.Key = v
	} else {
		c.Object = v
	}
}

// stringOf returns the value of a constant string.
func stringOf(v ssa.Value) (string, bool) {
	c, ok := v.(*ssa.Const)
	if !ok || c.Value == nil || c.Value.Kind() != constant.String {
		return "", false
	}
	return constant.StringVal(c.Value), true
}

// variadicStrings returns the constant strings passed for a variadic parameter.
func variadicStrings(v ssa.Value) []string {
	var out []string
	for _, e := range Variadic(v) {
		if s, ok := stringOf(e); ok {
			out = append(out, s)
		}
	}
	return out
}

// Variadic returns the values passed one by one for a variadic parameter.
func Variadic(v ssa.Value) []ssa.Value {
	slice, ok := v.(*ssa.Slice)
	if !ok {
		return nil
	}
	array, ok := slice.X.(*ssa.Alloc)
	if !ok {
		return nil
	}
	var out []ssa.Value
	for _, ref := range *array.Referrers() {
		index, ok := ref.(*ssa.IndexAddr)
		if !ok {
			continue
		}
		for _, use := range *index.Referrers() {
			if store, ok := use.(*ssa.Store); ok && store.Addr == index {
				out = append(out, store.Val)
			}
		}
	}
	return out
}

// Unboxed looks through conversions of an interface, and of a named type.
func Unboxed(v ssa.Value) ssa.Value {
	for {
		switch x := v.(type) {
		case *ssa.MakeInterface:
			v = x.X
		case *ssa.ChangeInterface:
			v = x.X
		case *ssa.ChangeType:
			v = x.X
		default:
			return v
		}
	}
}
