package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"

	"github.com/atomicstatus/atomicstatus/analyzer"
	"github.com/atomicstatus/atomicstatus/analyzer/suggest"
)

// explain prints the documentation of the checks named, and returns the exit code.
func (c *command) explain(_ context.Context, args []string) int {
	names, code, done := c.parse(newFlagSet("explain"), args)
	if done {
		return code
	}
	if len(names) == 0 {
		return c.fail(errors.New("explain needs the name of a check: run atomicstatus checks for the names"))
	}
	for i, name := range names {
		check, err := analyzer.Find(name)
		if err != nil {
			return c.fail(err)
		}
		if i > 0 {
			fmt.Fprintln(c.stdout)
		}
		fmt.Fprintf(c.stdout, "%s: %s\n\n%s\n\nReported:\n\n%s\n\nBetter:\n\n%s\n\nSuppress: //lint:ignore %s REASON\nSource:   %s\nOnline:   %s\n",
			check.Name, check.Title(), check.Text(), indent(check.Bad()), indent(check.Good()), check.Name, check.Source(), check.URL)
	}
	return exitClean
}

func indent(text string) string {
	return "    " + strings.ReplaceAll(text, "\n", "\n    ")
}

// list prints a line for each check, and returns the exit code.
func (c *command) list(_ context.Context, args []string) int {
	if code, done := c.noArguments("checks", args); done {
		return code
	}
	for _, check := range analyzer.Checks() {
		state := "on"
		if !check.Default {
			state = "off"
		}
		fmt.Fprintf(c.stdout, "%-14s %-3s  %s\n", check.Name, state, check.Title())
	}
	return exitClean
}

// version says what this binary was built from, and returns the exit code.
func (c *command) version(_ context.Context, args []string) int {
	if code, done := c.noArguments("version", args); done {
		return code
	}
	fmt.Fprint(c.stdout, describe(builtFrom()))
	return exitClean
}

// helpOn prints the help of the command, of a subcommand or of checks, and returns
// the exit code.
func (c *command) helpOn(ctx context.Context, args []string) int {
	args = slices.DeleteFunc(slices.Clone(args), func(arg string) bool { return strings.HasPrefix(arg, "-") })
	switch {
	case len(args) == 0 || args[0] == "help":
		c.help()
		return exitClean
	case args[0] == everything:
		c.helpAll()
		return exitClean
	}
	if sub := findSubcommand(args[0]); sub != nil && sub.about != "" {
		return sub.run(c, ctx, []string{"-h"})
	}
	if _, err := analyzer.Find(args[0]); err == nil {
		return c.explain(ctx, args)
	}
	names := append(checkNames(), everything)
	for _, sub := range subcommands() {
		names = append(names, sub.name)
	}
	return c.fail(fmt.Errorf("help: %q is neither a command nor a check%s", args[0], suggest.DidYouMean(args[0], names)))
}

// subcommandHelp prints the help of a subcommand.
func (c *command) subcommandHelp(set *flag.FlagSet) {
	sub := findSubcommand(set.Name())
	fmt.Fprintf(c.stdout, "atomicstatus %s: %s.\n\n", sub.name, sub.about)
	for _, usage := range sub.usages() {
		fmt.Fprintf(c.stdout, "    atomicstatus %s\n", usage)
	}
	if sub.text != "" {
		fmt.Fprintf(c.stdout, "\n%s\n", wrap(sub.text, helpWidth, ""))
	}
	own, also := flagsOf(set)
	if len(own) > 0 {
		fmt.Fprintln(c.stdout)
	}
	for _, f := range own {
		c.printFlag(f)
	}
	if also != "" {
		fmt.Fprintf(c.stdout, "\n%s\n", wrap(also, helpWidth, ""))
	}
	if sub.exits != "" {
		fmt.Fprintf(c.stdout, "\n%s\n", wrap("Exit codes: "+sub.exits, helpWidth, ""))
	}
}

