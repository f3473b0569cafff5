package main

import (
	"encoding/json"

	"github.com/atomicstatus/atomicstatus/passes/fixes"
	"github.com/atomicstatus/atomicstatus/passes/load"
)

// The JSON shape is that of go vet -json: by package, by analyzer, a list of
// findings; the URL, and the levels of fixes with their assumptions, are more than go
// vet gives.
type (
	jsonDiagnostic struct {
		Category string        `json:"category"`
		Posn     string        `json:"posn"`
		End      string        `json:"end"`
		Message  string        `json:"message"`
		URL      string        `json:"url,omitempty"`
		Fixes    []jsonFix     `json:"suggested_fixes,omitempty"`
		Related  []jsonRelated `json:"related,omitempty"`
	}
	jsonFix struct {
		Message     string           `json:"message"`
		Edits       []jsonEdit       `json:"edits"`
		Level       fixes.Level      `json:"level"`
		Assumptions []jsonAssumption `json:"assumptions,omitempty"`
	}
	jsonAssumption struct {
		Kind    fixes.Kind `json:"kind"`
		Posn    string     `json:"posn"`
		Message string     `json:"message"`
	}
	jsonEdit struct {
		Filename string `json:"filename"`
		Start    int    `json:"start"`
		End      int    `json:"end"`
		New      string `json:"new"`
	}
	jsonRelated struct {
		Posn    string `json:"posn"`
		End     string `json:"end"`
		Message string `json:"message"`
	}
)

func (c *command) printJSON(diags []load.Diagnostic) error {
	tree := make(map[string]map[string][]jsonDiagnostic)
	for _, d := range diags {
		j := jsonDiagnostic{
			Category: d.Category,
			Posn:     d.Pos.String(),
			End:      d.End.String(),
			Message:  d.Message,
			URL:      d.URL,
		}
		for _, f := range d.Fixes {
			fix := jsonFix{Message: f.Message, Level: f.Level()}
			for _, e := range f.Edits {
				fix.Edits = append(fix.Edits, jsonEdit(e))
			}
			for _, a := range f.Assumptions {
				fix.Assumptions = append(fix.Assumptions, jsonAssumption{a.Kind, a.Pos.String(), a.Text})
			}
			j.Fixes = append(j.Fixes, fix)
		}
		for _, r := range d.Related {
			j.Related = append(j.Related, jsonRelated{r.Pos.String(), r.End.String(), r.Message})
		}
		if tree[d.Package] == nil {
			tree[d.Package] = make(map[string][]jsonDiagnostic)
		}
		tree[d.Package][d.Analyzer] = append(tree[d.Package][d.Analyzer], j)
	}
	encoder := json.NewEncoder(c.stdout)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "\t")
	return encoder.Encode(tree)
}
