// Package doc reads what a check says about itself from its doc.go.
//
// That file is the only place where a check is described: what explain prints,
// the README's table, the documentation and the URL on a report come from it.
package doc

import (
	"errors"
	"fmt"
	"go/ast"
	"go/doc/comment"
	"go/parser"
	"go/token"
	"strings"
)

// site is the page of the documentation that has a section for each check.
const site = "https://github.com/atomicstatus/atomicstatus/blob/main/docs/checks.md"

// Page is the documentation of one check.
type Page struct {
	Name   string // of the check
	Title  string // one line: what is reported
	Text   string // plain text: why, when, and what is silent
	Bad    string // an example that is reported
	Good   string // the same, as it should be
	Source string // where to read on
	URL    string // of the section of the check

	markdown string
}

// Must is [Parse] for the embedded doc.go of a check.
func Must(source, name string) Page {
	page, err := Parse(source, name)
	if err != nil {
		panic(err)
	}
	return page
}

// Parse reads the package comment of source, the text of a Go file:
//
//	# Analyzer NAME
//
//	NAME: title
//
//	text
//
//	# Bad
//
//		example
//
//	# Good
//
//		example
//
//	# Source
//
//	link or reference
func Parse(source, name string) (Page, error) {
	page := Page{Name: name, URL: site + "#" + name}
	fail := func(err error) (Page, error) { return Page{}, fmt.Errorf("doc.go of %s: %w", name, err) }

	file, err := parser.ParseFile(token.NewFileSet(), "doc.go", source, parser.ParseComments|parser.PackageClauseOnly)
	if err != nil {
		return fail(err)
	}
	sections := split(file.Doc)

	about := sections["Analyzer "+name]
	if len(about) == 0 {
		return fail(fmt.Errorf("no section %q", "Analyzer "+name))
	}
	title, ok := strings.CutPrefix(plain(about[:1]), name+": ")
	if !ok {
		return fail(fmt.Errorf("its first paragraph does not begin with %q", name+": "))
	}
	page.Title = strings.Join(strings.Fields(title), " ")
	page.Text = plain(about[1:])
	page.markdown = strings.TrimSpace(string((&comment.Printer{}).Markdown(&comment.Doc{Content: about[1:]})))
	page.Bad = code(sections["Bad"])
	page.Good = code(sections["Good"])
	page.Source = plain(sections["Source"])
	for _, part := range []string{page.Title, page.Text, page.Bad, page.Good, page.Source} {
		if part == "" {
			return fail(errors.New("title, text, Bad, Good and Source are all needed"))
		}
	}
	return page, nil
}

// Doc returns the text for the Doc field of the analyzer.
func (p Page) Doc() string {
	return fmt.Sprintf("%s\n\n%s\n\nBad:\n\n%s\n\nGood:\n\n%s\n\nSource: %s", p.Title, p.Text, indent(p.Bad), indent(p.Good), p.Source)
}

// Markdown returns the section of the check for a documentation page.
func (p Page) Markdown() string {
	return fmt.Sprintf("## %s\n\n**%s.**\n\n%s\n\nReported:\n\n```go\n%s\n```\n\nBetter:\n\n```go\n%s\n```\n\nSource: %s\n",
		p.Name, strings.ToUpper(p.Title[:1])+p.Title[1:], p.markdown, p.Bad, p.Good, p.Source)
}

// split returns the blocks below each heading of the comment.
func split(group *ast.CommentGroup) map[string][]comment.Block {
	sections := make(map[string][]comment.Block)
	heading := ""
	for _, block := range new(comment.Parser).Parse(group.Text()).Content {
		if h, ok := block.(*comment.Heading); ok {
			heading = plain([]comment.Block{&comment.Paragraph{Text: h.Text}})
			continue
		}
		sections[heading] = append(sections[heading], block)
	}
	return sections
}

func plain(blocks []comment.Block) string {
	printer := &comment.Printer{TextWidth: 80}
	return strings.TrimSpace(string(printer.Text(&comment.Doc{Content: blocks})))
}

// code returns the code blocks among the blocks, without their indentation.
func code(blocks []comment.Block) string {
	var texts []string
	for _, block := range blocks {
		if c, ok := block.(*comment.Code); ok {
			texts = append(texts, strings.TrimRight(c.Text, "\n"))
		}
	}
	return strings.Join(texts, "\n\n")
}

func indent(text string) string {
	return "\t" + strings.ReplaceAll(text, "\n", "\n\t")
}
