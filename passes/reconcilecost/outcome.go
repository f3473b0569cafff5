package reconcilecost

// price is what some paths of a function cost.
type price struct {
	worst cost
	trace *trace   // of the worst path
	best  int      // status writes of the best path
	wrote bool     // the worst path has written a status
	held  []string // the kinds that a batch has noted a write of, ascending
	made  []int    // which steps of the function some path has made, ascending
}

// merge takes the worse of two paths as the worst, and the better as the best.
func (p *price) merge(o *price) {
	if o.worst.worse(p.worst) {
		p.worst, p.trace, p.wrote = o.worst, o.trace, o.wrote
	}
	p.best = min(p.best, o.best)
	p.held, p.made = union(p.held, o.held), union(p.made, o.made)
}

// outcome is one way to return, as far as the caller can tell.
type outcome struct {
	price
	end int // the outcome of the engine that it is, or anyEnd
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
		old.merge(&o.price)
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
