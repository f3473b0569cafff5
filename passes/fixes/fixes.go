// Package fixes says who may apply a fix. One that is safe does what the program did;
// one for review does so under named assumptions, and only somebody who knows the
// program can report whether they hold.
package fixes

import (
	"errors"
	"flag"
	"fmt"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/go/analysis"

	"github.com/atomicstatus/atomicstatus/passes/internal/names"
)

// Level is who may apply a fix.
type Level string

const (
	Safe   Level = "safe"   // any driver, unasked
	Review Level = "review" // whoever has read its assumptions
)

// Allows reports that whoever may go as far as the level may apply a fix of another.
func (l Level) Allows(of Level) bool { return l == Review || of == Safe }

// String returns the level as a flag takes it.
func (l *Level) String() string { return string(*l) }

// Set sets the level from the value of a flag.
func (l *Level) Set(value string) error {
	switch Level(value) {
	case Safe, Review:
		*l = Level(value)
		return nil
	}
	return errors.New("not one of safe, review")
}

// Kind is what sort of thing an assumption is about.
type Kind string

const (
	Visibility Kind = "visibility" // nobody has to see a status that is no longer stored
	Gate       Kind = "gate"       // an effect may come before a write that it came after
	Progress   Kind = "progress"   // an effect may be repeated, as what tells of it is stored later
	Failure    Kind = "error"      // the failure of a write is noticed elsewhere, or no longer
	Unseen     Kind = "unseen"     // a call that cannot be seen through has nothing to do with the object
)

// Kinds are all kinds.
func Kinds() []Kind { return []Kind{Visibility, Gate, Progress, Failure, Unseen} }

// MaxAssumptions is how many a fix may rest on: nobody holds more of them against a
// program at once.
const MaxAssumptions = 3

// Assumption is what a fix for review rests on.
type Assumption struct {
	Kind  Kind
	Pos   token.Pos     // the place in the program that it is about
	Text  string        // one lower-case sentence in the names of the program, with lines, without a period
	Funcs []*types.Func // by which it may be accepted: the function that is called there, and those around
}

// The values of the flags.
var (
	offered  = Safe
	accepted = acceptances{}
)

// Flags defines the flags of an analyzer that say which fixes drivers get.
func Flags(set *flag.FlagSet) {
	set.Var(&offered, "fixes", "which fixes drivers get: safe, or review, which adds those that rest on assumptions named in their titles")
	set.Var(&accepted, "accept", "assumptions that need no review, as KIND:FUNCTION, comma-separated")
}

// Offered is the level up to which a driver gets fixes that knows nothing of levels.
func Offered() Level { return offered }

// acceptances are functions, by the kind of assumption that is accepted in them.
type acceptances map[Kind]names.List

// String returns the acceptances as the flag takes them.
func (a *acceptances) String() string {
	var all []string
	for _, kind := range Kinds() {
		for _, name := range (*a)[kind] {
			all = append(all, string(kind)+":"+name)
		}
	}
	return strings.Join(all, ",")
}

// Set sets the acceptances from the value of the flag.
func (a *acceptances) Set(value string) error {
	set := acceptances{}
	for item := range strings.SplitSeq(value, ",") {
		if item = strings.TrimSpace(item); item == "" {
			continue
		}
		kind, name, ok := strings.Cut(item, ":")
		if !ok || name == "" {
			return fmt.Errorf("%q is not KIND:FUNCTION", item)
		}
		if !slices.Contains(Kinds(), Kind(kind)) {
			return fmt.Errorf("%q is no kind of assumption", kind)
		}
		set[Kind(kind)] = append(set[Kind(kind)], name)
	}
	*a = set
	return nil
}

// Open returns those of the assumptions that nobody has accepted, each once.
func Open(all []Assumption) []Assumption {
	var open []Assumption
	for _, a := range all {
		known := slices.ContainsFunc(open, func(o Assumption) bool { return o.Kind == a.Kind && o.Text == a.Text })
		if !known && !slices.ContainsFunc(a.Funcs, func(fn *types.Func) bool { return fn != nil && accepted[a.Kind].Names(fn) }) {
			open = append(open, a)
		}
	}
	return open
}

// Title is the message of a fix with what it rests on, for drivers that show nothing
// else of it.
func Title(message string, open []Assumption) string {
	if len(open) == 0 {
		return message
	}
	var texts []string
	for _, a := range open {
		texts = append(texts, string(a.Kind)+": "+a.Text)
	}
	return message + " (for review; " + strings.Join(texts, "; ") + ")"
}

const noFix = "no fix: "

// NoFix is the message of related information that says why there is no fix.
func NoFix(reason string) string { return noFix + reason }

// IsNoFix reports that a message is one of these. A driver that shows only some places
// of a finding shows this one.
func IsNoFix(message string) bool { return strings.HasPrefix(message, noFix) }

// Unnoted is a function whose writes of a status take no note in a batch. A fix of a
// package that calls it waits for it, as no fix changes two packages.
type Unnoted struct {
	Pkg  string // the path of its package
	Func string // its full name, as types.Func has it
	Kind string // the type of what it writes, with the path of its package
}

// Log keeps the assumptions of fixes for a driver that knows of levels: a suggested
// fix has no room for them. Nor has a finding any for what its fix waits for. The zero
// Log is empty.
type Log struct {
	known sync.Map // []Assumption by *analysis.TextEdit, the first of the fix
	waits sync.Map // Unnoted by *analysis.RelatedInformation, the first of the finding
}

// Add notes what a fix rests on.
func (l *Log) Add(f analysis.SuggestedFix, open []Assumption) {
	if len(open) > 0 && len(f.TextEdits) > 0 {
		l.known.Store(&f.TextEdits[0], open)
	}
}

// Of returns what a fix rests on: nothing if it is safe.
func (l *Log) Of(f analysis.SuggestedFix) []Assumption {
	if len(f.TextEdits) == 0 {
		return nil
	}
	open, _ := l.known.Load(&f.TextEdits[0])
	list, _ := open.([]Assumption)
	return list
}

// Wait notes what a fix of a finding waits for.
func (l *Log) Wait(d analysis.Diagnostic, u Unnoted) {
	if len(d.Related) > 0 {
		l.waits.Store(&d.Related[0], u)
	}
}

// Waits returns what a fix of a finding waits for, nil if for nothing.
func (l *Log) Waits(d analysis.Diagnostic) *Unnoted {
	if len(d.Related) == 0 {
		return nil
	}
	if u, ok := l.waits.Load(&d.Related[0]); ok {
		u := u.(Unnoted)
		return &u
	}
	return nil
}
