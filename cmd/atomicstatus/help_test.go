package main

import (
	"context"
	"flag"
	"strings"
	"testing"
)

// said returns what a command prints on stdout.
func said(t *testing.T, args ...string) string {
	t.Helper()
	var stdout, stderr strings.Builder
	if code := (&command{stdout: &stdout, stderr: &stderr}).run(context.Background(), args); code != exitClean {
		t.Fatalf("%q ends with %d: %s", args, code, &stderr)
	}
	return stdout.String()
}

// The help of each command fits a screen.
func TestHelpFits(t *testing.T) {
	for _, sub := range subcommands() {
		if sub.about == "" {
			continue
		}
		text := said(t, "help", sub.name)
		if lines := strings.Count(text, "\n"); lines > 24 {
			t.Errorf("help %s has %d lines:\n%s", sub.name, lines, text)
		}
		for line := range strings.Lines(text) {
			if len(line) > 101 {
				t.Errorf("help %s has a line of %d letters:\n%s", sub.name, len(line), line)
			}
		}
	}
}

// All that the command knows is in its man page, and each flag in its help.
func TestManIsWhole(t *testing.T) {
	page := strings.NewReplacer(`\-`, "-", `\(dq`, `"`, "\n", " ").Replace(said(t, "man"))
	all := said(t, "help", everything)
	c := &command{}
	c.defineFlags()
	flags := func(of string, set *flag.FlagSet, help string) {
		set.VisitAll(func(f *flag.Flag) {
			if _, ok := f.Value.(shared); ok {
				return
			}
			name, usage := described(f)
			if !strings.Contains(page, `.B "`+name+`" `+usage+" ") {
				t.Errorf("the man page has no flag %s of %s", name, of)
			}
			if !strings.Contains(help, "    "+name) {
				t.Errorf("the help has no flag %s of %s", name, of)
			}
		})
	}
	flags("the command", c.set, all)
	for _, sub := range subcommands() {
		if sub.about == "" {
			continue
		}
		if !strings.Contains(page, ` .SS "`+strings.TrimSpace(sub.name+" "+sub.args)+`" `+upper(sub.about)+". ") {
			t.Errorf("the man page has no command %s", sub.name)
		}
		flags(sub.name, c.subcommandFlags(&sub), said(t, "help", sub.name))
	}
	for _, name := range checkNames() {
		if !strings.Contains(page, `.B "`+name+`"`) {
			t.Errorf("the man page has no check %s", name)
		}
	}
}
