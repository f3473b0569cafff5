//go:build e2e

package main_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

const (
	// A module that has the official schema among its test data, which is how it
	// comes here by a checksum.
	schemaModule = "github.com/securego/gosec/v2@v2.29.0"
	schemaFile   = "report/sarif/testdata/sarif-schema-2.1.0.json"

	validator = "github.com/santhosh-tekuri/jsonschema/cmd/jv@v1.2.4"
)

// TestE2ESarif holds logs to the official schema: one with every kind of finding,
// one without any, and one of a run that failed.
func TestE2ESarif(t *testing.T) {
	tool := filepath.Join(t.TempDir(), "atomicstatus")
	run(t, ".", 0, "go", "build", "-o", tool, ".")
	var module struct{ Dir string }
	if err := json.Unmarshal(run(t, ".", 0, "go", "mod", "download", "-json", schemaModule), &module); err != nil {
		t.Fatal(err)
	}
	schema := filepath.Join(module.Dir, schemaFile)

	broken := t.TempDir()
	for name, text := range map[string]string{"go.mod": "module example.com/broken\n\ngo 1.26\n", "a.go": "package a\n\nimport _ \"example.com/none\"\n"} {
		if err := os.WriteFile(filepath.Join(broken, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	logs := map[string][]byte{
		"findings": run(t, moduleDir(t, "cases"), 1, tool, "-checks=all", "-f", "sarif", "./..."),
		"none":     run(t, moduleDir(t, "operator"), 0, tool, "-f", "sarif", "./internal/after"),
		"broken":   run(t, broken, 2, tool, "-f", "sarif", "./..."),
	}
	for _, part := range []string{"codeFlows", "relatedLocations", "fixes", "partialFingerprints"} {
		if !bytes.Contains(logs["findings"], []byte(`"`+part+`"`)) {
			t.Errorf("no finding has %s", part)
		}
	}
	// The validator must be one that finds faults.
	wrong := bytes.Replace(logs["findings"], []byte(`"startLine": `), []byte(`"startLine": -`), 1)
	for name, log := range logs {
		run(t, ".", 0, "go", "run", validator, schema, write(t, name, log))
	}
	run(t, ".", 1, "go", "run", validator, schema, write(t, "wrong", wrong))
}

func write(t *testing.T, name string, data []byte) string {
	t.Helper()
	name = filepath.Join(t.TempDir(), name+".json")
	if err := os.WriteFile(name, data, 0o666); err != nil {
		t.Fatal(err)
	}
	return name
}
