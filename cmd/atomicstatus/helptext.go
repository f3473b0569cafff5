package main

import (
	"github.com/atomicstatus/atomicstatus/passes/reconcilecost"
)

// helpText is what the help of a subcommand and the man page say of it beside its
// flags.
type helpText struct {
	also  string // how else it is called
	text  string // what it does
	exits string
	more  string // what only the man page has room for
}

const title = "find status writes of Kubernetes controllers that are too many, unsafe or lost"

// usages are the forms of the command itself.
var usages = []struct{ args, about string }{
	{"[flags] [packages]", "analyse packages, ./... by default"},
	{"-diff [packages]", "show what the safe fixes change; -diff=review: all"},
	{"-fix [packages]", "apply the safe fixes; -fix=review: all"},
}

var exitText = `0 nothing found, 1 findings are left or the diff is not empty, 2 something could not be analysed or fixed: it is told on stderr, and the findings in everything else are printed all the same.`

var driversText = `go vet -vettool=$(which atomicstatus) $(atomicstatus flags) ./...
go fix -fixtool=$(which atomicstatus) $(atomicstatus flags) ./...`

var settingsText = `checks: {enable: [], disable: []}        # by name
managers: [AtomicStatusUpdate]           # methods that update a status and cannot be seen
entrypoints: []                          # further functions that report takes for reconcilers
fixes: safe                              # or review: what drivers without -fix=review get
accept: {visibility: [], progress: []}   # functions in which such assumptions need no review
statusmulti: {all: false}                # report each further write
statusretry: {policy: strict}            # or requeue
statuscallback: {effects: []}            # further functions that a retry must not repeat
statusphase: {phases: [Phase], validators: [ValidateTransition]}`

var suppressText = `A finding is suppressed by //lint:ignore CHECK REASON or //nolint:atomicstatus // REASON on its line or on the line before, and in a whole file by //lint:file-ignore CHECK REASON.`

var fixText = `-fix changes the files of the packages named, below the main module, that nobody generated and that are committed in git. It writes them all at the end, or none.`

var explainText = helpText{
	text: `It prints why it matters, what the check is silent on, and a bad and a good example.`,
}

var reportText = helpText{
	also:  "report explain CONTROLLER [packages]",
	text:  `For each reconciler it counts the status writes and all requests on the worst path, over all that it calls in the program, and what would be left with one write a resource; then how far it is from the standard. explain prints the worst path, step by step.`,
	exits: `0 done; 1 -fail-on-increase, and a controller has become worse; 2 failed, or something could not be analysed: the rest is reported all the same.`,
	more: `A count is an expression over the loops that repeat a write, like len(steps) + 1. A write that a conflict makes run again counts once.

The standard is a status manager, a refetch before each update, one write a path, none in a loop, a status that is the same where nothing has changed, validated phases, and tests of the manager.

Reconcilers are ` + reconcilecost.Sought + `. The setting entrypoints names further ones.

With -compare, a controller has become worse if it makes more status writes on its worst path, has more findings, or is protected less against conflicts. A new one is worse if it writes more than once a resource.`,
}

var rewriteText = helpText{
	text:  `It makes the fixes of all that the controller runs, in any of the packages, those for review too: it prints what the controller costs before and after, what each fix does and rests on, what is left to do by hand, and a diff. CONTROLLER is a name that atomicstatus report prints, or the kind that the controller reconciles.`,
	exits: `0 nothing is left to do; 1 there is something to apply, or to do by hand; 2 failed, or a fix was refused, or something could not be analysed.`,
	more:  `With -write it changes the files, and writes the package with the status manager where the module has none.`,
}

var managerText = helpText{
	text:  `It writes manager.go and manager_test.go into DIR. The code is yours from then on: Update writes a status, and after a conflict over something else in the resource writes it again.`,
	exits: `0 done, or nothing to do; 1 -diff has something to show; 2 failed, and nothing that was there is overwritten.`,
	more: `Its method AtomicStatusUpdate reads a resource again, applies a change to it and writes its status once; on a conflict it starts over. The tests need controller-runtime v0.15.1 or later.

A table of transitions has a row for each phase, with those that may follow it. A resource may always stay in its phase. Rows are separated by semicolons or newlines; in a file, # begins a comment. A resource starts in the empty phase: where that has no row, "=Pending", it may go to the phases that follow no other.`,
}

var goplsText = helpText{
	text:  `It takes the gopls that fits your Go from the module proxy, or from the module cache, and adds one file with the checks and the settings. At the end it prints how to tell your editor to run it. Build it again when you change the settings.`,
	exits: `0 done, 2 failed.`,
}

var flagsText = helpText{
	text: `go vet keeps what it finds by flags, and reads no settings: these flags mean the same as the settings and flags of this command.`,
}