// usages returns how a subcommand is called.
func (s *subcommand) usages() []string {
	all := []string{strings.TrimSpace(s.name + " " + s.args)}
	if s.also != "" {
		all = append(all, s.also)
	}
	return all
}

// help prints the usage of the command, on a screen.
func (c *command) help() {
	fmt.Fprintf(c.stdout, "atomicstatus: %s.\n\n", title)
	for _, u := range usages {
		fmt.Fprintf(c.stdout, "    atomicstatus %-29s %s\n", u.args, u.about)
	}
	fmt.Fprintln(c.stdout)
	for _, sub := range subcommands() {
		if sub.about != "" {
			fmt.Fprintf(c.stdout, "    atomicstatus %-29s %s\n", strings.TrimSpace(sub.name+" "+sub.args), sub.about)
		}
	}
	fmt.Fprintf(c.stdout, `
Much used flags: -checks LIST, -f line|json|sarif|github, -baseline FILE, -statistics, -watch.
atomicstatus help %s has the others, and the settings in %s beside go.mod.

%s
`, everything, settingsName, wrap("Exit codes: "+exitText, helpWidth, ""))
}

// everything is what help takes for all that there is to say.
const everything = "all"

// helpAll prints the usage of the command with all flags and settings.
func (c *command) helpAll() {
	c.help()
	fmt.Fprintf(c.stdout, "\nAs a vet tool, and as a fix tool:\n\n%s\n\nFlags, which may stand anywhere:\n\n", indent(driversText))
	c.set.VisitAll(c.printFlag)
	fmt.Fprintf(c.stdout, "\nSettings are read from %s (or .yml) beside go.mod; flags win over them:\n\n%s\n\n%s\n\n%s\n",
		settingsName, indent(settingsText), wrap(suppressText, helpWidth, ""), wrap(fixText, helpWidth, ""))
}

// helpWidth is the width of the text of a help.
const helpWidth = 90

// flagsOf returns the flags that a subcommand has itself, and a sentence on those that it
// has of the command.
func flagsOf(set *flag.FlagSet) (own []*flag.Flag, also string) {
	var shown []string
	checks := false
	set.VisitAll(func(f *flag.Flag) {
		switch _, ok := f.Value.(shared); {
		case !ok:
			own = append(own, f)
		case strings.Contains(f.Name, "."):
			checks = true
		default:
			shown = append(shown, "-"+f.Name)
		}
	})
	if len(shown) > 0 {
		also = "Flags of the command that hold here as well: " + strings.Join(shown, ", ")
		if checks {
			also += ", and those of the checks, like -statusretry.policy"
		}
		also += "."
	}
	return own, also
}

// printFlag prints what a flag means.
func (c *command) printFlag(f *flag.Flag) {
	const column = 24
	name, usage := described(f)
	if len(name) < column {
		name += strings.Repeat(" ", column-len(name))
	} else {
		name += "\n" + strings.Repeat(" ", 4+column)
	}
	fmt.Fprintf(c.stdout, "    %s%s\n", name, wrap(usage, 72, strings.Repeat(" ", 4+column)))
}

// described returns a flag as it is given, and what it means.
func described(f *flag.Flag) (name, usage string) {
	arg, usage := flag.UnquoteUsage(f)
	if f.DefValue != "" && f.DefValue != "false" {
		usage += " (default " + strings.ReplaceAll(f.DefValue, ",", ", ") + ")"
	}
	return strings.TrimSpace("-" + f.Name + " " + arg), usage
}

// wrap breaks a text into lines of at most width letters where it can, the further
// ones after an indent.
func wrap(text string, width int, indent string) string {
	var out strings.Builder
	length := 0
	for i, word := range strings.Fields(text) {
		switch {
		case i == 0:
		case length+1+len(word) > width:
			out.WriteString("\n" + indent)
			length = 0
		default:
			out.WriteString(" ")
			length++
		}
		out.WriteString(word)
		length += len(word)
	}
	return out.String()
}
