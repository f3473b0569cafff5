package effect

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
)

// call notes what a call does.
func (b *body) call(call *ast.CallExpr) {
	if tv, ok := b.info.Types[call.Fun]; ok && tv.IsType() {
		return
	}
	switch Builtin(b.info, call) {
	case "":
	case "delete", "clear", "copy":
		b.change(b.origin(call.Args[0]))
		return
	case "panic", "print", "println", "close", "recover":
		b.fail()
		return
	default:
		return
	}
	if _, ok := ast.Unparen(call.Fun).(*ast.FuncLit); ok {
		return // its body is looked at in any case
	}
	fn := b.callee(call)
	if fn == nil {
		b.fail()
		return
	}
	e := b.Of(fn)
	if e == nil {
		b.fail()
		return
	}
	b.logs, b.adds = b.logs || e.Logs, b.adds || e.Adds
	args := Arguments(fn, call)
	for _, arg := range args {
		if !b.mayBeCalled(arg) {
			b.fail()
			return
		}
	}
	for _, list := range [][]int{e.Status, e.Other} {
		for _, p := range list {
			for i, arg := range args {
				if parameter(fn, i) != p {
					continue
				}
				of := b.origin(arg)
				if recv := fn.Signature().Recv(); i == 0 && recv != nil {
					if _, pointer := b.info.TypeOf(arg).Underlying().(*types.Pointer); !pointer {
						if _, byPointer := recv.Type().Underlying().(*types.Pointer); byPointer {
							of = b.address(arg) // the address is taken by the call
						}
					}
				}
				var changed origin
				for _, s := range of {
					s.status = s.status || slices.Contains(e.Status, p) && !slices.Contains(e.Other, p) && b.isObject(arg)
					changed = changed.with(s)
				}
				b.change(changed)
			}
		}
	}
}

// mayBeCalled tells whether an argument is harmless should the callee call it:
// it is no function, a literal (which is looked at where it stands), or one that
// changes nothing.
func (b *body) mayBeCalled(arg ast.Expr) bool {
	t := b.info.TypeOf(arg)
	if t == nil {
		return true
	}
	if _, ok := t.Underlying().(*types.Signature); !ok {
		return true
	}
	var obj types.Object
	switch arg := ast.Unparen(arg).(type) {
	case *ast.FuncLit:
		return true
	case *ast.Ident:
		obj = b.info.Uses[arg]
	case *ast.SelectorExpr:
		obj = b.info.Uses[arg.Sel]
	}
	switch obj := obj.(type) {
	case *types.Nil:
		return true
	case *types.Func:
		e := b.Of(obj)
		return e != nil && e.Pure()
	}
	return false
}

// Copies tells whether a function returns a copy that shares nothing with what
// it is called on.
func Copies(fn *types.Func) bool {
	switch fn.Name() {
	case "DeepCopy", "DeepCopyObject":
		return fn.Signature().Recv() != nil && fn.Signature().Params().Len() == 0
	}
	return false
}

// pure packages have functions that only compute. Those that do more are listed
// by except.
var (
	pure = []string{
		"fmt", "strings", "strconv", "errors", "bytes", "cmp", "unicode", "unicode/utf8", "math", "path", "net/url", "time", "regexp", "reflect", "encoding/json", "encoding/base64", "encoding/hex",
		"github.com/google/go-cmp/cmp", "github.com/google/go-cmp/cmp/cmpopts", "k8s.io/utils/ptr", "k8s.io/utils/pointer", "k8s.io/apimachinery/pkg/api/errors", "k8s.io/apimachinery/pkg/api/equality", "k8s.io/apimachinery/pkg/api/resource",
		"k8s.io/apimachinery/pkg/labels", "k8s.io/apimachinery/pkg/fields", "k8s.io/apimachinery/pkg/types", "k8s.io/apimachinery/pkg/runtime/schema", "k8s.io/apimachinery/pkg/conversion", "k8s.io/apimachinery/third_party/forked/golang/reflect",
		"k8s.io/apimachinery/pkg/util/sets", "k8s.io/apimachinery/pkg/util/errors", "k8s.io/apimachinery/pkg/util/intstr", "k8s.io/apimachinery/pkg/util/validation/field",
	}
	except = map[string]bool{
		"fmt.Print": true, "fmt.Printf": true, "fmt.Println": true, "fmt.Fprint": true, "fmt.Fprintf": true, "fmt.Fprintln": true, "fmt.Scan": true, "fmt.Scanf": true, "fmt.Scanln": true, "fmt.Fscan": true,
		"time.Sleep": true, "time.After": true, "time.AfterFunc": true, "time.Tick": true, "time.NewTimer": true, "time.NewTicker": true,
	}
)

