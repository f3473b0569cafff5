package rewrite

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/fixes"
	"github.com/atomicstatus/atomicstatus/passes/internal/flow"
	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/report"
	"github.com/atomicstatus/atomicstatus/passes/statuswrites"
)

// Batch is the fix for writes of one status that come together in a reconcile, by way
// of helpers, packages and error exits: the reconcile gets a batch, in which each
// object is written once, at the end. All writes in its reach become calls that take
// note, and what is read again gets the status that is held. It rests on assumptions,
// always. Where it cannot be made, the report says why; where nothing calls for it,
// there is nothing to say.
func (r *Rewriter) Batch(f *statuswrites.Func, v *flow.Visit) []report.Option {
	r.prepare()
	if r.to == nil || r.to.batch == "" {
		return nil
	}
	entries := r.reconciles(f.Fn)
	if len(entries) == 0 {
		return nil
	}
	b := r.batching(v.Resource.Type, entries)
	b.name = v.Name
	b.refuseLoop(v)
	b.decide()
	for _, fn := range entries {
		if !b.opened[fn] {
			b.gains = true
			b.open(fn)
		}
	}
	if none, ok := b.none(); ok {
		return none
	}
	if !b.gains {
		return nil // all take note already
	}
	b.fix.rests = b.rests(entries[0])
	return b.fix.option("write the status of " + v.Name + " once, at the end of " + entries[0].Name() + ", in a " + r.to.batch)
}

// Note is the fix for what a function writes of a type: it takes note in a batch that a
// function of another package opens. Outside of one, it is written as before.
func (r *Rewriter) Note(fn *ssa.Function, kind string) []report.Option {
	r.prepare()
	if r.to == nil || r.to.batch == "" {
		return nil
	}
	b := r.batching(kind, []*ssa.Function{fn})
	b.decide()
	if none, ok := b.none(); ok {
		return none
	}
	if !b.gains {
		return nil
	}
	return b.fix.option("have what " + fn.Name() + " writes take note in a " + r.to.batch)
}

// none is why there is no fix, if there is none: nothing where the driver does not give
// the text.
func (b *batching) none() (why []report.Option, ok bool) {
	if b.waits != nil {
		return []report.Option{report.Waits(b.at, b.reason, *b.waits)}, true
	}
	if b.reason != "" {
		return []report.Option{report.NoFix(b.at, b.reason)}, true
	}
	if i := slices.IndexFunc(b.fix.edits, func(e *edit) bool { return e.failed }); i >= 0 {
		if b.fix.edits[i].source == nil {
			return nil, true
		}
		return []report.Option{report.NoFix(b.fix.edits[i].file.Pos(), "the file hides the name of the package with "+b.r.to.batch)}, true
	}
	return nil, false
}

// batching is a batch of what is written of a type from some functions on.
func (r *Rewriter) batching(kind string, entries []*ssa.Function) *batching {
	b := &batching{r: r, fix: r.fix(), entries: entries, kind: kind, opened: map[*ssa.Function]bool{}, lent: map[ssa.CallInstruction]bool{}}
	for _, fn := range entries {
		b.enter(fn)
	}
	return b
}

// batching is a batch in the making.
type batching struct {
	r    *Rewriter
	fix  *fix
	name string // of the object of the report
	kind string // its type

	entries []*ssa.Function              // the reconciles, or what others call in theirs
	opened  map[*ssa.Function]bool       // those that have a batch, for other types
	gains   bool                         // it has more take note than do
	lent    map[ssa.CallInstruction]bool // calls that write by a client that takes note
	funcs   []*ssa.Function              // in their reach
	sites   []*site
	answers []*site // calls whose answer lands in an object
	effects []*site // calls that may do anything else
	refused

	swallowed map[ssa.CallInstruction]bool
	renewed   bool // what is held is laid over what some call answers
}

// refused says why there is no fix: a clause.
type refused struct {
	at     token.Pos
	reason string
	waits  *fixes.Unnoted // what has to take note first
}

func (r *refused) refuse(at token.Pos, format string, args ...any) {
	if r.reason == "" {
		r.at, r.reason = at, fmt.Sprintf(format, args...)
	}
}

// decide says whether all that writes an object that is to be held back does take
// note, or can be made to, and does so.
func (b *batching) decide() {
	held := b.kinds()
	var open []*site
	for _, s := range b.sites {
		if !held[s.kind] && s.kind != "" {
			continue
		}
		switch {
		case s.bad != "":
			if b.reason == "" {
				b.waits = s.waits
			}
			b.refuse(s.call.Pos(), "the write in %s %s", b.place(s.call.Pos()), s.bad)
		case !s.done:
			open = append(open, s)
		}
	}
	b.marks(held)
	b.overwritten(held)
	if b.reason != "" {
		return
	}
	b.gains = len(open) > 0
	for _, s := range open {
		switch {
		case s.client != nil:
			b.lend(s)
		case b.convert(s):
		case b.lendHere(s):
			b.lent[s.call] = true
		default:
			b.refuse(s.call.Pos(), "what the write in %s sends as it was read is not to be found", b.place(s.call.Pos()))
		}
	}
	var early []*site // answers that come while nothing can be held
	for _, s := range b.answers {
		switch {
		case !held[s.kind] && s.kind != "", b.lent[s.call]:
		case b.first(s):
			early = append(early, s)
		default:
			b.renew(s)
		}
	}
	if b.renewed || len(b.lent) > 0 || b.patches() { // what goes by what was read is to know it
		for _, s := range early {
			b.renew(s)
		}
	}
}

