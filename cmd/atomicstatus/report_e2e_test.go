//go:build e2e

package main_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestE2EReport holds the documentation to what the report of the example operator says.
func TestE2EReport(t *testing.T) {
	tool := filepath.Join(t.TempDir(), "atomicstatus")
	run(t, ".", 0, "go", "build", "-o", tool, ".")
	dir := moduleDir(t, "operator")
	table, _, _ := strings.Cut(string(run(t, dir, 0, tool, "report", "./internal/before", "./internal/after")), "\n\n")
	page, err := os.ReadFile("../../docs/report.md")
	if err != nil {
		t.Fatal(err)
	}
	if len(strings.Split(table, "\n")) != 5 || !strings.Contains(string(page), table) {
		t.Errorf("docs/report.md does not have this table:\n%s", table)
	}
}
