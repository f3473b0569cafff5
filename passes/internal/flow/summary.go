package flow

import (
	"fmt"
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
)

// Summary tells what a function does to the status of the resources that its
// caller can see, by outcome.
type Summary struct {
	Outcomes []Outcome `json:"o,omitempty"`
	// Thin is set for a function whose only effect is one status write of its
	// own parameter, and for forwarders: its callers answer for the write.
	Thin *Thin `json:"t,omitempty"`
	// Retries lists the functions of the caller's that run again when they
	// return a conflict.
	Retries []*Term `json:"r,omitempty"`
	// RetriesAny are those of them that do so whatever error they return.
	RetriesAny []*Term `json:"a,omitempty"`
	// Sends are the caller's objects that are sent with their resourceVersion, and
	// Refreshes those that may be read again, on any path.
	Sends     []Send  `json:"s,omitempty"`
	Refreshes []*Term `json:"f,omitempty"`
	// Sets are assignments to a status of values that come from the caller.
	Sets []Set `json:"x,omitempty"`
	// Passes tell what it passes to functions of the caller's.
	Passes []Pass `json:"p,omitempty"`
	// Batch tells that the function opens a batch: it returns a context, with which an
	// update only takes note, and what writes at its end.
	Batch bool `json:"b,omitempty"`
	// Cut tells that the function was too large to be followed to its end.
	Cut bool `json:"c,omitempty"`
}

// Thin describes a thin wrapper.
type Thin struct {
	Object  int  // the parameter that is written
	Prone   bool // the write fails with a conflict when the object is stale
	Forward bool // passes its parameters on to the method of the same name
}

// Outcome is one way in which a function may end, as far as a caller can tell.
type Outcome struct {
	Results []*Term  `json:"r,omitempty"` // constants, what the caller can name, or Out values
	Facts   []Fact   `json:"f,omitempty"` // what holds then of the Out values and of what the caller can name
	Writes  []Write  `json:"w,omitempty"` // resources whose status was successfully written
	Same    []Same   `json:"s,omitempty"` // pointers that stand for another resource afterwards
	Stores  []Store  `json:"m,omitempty"` // what was stored where the caller can see it
	Lost    []*Term  `json:"l,omitempty"` // addresses of the caller's below which anything may have changed
	Unsure  []*Term  `json:"u,omitempty"` // likewise, but for references: what code that cannot be seen received
	Calls   []Called `json:"c,omitempty"`
	// Waited tells what the function waited for, if it did.
	Waited Waiting `json:"h,omitempty"`
	Failing
	Pending
}

// Failing tells of the writes that failed on the way to an outcome.
type Failing struct {
	// Failed tells that a conflict-prone write failed, was not tried again, and
	// that its error was handed up: returned, kept, or turned into a result.
	Failed bool `json:"i,omitempty"`
	// Tried tells the same of a failure that was swallowed.
	Tried bool `json:"j,omitempty"`
	// Kept tells that the error was stored where the caller may find it.
	Kept bool `json:"k,omitempty"`
	// FailedOf is the resource of that write, where the caller can name it.
	FailedOf *Term `json:"o,omitempty"`
	// Conflict tells that the error may be the conflict of a write, and Hidden that
	// there may have been one of which the error says nothing: how, and by what
	// HiddenBy returns. ConflictOf is the resource, where the caller can name it.
	Conflict   bool  `json:"z,omitempty"`
	Hidden     Fate  `json:"q,omitempty"`
	HiddenBy   Step  `json:"a,omitzero"`
	ConflictOf *Term `json:"g,omitempty"`
}