// patches reports that a write is a patch: of what it is answered, only what the patch
// has is new.
func (b *batching) patches() bool {
	return slices.ContainsFunc(b.sites, func(s *site) bool { return kube.Classify(s.call.Common()).Op == kube.StatusPatch })
}

// kinds are the types whose objects are held back: that of the report, those of which
// something takes note already, and what a function writes besides by a client that it is
// lent for one of these. It settles which calls are lent one.
func (b *batching) kinds() map[string]bool {
	held := map[string]bool{b.kind: true}
	for more := true; more; {
		more = false
		for _, s := range b.sites {
			if s.client != nil && (held[s.kind] || s.kind == "") && !b.lent[s.call] {
				b.lent[s.call], more = true, true
			}
			if (s.done && s.bad == "" || b.lent[s.call]) && !held[s.kind] {
				held[s.kind], more = true, true
			}
		}
	}
	return held
}

// open gives a reconcile the batch.
func (b *batching) open(fn *ssa.Function) {
	decl, ok := fn.Syntax().(*ast.FuncDecl)
	if !ok || b.reason != "" {
		return
	}
	at, ok := b.r.Root.FindNode(decl)
	if !ok {
		return
	}
	u := &update{decl: decl, at: at}
	for c := range at.Enclosing((*ast.File)(nil)) {
		u.file = c.Node().(*ast.File)
	}
	e := b.fix.edit(u.file)
	if e.failed {
		return // which is told
	}
	var ctx *ast.Ident
	if names := decl.Type.Params.List[0].Names; len(names) > 0 {
		ctx = names[0]
	}
	if ctx == nil || ctx.Name == "_" || len(decl.Body.List) == 0 {
		b.refuse(decl.Pos(), "%s has no context to batch by", fn.Name())
		return
	}
	free := func(names ...string) string {
		for _, name := range names {
			if !mentionsName(decl, name) {
				return name
			}
		}
		return names[len(names)-1] + "1"
	}
	results := decl.Type.Results.List
	last := results[len(results)-1]
	err := ""
	switch {
	case len(last.Names) == 0:
		err = free("err", "reterr", "flushErr")
		e.change(results[0].Type.Pos(), results[0].Type.Pos(), "_ ")
		e.change(last.Type.Pos(), last.Type.Pos(), err+" ")
	case last.Names[len(last.Names)-1].Name == "_":
		err = free("err", "reterr", "flushErr")
		id := last.Names[len(last.Names)-1]
		e.change(id.Pos(), id.End(), err)
	default:
		err = last.Names[len(last.Names)-1].Name
	}
	flush := free("flush", "flushStatus", "flushBatch")
	p := place{holder: decl.Body, list: decl.Body.List}
	indent := e.source.Indent(decl.Body.List[0].Pos())
	text := fmt.Sprintf("%s, %s := %s(%s)\n%sdefer %s(&%s)", ctx.Name, flush, e.named(b.r.to.batch, decl.Body.List[0].Pos()), ctx.Name, indent, flush, err)
	if !e.insert(p, text) {
		b.refuse(decl.Pos(), "%s is written in one line", fn.Name())
	}
}

// rests is what a batch rests on.
func (b *batching) rests(entry *ssa.Function) []fixes.Assumption {
	around, _ := entry.Object().(*types.Func)
	funcs := []*types.Func{around}
	end := "the end of " + entry.Name()
	first := b.sites[0].call.Pos()
	rests := []fixes.Assumption{{Kind: fixes.Visibility, Pos: first, Funcs: funcs,
		Text: fmt.Sprintf("nobody has to see what %s writes of %s before %s", b.places(b.sites, ""), b.name, end)}}
	lost := ""
	for _, s := range b.sites {
		if b.swallowed[s.call] {
			lost = fmt.Sprintf("the failure of the write in %s, which goes nowhere, is returned at the end", b.place(s.call.Pos()))
			first = s.call.Pos()
			break
		}
	}
	if len(b.effects) > 0 {
		names := b.places(b.effects, "name")
		for _, s := range b.effects {
			if fn := kube.Func(s.call.Common()); fn != nil {
				funcs = append(funcs, fn)
			}
		}
		gate := fmt.Sprintf("%s may run although a write before has not been stored: if it fails, that is known at the end", names)
		if lost != "" { // one of three
			gate += ", and " + lost
			lost = ""
		}
		rests = append(rests, fixes.Assumption{Kind: fixes.Gate, Pos: b.effects[0].call.Pos(), Text: gate, Funcs: funcs},
			fixes.Assumption{Kind: fixes.Progress, Pos: b.effects[0].call.Pos(), Funcs: funcs,
				Text: fmt.Sprintf("%s may run again if the process dies, the server is away or somebody else writes the status before %s", names, end)})
	}
	if lost != "" {
		rests = append(rests, fixes.Assumption{Kind: fixes.Failure, Pos: first, Text: lost, Funcs: funcs})
	}
	return rests
}
