package statuswrites

import (
	"bytes"
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/flow"
	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
)

// Directive is the last line of the doc comment of a function whose author
// vouches for what it does to the status of an object, as "//atomicstatus:update".
// The package that "atomicstatus manager" writes carries them; so may a function
// that was written by hand. Its callers, in every package, go by the directive, and
// the checks have nothing to say of its own writes.
type Directive string

const (
	// Update is of a function that takes a client, an object and that object as it
	// was read. It writes the status of the object once, as Status().Update of the
	// client does, and resolves a conflict only where nobody else has changed the
	// status.
	Update Directive = "update"
	// Atomic is of a function that takes an object and a callback. It reads the
	// object again, runs the callback, writes the status once, and starts over on a
	// conflict.
	Atomic Directive = "atomic"
	// Patch is of a function that does what one with Update does by a merge patch of
	// what differs.
	Patch Directive = "patch"
	// Base is of a function that takes a context and an object that was just read, and
	// returns a copy of it. If the context comes from a batch, the object gets the status
	// that is held there.
	Base Directive = "base"
	// Batch is of a function that takes a context and returns one, and a function to be
	// deferred with the address of the error that is returned. With that context, or one
	// made from it, the functions with Update and Patch in its package take note of what
	// they are to write, and the deferred function writes each object once.
	Batch Directive = "batch"
	// Client is of a function that takes a client and returns one that does the same,
	// but has each status write that is sent with the context of a batch become part of
	// it, and what it reads have the status that is held there.
	Client Directive = "client"
)

const directivePrefix = "//atomicstatus:"

// DirectiveOf is the directive in a doc comment, or "". One that is not known,
// from a later version perhaps, says nothing.
func DirectiveOf(doc *ast.CommentGroup) Directive {
	if doc == nil {
		return ""
	}
	for _, c := range doc.List {
		name, ok := strings.CutPrefix(c.Text, directivePrefix)
		if d := Directive(strings.TrimSpace(name)); ok && slices.Contains([]Directive{Update, Atomic, Patch, Base, Batch, Client}, d) {
			return d
		}
	}
	return ""
}

// tellDirectives tells of the functions of the package that carry a directive,
// and reports that there is one.
func tellDirectives(pass *analysis.Pass, files []*ast.File, told *functions) bool {
	found := false
	for _, f := range files {
		for _, d := range f.Decls {
			d, ok := d.(*ast.FuncDecl)
			if !ok || d.Body == nil {
				continue
			}
			if name := DirectiveOf(d.Doc); name != "" {
				if fn, ok := pass.TypesInfo.Defs[d.Name].(*types.Func); ok {
					told.tell(fn).Directive = name
					found = true
				}
			}
		}
	}
	return found
}

