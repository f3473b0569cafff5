package report

import (
	_ "embed"
	"html/template"
	"io"
	"strings"
	"sync"
)

//go:embed page.html.tmpl
var pageText string

// page holds all that it needs: it loads nothing.
var page = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("page").Funcs(template.FuncMap{
		"value":   func(c Count) float64 { return c.Terms.Value(10) },
		"pattern": (*Controller).pattern,
		"what":    (*Controller).what,
		"total":   (*Controller).total,
		"reduce":  (*Controller).Reduction,
		"short":   (*Controller).short,
		"letter":  letter,
		"symbols": (*Controller).symbols,
		"found":   (*Controller).findings,
		"class": func(s Step) string {
			return strings.ReplaceAll(s.Kind, " ", "-")
		},
		"state": func(i Item) string { return strings.ReplaceAll(i.State, " ", "-") },
	}).Parse(pageText))
})

// WriteHTML writes the report as one page.
func (r *Report) WriteHTML(w io.Writer) error { return page().Execute(w, r) }

// Columns are the heads of the table.
func (r *Report) Columns() []string {
	return []string{"controller", "kind", "writes", "best path", "writes after", "reduction", "requests", "requests after", "pattern", "protected", "rewrite", "findings"}
}
