package reconcilecost

// outcome is one way to return, as far as the caller can tell.
type outcome struct {
	worst cost
	trace *trace
	best  int
	wrote bool     // a status was written on the worst path
	held  []string // the kinds that a batch of the caller's has noted a write of
	made  []int    // which steps of the function some path to it makes
	end   int      // the outcome of the engine that it is, or anyEnd
}

// anyEnd is the end of an outcome of which the engine knows nothing.
const anyEnd = -1

// outcomes merges the ways to return that a caller cannot tell apart.
func outcomes(exits []*outcome) []*outcome {
	var out []*outcome
	byEnd := map[int]*outcome{}
	for _, o := range exits {
		old := byEnd[o.end]
		if old == nil {
			c := *o
			byEnd[o.end] = &c
			out = append(out, &c)
			continue
		}
		if o.worst.worse(old.worst) {
			old.worst, old.trace, old.wrote = o.worst, o.trace, o.wrote
		}
		old.best = min(old.best, o.best)
		old.held, old.made = union(old.held, o.held), union(old.made, o.made)
	}
	return out
}

// returns reports that a result is true in an outcome, or an error that is not nil;
// known is false if it cannot be told.
func (s *summary) returns(o *outcome, result int) (is, known bool) {
	if o.end == anyEnd {
		return false, false
	}
	return s.paths.Returns(o.end, result)
}

// fails reports that a function returns an error in an outcome.
func (s *summary) fails(o *outcome) (fails, known bool) {
	n := s.fn.Signature.Results().Len()
	if n == 0 {
		return false, false
	}
	return s.returns(o, n-1)
}
