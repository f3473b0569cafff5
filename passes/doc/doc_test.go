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

func TestPage(t *testing.T) {
	page := doc.New(source, "toy")
	if err := page.Err(); err != nil {
		t.Fatal(err)
	}
	for what, pair := range map[string][2]string{
		"title":  {page.Title(), "a title of two lines"},
		"text":   {page.Text(), "Text of the check.\n\n  - a point"},
		"bad":    {page.Bad(), "if x {\n\tbad()\n}"},
		"good":   {page.Good(), "good()"},
		"source": {page.Source(), "https://example.com/"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s is %q, want %q", what, pair[0], pair[1])
		}
	}
	if !strings.HasSuffix(page.URL, "#toy") {
		t.Errorf("URL %s has no anchor", page.URL)
	}
	const want = "a title of two lines\n\nText of the check.\n\n  - a point\n\n# Bad\n\n\tif x {\n\t\tbad()\n\t}\n\n# Good\n\n\tgood()\n\n# Source\n\nhttps://example.com/"
	if page.Doc() != want {
		t.Errorf("Doc is %q, want %q", page.Doc(), want)
	}
	if md := page.Markdown(); !strings.Contains(md, "## toy\n") || !strings.Contains(md, "```go\nif x {\n\tbad()\n}\n```") {
		t.Errorf("Markdown is %s", md)
	}
}

func TestErr(t *testing.T) {
	for _, test := range []struct{ name, source, want string }{
		{"other", source, `no section "Analyzer other"`},
		{"toy", strings.Replace(source, "toy: a title", "a title", 1), `does not begin with "toy: "`},
		{"toy", strings.Replace(source, "# Good", "# Fine", 1), "are all needed"},
		{"toy", "package toy", `no section`},
		{"toy", "nonsense", "expected 'package'"},
	} {
		if err := doc.New(test.source, test.name).Err(); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want %q", test.name, err, test.want)
		}
	}
}
