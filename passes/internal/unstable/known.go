package unstable

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
)

// known is what a function of a library makes of the flows of its arguments.
type known uint8

const (
	unknown known = iota
	text          // text, or an error, of all of it
	same          // a list of the same elements, or the same value in another form
	none          // nothing that differs
	keys          // of a map: in the order of it
	now           // the time
	later         // what is computed from a time
	cached        // fills the list that it is given from a cache
	listed        // a list of a cache
	sorter        // sorts its first argument
	writer        // appends to what it is called on
)

// callee is the function or method that a call is of, as far as it has a name.
func callee(c *ssa.CallCommon) *types.Func {
	if c.IsInvoke() {
		return c.Method
	}
	fn := c.StaticCallee()
	if fn == nil {
		return nil
	}
	if o := fn.Origin(); o != nil {
		fn = o
	}
	obj, _ := fn.Object().(*types.Func)
	return obj
}

func knownOf(c *ssa.CallCommon) known {
	fn := callee(c)
	if fn == nil && isClock(c.Signature()) && literalOf(c) == nil {
		return now // a variable or a field, which a test can set
	}
	if fn == nil || fn.Pkg() == nil && fn.Name() != "Error" {
		return unknown
	}
	if strings.Contains(fn.Name(), "Now") && isClock(fn.Signature()) {
		return now
	}
	path, name, recv := kube.Path(fn.Pkg()), fn.Name(), fn.Signature().Recv()
	if recv != nil {
		if k := knownMethod(c, fn, path, name); k != unknown {
			return k
		}
	}
	switch path {
	case "strings", "fmt", "strconv", "path", "path/filepath", "net/url", "bytes", "html", "text/template", "encoding/json", "sigs.k8s.io/yaml", "encoding/base64", "encoding/hex",
		"errors", "github.com/pkg/errors", "k8s.io/apimachinery/pkg/util/errors", "go.uber.org/multierr", "github.com/hashicorp/go-multierror", "golang.org/x/xerrors", "k8s.io/apimachinery/pkg/util/json":
		if path == "encoding/json" && !strings.HasPrefix(name, "Marshal") {
			return unknown
		}
		if recv == nil {
			return text
		}
	case "sort":
		return sorter
	case "slices":
		switch {
		case strings.HasPrefix(name, "Sorted"), strings.HasPrefix(name, "Min"), strings.HasPrefix(name, "Max"):
			return none
		case strings.HasPrefix(name, "Sort"):
			return sorter
		}
		return same
	case "maps", "golang.org/x/exp/maps":
		switch name {
		case "Keys", "Values", "All":
			return keys
		}
		return none
	case "golang.org/x/exp/slices":
		if strings.HasPrefix(name, "Sort") {
			return sorter
		}
		return same
	case "github.com/samber/lo":
		switch name {
		case "Keys", "Values", "MapToSlice", "Entries", "ToPairs", "UniqKeys", "UniqValues":
			return keys
		case "Map", "Filter", "FilterMap", "Reject", "Uniq", "UniqBy", "FlatMap", "Flatten", "Compact", "Without", "ToPtr", "FromPtr":
			return same
		}
	case "k8s.io/utils/ptr", "k8s.io/utils/pointer":
		return same
	case "time", "k8s.io/apimachinery/pkg/apis/meta/v1":
		switch name {
		case "Since", "Until":
			return now
		case "NewTime", "NewMicroTime":
			return same
		}
	}
	if strings.HasPrefix(name, "Sort") {
		return sorter
	}
	return unknown
}