// Pending tells what an outcome leaves pending in the caller's objects.
type Pending struct {
	// Dirty are the changes that were not written.
	Dirty []Dirty `json:"d,omitempty"`
	// Overwrites are the objects whose changes, as they were at the call, were
	// overwritten in memory.
	Overwrites []Overwrite `json:"v,omitempty"`
	// Missing are the changes that were made and overwritten here, and of which nobody has
	// been told: the function has failed, and who tries again makes most of them anew.
	Missing []Missing `json:"p,omitempty"`
	// Late are the objects of which a patch was sent that leaves out what they held
	// at the call.
	Late []Late `json:"b,omitempty"`
	// Sent are the objects whose status was sent, so that nothing that they held at
	// the call is pending, and Settled those that went to code which cannot be seen.
	// SentLast are those whose status was sent after they had been overwritten: with
	// it, what functions of the caller's had changed by then.
	Sent     []*Term `json:"n,omitempty"`
	Settled  []*Term `json:"x,omitempty"`
	SentLast []*Term `json:"y,omitempty"`
	// Stale are the objects that were written and did not get the new resourceVersion.
	Stale []*Term `json:"e,omitempty"`
}

// Dirty is a change of an object in memory that was not written.
type Dirty struct {
	Object  *Term     `json:"o,omitempty"`
	Part    uint8     `json:"p,omitempty"`
	Path    string    `json:"s,omitempty"`
	Keys    []Key     `json:"k,omitempty"` // the elements in the path that depend on the call
	Pos     token.Pos `json:"i,omitempty"` // of the change, in this package
	Guarded bool      `json:"g,omitempty"` // other paths write it
	Copied  bool      `json:"c,omitempty"` // it takes over the field of another object of the type
}

// OfStatus reports that the change may be one of a status.
func (d Dirty) OfStatus() bool { return part(d.Part) != otherPart }

// Key is an element of a path: the type of a condition that the caller gives.
type Key struct {
	Text string `json:"s,omitempty"` // what stands for it in the path
	Term *Term  `json:"t,omitempty"`
}

// Overwrite tells that what the API server holds took the place of an object.
type Overwrite struct {
	Object *Term    `json:"o,omitempty"`
	Redone []string `json:"r,omitempty"` // the paths of its status that were changed afterwards
	By     Step     `json:"a,omitzero"`  // the call that read or wrote it
	Bare   string   `json:"b,omitempty"` // the method that sent it where nothing but its status had been changed
	// Last: it took the place after functions of the caller's had been called.
	Last bool `json:"l,omitempty"`
	// Response: only changes of metadata and spec are gone, by the response to a
	// status write.
	Response bool `json:"p,omitempty"`
}

// Missing is a change of the status of an object that was overwritten in memory before it
// was written. It counts if the caller writes the status all the same.
type Missing struct {
	Object *Term  `json:"o,omitempty"`
	Path   string `json:"s,omitempty"`
	Keys   []Key  `json:"k,omitempty"` // the elements in the path that depend on the call
	By     Step   `json:"a,omitzero"`  // the call that overwrote it
}

// Late tells that a patch of the status leaves out the changes which the caller had
// made, as its base was copied after them.
type Late struct {
	Object *Term    `json:"o,omitempty"`
	Since  []string `json:"s,omitempty"` // the paths that were changed after the copy: these are sent
}

// Send is a write of an object with its resourceVersion.
type Send struct {
	Object *Term               `json:"o,omitempty"`
	Call   ssa.CallInstruction `json:"-"`           // in this package
	Name   string              `json:"n,omitempty"` // what the program calls the object
}

// writes reports that the function writes the status of any resource itself.
func (s *Summary) writes() bool {
	return slices.ContainsFunc(s.Outcomes, func(o Outcome) bool { return len(o.Writes) > 0 })
}

// Pass tells what is passed to a function of the caller's.
type Pass struct {
	Fn   *Term    `json:"f,omitempty"`
	Args []Passed `json:"a,omitempty"`
}

// Passed is one argument: an object, or a pointer to another object of a
// resource, where the caller can name that.
type Passed struct {
	Object   *Term `json:"o,omitempty"`
	Resource *Term `json:"r,omitempty"`
	Fresh    bool  `json:"f,omitempty"` // it was read here
}

// Fact says that a value equals a constant, or differs from some.
type Fact struct {
	Of *Term   `json:"o,omitempty"`
	Eq *Term   `json:"e,omitempty"`
	Ne []*Term `json:"n,omitempty"`
}

