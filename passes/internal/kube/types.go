package kube

import (
	"go/types"
	"path"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// The packages that most is told by.
const (
	ClientPkg       = "sigs.k8s.io/controller-runtime/pkg/client"
	TypesPkg        = "k8s.io/apimachinery/pkg/types"
	MetaPkg         = "k8s.io/apimachinery/pkg/apis/meta/v1"
	UnstructuredPkg = MetaPkg + "/unstructured"
	waitPkg         = "k8s.io/apimachinery/pkg/util/wait"
	RetryPkg        = "k8s.io/client-go/util/retry"
)

// Path is the import path of a package without the folder it is vendored in.
func Path(pkg *types.Package) string {
	if pkg == nil {
		return ""
	}
	path := pkg.Path()
	if _, rest, ok := strings.Cut(path, "/vendor/"); ok {
		return rest
	}
	return strings.TrimPrefix(path, "vendor/")
}

// Named is the named type that t is, or points at; nil if there is none.
func Named(t types.Type) *types.Named {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	n, _ := types.Unalias(t).(*types.Named)
	return n
}

// Receiver is the name of the type that a method is of; empty where there is none.
func Receiver(sig *types.Signature) string {
	if recv := sig.Recv(); recv != nil {
		if n := Named(recv.Type()); n != nil {
			return n.Obj().Name()
		}
	}
	return ""
}

// IsNamed reports whether t is the named type of a package, or a pointer to it.
func IsNamed(t types.Type, pkg, name string) bool {
	n := Named(t)
	return n != nil && n.Obj().Name() == name && Path(n.Obj().Pkg()) == pkg
}

// IsResult reports that t is the result of a reconcile.
func IsResult(t types.Type) bool { return IsNamed(t, crPkg+"/pkg/reconcile", "Result") }

// Delays reports that an address is that of the field of a result that says when to
// reconcile again.
func Delays(addr ssa.Value) bool {
	f, ok := addr.(*ssa.FieldAddr)
	return ok && IsResult(f.X.Type()) && FieldName(f) == "RequeueAfter"
}

// IsKey reports that t is the key of an object, types.NamespacedName.
func IsKey(t types.Type) bool { return IsNamed(t, TypesPkg, "NamespacedName") }

// BuiltIn reports that a type, given by its path and name, is an API type of Kubernetes.
func BuiltIn(typ string) bool { return strings.HasPrefix(typ, "k8s.io/api/") }

// AnyKind reports that objects of a type, given by its path and name, may be of any API
// type.
func AnyKind(typ string) bool {
	return typ == UnstructuredPkg+".Unstructured" || typ == MetaPkg+".PartialObjectMetadata"
}

// ForTests reports that a package is imported by what exists for tests only: a library of
// theirs, or a fake client of controller-runtime, client-go or a generated clientset.
func ForTests(imported string) bool {
	if imported == "testing" || strings.HasSuffix("/"+imported, "/onsi/gomega") {
		return true
	}
	return path.Base(imported) == "fake" &&
		(imported == ClientPkg+"/fake" || strings.HasPrefix(imported, goClient) || strings.Contains(imported, "/clientset"))
}

// Cancels reports that functions of a type end a context.
func Cancels(t types.Type) bool {
	return IsNamed(t, "context", "CancelFunc") || IsNamed(t, "context", "CancelCauseFunc")
}

// IsContext reports whether t is context.Context.
func IsContext(t types.Type) bool { return IsNamed(t, "context", "Context") }

func isString(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}

func isTypeParam(t types.Type) bool {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	_, ok := types.Unalias(t).(*types.TypeParam)
	return ok
}

// isObject reports that t is client.Object, or an interface or type parameter
// with its methods: the project's own name for it.
func isObject(t types.Type) bool {
	return IsNamed(t, ClientPkg, "Object") || isRuntimeObject(t) || types.IsInterface(t) && hasMethods(t, "GetObjectKind", "DeepCopyObject", "GetResourceVersion")
}

// isRuntimeObject reports that t is what the clients of controller-runtime took
// before client.Object existed.
func isRuntimeObject(t types.Type) bool {
	return IsNamed(t, "k8s.io/apimachinery/pkg/runtime", "Object")
}

// isAPIObject reports whether t is a pointer to an API type, or an interface over such.
func isAPIObject(t types.Type) bool { return hasMethods(t, "GetObjectKind", "DeepCopyObject") }

// IsAPIObject reports whether t, a pointer or a struct, is an API type with metadata.
func IsAPIObject(t types.Type) bool {
	if t == nil {
		return false
	}
	if _, ok := t.Underlying().(*types.Struct); ok {
		t = types.NewPointer(t)
	}
	return hasMethods(t, "DeepCopyObject", "GetResourceVersion")
}

func hasMethods(t types.Type, names ...string) bool {
	for _, name := range names {
		if methodNamed(t, name) == nil {
			return false
		}
	}
	return true
}

func methodNamed(t types.Type, name string) *types.Func {
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, name)
	fn, _ := obj.(*types.Func)
	return fn
}

