package reconcilecost

import (
	"cmp"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
)

// Pattern is the way in which a status is written.
type Pattern string

// The patterns, from the safest on.
const (
	Manager       Pattern = "status manager, callback"     // a method reads again, calls back and writes, in a retry
	FixedManager  Pattern = "status manager, fixed values" // the same, with the values as parameters
	Helper        Pattern = "helper, callback"             // a function that calls back, with or without a retry
	RetryLoop     Pattern = "direct retry"                 // a retry around the write, in place
	Apply         Pattern = "apply"
	Patch         Pattern = "patch"
	Direct        Pattern = "direct update"
	NoPattern     Pattern = "none"
	MixedPatterns Pattern = "mixed"
)

// Site is a status write that a reconciler reaches.
type Site struct {
	Pos       token.Position
	Kind      string // of resource; empty where it is not known
	Pattern   Pattern
	Prone     bool // it fails with a conflict when the object is stale
	Protected bool // on every way here
}

// StatusManager is a function that writes the status for others, in a retry.
type StatusManager struct {
	Name    string
	Package string
	Pos     token.Position
	Dir     string // of its package
}

// sites finds the status writes below an entry, the status managers among the
// functions that make them, and all functions on the way.
type sites struct {
	p        *program
	entry    *ssa.Function
	found    map[ssa.Instruction]*Site
	managers map[*ssa.Function]bool
	funcs    map[*ssa.Function]bool
	seen     map[visit]bool
}

// visit is what makes a difference to the sites below a function.
type visit struct {
	sum   *summary
	ends  *outcome
	retry *ssa.Function
}

func (p *program) sites(sum *summary) *sites {
	s := &sites{
		p: p, entry: sum.fn, found: map[ssa.Instruction]*Site{}, managers: map[*ssa.Function]bool{},
		funcs: map[*ssa.Function]bool{}, seen: map[visit]bool{},
	}
	for _, o := range sum.outcomes {
		s.below(sum, o, nil)
	}
	return s
}

// below goes down the calls on the paths to an outcome. The retry is the function that
// the innermost conflict retry around stands in.
func (s *sites) below(sum *summary, ends *outcome, retry *ssa.Function) {
	v := visit{sum, ends, retry}
	if s.seen[v] {
		return
	}
	s.seen[v] = true
	s.funcs[sum.fn] = true
	for _, m := range sum.on(ends) {
		around := retry
		if m.repeat.Retries() || s.p.retried(m.instr) {
			around = declared(m.instr.Parent())
		}
		switch {
		case m.kind == callStep:
			s.below(m.sum, m.ends, around)
		case m.op.IsStatusWrite():
			s.note(m, sum, around)
		}
	}
}

// declared is the declared function that a literal stands in.
func declared(fn *ssa.Function) *ssa.Function {
	for fn.Parent() != nil {
		fn = fn.Parent()
	}
	return fn
}

func (s *sites) note(op step, sum *summary, retry *ssa.Function) {
	unseen := kube.Classify(op.instr.(ssa.CallInstruction).Common()).Op == kube.None
	site := Site{Pos: s.p.fset.Position(op.instr.Pos()), Kind: op.object, Prone: op.op == kube.StatusUpdate, Protected: retry != nil || unseen}
	switch {
	case unseen:
		site.Pattern = Manager
		if fn := op.instr.(ssa.CallInstruction).Common().StaticCallee(); directive(fn) != "" {
			s.managers[fn] = true
		}
	case op.op == kube.StatusPatch:
		site.Pattern = Patch
	case op.op == kube.StatusApply:
		site.Pattern = Apply
	default:
		site.Pattern = s.pattern(sum, retry)
	}
	old := s.found[op.instr]
	if old == nil {
		s.found[op.instr] = &site
		return
	}
	// Where it is reached in two ways, what is wrong with one of them counts.
	if old.Protected && !site.Protected {
		old.Pattern = site.Pattern
	}
	old.Protected = old.Protected && site.Protected
	old.Kind = cmp.Or(old.Kind, site.Kind)
}

// pattern tells how the function of a summary makes an update, or the one that
// retries it.
func (s *sites) pattern(sum *summary, retry *ssa.Function) Pattern {
	if retry == nil {
		if takesCallback(sum.fn) && sum.fn != s.entry && slices.ContainsFunc(sum.made, func(o step) bool { return o.op == kube.Get }) {
			return Helper
		}
		return Direct
	}
	switch {
	case retry == s.entry:
		return RetryLoop
	case takesCallback(retry) && retry.Signature.Recv() != nil && !ownMethod(retry, s.entry):
		s.managers[retry] = true
		return Manager
	case takesCallback(retry):
		s.managers[retry] = true
		return Helper
	case takesObject(retry) && !ownMethod(retry, s.entry):
		s.managers[retry] = true
		return FixedManager
	}
	return RetryLoop
}

// ownMethod reports whether a function is a method of the reconciler itself.
func ownMethod(fn, entry *ssa.Function) bool {
	a, b := fn.Signature.Recv(), entry.Signature.Recv()
	return a != nil && b != nil && types.Identical(a.Type(), b.Type())
}

// takesCallback reports whether a function is given what it is to do.
func takesCallback(fn *ssa.Function) bool {
	for v := range fn.Signature.Params().Variables() {
		if _, ok := v.Type().Underlying().(*types.Signature); ok {
			return true
		}
	}
	return false
}

// takesObject reports whether a function is given a resource, or the key of one,
// and something to write besides.
func takesObject(fn *ssa.Function) bool {
	object, more := false, false
	for v := range fn.Signature.Params().Variables() {
		switch t := v.Type(); {
		case kube.IsContext(t):
		case kube.IsAPIObject(t), kube.IsKey(t):
			object = true
		case types.IsInterface(t): // a client, a logger
		default:
			more = true
		}
	}
	return object && more
}

// list returns the sites in the order of the source.
func (s *sites) list() []Site {
	var out []Site
	for _, site := range s.found {
		out = append(out, *site)
	}
	slices.SortFunc(out, func(a, b Site) int {
		return cmp.Or(cmp.Compare(a.Pos.Filename, b.Pos.Filename), cmp.Compare(a.Pos.Offset, b.Pos.Offset))
	})
	return out
}
