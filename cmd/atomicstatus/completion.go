package main

import (
	"cmp"
	"context"
	"embed"
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"

	"github.com/atomicstatus/atomicstatus/analyzer"
	"github.com/atomicstatus/atomicstatus/analyzer/suggest"
	"github.com/atomicstatus/atomicstatus/passes/fixes"
)

var shells = []string{"bash", "zsh", "fish"}

// completionFiles have a script for each shell, which asks the command itself.
//
//go:embed completion
var completionFiles embed.FS

// completion prints the script for a shell, and returns the exit code.
func (c *command) completion(_ context.Context, args []string) int {
	rest, code, done := c.parse(newFlagSet("completion"), args)
	if done {
		return code
	}
	if len(rest) != 1 {
		return c.fail(errors.New("completion needs the name of a shell: " + strings.Join(shells, ", ")))
	}
	if !slices.Contains(shells, rest[0]) {
		return c.fail(fmt.Errorf("completion: unknown shell %q%s", rest[0], cmp.Or(suggest.DidYouMean(rest[0], shells), ": the shells are "+strings.Join(shells, ", "))))
	}
	script, err := completionFiles.ReadFile("completion/" + rest[0])
	if err != nil {
		return c.fail(err)
	}
	c.stdout.Write(script)
	return exitClean
}

// complete prints what the last of the words may become, a line each. A shell keeps
// those that begin with what is typed; where there is none it offers files.
func (c *command) complete(_ context.Context, words []string) int {
	// Some shells make a word of the = between a flag and its value.
	words = slices.DeleteFunc(words, func(word string) bool { return word == "=" })
	if len(words) == 0 {
		words = []string{""}
	}
	before, last := words[:len(words)-1], words[len(words)-1]
	for _, candidate := range c.candidates(before, last) {
		fmt.Fprintln(c.stdout, candidate)
	}
	return exitClean
}

func (c *command) candidates(before []string, last string) []string {
	set, sub := c.set, ""
	for i := 0; i < len(before); i++ {
		if f := flagOf(set, before[i]); f != nil && takesValue(f) {
			if i++; i == len(before) {
				return values(sub, f.Name)
			}
		} else if found := findSubcommand(before[i]); found != nil && sub == "" {
			sub, set = found.name, c.subcommandFlags(found)
		}
	}
	switch {
	case strings.HasPrefix(last, "-"):
		dashes := last[:len(last)-len(strings.TrimLeft(last, "-"))]
		var names []string
		set.VisitAll(func(f *flag.Flag) { names = append(names, dashes+f.Name) })
		return names
	case len(before) == 0 || sub == "help":
		var names []string
		for _, s := range subcommands() {
			if s.about != "" {
				names = append(names, s.name)
			}
		}
		if sub == "help" {
			names = append(append(names, everything), checkNames()...)
		}
		return names
	case sub == "explain":
		return checkNames()
	case sub == "completion":
		return shells
	case sub == "report":
		return []string{"explain"}
	}
	return nil
}

// flagOf returns the flag that a word gives, without its value.
func flagOf(set *flag.FlagSet, word string) *flag.Flag {
	if !strings.HasPrefix(word, "-") || strings.Contains(word, "=") {
		return nil
	}
	return set.Lookup(strings.TrimLeft(word, "-"))
}

func takesValue(f *flag.Flag) bool {
	b, ok := f.Value.(interface{ IsBoolFlag() bool })
	return !ok || !b.IsBoolFlag()
}

// values returns those of a flag that has a few.
func values(sub, name string) []string {
	switch {
	case name == "f" && sub == "report":
		return reportFormats
	case name == "f":
		return formats
	case name == "color":
		return colours
	case name == "checks":
		return append([]string{"all"}, checkNames()...)
	case name == "statuswrites.fixes":
		return []string{string(fixes.Safe), string(fixes.Review)}
	case name == "statusretry.policy":
		return []string{"strict", "requeue"}
	}
	return nil
}

func checkNames() []string {
	var names []string
	for _, check := range analyzer.Checks() {
		names = append(names, check.Name)
	}
	return names
}
