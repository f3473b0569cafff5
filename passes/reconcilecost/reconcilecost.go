package reconcilecost

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"

	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/flow"
	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/names"
)

// Options say what counts besides what the types tell.
type Options struct {
	Entrypoints []string // functions that are reconcilers: sync, (*Controller).sync, example.com/ctl.Controller.sync
	Managers    []string // methods that are status managers, where they cannot be seen
}

// Reconciler is what a reconciler costs, over all that it reaches.
type Reconciler struct {
	Name    string // of its type; of the function where it has none, or is a sync handler
	Package string // import path
	Kind    string // of the resource that it reconciles; empty where that cannot be told
	Style   Style
	Pos     token.Position

	Figures        // of the worst path
	Best    int    // status writes of the best path
	Path    []Step // the worst path
	Loops   []Loop // that multiply its requests
	Sites   []Site // all status writes that it reaches
	Written []Kind // the kinds of resources whose status it writes anywhere

	Managers []StatusManager // that its writes go through
	Runs     []Span          // the functions that it runs on the way to a request
}

// Kind is a kind of resource, and whether its status has a phase.
type Kind struct {
	Name  string
	Phase bool
}

// Span is a part of a file.
type Span struct {
	File       string
	Start, End int // offsets in bytes
}

// Reaches reports whether a position is in a function that the reconciler runs on
// the way to a request.
func (r *Reconciler) Reaches(pos token.Position) bool {
	return slices.ContainsFunc(r.Runs, func(s Span) bool {
		return s.File == pos.Filename && s.Start <= pos.Offset && pos.Offset < s.End
	})
}

// Counter counts what the reconcilers of a program cost.
type Counter struct {
	p    *program
	opts Options
}

// New returns a counter for a program. The roots must have syntax and types, and their
// imports, those that matter, as well; afterwards the syntax is not needed any more.
func New(fset *token.FileSet, roots []*packages.Package, opts Options) *Counter {
	return &Counter{newProgram(fset, roots, opts.Managers), opts}
}

// Learn takes the paths that the checks know in a package: only they are counted there.
// It may be called by several goroutines at once.
func (c *Counter) Learn(pkg *types.Package, of map[token.Pos]*flow.Paths) {
	c.p.mu.Lock()
	defer c.p.mu.Unlock()
	c.p.known[pkg] = of
}

// Count finds the reconcilers and counts what they cost.
func (c *Counter) Count() (found []*Reconciler, err error) {
	p := c.p
	var at *ssa.Function
	defer func() {
		if r := recover(); r != nil {
			found, err = nil, fmt.Errorf("internal error in %v: %v", at, r)
		}
	}()
	p.build()
	entries := p.entries(names.List(c.opts.Entrypoints))
	var fns []*ssa.Function
	for _, e := range entries {
		fns = append(fns, e.fn)
	}
	p.findEventful(fns)
	for _, e := range entries {
		at = e.fn
		found = append(found, p.reconciler(e))
	}
	return found, nil
}

func (p *program) reconciler(e entry) *Reconciler {
	sum := p.summarise(e.fn, nil, map[string]*summary{})
	r := &Reconciler{
		Name: kube.Receiver(e.fn.Signature), Package: e.fn.Pkg.Pkg.Path(), Kind: p.kindOf(e, sum),
		Style: e.style, Pos: p.fset.Position(e.fn.Pos()),
	}
	switch {
	case r.Name == "":
		r.Name = e.fn.Name()
	case e.style == Sync || e.style == Entrypoint:
		r.Name += "." + e.fn.Name()
	}
	if worst := worstOf(sum); worst != nil {
		r.Figures = p.measure(e.fn, worst.trace)
		r.Path = p.steps(worst.trace, false, &r.Loops)
	}
	for i, o := range sum.outcomes {
		if i == 0 || o.best < r.Best {
			r.Best = o.best
		}
	}
	if r.Best >= noPath {
		r.Best = 0
	}
	s := p.sites(sum)
	r.Sites = s.list()
	for fn := range s.managers {
		if origin := fn.Origin(); origin != nil {
			fn = origin
		}
		pos := p.fset.Position(fn.Pos())
		m := StatusManager{Name: fn.Name(), Package: fn.Pkg.Pkg.Path(), Pos: pos, Dir: filepath.Dir(pos.Filename)}
		if recv := kube.Receiver(fn.Signature); recv != "" {
			m.Name = recv + "." + m.Name
		}
		if !slices.Contains(r.Managers, m) {
			r.Managers = append(r.Managers, m)
		}
	}
	slices.SortFunc(r.Managers, func(a, b StatusManager) int {
		return cmp.Or(cmp.Compare(a.Pos.Filename, b.Pos.Filename), cmp.Compare(a.Pos.Offset, b.Pos.Offset))
	})
	for fn := range s.funcs {
		if syntax := fn.Syntax(); syntax != nil {
			from, to := p.fset.Position(syntax.Pos()), p.fset.Position(syntax.End())
			r.Runs = append(r.Runs, Span{from.Filename, from.Offset, to.Offset})
		}
	}
	r.Written = p.written(s)
	p.byKind(r, e)
	return r
}

func worstOf(sum *summary) *outcome {
	var worst *outcome
	for _, o := range sum.outcomes {
		if worst == nil || o.worst.worse(worst.worst) {
			worst = o
		}
	}
	return worst
}

// byKind finds the worst path for each kind of resource: a path that writes many
// of one kind hides what becomes of another.
func (p *program) byKind(r *Reconciler, e entry) {
	if len(r.Written) == 0 || len(r.Written) == 1 && len(r.Kinds) == 1 && r.Kinds[0].Kind == r.Written[0].Name {
		return
	}
	defer p.judge("")
	unknown := slices.DeleteFunc(r.Kinds, func(k KindWrites) bool { return k.Kind != "" })
	r.Kinds = unknown
	for _, k := range r.Written {
		p.judge(k.Name)
		worst := worstOf(p.summarise(e.fn, nil, map[string]*summary{}))
		if worst == nil {
			continue
		}
		for _, m := range p.measure(e.fn, worst.trace).Kinds {
			if m.Kind == k.Name {
				r.Kinds = append(r.Kinds, m)
			}
		}
	}
}

// Needless are the kinds that some path writes more often than it has to.
func (r *Reconciler) Needless() []KindWrites {
	return slices.DeleteFunc(slices.Clone(r.Kinds), func(k KindWrites) bool { return k.Status.Compare(k.After) <= 0 })
}

// written are the kinds that the sites write, by name.
func (p *program) written(s *sites) []Kind {
	var out []Kind
	for _, site := range s.found {
		if site.Kind != "" && !slices.ContainsFunc(out, func(k Kind) bool { return k.Name == site.Kind }) {
			out = append(out, Kind{Name: site.Kind, Phase: p.hasPhase(site.Kind)})
		}
	}
	slices.SortFunc(out, func(a, b Kind) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// hasPhase reports whether some type of that name has a field Status.Phase.
func (p *program) hasPhase(kind string) bool {
	for _, pkg := range p.ssa.AllPackages() {
		if !ast.IsExported(kind) {
			continue
		}
		tn, ok := pkg.Pkg.Scope().Lookup(kind).(*types.TypeName)
		if !ok {
			continue
		}
		status, _, _ := types.LookupFieldOrMethod(tn.Type(), true, pkg.Pkg, "Status")
		if status == nil {
			continue
		}
		if phase, _, _ := types.LookupFieldOrMethod(status.Type(), true, pkg.Pkg, "Phase"); phase != nil {
			return true
		}
	}
	return false
}
