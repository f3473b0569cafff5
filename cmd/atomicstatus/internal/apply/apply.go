// Package apply applies the fixes of findings, in memory and in rounds, until
// none is left.
//
// A fix is right for the program that it was computed for. So a round changes a
// function at most once, but for safe fixes, which are made so that all of them can
// be applied at once; and the fixes of the next round come from an analysis of what
// this one made. A round whose result is no sound program is taken back,
// and its fixes are tried one by one: what is returned in the end has been
// parsed, type-checked and analysed as it stands.
package apply

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/atomicstatus/atomicstatus/passes/fixes"
	"github.com/atomicstatus/atomicstatus/passes/load"
)

// Round is what an analysis says of the files as they are then.
type Round struct {
	Diagnostics []load.Diagnostic
	Broken      []*load.BrokenError // the packages that could not be analysed
	Errors      []error             // what went wrong in the analysis itself

	// Waits reports that other packages are to be prepared for the fix of a finding. Without
	// it, that goes for all.
	Waits func(load.Diagnostic) bool

	// Editable returns a file as it was analysed, or why no fix may change it.
	Editable func(name string) (load.File, error)
}

// Analyse analyses the program with the files of the overlay instead of those
// on disk.
type Analyse func(ctx context.Context, overlay map[string][]byte) (Round, error)

// Prepare returns the fix that has a function take note in a batch, in the program with
// the files of the overlay; without a fix, the finding says what that one waits for. It is
// nil if there is no such function.
type Prepare func(ctx context.Context, overlay map[string][]byte, u fixes.Unnoted) (*load.Diagnostic, error)

// Result is what the fixes come to.
type Result struct {
	Files   []File    // the files that change, by name
	Applied int       // the number of fixes in them
	Refused []Refused // the fixes that stay offered
	Last    Round     // the analysis of the program with all the changes
}

// File is a file before and after.
type File struct {
	Name     string
	Old, New []byte
}

// Refused is a fix that is not applied.
type Refused struct {
	Diagnostic load.Diagnostic
	Reason     string
}

// patience is the number of rounds that may offer no fewer fixes than one before
// them: a fix may well uncover another, but fixes that undo each other go on for
// ever.
const patience = 5

// Run applies the first fix of each finding among those that the level allows. Where
// nothing else is left, it prepares other packages for fixes for review. An error means
// that the analysis failed, or that ctx was done; then nothing is to be changed.
func Run(ctx context.Context, level fixes.Level, analyse Analyse, prepare Prepare) (*Result, error) {
	s := &session{
		level:   level,
		state:   state{text: make(map[string][]byte)},
		old:     make(map[string][]byte),
		refused: make(map[string]string),
		tried:   make(map[fixes.Unnoted]bool),
		vain:    make(map[spot]bool),
	}
	best, least, idle := s.state, math.MaxInt, 0
	for {
		round, err := analyse(ctx, s.text)
		if err = errors.Join(ctx.Err(), err); err != nil {
			return nil, err
		}
		if broken := s.newlyBroken(round); len(broken) > 0 {
			if len(s.pending) == 0 {
				return nil, fmt.Errorf("the files have changed during the analysis: %w", broken[0])
			}
			var troubles []trouble
			for _, b := range broken {
				troubles = append(troubles, trouble{b.Files, "its result does not compile: " + b.Reason})
			}
			s.takeBack(troubles)
			continue
		}
		if caused := s.caused(round); len(caused) > 0 {
			s.takeBack(caused)
			continue
		}
		s.accept(round)

		offered := s.offered()
		if len(offered) < least {
			best, least, idle = s.state.clone(), len(offered), 0
		} else if idle++; idle == patience {
			s.state = best
			for _, f := range s.offered() {
				s.refused[f.id] = fmt.Sprintf("stopped after %d rounds in which fixes only led to other fixes", patience)
			}
			return s.result(), nil
		}
		if s.apply(offered) {
			continue
		}
		if prepared, err := s.prepare(ctx, prepare); err != nil {
			return nil, err
		} else if !prepared {
			return s.result(), nil
		}
		least = math.MaxInt
	}
}

// state is a program that has been analysed.
type state struct {
	text    map[string][]byte // the files that differ from those on disk
	applied int               // how many fixes made them
	last    Round
}

func (s state) clone() state {
	s.text = maps.Clone(s.text)
	return s
}

type session struct {
	state
	level   fixes.Level
	old     map[string][]byte // the files that were changed at some time, as they are on disk
	refused map[string]string // reasons by the identities of fixes

	pending []*fix            // applied, but the result is not analysed yet
	before  map[string][]byte // the files that they changed
	alone   bool              // a round has one fix only

	trial *trial                 // what was prepared for a fix that is not there yet
	tried map[fixes.Unnoted]bool // what was prepared, or cannot be
	vain  map[spot]bool          // the findings that it was done for in vain
}

// newlyBroken returns the packages that were sound before the pending fixes.
func (s *session) newlyBroken(round Round) []*load.BrokenError {
	if s.last.Editable == nil {
		return nil // this is the first round
	}
	return slices.DeleteFunc(slices.Clone(round.Broken), func(b *load.BrokenError) bool {
		return slices.ContainsFunc(s.last.Broken, func(old *load.BrokenError) bool { return old.Package == b.Package })
	})
}

// trouble is why the pending fixes of some files cannot stay.
type trouble struct {
	files  []string
	reason string
}

