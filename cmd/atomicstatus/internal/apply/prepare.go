package apply

import (
	"context"
	"errors"
	"fmt"

	"github.com/atomicstatus/atomicstatus/passes/fixes"
	"github.com/atomicstatus/atomicstatus/passes/load"
)

// trial is the preparation of other packages for one fix. If none comes of it, all that
// was prepared is undone.
type trial struct {
	of       spot
	before   state
	prepared []fixes.Unnoted
}

// spot is a finding. What is prepared for it are other packages, so it stays where it is.
type spot struct {
	check, file string
	offset      int
}

func spotOf(d load.Diagnostic) spot { return spot{d.Analyzer, d.Pos.Filename, d.Pos.Offset} }

// prepare has one more function take note that a fix waits for, and reports that the
// program is another one now.
func (s *session) prepare(ctx context.Context, prepare Prepare) (bool, error) {
	if prepare == nil || !s.level.Allows(fixes.Review) {
		return false, nil
	}
	for {
		d := s.waiting()
		if d == nil && s.trial == nil {
			return false, nil
		}
		if d == nil {
			s.giveUp()
			continue
		}
		f, err := s.preparation(ctx, prepare, *d)
		if err = errors.Join(ctx.Err(), err); err != nil {
			return false, fmt.Errorf("prepare %s for a fix: %w", d.Waits.Func, err)
		}
		if f == nil {
			continue
		}
		if s.trial == nil {
			s.trial = &trial{of: spotOf(*d), before: s.state.clone()}
		}
		s.trial.prepared = append(s.trial.prepared, *f.prepares)
		s.alone = false
		if s.apply([]*fix{f}) {
			return true, nil
		}
	}
}

// giveUp undoes what was prepared for a fix that does not come. What can take note may be
// tried again for another one.
func (s *session) giveUp() {
	s.vain[s.trial.of] = true
	for _, u := range s.trial.prepared {
		delete(s.tried, u)
	}
	s.state, s.trial = s.trial.before, nil
}

// waiting returns the finding that is tried, or else the next one, if its fix waits for
// something that is not prepared yet; nil if there is none.
func (s *session) waiting() *load.Diagnostic {
	for i, d := range s.last.Diagnostics {
		if d.Waits == nil || s.tried[*d.Waits] || s.vain[spotOf(d)] || d.First(s.level) != nil || s.last.Waits != nil && !s.last.Waits(d) {
			continue
		}
		if s.trial == nil || s.trial.of == spotOf(d) {
			return &s.last.Diagnostics[i]
		}
	}
	return nil
}

// preparation returns the fix that has the function take note that a finding waits for,
// or first what that one waits for; nil if neither is to be had.
func (s *session) preparation(ctx context.Context, prepare Prepare, d load.Diagnostic) (*fix, error) {
	var before []fixes.Unnoted // whose turn comes when what they wait for is done
	for u := d.Waits; u != nil && !s.tried[*u]; {
		s.tried[*u] = true
		found, err := prepare(ctx, s.text, *u)
		if err != nil || found == nil {
			return nil, err
		}
		if found.First(s.level) != nil {
			f, err := s.fix(*found)
			if err != nil {
				return nil, nil // it may not be changed
			}
			f.prepares = u
			for _, b := range before {
				delete(s.tried, b)
			}
			return f, nil
		}
		before = append(before, *u)
		u = found.Waits
	}
	return nil, nil
}
