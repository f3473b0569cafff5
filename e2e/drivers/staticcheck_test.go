package drivers

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/atomicstatus/atomicstatus/analyzer"
)

var staticcheck = tool("staticcheck-atomicstatus", func(file string) []string {
	file, err := filepath.Abs(file)
	if err != nil {
		panic(err)
	}
	return []string{"go", "-C", filepath.Join(root, "plugin", "staticcheck"), "build", "-o", file, "."}
})

// A staticcheck with the checks in it finds the same as the command. Of what suppresses
// nothing, and of comments without a reason, it speaks itself, with them all.
func TestStaticcheck(t *testing.T) {
	for _, dir := range []string{"testdata/example", "../../testdata/operator", "../../testdata/cases"} {
		t.Run(filepath.Base(dir), func(t *testing.T) { staticcheckAgrees(t, moduleDir(t, dir)) })
	}
}

// staticcheckAgrees reports where staticcheck differs from the command.
func staticcheckAgrees(t *testing.T, dir string) {
	t.Helper()
	plain := func(f finding) string {
		return fmt.Sprintf("%s to %s: %s (%s) related %q", f.start, f.end, f.message, f.check, f.related)
	}
	own := func(f finding) bool {
		return f.check == "staticcheck" || f.check == "compile" || strings.HasPrefix(f.message, "//lint:") || strings.HasPrefix(f.start, "job/suppressed.go:18:")
	}
	found := slices.DeleteFunc(findings(t, dir, run(t, dir, 1, command(t), "-json", "./...")), own)
	got := slices.DeleteFunc(staticcheckFindings(t, dir), own)
	diff(t, "staticcheck", texts(got, plain), texts(found, plain))
	t.Logf("findings: the command %d, staticcheck %d", len(found), len(got))
}

// staticcheckFindings are those of the checks that are on by default.
func staticcheckFindings(t *testing.T, dir string) []finding {
	t.Helper()
	checks := ""
	for _, c := range analyzer.Checks() {
		if c.Default {
			checks += "," + c.Name
		}
	}
	t.Setenv("STATICCHECK_CACHE", filepath.Join(toolsDir, "staticcheck-cache"))
	output := run(t, dir, 1, staticcheck(t), "-checks="+checks[1:], "-tests=false", "-f=json", "./...")
	type place struct {
		File         string
		Line, Column int
	}
	at := func(p place) string { return fmt.Sprintf("%s:%d:%d", relative(dir, p.File), p.Line, p.Column) }
	var all []finding
	for decoder := json.NewDecoder(bytes.NewReader(output)); ; {
		var d struct {
			Code, Message string
			Location, End place
			Related       []struct {
				Location place
				Message  string
			}
		}
		if err := decoder.Decode(&d); err == io.EOF {
			return all
		} else if err != nil {
			t.Fatalf("%v in:\n%s", err, output)
		}
		f := finding{check: d.Code, start: at(d.Location), end: fmt.Sprintf("%d:%d", d.End.Line, d.End.Column), message: d.Message}
		for _, r := range d.Related {
			f.related = append(f.related, related{at(r.Location), r.Message})
		}
		all = append(all, f)
	}
}
