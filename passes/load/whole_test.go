package load_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/atomicstatus/atomicstatus/passes/load"
)

// What is found out about all packages together is known from the second run on, until
// any of them changes, or what it depends on besides.
func TestWhole(t *testing.T) {
	const file = `
package low

import "sigs.k8s.io/controller-runtime/pkg/client"

func Write(c client.Client) error { return c.Update() }
`
	dir := module(t, "-- low/low.go --"+file+`
-- high/high.go --
package high

import (
	"example.com/m/low"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

func Write(c client.Client) error { return low.Write(c) }
`)
	cache, err := load.OpenCache(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	type value struct{ Names []string }
	run := func(key string) (known bool) {
		t.Helper()
		var v value
		whole := &load.Whole{Key: key, Value: &v}
		prog := loadModule(t, load.Config{Dir: dir, Cache: cache, Whole: whole})
		if whole.Known {
			if len(v.Names) != 1 || v.Names[0] != key {
				t.Errorf("%q has the value %v", key, v)
			}
		} else {
			for _, p := range prog.Roots {
				if p.Syntax == nil {
					t.Errorf("%s has no syntax", p.PkgPath)
				}
			}
			v.Names = []string{key}
			prog.Remember()
		}
		if _, errs := prog.Analyze(context.Background(), nil); errs != nil {
			t.Fatal(errs)
		}
		return whole.Known
	}
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, "low", "low.go"), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for _, step := range []struct {
		name, key string
		text      string // of low/low.go
		known     bool
	}{
		{"the first run", "a", file, false},
		{"the second", "a", file, true},
		{"another key", "b", file, false},
		{"that one again", "b", file, true},
		{"a package below has changed", "a", file + "\nvar more int\n", false},
		{"it has not since", "a", file + "\nvar more int\n", true},
		{"it is as at first", "a", file, true},
		{"it has an error", "a", file + "\nvar more int = nil\n", false},
		{"it still has", "a", file + "\nvar more int = nil\n", false},
	} {
		write(step.text)
		if known := run(step.key); known != step.known {
			t.Errorf("%s: known is %v", step.name, known)
		}
	}
}
