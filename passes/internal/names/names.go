// Package names holds functions and fields that the user names in a setting.
package names

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
)

// List is the value of a flag that holds names with commas between them.
type List []string

// String returns the names as the flag takes them.
func (l *List) String() string { return strings.Join(*l, ",") }

// Set sets the names from the value of the flag.
func (l *List) Set(value string) error {
	*l = nil
	for name := range strings.SplitSeq(value, ",") {
		if name = strings.TrimSpace(name); name != "" {
			*l = append(*l, name)
		}
	}
	return nil
}

// Has tells whether a name is in the list as it stands.
func (l List) Has(name string) bool { return slices.Contains(l, name) }

// Match is the name of the called function, if the list has it: by its name
// alone (Notify), with its receiver ((*Mailer).Send, Mailer.Send), or with its
// package (example.com/mail.Send).
func (l List) Match(c *ssa.CallCommon) string {
	if len(l) == 0 {
		return ""
	}
	var fn *types.Func
	if c.IsInvoke() {
		fn = c.Method
	} else if callee := c.StaticCallee(); callee != nil {
		fn, _ = callee.Object().(*types.Func)
	}
	if fn == nil {
		return ""
	}
	receiver := ""
	if recv := fn.Signature().Recv(); recv != nil {
		t := recv.Type()
		if p, ok := types.Unalias(t).(*types.Pointer); ok {
			t = p.Elem()
		}
		if n, ok := types.Unalias(t).(*types.Named); ok {
			receiver = n.Obj().Name() + "."
		}
	}
	for _, name := range l {
		path, short := "", name
		if slash := strings.LastIndex(name, "/"); slash >= 0 || receiver == "" {
			if dot := strings.Index(name[slash+1:], "."); dot >= 0 {
				path, short = strings.TrimLeft(name[:slash+1+dot], "(*"), name[slash+2+dot:]
			}
		}
		short = strings.NewReplacer("(", "", "*", "", ")", "").Replace(short)
		if (path == "" || path == kube.Path(fn.Pkg())) && (short == fn.Name() || short == receiver+fn.Name()) {
			return fn.Name()
		}
	}
	return ""
}

// HasBase tells whether the list has a function of that name, whatever its
// receiver and package.
func (l List) HasBase(name string) bool {
	return slices.ContainsFunc(l, func(entry string) bool { return entry[strings.LastIndex(entry, ".")+1:] == name })
}
