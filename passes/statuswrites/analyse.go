package statuswrites

import (
	"cmp"
	"fmt"
	"runtime"
	"sync"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/flow"
	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/unstable"
)

// analyse interprets the functions of the package, callees first, and several at a time:
// in an editor somebody waits for it at each change. What comes of it is the same as if
// they were interpreted one by one, in the order of their groups.
func (p *program) analyse() error { return p.analyseBy(newWalk(p)) }

func (p *program) analyseBy(w *walk) error {
	errs := make([]error, len(w.groups)+1)
	var wg sync.WaitGroup
	for g := range w.groups {
		wg.Go(func() {
			defer close(w.done[g])
			for _, callee := range w.callees[g] {
				<-w.done[callee]
			}
			v := <-w.idle
			defer func() { w.idle <- v }()
			v.at = g
			errs[g] = v.analyseGroup(w.groups[g])
		})
	}
	wg.Go(func() {
		v := p.view(w)
		v.at = len(w.groups)
		p.unstable, errs[len(w.groups)] = v.findUnstable()
	})
	wg.Wait()
	if err := cmp.Or(errs...); err != nil {
		return err
	}
	for fn, at := range w.places {
		p.found[fn] = w.results[at.group][at.n]
	}
	p.memos = (<-w.idle).memos
	return p.analyseRepeated()
}

// analyseGroup interprets functions that call each other: from "does not return" upwards,
// until nothing new comes. What does not settle is taken as it is then: a longer
// recursion only adds outcomes like those that were found.
func (p *program) analyseGroup(group []*ssa.Function) (err error) {
	var at *ssa.Function
	defer func() { err = cmp.Or(err, recovered(recover(), at)) }()
	run := func(p *program, fn *ssa.Function) *flow.Result { return flow.Run(p, fn, kube.Once) }
	if p.wanted() != nil {
		run = func(p *program, fn *ssa.Function) *flow.Result { return flow.RunForPaths(p, fn) }
	}
	results := p.walk.results[p.at]
	for range maxRounds {
		changed := false
		for i, fn := range group {
			at = fn
			r := run(p, fn)
			old := results[i]
			r.Summary.Thin = p.thin(fn, r)
			if sum := p.vouched(fn); sum != nil {
				r.Summary = sum
			}
			results[i] = r
			changed = changed || old == nil || !old.Summary.Same(r.Summary)
		}
		if !changed || len(group) == 1 && !p.recursive(group[0]) {
			break
		}
	}
	return nil
}

// maxRounds bounds the fixed point over recursive functions.
const maxRounds = 4

// analyseRepeated interprets the functions once more that are called again and again.
func (p *program) analyseRepeated() (err error) {
	var at *ssa.Function
	defer func() { err = cmp.Or(err, recovered(recover(), at)) }()
	for _, fn := range p.funcs {
		at = fn
		if repeat := p.repeats[fn]; repeat != kube.Once && p.found[fn] != nil {
			p.repeated[fn] = flow.Run(p, fn, repeat)
		}
	}
	return nil
}

// findUnstable finds what comes out differently each time.
func (p *program) findUnstable() (a *unstable.Analysis, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("internal error in the analysis of what is unstable: %v", r)
		}
	}()
	return unstable.Analyse(p, p.pass.Fset, p.funcs), nil
}

// recovered is the error of a panic, if there was one.
func recovered(panicked any, at *ssa.Function) error {
	if panicked == nil {
		return nil
	}
	return fmt.Errorf("internal error in %v: %v", at, panicked)
}

// walk is the interpretation of the functions of a package.
type walk struct {
	groups  [][]*ssa.Function
	callees [][]int // by group: the others that it refers to, all of them earlier ones
	places  map[*ssa.Function]place
	done    []chan struct{}  // by group: closed when its results are there
	results [][]*flow.Result // by group, as the functions in it
	idle    chan *program    // the views of those that have nothing to do
}

// place is that of a function in its group.
type place struct{ group, n int }

// workers is how many groups are walked at a time: the chains of calls of a package
// leave no work for more.
const workers = 4

func newWalk(p *program) *walk {
	groups := p.order()
	w := &walk{
		groups: groups, callees: make([][]int, len(groups)), places: map[*ssa.Function]place{},
		done: make([]chan struct{}, len(groups)), results: make([][]*flow.Result, len(groups)),
	}
	for g, group := range groups {
		w.done[g], w.results[g] = make(chan struct{}), make([]*flow.Result, len(group))
		for n, fn := range group {
			w.places[fn] = place{g, n}
		}
		seen := map[int]bool{g: true}
		for _, fn := range group {
			for _, callee := range p.refs[fn] {
				if at, ok := w.places[callee]; ok && !seen[at.group] {
					seen[at.group] = true
					w.callees[g] = append(w.callees[g], at.group)
				}
			}
		}
	}
	n := min(workers, runtime.GOMAXPROCS(0))
	w.idle = make(chan *program, n+len(groups))
	for range n {
		w.idle <- p.view(w)
	}
	return w
}

// view is the program for one of those that walk: what they find out about it as they go
// is their own.
func (p *program) view(w *walk) *program {
	v := *p
	v.walk, v.memos, v.targets = w, newMemos(), p.targets.view()
	return &v
}

// result is what was found in a function of the package, as far as the functions are
// walked: nil for those whose turn comes later.
func (p *program) result(fn *ssa.Function) *flow.Result {
	if p.walk == nil {
		return p.found[fn]
	}
	at, ok := p.walk.places[fn]
	if !ok || at.group > p.at {
		return nil
	}
	if at.group < p.at {
		p.walk.await(at.group, p)
	}
	return p.walk.results[at.group][at.n]
}

// await waits for a group. Where none refers to it by what is seen, that may not have begun
// yet: then somebody else goes on meanwhile.
func (w *walk) await(g int, waiting *program) {
	select {
	case <-w.done[g]:
		return
	default:
	}
	if waiting.at < len(w.groups) {
		select {
		case w.idle <- waiting.view(w):
		default: // there are others
		}
	}
	<-w.done[g]
}

// results are the functions in the order of the source.
func (p *program) results(regions *regions) []*Func {
	var out []*Func
	for _, fn := range p.funcs {
		r := p.found[fn]
		if r == nil || !inSource(fn) {
			continue
		}
		f := &Func{Result: r, Wrapper: r.Summary.Thin != nil && (r.Summary.Thin.Forward || regions.reached(fn)), Cut: r.Summary.Cut}
		if again := p.repeated[fn]; again != nil {
			f.Cut = f.Cut || again.Summary.Cut
			merged := *again
			merged.Summary = r.Summary
			f.Result = &merged
		}
		out = append(out, f)
	}
	return out
}
