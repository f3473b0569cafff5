package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/atomicstatus/atomicstatus/e2e/scale"
)

// Operator is a program that the tools are run on.
type Operator struct {
	Name     string
	Packages int // with all that they import
	module   string
	dir      string
	patterns []string
	edited   string // the file that is edited
	original []byte
}

// published are operators that the module proxy has. Of large ones, the
// controllers are enough.
var published = []struct {
	module, version string
	patterns        []string
	edited          string
}{
	{"sigs.k8s.io/cluster-api", "v1.12.0", []string{"./controllers/...", "./internal/controllers/..."}, "internal/controllers/machine/machine_controller.go"},
	{"sigs.k8s.io/kueue", "v0.17.0", []string{"./pkg/controller/core/...", "./pkg/controller/admissionchecks/..."}, "pkg/controller/core/clusterqueue_controller.go"},
}

// prepare copies the operators that have that in their name into a directory, and
// compiles what they import.
func prepare(ctx context.Context, dir, named string) ([]*Operator, error) {
	var all []*Operator
	generated, err := generate(filepath.Join(dir, "generated"))
	if err != nil {
		return nil, err
	}
	if strings.Contains(generated.Name, named) {
		all = append(all, generated)
	}
	for _, p := range published {
		if !strings.Contains(p.module, named) {
			continue
		}
		name, from, err := download(ctx, p.module+"@"+p.version)
		if err != nil {
			return nil, err
		}
		o := &Operator{Name: name, module: p.module, dir: filepath.Join(dir, filepath.Base(p.module)), patterns: p.patterns, edited: p.edited}
		if err := copyModule(o.dir, from); err != nil {
			return nil, err
		}
		all = append(all, o)
	}
	for _, o := range all {
		fmt.Fprintln(os.Stderr, "compiling", o.Name)
		if o.original, err = os.ReadFile(filepath.Join(o.dir, o.edited)); err != nil {
			return nil, err
		}
		// What go vet has compiled is there for all tools, test files included.
		if _, err := measure(ctx, o.dir, nil, found, "go", append([]string{"vet"}, o.patterns...)...); err != nil {
			return nil, err
		}
		list := exec.CommandContext(ctx, "go", append([]string{"list", "-deps"}, o.patterns...)...)
		list.Dir = o.dir
		out, err := list.Output()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", list, err)
		}
		o.Packages = bytes.Count(out, []byte("\n"))
	}
	return all, nil
}

// generate writes an operator that has some of everything.
func generate(dir string) (*Operator, error) {
	var parts []scale.Operator
	for _, p := range scale.Parameters() {
		parts = append(parts, scale.Operator{Parameter: p, Size: 2})
	}
	o := &Operator{Name: "a generated operator", module: scale.Module, dir: dir, patterns: []string{"./..."}, edited: parts[0].Dir() + "/p0/reconciler.go"}
	return o, scale.Write(dir, parts)
}

// download returns the name of a module, with its commit where the proxy tells
// it, and where its files are.
func download(ctx context.Context, module string) (name, dir string, err error) {
	cmd := exec.CommandContext(ctx, "go", "mod", "download", "-json", module)
	out, err := cmd.Output()
	if err != nil {
		return "", "", fmt.Errorf("%s: %w\n%s", cmd, err, out)
	}
	var info struct {
		Dir    string
		Origin *struct{ Hash string }
	}
	if err := json.Unmarshal(out, &info); err != nil {
		return "", "", err
	}
	name = module
	if info.Origin != nil && len(info.Origin.Hash) > 12 {
		name += " (" + info.Origin.Hash[:12] + ")"
	}
	return name, info.Dir, nil
}

// copyModule copies a module out of the module cache, where nothing may be
// edited.
func copyModule(to, from string) error {
	return filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		if entry.IsDir() {
			return os.MkdirAll(target, 0o755)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(target, text, 0o644)
	})
}

// edit changes a file in a way that no edit before did.
func (o *Operator) edit(n int) error {
	return os.WriteFile(filepath.Join(o.dir, o.edited), fmt.Appendf(o.original[:len(o.original):len(o.original)], "\nvar _ = %d\n", n), 0o644)
}
