package main

import (
	"cmp"
	"fmt"
	"os"

	"github.com/atomicstatus/atomicstatus/analyzer"
	"github.com/atomicstatus/atomicstatus/passes/load"
)

// style is how text is set off. The zero style sets off nothing.
type style struct {
	colour bool
	links  bool
}

// colours are the values of -color.
var colours = []string{"auto", "always", "never"}

// newStyle returns what a terminal takes, unless the user says otherwise by a flag or
// by NO_COLOR (see no-color.org).
func newStyle(colour string, terminal bool, env func(string) string) style {
	dumb := env("TERM") == "dumb"
	var s style
	switch colour {
	case "always":
		s.colour = true
	case "never":
	default:
		s.colour = terminal && env("NO_COLOR") == "" && !dumb
	}
	// No terminal reports whether it takes links; those that do not may show garbage.
	knows := cmp.Or(env("VTE_VERSION"), env("WT_SESSION"), env("KITTY_WINDOW_ID"), env("KONSOLE_VERSION"), env("FORCE_HYPERLINK"))
	switch env("TERM_PROGRAM") {
	case "iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper":
		knows = "yes"
	}
	s.links = s.colour && !dumb && knows != "" && knows != "0"
	return s
}

func getenv(name string) string { return os.Getenv(name) }

func (s style) paint(code, text string) string {
	if !s.colour || text == "" {
		return text
	}
	return fmt.Sprintf("\x1b[%sm%s\x1b[0m", code, text)
}

func (s style) bold(text string) string { return s.paint("1", text) }
func (s style) mark(text string) string { return s.paint("32", text) }
func (s style) fix(text string) string  { return s.paint("36", text) }

// check names the check of a finding, in a colour for its severity, with a link to its
// page.
func (s style) check(d load.Diagnostic, severity analyzer.Severity) string {
	code := map[analyzer.Severity]string{analyzer.Lost: "1;31", analyzer.Costly: "1;33", analyzer.Repeated: "34"}[severity]
	text := s.paint(code, d.Analyzer)
	if s.links && d.URL != "" {
		text = fmt.Sprintf("\x1b]8;;%s\x1b\\%s\x1b]8;;\x1b\\", d.URL, text)
	}
	return text
}
