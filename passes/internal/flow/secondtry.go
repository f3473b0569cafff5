package flow

import "slices"

// A write may have a second try of its own: a conflict retry that sends the same resource
// and is entered only where the write met a conflict. Then the write is made again, as it
// would be in the retry.

// secondTry notes which conflicts a conflict retry answers that a path has just left.
// Where it has written nothing, it has found nothing to write, or its error goes on.
func (e *exec) secondTry(called []applied) {
	for _, a := range called {
		for c, f := range a.s.failed.all() {
			sends := func(b applied) bool {
				return slices.ContainsFunc(b.writes(), func(w written) bool { return w.res == f.res })
			}
			if f.res == nil || !a.s.isConflict(e, f) || !slices.ContainsFunc(called, sends) {
				continue
			}
			e.answered[c.call] = true
			if f.open {
				f.open = false
				a.s.failed.set(c, f)
			}
		}
	}
}

// leaveOpen notes, at a return, which failed writes may have met a conflict that nothing
// on the path answers.
func (e *exec) leaveOpen(s *state) {
	for c, f := range s.failed.all() {
		if f.open && s.mayConflict(e, f) {
			e.unanswered[c.call] = true
		}
	}
}

// judgeAnswers tells, when all paths have been walked, which writes are made again
// wherever they meet a conflict.
func (e *exec) judgeAnswers() {
	for c := range e.answered {
		if !e.unanswered[c] {
			e.retried[c] = true
		}
	}
}