// Directive is that of a function of this package or of another, or "".
func (r *Result) Directive(fn *types.Func) Directive {
	if fn == nil || r.told == nil {
		return ""
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.told.of(fn).Directive
}

// Directed are the functions of a package, this one or one that it imports, that
// carry a directive.
func (r *Result) Directed(pkg *types.Package, d Directive) []*types.Func {
	if r.told == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.told.directed(pkg, d)
}

// directed are the functions of a package, but no methods, that carry a directive.
func (f *functions) directed(pkg *types.Package, d Directive) []*types.Func {
	var found []*types.Func
	add := func(name string) {
		if fn, ok := pkg.Scope().Lookup(name).(*types.Func); ok && f.of(fn).Directive == d {
			found = append(found, fn)
		}
	}
	if pkg == f.pass.Pkg {
		for _, name := range pkg.Scope().Names() {
			add(name)
		}
		return found
	}
	f.mu.Lock()
	fact := f.fact(pkg)
	f.mu.Unlock()
	for i, name := range fact.Names {
		// Few functions carry one: the text of the others is not worth decoding.
		if bytes.Contains(fact.Texts[i], []byte(`"d":"`+string(d)+`"`)) {
			add(name)
		}
	}
	return found
}

// directive is that of a function of this package or of another, or "".
func (p *program) directive(fn *ssa.Function) Directive {
	if fn == nil {
		return ""
	}
	if o := fn.Origin(); o != nil {
		fn = o
	}
	obj, ok := fn.Object().(*types.Func)
	if !ok {
		return ""
	}
	return p.told.of(obj).Directive
}

// vouched is the summary that a directive gives a function of this package in
// place of the one that its body would: nil without one, or where the parameters
// do not fit it.
func (p *program) vouched(fn *ssa.Function) *flow.Summary {
	results := fn.Signature.Results()
	directive := p.directive(fn)
	switch directive {
	case Update, Patch:
	case Base:
		return vouchedBase(fn)
	case Batch:
		return vouchedBatch(fn)
	case Client:
		return vouchedClient(fn)
	default:
		return nil
	}
	object := slices.IndexFunc(fn.Params, func(v *ssa.Parameter) bool { return kube.IsAPIObject(v.Type()) })
	if object < 0 || results.Len() != 1 || !kube.IsErrorType(results.At(0).Type()) {
		return nil
	}
	table := resource.NewTable()
	obj := table.Param(object, fn.Params[object].Type())
	write := flow.Write{Resource: obj, Via: []flow.Step{{Pos: fn.Pos()}}}
	if client := slices.IndexFunc(fn.Params, hasStatus); client >= 0 {
		write.Client = table.Param(client, fn.Params[client].Type())
	}
	if context := slices.IndexFunc(fn.Params, hasContext); context >= 0 && len(p.told.directed(p.pass.Pkg, Batch)) > 0 {
		write.Context, write.Noted = table.Param(context, fn.Params[context].Type()), true
	}
	err := table.Out(0, "error")
	sent := []*flow.Term{obj}
	return &flow.Summary{Outcomes: []flow.Outcome{{
		Results: []*flow.Term{table.Nil},
		Writes:  []flow.Write{write},
		Pending: flow.Pending{Overwrites: []flow.Overwrite{{Object: obj, Response: true}}, Sent: sent, SentLast: sent},
	}, {
		Results: []*flow.Term{err},
		Facts:   []flow.Fact{{Of: err, Ne: []*flow.Term{table.Nil}}},
		Pending: flow.Pending{Sent: sent, SentLast: sent},
	}}}
}

// vouchedBase is the summary of a function that returns a copy of an object.
func vouchedBase(fn *ssa.Function) *flow.Summary {
	object := slices.IndexFunc(fn.Params, func(v *ssa.Parameter) bool { return kube.IsAPIObject(v.Type()) })
	if object < 0 || fn.Signature.Results().Len() != 1 {
		return nil
	}
	table := resource.NewTable()
	base := table.Out(0, resource.TypeName(fn.Signature.Results().At(0).Type()))
	return &flow.Summary{Outcomes: []flow.Outcome{{
		Results: []*flow.Term{base},
		Same:    []flow.Same{{Pointer: base, Resource: table.Param(object, fn.Params[object].Type())}},
	}}}
}

// vouchedBatch is the summary of a function that opens a batch.
func vouchedBatch(fn *ssa.Function) *flow.Summary {
	results := fn.Signature.Results()
	if results.Len() != 2 || !kube.IsContext(results.At(0).Type()) || !slices.ContainsFunc(fn.Params, hasContext) {
		return nil
	}
	table := resource.NewTable()
	return &flow.Summary{Batch: true, Outcomes: []flow.Outcome{{
		Results: []*flow.Term{table.Out(0, "context.Context"), table.Out(1, "")},
	}}}
}

// vouchedClient is the summary of a function that makes a client by which writes become
// part of a batch.
func vouchedClient(fn *ssa.Function) *flow.Summary {
	client := slices.IndexFunc(fn.Params, hasStatus)
	if client < 0 || fn.Signature.Results().Len() != 1 {
		return nil
	}
	table := resource.NewTable()
	made := table.PureOf(flow.Batched, fn.Signature.Results().At(0).Type(), table.Param(client, fn.Params[client].Type()))
	return &flow.Summary{Outcomes: []flow.Outcome{{Results: []*flow.Term{made}}}}
}

func hasContext(v *ssa.Parameter) bool { return kube.IsContext(v.Type()) }

// hasStatus reports that a parameter has the method Status of a client.
func hasStatus(v *ssa.Parameter) bool {
	obj, _, _ := types.LookupFieldOrMethod(v.Type(), true, nil, "Status")
	_, ok := obj.(*types.Func)
	return ok
}

// callbacks are the parameters of a function that are functions themselves.
func callbacks(fn *ssa.Function) []int {
	var found []int
	sig := fn.Signature
	at := 0
	if sig.Recv() != nil {
		at = 1
	}
	for i := range sig.Params().Len() {
		if _, ok := sig.Params().At(i).Type().Underlying().(*types.Signature); ok {
			found = append(found, at+i)
		}
	}
	return found
}