// Write is a successful status write of a resource.
type Write struct {
	Resource *Term    `json:"r,omitempty"`
	Client   *Term    `json:"c,omitempty"` // what it was sent through; nil where the caller cannot name it
	Context  *Term    `json:"x,omitempty"` // that it is sent with; nil where that is not the caller's
	Noted    bool     `json:"n,omitempty"` // where that is of a batch, the write is part of the batch
	Paths    []string `json:"p,omitempty"` // of the status, that were changed and sent
	Via      []Step   `json:"v,omitempty"` // the calls that lead to the direct write, outermost first
	// IfChanged: nothing is written unless the caller has changed the status.
	IfChanged bool `json:"h,omitempty"`
}

// Step is one call of a chain.
type Step struct {
	Func string    `json:"f,omitempty"` // the function called; empty for the direct write
	Pos  token.Pos `json:"p,omitempty"` // of the call, in this package; else NoPos
	At   string    `json:"a,omitempty"` // file:line of the call, in another package
}

// Same says which resource a pointer stands for.
type Same struct {
	Pointer  *Term `json:"p"`
	Resource *Term `json:"r"`
}

// Store says what an address holds.
type Store struct {
	Addr *Term `json:"a"`
	Val  *Term `json:"v"`
}

// Called is a call of a function that the caller passed.
type Called struct {
	Fn  *Term `json:"f,omitempty"`
	Err bool  `json:"e,omitempty"` // it returned an error
	// Conflict: that may be one, by all that was asked of it. Importers are not told.
	Conflict bool `json:"c,omitempty"`
}

// Region tells how a function came to run again when a write fails with a
// conflict.
type Region struct {
	Call ssa.CallInstruction // the retry, or the call of the function that retries it
	// Manager tells that what it was passed to writes the status itself, after
	// calling it.
	Manager bool
	// Any tells that it runs again after any error, whether that is a conflict or not.
	Any bool
	// Fresh are the sends of the function, by their index in its summary, of
	// objects that what it was passed to reads again for it.
	Fresh map[int]bool
}

// Visit tells what held on the paths that reached a call which writes the
// status of a resource.
type Visit struct {
	Call     ssa.CallInstruction
	Fn       *ssa.Function
	Resource *Term
	Name     string // of the object, for messages
	Via      []Step // from the called function down to the direct write; empty for a direct one
	Direct   bool   // the call sends the status itself, or is transparent
	Async    bool   // a go statement or its like
	Earlier  []ssa.CallInstruction
	Fresh    bool // on some path nothing was written before
	Loop     *Loop
	Client   *Term
	// Context is what a caller gave it to send the write with; nil if that is none of
	// the caller's. If the write is noted, it is part of the batch of that, if there is
	// one.
	Context *Term
	Noted   bool
}

// Param is the parameter of the function that the visit writes, or -1.
func (v *Visit) Param() int {
	if v.Resource.Kind == resource.Param {
		return v.Resource.N
	}
	return -1
}

// String lists the outcomes: the results, and what was written, called or
// failed.
func (s *Summary) String() string {
	lines := s.lines()
	slices.Sort(lines)
	text := strings.Join(slices.Compact(lines), "; ")
	if s.Thin != nil {
		text = "thin: " + text
	}
	return text
}

// lines are the outcomes, in their order.
func (s *Summary) lines() []string {
	var lines []string
	for i := range s.Outcomes {
		o := &s.Outcomes[i]
		line := fmt.Sprint(o.Results)
		for _, w := range o.Writes {
			line += " writes " + w.Resource.String()
			if w.IfChanged {
				line += " if changed"
			}
		}
		for _, c := range o.Calls {
			line += " calls " + c.Fn.String()
			if c.Err {
				line += " in vain"
			}
		}
		if o.Failed {
			line += " fails"
		}
		if o.Tried {
			line += " tried"
		}
		lines = append(lines, line)
	}
	return lines
}

// Loop names what repeats a write.
type Loop struct {
	Pos, End token.Pos // the places of the first and the last instruction in it that have one
	Kind     string    // "loop", "callback", "range loop", or Recursion
	Height   int       // how many loops lie in each other inside it
}

// Recursion is the kind of a loop that a function makes by calling itself.
const Recursion = "recursion"