func knownMethod(c *ssa.CallCommon, fn *types.Func, path, name string) known {
	sig := fn.Signature()
	results := sig.Results()
	switch name {
	case "Error", "ErrorOrNil":
		return text
	case "String":
		if results.Len() == 1 && (path == "strings" || path == "bytes" || path == "time" || path == "k8s.io/apimachinery/pkg/apis/meta/v1" || path == "k8s.io/apimachinery/pkg/types") {
			return text
		}
	case "DeepCopy", "DeepCopyObject":
		return same
	case "UnsortedList":
		return keys
	case "ToSlice":
		if isSet(fn.Pkg()) {
			return keys
		}
	case "WriteString", "WriteByte", "WriteRune", "Write":
		if path == "strings" || path == "bytes" {
			return writer
		}
	case "Format", "Unix", "UnixMilli", "UnixNano", "UTC", "Local", "Rfc3339Copy", "Add", "AddDate", "Sub", "In", "DeepCopyInto", "AppendFormat", "Seconds", "Minutes", "Hours", "Milliseconds", "Round":
		if path == "time" || path == "k8s.io/apimachinery/pkg/apis/meta/v1" {
			return later
		}
	case "List":
		return listOf(c, fn)
	case "ListKeys", "ByIndex", "IndexKeys":
		if path == "k8s.io/client-go/tools/cache" {
			return listed
		}
	}
	return unknown
}

// isSet reports that a package is one of sets.
func isSet(pkg *types.Package) bool { return strings.Contains(strings.ToLower(kube.Path(pkg)), "set") }

// cutsText reports that a function returns the text that it is given, joined or cut to
// a length, as its name says: helpers of messages often live in packages of which
// nothing is known, as they import no client.
func cutsText(c *ssa.CallCommon) bool {
	fn := callee(c)
	if fn == nil || fn.Signature().Recv() != nil || fn.Signature().Results().Len() != 1 {
		return false
	}
	if b, ok := fn.Signature().Results().At(0).Type().Underlying().(*types.Basic); !ok || b.Kind() != types.String {
		return false
	}
	name := strings.ToLower(fn.Name())
	return strings.Contains(name, "trunc") || strings.Contains(name, "shorten") || strings.HasPrefix(name, "join")
}

// isClock reports that a function takes nothing and returns a time.
func isClock(sig *types.Signature) bool {
	return sig.Params().Len() == 0 && sig.Results().Len() == 1 && isTime(sig.Results().At(0).Type())
}

func isTime(t types.Type) bool {
	const meta = "k8s.io/apimachinery/pkg/apis/meta/v1"
	return kube.IsNamed(t, "time", "Time") || kube.IsNamed(t, meta, "Time") || kube.IsNamed(t, meta, "MicroTime")
}

// listOf tells the List of a cache, which goes through a Go map, from that of the
// API server, which is in the order of keys.
func listOf(c *ssa.CallCommon, fn *types.Func) known {
	sig := fn.Signature()
	p, r := sig.Params(), sig.Results()
	if kube.Path(fn.Pkg()) == "k8s.io/client-go/tools/cache" && p.Len() == 0 {
		return listed
	}
	if p.Len() == 1 && r.Len() == 2 && kube.IsNamed(p.At(0).Type(), "k8s.io/apimachinery/pkg/labels", "Selector") {
		if _, ok := r.At(0).Type().Underlying().(*types.Slice); ok {
			return listed
		}
	}
	if kube.Classify(c).Op != kube.List {
		return unknown
	}
	recv := c.Value
	if !c.IsInvoke() {
		recv = c.Args[0]
	}
	if !kube.CanWrite(recv.Type()) {
		return unknown // perhaps the reader of a manager that has no cache
	}
	list := kube.Unboxed(c.Args[len(c.Args)-2])
	if kube.IsNamed(list.Type(), kube.UnstructuredPkg, "UnstructuredList") {
		return unknown // clients of a manager read these from the API server
	}
	return cached
}

// Begins reports that a function of a library returns, or fills, a list in a random
// order.
func Begins(fn *types.Func) bool {
	if fn.Name() == "UnsortedList" {
		return true
	}
	p := fn.Signature().Params()
	return fn.Name() == "List" && fn.Signature().Recv() != nil &&
		(p.Len() == 3 && kube.IsNamed(p.At(1).Type(), kube.ClientPkg, "ObjectList") || p.Len() == 1 && kube.IsNamed(p.At(0).Type(), "k8s.io/apimachinery/pkg/labels", "Selector"))
}
