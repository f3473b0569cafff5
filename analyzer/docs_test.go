package analyzer_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/atomicstatus/atomicstatus/analyzer"
)

var update = flag.Bool("update", false, "write the documentation anew")

// TestDocs holds the pages for readers to what the checks say about themselves.
func TestDocs(t *testing.T) {
	const page, readme = "../docs/checks.md", "../README.md"

	var sections strings.Builder
	sections.WriteString("<!-- Made by `make docs` from the doc.go of each check. -->\n\n# Checks\n\n")
	sections.WriteString(table("#"))
	for _, c := range analyzer.Checks() {
		sections.WriteString("\n" + c.Markdown())
	}
	golden(t, page, sections.String())

	const begin, end = "<!-- checks:begin -->\n", "<!-- checks:end -->"
	before, rest, ok1 := strings.Cut(read(t, readme), begin)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok1 || !ok2 {
		t.Fatalf("%s has no table between %q and %q", readme, begin, end)
	}
	golden(t, readme, before+begin+table("docs/checks.md#")+end+after)
}

// table lists the checks. Their names are the anchors below link.
func table(link string) string {
	var b strings.Builder
	b.WriteString("| check | reports | default |\n|---|---|---|\n")
	for _, c := range analyzer.Checks() {
		state := "off"
		if c.Default {
			state = "on"
		}
		fmt.Fprintf(&b, "| [`%s`](%s%s) | %s | %s |\n", c.Name, link, c.Name, c.Title(), state)
	}
	return b.String()
}

func golden(t *testing.T, name, want string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(want), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	if read(t, name) != want {
		t.Errorf("%s does not say what the checks do: run make docs", name)
	}
}

// read ignores how a checkout ends its lines.
func read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(data), "\r\n", "\n")
}
