package main

import (
	"errors"
	"flag"
	"fmt"
	"strings"

	"github.com/atomicstatus/atomicstatus/analyzer"
)

// explain prints the documentation of the checks named.
func (c *command) explain(names []string) error {
	if len(names) == 0 {
		return errors.New("explain needs the name of a check: run atomicstatus checks for the names")
	}
	for i, name := range names {
		check, err := analyzer.Find(name)
		if err != nil {
			return err
		}
		if i > 0 {
			fmt.Fprintln(c.stdout)
		}
		fmt.Fprintf(c.stdout, "%s: %s\n\n%s\n\nReported:\n\n%s\n\nBetter:\n\n%s\n\nSuppress: //lint:ignore %s REASON\nSource:   %s\nOnline:   %s\n",
			check.Name, check.Title, check.Text, indent(check.Bad), indent(check.Good), check.Name, check.Source, check.URL)
	}
	return nil
}

func indent(text string) string {
	return "    " + strings.ReplaceAll(text, "\n", "\n    ")
}

// list prints a line for each check.
func (c *command) list() {
	for _, check := range analyzer.Checks() {
		state := "on"
		if !check.Default {
			state = "off"
		}
		fmt.Fprintf(c.stdout, "%-14s %-3s  %s\n", check.Name, state, check.Title)
	}
}

// help prints the usage of the command.
func (c *command) help() {
	fmt.Fprint(c.stdout, `atomicstatus finds misuse of the status of Kubernetes resources.

Usage:

    atomicstatus [flags] [packages]     analyse packages, ./... by default
    atomicstatus -diff [packages]       show what the fixes would change
    atomicstatus -fix [packages]        apply them, and list what is left
    atomicstatus explain CHECK...       say what a check reports, and why
    atomicstatus checks                 list the checks
    atomicstatus [flags] flags          print the flags for go vet that mean the settings
    atomicstatus manager DIR            write a status manager into a package: see manager -h
    atomicstatus gopls                  build a gopls that shows the findings: see gopls -h
    atomicstatus report [packages]      say what each controller costs per reconcile: see report -h
    atomicstatus version                say what this binary was built from
    atomicstatus help

As a vet tool, and as a fix tool:

    go vet -vettool=$(which atomicstatus) $(atomicstatus flags) ./...
    go fix -fixtool=$(which atomicstatus) $(atomicstatus flags) ./...

Flags:

`)
	c.printFlags(c.set)
	fmt.Fprintf(c.stdout, `
Settings are read from %s beside go.mod; flags win over them:

    checks: {enable: [], disable: []}        # by name
    managers: [AtomicStatusUpdate]           # methods that update a status and cannot be seen
    entrypoints: []                          # further functions that report takes for reconcilers
    statusmulti: {all: false}                # report each further write
    statusretry: {policy: strict}            # or requeue
    statuscallback: {effects: []}            # further functions that a retry must not repeat
    statusphase: {phases: [Phase], validators: [ValidateTransition]}

A finding is suppressed by //lint:ignore CHECK REASON on its line or on the line
before, and in a whole file by //lint:file-ignore CHECK REASON.

-fix changes the files of the packages named, below the main module, that nobody
generated and that are committed in git. It writes them all at the end, or none.

Exit codes: 0 nothing found, 1 findings are left or the diff is not empty, 2
something could not be analysed or fixed: it is told on stderr, and the findings
in everything else are printed all the same.
`, settingsName)
}

// printFlags prints what the flags of a command mean.
func (c *command) printFlags(set *flag.FlagSet) {
	set.VisitAll(func(f *flag.Flag) {
		arg, usage := flag.UnquoteUsage(f)
		if arg != "" {
			arg = " " + arg
		}
		if f.DefValue != "" && f.DefValue != "false" {
			usage += " (default " + f.DefValue + ")"
		}
		fmt.Fprintf(c.stdout, "    -%s%s\n        %s\n", f.Name, arg, usage)
	})
}
