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

// Has reports whether a name is in the list as it stands.
func (l List) Has(name string) bool { return slices.Contains(l, name) }

// Match is the name of the called function, if the list has it. See [List.Names].
func (l List) Match(c *ssa.CallCommon) string {
	var fn *types.Func
	if c.IsInvoke() {
		fn = c.Method
	} else if callee := c.StaticCallee(); callee != nil {
		fn, _ = callee.Object().(*types.Func)
	}
	if fn == nil || !l.Names(fn) {
		return ""
	}
	return fn.Name()
}

// Names reports whether the list has a function: by its name alone (Notify), with
// its receiver ((*Mailer).Send, Mailer.Send), or with its package before that
// (mail.Send, example.com/mail.Send).
func (l List) Names(fn *types.Func) bool {
	// Every call of a program is asked for, and hardly any is in the list.
	if !slices.ContainsFunc(l, func(entry string) bool { return strings.Contains(entry, fn.Name()) }) {
		return false
	}
	short := fn.Name()
	if recv := kube.Receiver(fn.Signature()); recv != "" {
		short = recv + "." + short
	}
	known := []string{fn.Name(), short}
	if pkg := fn.Pkg(); pkg != nil {
		known = append(known, pkg.Name()+"."+short, kube.Path(pkg)+"."+short)
	}
	plain := strings.NewReplacer("(", "", "*", "", ")", "")
	return slices.ContainsFunc(l, func(entry string) bool { return slices.Contains(known, plain.Replace(entry)) })
}

// HasBase reports whether the list has a function of that name, whatever its
// receiver and package.
func (l List) HasBase(name string) bool {
	return slices.ContainsFunc(l, func(entry string) bool { return entry[strings.LastIndex(entry, ".")+1:] == name })
}
