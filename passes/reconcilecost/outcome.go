package reconcilecost

import (
	"fmt"
	"go/types"
)

// outcome is one way to return, as far as the caller can tell.
type outcome struct {
	results []fact
	worst   cost
	trace   *trace
	best    int
	wrote   bool     // a status was written on the worst path
	held    []string // the kinds that a batch of the caller's has noted a write of
	ends    []int    // the outcomes of the engine that it may be; nil if any
}

// outcomes merges the ways to return that a caller cannot tell apart.
func (w *walker) outcomes() []*outcome {
	merge := func(key func(*outcome) string) []*outcome {
		var out []*outcome
		byKey := map[string]*outcome{}
		for _, o := range w.exits {
			k := key(o)
			old := byKey[k]
			if old == nil {
				c := *o
				byKey[k] = &c
				out = append(out, &c)
				continue
			}
			if o.worst.compare(old.worst) > 0 {
				old.worst, old.trace, old.wrote = o.worst, o.trace, o.wrote
			}
			old.best = min(old.best, o.best)
			old.held = union(old.held, o.held)
			if old.ends == nil || o.ends == nil {
				old.ends = nil
			} else {
				old.ends = union(old.ends, o.ends)
			}
			for i := range old.results {
				if old.results[i] != o.results[i] {
					old.results[i] = fact{}
				}
			}
		}
		return out
	}
	exact := merge(func(o *outcome) string { return fmt.Sprint(o.results, o.ends) })
	if len(exact) <= maxOutcomes {
		return exact
	}
	// Callers ask first whether it failed, and for what it says with a bool.
	told := func(f fact, typ types.Type) string {
		if b, ok := typ.Underlying().(*types.Basic); ok && b.Kind() == types.Bool {
			return f.eq
		}
		return ""
	}
	failed := func(o *outcome) string {
		if len(o.results) == 0 {
			return ""
		}
		last := o.results[len(o.results)-1]
		return fmt.Sprint(last.eq == isNil, last.ne == isNil)
	}
	coarse := merge(func(o *outcome) string {
		key := failed(o) + fmt.Sprint(o.ends)
		for i, f := range o.results {
			key += " " + told(f, w.fn.Signature.Results().At(i).Type())
		}
		return key
	})
	if len(coarse) <= maxOutcomes {
		return coarse
	}
	return merge(failed)
}
