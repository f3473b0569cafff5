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
	"sync"
)

// site is the page of the documentation that has a section for each check.
const site = "https://github.com/atomicstatus/atomicstatus/blob/main/docs/checks.md"

// Page is the documentation of one check. It is read when somebody asks for it: a vet
// tool is started anew for each package of a program, and shows none of it.
type Page struct {
	Name string // of the check
	URL  string // of the section of the check

	source string
	read   func() (*content, error)
}

// content is what a page says.
type content struct {
	title, text, bad, good, source string
	markdown                       string // of the text
}

// New returns the page that the package comment of source, the text of a Go file, holds:
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
func New(source, name string) Page {
	return Page{
		Name: name, URL: site + "#" + name, source: source,
		read: sync.OnceValues(func() (*content, error) {
			c, err := parse(source, name)
			if err != nil {
				return nil, fmt.Errorf("doc.go of %s: %w", name, err)
			}
			return c, nil
		}),
	}
}

// Err says what is wrong with the page, if anything is. Then nothing else may be asked of
// it.
func (p Page) Err() error {
	_, err := p.read()
	return err
}

func (p Page) content() *content {
	c, err := p.read()
	if err != nil {
		panic(err) // a test asks all pages for it
	}
	return c
}

// Title is what is reported, in one line.
func (p Page) Title() string { return p.content().title }

// Text says in plain text why, when, and what is silent.
func (p Page) Text() string { return p.content().text }

// Bad is an example that is reported.
func (p Page) Bad() string { return p.content().bad }

// Good is the same, as it should be.
func (p Page) Good() string { return p.content().good }

// Source is where to read on.
func (p Page) Source() string { return p.content().source }

var uncommented = strings.NewReplacer("\n// ", "\n", "\n//", "\n")

// Doc returns the text for the Doc field of the analyzer: the title, and what follows it
// in the comment. It is empty if there is none.
func (p Page) Doc() string {
	_, section, _ := strings.Cut(p.source, "\n// # Analyzer "+p.Name+"\n//\n// "+p.Name+": ")
	section, _, _ = strings.Cut(section, "\npackage ")
	title, rest, _ := strings.Cut(section, "\n//\n")
	title = strings.ReplaceAll(title, "\n// ", " ")
	rest = strings.TrimPrefix(uncommented.Replace("\n"+rest), "\n")
	return strings.TrimSpace(title + "\n\n" + rest)
}

func parse(source, name string) (*content, error) {
	file, err := parser.ParseFile(token.NewFileSet(), "doc.go", source, parser.ParseComments|parser.PackageClauseOnly)
	if err != nil {
		return nil, err
	}
	sections := split(file.Doc)

	about := sections["Analyzer "+name]
	if len(about) == 0 {
		return nil, fmt.Errorf("no section %q", "Analyzer "+name)
	}
	title, ok := strings.CutPrefix(plain(about[:1]), name+": ")
	if !ok {
		return nil, fmt.Errorf("its first paragraph does not begin with %q", name+": ")
	}
	c := &content{
		title: strings.Join(strings.Fields(title), " "),
		text:  plain(about[1:]),
		bad:   code(sections["Bad"]), good: code(sections["Good"]), source: plain(sections["Source"]),
		markdown: strings.TrimSpace(string((&comment.Printer{}).Markdown(&comment.Doc{Content: about[1:]}))),
	}
	for _, part := range []string{c.title, c.text, c.bad, c.good, c.source} {
		if part == "" {
			return nil, errors.New("title, text, Bad, Good and Source are all needed")
		}
	}
	return c, nil
}

// Markdown returns the section of the check for a documentation page.
func (p Page) Markdown() string {
	c := p.content()
	return fmt.Sprintf("## %s\n\n**%s.**\n\n%s\n\nReported:\n\n```go\n%s\n```\n\nBetter:\n\n```go\n%s\n```\n\nSource: %s\n",
		p.Name, strings.ToUpper(c.title[:1])+c.title[1:], c.markdown, c.bad, c.good, c.source)
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