// CanWrite tells a client from a reader.
func CanWrite(t types.Type) bool {
	return methodNamed(t, "Update") != nil || methodNamed(t, "Status") != nil
}

// isWriter reports whether t is an interface over client.StatusWriter or
// client.SubResourceWriter: it updates objects, and cannot delete them.
func isWriter(t types.Type) bool {
	update := methodNamed(t, "Update")
	if update == nil || methodNamed(t, "Delete") != nil || methodNamed(t, "DeleteAllOf") != nil {
		return false
	}
	sig := update.Signature()
	p := sig.Params()
	if p.Len() < 2 || !IsContext(p.At(0).Type()) {
		return false
	}
	return p.Len() == 3 && sig.Variadic() && isObject(p.At(1).Type()) || p.Len() == 2 && isRuntimeObject(p.At(1).Type())
}

// hasOptions reports whether the parameters hold metav1 options of that name.
func hasOptions(p *types.Tuple, name string) bool {
	for v := range p.Variables() {
		if IsNamed(v.Type(), MetaPkg, name) {
			return true
		}
	}
	return false
}

// alsoWatches tells a typed client from any type that has an UpdateStatus.
func alsoWatches(t types.Type) bool { return hasMethods(t, "Watch", "Get", "Delete") }

// leadsToClient reports whether t is a typed client, a lister, or gives them
// out: the result of a call such as clientset.AppsV1() or .Deployments(ns).
func leadsToClient(t types.Type, depth int) bool {
	iface, ok := t.Underlying().(*types.Interface)
	if !ok || depth > 2 || iface.NumMethods() == 0 || iface.NumMethods() > 80 {
		return false
	}
	for fn := range iface.Methods() {
		sig := fn.Signature()
		switch fn.Name() {
		case "Get":
			if sig.Results().Len() == 2 && isAPIObject(sig.Results().At(0).Type()) && sig.Params().Len() > 0 && isString(sig.Params().At(min(1, sig.Params().Len()-1)).Type()) || hasOptions(sig.Params(), "GetOptions") {
				return true
			}
		case "UpdateStatus", "Update":
			if hasOptions(sig.Params(), "UpdateOptions") {
				return true
			}
		case "RESTClient":
			return true
		default:
			if sig.Results().Len() == 1 && sig.Params().Len() <= 1 && leadsToClient(sig.Results().At(0).Type(), depth+1) {
				return true
			}
		}
	}
	return false
}

// isApplyPatch reports whether a patch is client.Apply.
func isApplyPatch(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.UnOp:
		g, ok := v.X.(*ssa.Global)
		return ok && g.Name() == "Apply" && g.Pkg != nil && Path(g.Pkg.Pkg) == ClientPkg
	case *ssa.MakeInterface:
		return isApplyPatch(v.X)
	case *ssa.ChangeInterface:
		return isApplyPatch(v.X)
	}
	return false
}

// CarriesLock reports whether the call that made a patch put a resourceVersion
// into it: client.MergeFromWithOptimisticLock among its options, given or
// built into a value.
func CarriesLock(c *ssa.CallCommon) bool {
	if of(Func(c))&mayLock == 0 {
		return false
	}
	for _, arg := range c.Args {
		for _, option := range Variadic(arg) {
			if IsNamed(Unboxed(option).Type(), ClientPkg, "MergeFromWithOptimisticLock") {
				return true
			}
		}
	}
	return false
}
