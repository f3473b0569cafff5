package rewrite

import (
	"go/ast"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ast/inspector"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/statuswrites"
)

// copyAt is a place where a copy of an object is taken.
type copyAt struct {
	holder ast.Node
	i      int
	object string
}

// plan names the copies that the fixes of a function take: base, or appBase and
// podBase where there are several objects, with a number where one is read more
// than once. All fixes go by it, as a driver may apply them at once.
func (r *Rewriter) plan(decl *ast.FuncDecl) map[copyAt]string {
	if names, ok := r.plans[decl]; ok {
		return names
	}
	names := map[copyAt]string{}
	r.plans[decl] = names
	at, ok := r.Root.FindNode(decl)
	if !ok {
		return names
	}
	var copies []copyAt
	var objects []string
	for c := range at.Preorder((*ast.CallExpr)(nil)) {
		if text := r.updated(c.Node().(*ast.CallExpr)); text != "" && !slices.Contains(objects, text) {
			objects = append(objects, text) // by a fix that was applied before
		}
		u := r.needsCopy(c)
		if u == nil {
			continue
		}
		if p, ok := r.base(u); ok {
			if k := (copyAt{p.holder, p.i, u.object.text}); !slices.Contains(copies, k) {
				copies = append(copies, k)
			}
			if !slices.Contains(objects, u.object.text) {
				objects = append(objects, u.object.text)
			}
		}
	}
	taken := map[string]bool{}
	ast.Inspect(decl, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			taken[id.Name] = true
		}
		return true
	})
	for _, k := range copies {
		first := baseName
		if len(objects) > 1 {
			first = ownName(k.object)
		}
		name := first
		for n := 2; taken[name] || r.pass.Pkg.Scope().Lookup(name) != nil || types.Universe.Lookup(name) != nil; n++ {
			name = first + strconv.Itoa(n)
		}
		taken[name] = true
		names[k] = name
	}
	return names
}

// updated is the object that a call of an updater updates already, or "".
func (r *Rewriter) updated(call *ast.CallExpr) string {
	fn := callee(r.pass.TypesInfo, call)
	if fn == nil || r.writes.Directive(fn) != statuswrites.Update {
		return ""
	}
	for _, arg := range call.Args {
		if o, ok := r.object(arg); ok && kube.IsAPIObject(o.typ) {
			return o.text
		}
	}
	return ""
}

// needsCopy is a call that a fix may hand the object as it was read, or nil.
func (r *Rewriter) needsCopy(c inspector.Cursor) *update {
	call := c.Node().(*ast.CallExpr)
	if instr := r.Calls[call.Lparen]; instr != nil {
		if u := r.update(instr); u != nil {
			return u
		}
	}
	w := r.called(call)
	if w == nil {
		return nil
	}
	u := r.enclosed(c, call)
	var ok bool
	if u.object, ok = r.object(call.Args[w.index]); !ok || u.decl == nil || u.file == nil {
		return nil
	}
	return u
}

// ownName is the name of the copy of an object: podBase for pod and r.Pod.
func ownName(object string) string {
	last := object[strings.LastIndexByte(object, '.')+1:]
	if i := strings.IndexByte(last, '['); i >= 0 {
		last = last[:i]
	}
	return strings.ToLower(last[:1]) + last[1:] + "Base"
}
