// Package diff shows what a change to a file would be.
package diff

import (
	"bytes"

	"github.com/rogpeppe/go-internal/diff"
)

// Unified returns the unified diff from old to new of the file with that name,
// as patch -p1 and git apply take it. A nil old is a file that is not there
// yet. Nothing is returned where nothing differs.
func Unified(name string, old, new []byte) string {
	from := "a/" + name
	if old == nil {
		from = "/dev/null"
	}
	text := diff.Diff(from, old, "b/"+name, new)
	// The first line repeats the names, in a form that no tool needs.
	_, text, _ = bytes.Cut(text, []byte("\n"))
	return string(text)
}
