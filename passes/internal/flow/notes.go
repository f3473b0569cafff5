package flow

import (
	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
)

// This file has what the engine notes of any path. Notes only grow while a function is
// walked: no path takes back what another one has seen.

// objectNotes tell what was seen to happen to objects in memory.
type objectNotes struct {
	changes      map[changeKey]*change
	refreshed    map[*Term]bool // objects that were read again, or handed to code that cannot be seen
	refreshedRes map[*Term]bool // likewise the resources that they stand for
	everWritten  map[*change]bool
	takenOver    map[*change]bool  // the field of another object of the type was copied
	unseenBy     map[*Term]bool    // objects that code which cannot be seen received
	sends        map[sendKey]bool  // objects that calls sent with their resourceVersion
	sets         map[setKey]Set    // assignments to a status
	keys         map[string]*Term  // what stands for elements of paths that depend on the caller
	unnamedPhis  map[*ssa.Phi]bool // that have no other name on some path
	meetings     map[meetingKey]*meeting
}

func newObjectNotes() objectNotes {
	return objectNotes{
		changes:   map[changeKey]*change{},
		refreshed: map[*Term]bool{}, refreshedRes: map[*Term]bool{},
		everWritten: map[*change]bool{}, takenOver: map[*change]bool{}, unseenBy: map[*Term]bool{},
		sends: map[sendKey]bool{}, sets: map[setKey]Set{}, keys: map[string]*Term{}, unnamedPhis: map[*ssa.Phi]bool{}, meetings: map[meetingKey]*meeting{},
	}
}

// callNotes tell what was seen of calls.
type callNotes struct {
	visits   map[visitKey]*Visit
	order    []*Visit // as they were first seen
	names    map[*Term]string
	direct   map[ssa.CallInstruction]kube.Op // those that send a status themselves
	prone    map[ssa.CallInstruction]bool    // those that may fail with a conflict
	retried  map[ssa.CallInstruction]bool    // made again when they failed
	turns    map[ssa.CallInstruction]bool    // made again after success
	rereads  map[ssa.CallInstruction]bool    // made again after the object was read again
	stubborn map[ssa.CallInstruction]*Term   // made again with the same object after they failed
	// answered are those whose conflict leads to a conflict retry on some path, and
	// unanswered on some to nothing (see secondtry.go).
	answered, unanswered map[ssa.CallInstruction]bool
	// swallowed are those whose failure went to nobody.
	swallowed map[ssa.CallInstruction]bool
	answers   map[*Term]*Term               // what methods of unknown types returned, by the call (see asksObject)
	dynamic   map[ssa.CallInstruction]*Term // calls of functions of the caller's
	passes    map[*Term][]Passed            // what was passed to such functions
	// retriedFuncs are such functions given to a conflict retry, and retriedAny those of
	// them that are retried after any error; regions are those of the program.
	retriedFuncs []*Term
	retriedAny   []*Term
	regions      map[*ssa.Function]Region
}

func newCallNotes() callNotes {
	return callNotes{
		visits: map[visitKey]*Visit{}, names: map[*Term]string{},
		direct: map[ssa.CallInstruction]kube.Op{}, prone: map[ssa.CallInstruction]bool{}, retried: map[ssa.CallInstruction]bool{},
		turns: map[ssa.CallInstruction]bool{}, rereads: map[ssa.CallInstruction]bool{}, stubborn: map[ssa.CallInstruction]*Term{},
		answered: map[ssa.CallInstruction]bool{}, unanswered: map[ssa.CallInstruction]bool{},
		swallowed: map[ssa.CallInstruction]bool{}, answers: map[*Term]*Term{}, dynamic: map[ssa.CallInstruction]*Term{},
		passes: map[*Term][]Passed{}, regions: map[*ssa.Function]Region{},
	}
}

// contextNotes tell where contexts come from (see context.go).
type contextNotes struct {
	batches map[*Term]batch             // those that a batch returned, with its flush
	derived map[*Term]*Term             // those that were made from others
	called  map[*ssa.Function]*Contexts // with which functions were called
}

func newContextNotes() contextNotes {
	return contextNotes{batches: map[*Term]batch{}, derived: map[*Term]*Term{}, called: map[*ssa.Function]*Contexts{}}
}
