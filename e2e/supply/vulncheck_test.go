package supply

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The check for vulnerabilities fails if one can be reached, and only then.
func TestVulncheck(t *testing.T) {
	run(t, root, nil, "make", "bin/govulncheck")
	for _, test := range []struct {
		name, db string
		env      []string
		fails    bool
		says     string
	}{
		{"reached", database(t, "Unmarshal", "NewDecoder"), nil, true, "GO-2000-0001"},
		{"not reached", database(t, "Nothing"), nil, false, "Your code is affected by 0 vulnerabilities"},
		{"out of reach", "https://vuln.go.dev", []string{"HTTPS_PROXY=http://127.0.0.1:1"}, false, "NOTHING WAS CHECKED"},
		{"no database", "file:///nowhere", nil, true, "nowhere"},
	} {
		t.Run(test.name, func(t *testing.T) {
			cmd := exec.Command("make", "-C", root, "vulncheck", "VULNDB="+test.db)
			cmd.Env = append(os.Environ(), test.env...)
			out, err := cmd.CombinedOutput()
			if fails := err != nil; fails != test.fails || !strings.Contains(string(out), test.says) {
				t.Errorf("fails: %t, want %t, and %q in\n%s", fails, test.fails, test.says, out)
			}
		})
	}
}

// database makes a database of one vulnerability, in functions of a module that
// the command uses. It returns its URL.
func database(t *testing.T, functions ...string) string {
	t.Helper()
	const module = "go.yaml.in/yaml/v3"
	dir := t.TempDir()
	entry := fmt.Sprintf(`{
	"schema_version": "1.3.1", "id": "GO-2000-0001", "modified": "2000-01-01T00:00:00Z", "summary": "test",
	"affected": [{
		"package": {"name": %q, "ecosystem": "Go"},
		"ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}]}],
		"ecosystem_specific": {"imports": [{"path": %[1]q, "symbols": ["%s"]}]}
	}]
}`, module, strings.Join(functions, `", "`))
	if err := os.WriteFile(filepath.Join(dir, "GO-2000-0001.json"), []byte(entry), 0o666); err != nil {
		t.Fatal(err)
	}
	return "file://" + filepath.ToSlash(dir)
}
