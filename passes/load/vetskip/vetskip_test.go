package vetskip

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

func TestAnswered(t *testing.T) {
	dir := t.TempDir()
	file := func(name, content string) string {
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
		return name
	}
	empty, facts, out := file("empty", ""), file("facts", "x"), filepath.Join(dir, "out")
	type unit struct {
		ImportPath             string
		GoFiles                []string
		ImportMap, PackageVetx map[string]string
		ModulePath             string
		ModuleVersion          string
		VetxOnly               bool
		VetxOutput             string
	}
	direct := map[string]string{"sigs.k8s.io/controller-runtime/pkg/client": "sigs.k8s.io/controller-runtime/pkg/client"}
	api := map[string]string{"k8s.io/apimachinery/pkg/apis/meta/v1": "k8s.io/apimachinery/pkg/apis/meta/v1"}
	other := map[string]string{"example.com/b": "example.com/b"}
	for _, test := range []struct {
		name string
		unit unit
		want bool
	}{
		{"no imports", unit{ImportPath: "fmt", VetxOnly: true}, true},
		{"asked for", unit{ImportPath: "example.com/a"}, true},
		{"asked for, and imports a client", unit{ImportPath: "example.com/a", ImportMap: direct}, false},
		{"has nothing but tests", unit{ImportPath: "example.com/a_test", ImportMap: direct, GoFiles: []string{"a_test.go", "b_test.go"}}, true},
		{"has tests", unit{ImportPath: "example.com/a", ImportMap: direct, GoFiles: []string{"a_test.go", "a.go"}}, false},
		{"imports a client", unit{ImportPath: "example.com/a", VetxOnly: true, ImportMap: direct}, false},
		{"imports what has facts", unit{ImportPath: "example.com/a", VetxOnly: true, ImportMap: other, PackageVetx: map[string]string{"example.com/b": facts}}, false},
		{"imports what has none", unit{ImportPath: "example.com/a", VetxOnly: true, ImportMap: other, PackageVetx: map[string]string{"example.com/b": empty}}, true},
		{"imports the standard library", unit{ImportPath: "example.com/a", VetxOnly: true, ImportMap: map[string]string{"fmt": "fmt"}}, true},
		{"has API types, in a dependency", unit{ImportPath: "example.com/a", ModulePath: "example.com", ModuleVersion: "v1.0.0", VetxOnly: true, ImportMap: api}, true},
		{"has API types, in the module itself", unit{ImportPath: "example.com/a", ModulePath: "example.com", VetxOnly: true, ImportMap: api}, false},
		{"client-go", unit{ImportPath: "k8s.io/client-go/rest", VetxOnly: true, ImportMap: map[string]string{"k8s.io/client-go/transport": "k8s.io/client-go/transport"}}, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			os.Remove(out)
			test.unit.VetxOutput = out
			data, err := json.Marshal(test.unit)
			if err != nil {
				t.Fatal(err)
			}
			config := file("vet.cfg", string(data))
			if got := answered([]string{"-json", config}); got != (test.want && test.unit.VetxOnly) {
				t.Errorf("answered: %t though more than text is asked for, want %t", got, !got)
			}
			if got := answered([]string{"-statusloop", config}); got != test.want {
				t.Errorf("answered: %t, want %t", got, test.want)
			}
			if _, err := os.Stat(out); (err == nil) != test.want {
				t.Errorf("output written: %t, want %t", err == nil, test.want)
			}
		})
	}
	if answered([]string{file("vet.cfg", "nonsense")}) {
		t.Error("answers for what it cannot read")
	}
}
