package statuscallback

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
)

// effectNames are functions, named as the source names them (Notify), with
// their receiver ((*Mailer).Send, Mailer.Send), or with their package
// (example.com/mail.Send).
type effectNames []string

// String returns the names as the flag takes them.
func (e *effectNames) String() string { return strings.Join(*e, ",") }

// Set sets the names from the value of the flag.
func (e *effectNames) Set(value string) error {
	*e = nil
	for name := range strings.SplitSeq(value, ",") {
		if name = strings.TrimSpace(name); name != "" {
			*e = append(*e, name)
		}
	}
	return nil
}

// match is the name of the called function, if it is among the names.
func (e effectNames) match(c *ssa.CallCommon) string {
	if len(e) == 0 {
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
	for _, name := range e {
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