// caused returns the files that the pending fixes changed in which a check now
// has more to report than what it had, less what was fixed, and more of it without
// a fix: for what has one there is the next round. What a finding that was fixed has
// named as related is no news: it may be left over where one write of many has gone.
func (s *session) caused(round Round) []trouble {
	type key struct{ file, check string }
	type counts struct{ all, unfixed int }
	count := func(diags []load.Diagnostic, known func(load.Diagnostic) bool) map[key]counts {
		n := make(map[key]counts)
		for _, d := range diags {
			if known(d) {
				continue
			}
			k := key{d.Pos.Filename, d.Analyzer}
			c := n[k]
			c.all++
			if d.First(s.level) == nil {
				c.unfixed++
			}
			n[k] = c
		}
		return n
	}
	before, after := count(s.last.Diagnostics, func(load.Diagnostic) bool { return false }), count(round.Diagnostics, func(d load.Diagnostic) bool { return s.announced(round, d) })
	fixed := make(map[key]int)
	for _, f := range s.pending {
		fixed[key{f.file, f.check}]++
	}
	var caused []trouble
	for _, d := range round.Diagnostics {
		k := key{d.Pos.Filename, d.Analyzer}
		_, changed := s.before[k.file]
		if changed && d.First(s.level) == nil && after[k].all > before[k].all-fixed[k] && after[k].unfixed > before[k].unfixed {
			caused = append(caused, trouble{[]string{k.file}, fmt.Sprintf("it would lead to a finding of %s: %s", d.Analyzer, d.Message)})
		}
	}
	return caused
}

// announced reports that a pending fix of the same check is of a finding that names the
// line of another one.
func (s *session) announced(round Round, d load.Diagnostic) bool {
	file, err := round.Editable(d.Pos.Filename)
	if err != nil {
		return false
	}
	line := lineAt(file.Text, d.Pos.Offset)
	return slices.ContainsFunc(s.pending, func(f *fix) bool {
		return f.check == d.Analyzer && slices.Contains(f.related, line)
	})
}

// lineAt is the line of a text with a byte, without the white space around it.
func lineAt(text []byte, offset int) string {
	if offset > len(text) {
		return ""
	}
	from := bytes.LastIndexByte(text[:offset], '\n') + 1
	line, _, _ := bytes.Cut(text[from:], []byte("\n"))
	return string(bytes.TrimSpace(line))
}

func (s *session) accept(round Round) {
	s.applied += len(s.pending)
	if slices.ContainsFunc(s.pending, func(f *fix) bool { return f.prepares == nil }) {
		s.trial = nil // something has come of it
	}
	s.pending, s.before, s.last = nil, nil, round
}

// takeBack undoes the pending fixes that are likely to be the cause of trouble:
// those that changed one of its files, or else all of them. If the round had
// one fix only, that one is refused. Otherwise fixes come one by one from now
// on, until the one to refuse is found.
func (s *session) takeBack(troubles []trouble) {
	undo := make(map[string]bool) // files
	for _, t := range troubles {
		for _, name := range t.files {
			if _, ok := s.before[name]; ok {
				undo[name] = true
			}
		}
	}
	if len(undo) == 0 {
		for name := range s.before {
			undo[name] = true
		}
	}
	// Files are restored as a whole, and fixes undone in all of theirs.
	var suspects []*fix
	for again := true; again; {
		again = false
		s.pending = slices.DeleteFunc(s.pending, func(f *fix) bool {
			if !slices.ContainsFunc(f.files(), func(name string) bool { return undo[name] }) {
				return false
			}
			for _, name := range f.files() {
				undo[name] = true
			}
			suspects, again = append(suspects, f), true
			return true
		})
	}
	for name := range undo {
		s.restore(name)
	}
	if s.alone = len(suspects)+len(s.pending) > 1; !s.alone {
		s.refused[suspects[0].id] = troubles[0].reason
	}
}

func (s *session) restore(name string) {
	s.text[name] = s.before[name]
	if string(s.text[name]) == string(s.old[name]) {
		delete(s.text, name)
	}
	delete(s.before, name)
}

// offered returns the fixes that could be applied now.
func (s *session) offered() []*fix {
	var fixes []*fix
	for _, d := range s.last.Diagnostics {
		if f, err := s.fix(d); f != nil && err == nil {
			fixes = append(fixes, f)
		}
	}
	return fixes
}

// apply applies as many fixes as fit together, and reports whether it could
// apply one at all.
func (s *session) apply(fixes []*fix) bool {
	s.before = make(map[string][]byte)
	after := make(map[string]*edited)
	for _, f := range fixes {
		if s.alone && len(s.pending) > 0 {
			break
		}
		next, err := f.on(after)
		switch {
		case errors.Is(err, errConflict):
			continue
		case err != nil:
			s.refused[f.id] = err.Error()
			continue
		}
		maps.Copy(after, next)
		s.pending = append(s.pending, f)
	}
	for name, file := range after {
		if _, ok := s.old[name]; !ok {
			s.old[name] = file.Text
		}
		s.before[name] = file.Text
		s.text[name] = file.result
	}
	return len(s.pending) > 0
}

func (s *session) result() *Result {
	r := &Result{Applied: s.applied, Last: s.last}
	for name, text := range s.text {
		if string(text) != string(s.old[name]) {
			r.Files = append(r.Files, File{Name: name, Old: s.old[name], New: text})
		}
	}
	slices.SortFunc(r.Files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	for _, d := range s.last.Diagnostics {
		if _, err := s.fix(d); err != nil {
			r.Refused = append(r.Refused, Refused{Diagnostic: d, Reason: err.Error()})
		}
	}
	return r
}
