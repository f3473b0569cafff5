package doc_test

import (
	"strings"
	"testing"

	"github.com/atomicstatus/atomicstatus/passes/doc"
)

const source = `// Package toy does a thing.
//
// # Analyzer toy
//
// toy: a title of
// two lines
//
// Text of the check.
//
//   - a point
//
// # Bad
//
//	if x {
//		bad()
//	}
//
// # Good
//
//	good()
//
// # Source
//
// https://example.com/
package toy
`

func TestParse(t *testing.T) {
	page, err := doc.Parse(source, "toy")
	if err != nil {
		t.Fatal(err)
	}
	for what, pair := range map[string][2]string{
		"title":  {page.Title, "a title of two lines"},
		"text":   {page.Text, "Text of the check.\n\n  - a point"},
		"bad":    {page.Bad, "if x {\n\tbad()\n}"},
		"good":   {page.Good, "good()"},
		"source": {page.Source, "https://example.com/"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s is %q, want %q", what, pair[0], pair[1])
		}
	}
	if !strings.HasSuffix(page.URL, "#toy") {
		t.Errorf("URL %s has no anchor", page.URL)
	}
	if first, _, _ := strings.Cut(page.Doc(), "\n"); first != page.Title {
		t.Errorf("Doc begins with %q", first)
	}
	if md := page.Markdown(); !strings.Contains(md, "## toy\n") || !strings.Contains(md, "```go\nif x {\n\tbad()\n}\n```") {
		t.Errorf("Markdown is %s", md)
	}
}

func TestParseErrors(t *testing.T) {
	for _, test := range []struct{ name, source, want string }{
		{"other", source, `no section "Analyzer other"`},
		{"toy", strings.Replace(source, "toy: a title", "a title", 1), `does not begin with "toy: "`},
		{"toy", strings.Replace(source, "# Good", "# Fine", 1), "are all needed"},
		{"toy", "package toy", `no section`},
		{"toy", "nonsense", "expected 'package'"},
	} {
		if _, err := doc.Parse(test.source, test.name); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want %q", test.name, err, test.want)
		}
	}
}
