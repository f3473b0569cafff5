// Package page writes pages of the docs that hold what was measured.
package page

import (
	"bytes"
	"os"
	"text/template"
)

// Write writes a page, made of a template and its data, to a file, or to standard output
// if that has no name.
func Write(name, text string, data any) error {
	page, err := template.New("page").Parse(text)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := page.Execute(&out, data); err != nil {
		return err
	}
	if name == "" {
		_, err := out.WriteTo(os.Stdout)
		return err
	}
	return os.WriteFile(name, out.Bytes(), 0o644)
}
