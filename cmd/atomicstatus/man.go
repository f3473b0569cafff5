package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"strings"

	"github.com/atomicstatus/atomicstatus/analyzer"
)

// man prints the man page, in the macros of man(7), and returns the exit code. A release
// brings it along.
func (c *command) man(_ context.Context, args []string) int {
	if code, done := c.noArguments("man", args); done {
		return code
	}
	built := builtFrom()
	day, _, _ := strings.Cut(buildSettings(built)["vcs.time"], "T") // of the commit, if it is known
	p := &manPage{c.stdout}
	p.macro("TH", "ATOMICSTATUS", "1", day, "atomicstatus "+built.Main.Version, "")
	p.section("NAME")
	p.text("atomicstatus - " + title)
	p.section("SYNOPSIS")
	for i, u := range usages {
		if i > 0 {
			p.macro("br")
		}
		p.text("atomicstatus " + u.args)
	}
	p.macro("br")
	p.text("atomicstatus COMMAND [flags] [arguments]")
	p.section("DESCRIPTION")
	for _, u := range usages {
		p.item("atomicstatus "+u.args, u.about)
	}
	p.paragraphs(fixText + "\n\nAs a vet tool, and as a fix tool:")
	p.verbatim(driversText)
	p.section("COMMANDS")
	for _, sub := range subcommands() {
		if sub.about != "" {
			p.subcommand(c, &sub)
		}
	}
	p.section("OPTIONS")
	p.text("They may stand anywhere.")
	c.set.VisitAll(p.flag)
	p.section("CHECKS")
	for _, check := range analyzer.Checks() {
		about := check.Title()
		if !check.Default {
			about += " (off by default)"
		}
		p.item(check.Name, about)
	}
	p.paragraphs(suppressText)
	p.section("FILES")
	p.text(settingsName + " (or .yml) beside go.mod has settings; flags win over them.")
	p.verbatim(settingsText)
	p.section("EXIT STATUS")
	p.text(exitText)
	p.section("SEE ALSO")
	p.text("go(1), https://" + modulePath)
	return exitClean
}

// manPage writes a page in the macros of man(7).
type manPage struct{ w io.Writer }

func (p *manPage) subcommand(c *command, sub *subcommand) {
	p.macro("SS", strings.TrimSpace(sub.name+" "+sub.args))
	p.text(upper(sub.about) + ".")
	if sub.also != "" {
		p.paragraphs("Also: atomicstatus " + sub.also)
	}
	for _, text := range []string{sub.text, sub.more} {
		if text != "" {
			p.paragraphs(text)
		}
	}
	own, also := flagsOf(c.subcommandFlags(sub))
	for _, f := range own {
		p.flag(f)
	}
	if also != "" {
		p.paragraphs(also)
	}
	if sub.exits != "" {
		p.paragraphs("Exit codes: " + sub.exits)
	}
}

func (p *manPage) section(name string) { p.macro("SH", name) }

func (p *manPage) flag(f *flag.Flag) { p.item(described(f)) }

// item writes a term and what it means.
func (p *manPage) item(name, about string) {
	p.macro("TP")
	p.macro("B", name)
	p.text(about)
}

func (p *manPage) paragraphs(text string) {
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		p.macro("PP")
		p.text(paragraph)
	}
}

// verbatim writes lines as they are.
func (p *manPage) verbatim(text string) {
	p.macro("PP")
	p.macro("RS", "4")
	p.macro("nf")
	for line := range strings.SplitSeq(text, "\n") {
		p.line(line)
	}
	p.macro("fi")
	p.macro("RE")
}

// text writes a text, in lines that are no macros whatever they begin with.
func (p *manPage) text(text string) {
	for line := range strings.SplitSeq(wrap(text, 76, ""), "\n") {
		p.line(line)
	}
}

func (p *manPage) line(line string) {
	line = escape(line)
	if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
		line = `\&` + line
	}
	fmt.Fprintln(p.w, line)
}

func (p *manPage) macro(name string, args ...string) {
	line := "." + name
	for _, arg := range args {
		line += ` "` + strings.ReplaceAll(escape(arg), `"`, `\(dq`) + `"`
	}
	fmt.Fprintln(p.w, line)
}

// escape keeps roff from reading anything into a text: a bare - is a hyphen to it, at
// which it breaks lines.
func escape(text string) string {
	return strings.NewReplacer(`\`, `\e`, `-`, `\-`).Replace(text)
}

func upper(text string) string { return strings.ToUpper(text[:1]) + text[1:] }
