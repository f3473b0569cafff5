// Package module writes modules of generated programs.
package module

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// Write writes the go.mod and go.sum of a module into a directory. It has the
// dependencies of this module, in their versions, and can import its packages.
func Write(dir, path string) error {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Path}}\n{{.Dir}}").Output()
	if err != nil {
		return fmt.Errorf("go list -m: %w", err)
	}
	own, root, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return err
	}
	sum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		return err
	}
	mod = bytes.Replace(mod, []byte("module "+own), []byte("module "+path), 1)
	mod = replaced.ReplaceAllFunc(mod, func(line []byte) []byte { // relative to this module
		return bytes.Replace(line, []byte("=> ../"), []byte("=> "+filepath.Dir(root)+"/"), 1)
	})
	mod = fmt.Appendf(mod, "\nrequire %s v0.0.0\n\nreplace %s => %s\n", own, own, root)
	if err := WriteFile(filepath.Join(dir, "go.mod"), mod); err != nil {
		return err
	}
	return WriteFile(filepath.Join(dir, "go.sum"), sum)
}

var replaced = regexp.MustCompile(`(?m)^replace .*\n`)

// WriteFile writes a file, and makes its directory.
func WriteFile(name string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, text, 0o644)
}