// table tells of functions of well-known packages.
func table(fn *types.Func) *Effect {
	path, name := kube.Path(fn.Pkg()), fn.Name()
	recv := fn.Signature().Recv()
	if path == "" {
		return &Effect{} // error.Error
	}
	if Copies(fn) {
		return &Effect{}
	}
	if recv != nil && kube.IsAPIObject(recv.Type()) && types.IsInterface(recv.Type()) {
		// The getters and setters of an interface over objects.
		switch results := fn.Signature().Results().Len(); {
		case strings.HasPrefix(name, "Get") && fn.Signature().Params().Len() <= 1 && results == 1:
			return &Effect{}
		case strings.HasPrefix(name, "Set") && results == 0:
			return &Effect{Other: []int{0}}
		}
	}
	if name == "DeepCopyInto" && recv != nil && fn.Signature().Params().Len() == 1 {
		return &Effect{Other: []int{1}}
	}
	switch path {
	case "sort", "slices":
		for _, prefix := range []string{"Sort", "Stable", "Slice", "Reverse", "Delete", "Compact", "Insert", "Replace", "Strings", "Ints", "Float64s"} {
			if strings.HasPrefix(name, prefix) {
				return &Effect{Other: []int{0}}
			}
		}
		if recv != nil {
			return nil
		}
		return &Effect{}
	case "maps":
		if name == "Copy" || name == "DeleteFunc" || name == "Insert" {
			return &Effect{Other: []int{0}}
		}
		return &Effect{}
	case "k8s.io/apimachinery/pkg/api/meta":
		switch {
		case name == "SetStatusCondition" || name == "RemoveStatusCondition":
			return &Effect{Other: []int{0}}
		case strings.HasPrefix(name, "Is") || strings.HasPrefix(name, "Find"):
			return &Effect{}
		}
		return nil
	case "k8s.io/apimachinery/pkg/apis/meta/v1":
		return meta(fn)
	case kube.UnstructuredPkg:
		switch {
		case recv == nil && strings.HasPrefix(name, "Nested"):
			return &Effect{}
		case recv == nil && strings.HasPrefix(name, "SetNested") || name == "RemoveNestedField":
			return &Effect{Other: []int{0}}
		case recv != nil && (strings.HasPrefix(name, "Get") || strings.HasPrefix(name, "Marshal") || name == "GroupVersionKind" || name == "UnstructuredContent"):
			return &Effect{}
		case recv != nil && strings.HasPrefix(name, "Set"):
			return &Effect{Other: []int{0}}
		}
		return nil
	case "context":
		if name == "Value" || name == "WithValue" || name == "Background" || name == "TODO" {
			return &Effect{}
		}
		return nil
	case "k8s.io/apimachinery/pkg/runtime":
		switch name {
		case "ToUnstructured":
			return &Effect{}
		case "FromUnstructured":
			return &Effect{Other: []int{2}}
		}
		return nil
	case "sigs.k8s.io/controller-runtime/pkg/controller/controllerutil":
		switch name {
		case "ContainsFinalizer", "HasControllerReference":
			return &Effect{}
		case "AddFinalizer", "RemoveFinalizer":
			return &Effect{Other: []int{0}}
		case "SetControllerReference", "SetOwnerReference":
			return &Effect{Other: []int{1}}
		}
		return nil
	case kube.ClientPkg:
		switch name {
		case "ObjectKeyFromObject", "IgnoreNotFound", "IgnoreAlreadyExists", "MergeFrom", "MergeFromWithOptions", "StrategicMergeFrom":
			return &Effect{}
		}
	}
	if kube.Observes(fn.Pkg()) && !kube.NoReturn(fn) {
		return &Effect{Logs: true}
	}
	if !slices.Contains(pure, path) || recv == nil && except[path+"."+name] {
		return nil
	}
	if path == "errors" && name == "As" || path == "encoding/json" && name == "Unmarshal" {
		return &Effect{Other: []int{1}}
	}
	if recv != nil {
		if changesReceiver(path, name) {
			return &Effect{Other: []int{0}}
		}
		if path == "reflect" && (strings.HasPrefix(name, "Set") || name == "Call" || name == "Send" || name == "Recv") {
			return nil
		}
	}
	return &Effect{}
}

// changesReceiver tells whether a method of a pure package changes what it is
// called on: builders, buffers, sets, quantities.
func changesReceiver(path, name string) bool {
	switch path {
	case "strings", "bytes":
		return strings.HasPrefix(name, "Write") || strings.HasPrefix(name, "Read") || strings.HasPrefix(name, "Unread") || name == "Grow" || name == "Reset" || name == "Truncate" || name == "Next"
	case "k8s.io/apimachinery/pkg/util/sets":
		switch name {
		case "Insert", "Delete", "PopAny", "Clear":
			return true
		}
	case "k8s.io/apimachinery/pkg/api/resource":
		switch name {
		case "Add", "Sub", "Neg", "Set", "SetScaled", "SetMilli", "RoundUp", "Mul", "Unmarshal", "UnmarshalJSON", "ToDec":
			return true
		}
	}
	return strings.HasPrefix(name, "Unmarshal")
}

// meta tells of the functions of meta/v1: getters and setters of metadata, times.
func meta(fn *types.Func) *Effect {
	name, recv := fn.Name(), fn.Signature().Recv()
	if recv == nil {
		switch name {
		case "SetMetaDataAnnotation", "SetMetaDataLabel", "AddToGroupVersion":
			return nil
		}
		return &Effect{}
	}
	switch {
	case strings.HasPrefix(name, "Set"), strings.HasPrefix(name, "Unmarshal"), name == "Reset":
		return &Effect{Other: []int{0}}
	}
	return &Effect{}
}
