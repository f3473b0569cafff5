package drivers

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// The programs that run the checks, as their users build them.
var (
	command = tool("atomicstatus", func(file string) []string {
		return []string{"go", "-C", root, "build", "-o", file, "./cmd/atomicstatus"}
	})
	golangci = tool("golangci-lint-atomicstatus", func(file string) []string {
		return []string{"make", "-C", root, "golangci-lint", "GOLANGCI=" + file}
	})
	gopls = tool("gopls-atomicstatus", func(file string) []string {
		return []string{"go", "-C", root, "run", "./cmd/atomicstatus", "gopls", "-o", file, "-source", "."}
	})
)

var (
	root     = filepath.Join("..", "..")
	toolsDir string
)

// tool returns a function that builds a program when it is first needed, and
// returns its path.
func tool(name string, args func(file string) []string) func(*testing.T) string {
	build := sync.OnceValues(func() (string, error) {
		file := filepath.Join(toolsDir, name)
		args := args(file)
		out, err := exec.Command(args[0], args[1:]...).CombinedOutput()
		if err != nil {
			err = fmt.Errorf("%s: %w\n%s", strings.Join(args, " "), err, out)
		}
		return file, err
	})
	return func(t *testing.T) string {
		t.Helper()
		file, err := build()
		if err != nil {
			t.Fatal(err)
		}
		return file
	}
}

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "drivers")
	if err != nil {
		panic(err)
	}
	toolsDir = dir
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// finding is one report, the same whatever driver it comes from.
type finding struct {
	check   string
	start   string // file:line:column, the file relative to the module
	end     string // line:column
	message string
	related []related
	fixes   []string // their messages
}

type related struct{ at, message string }

func (f finding) String() string {
	return fmt.Sprintf("%s to %s: %s (%s) related %q fixes %q", f.start, f.end, f.message, f.check, f.related, f.fixes)
}

// issue is the finding as golangci-lint should tell it: in one text, with where
// it begins alone.
func (f finding) issue() string {
	text := f.start + ": " + f.check + ": " + f.message
	if len(f.related) > 0 {
		dir := path.Dir(f.start)
		var all, reasons []string // places, and why there is no fix
		for _, r := range f.related {
			at := path.Base(r.at)
			if other := path.Dir(r.at); other != dir {
				at = path.Join(path.Base(other), at)
			}
			if text := at + ": " + r.message; strings.HasPrefix(r.message, "no fix: ") {
				reasons = append(reasons, text)
			} else {
				all = append(all, text)
			}
		}
		if n := len(all); n > 3 { // three places are the most
			all = append(all[:2], fmt.Sprintf("and %d more", n-2))
		}
		all = append(all, reasons...)
		text += " [" + strings.Join(all, "; ") + "]"
	}
	return fmt.Sprintf("%s fixes %q", text, f.fixes)
}

// The drivers find the same, in the same places, in modules of real client
// libraries and in one where it takes facts of other packages.
func TestAgreement(t *testing.T) {
	for _, dir := range []string{"testdata/example", "../../testdata/operator", "../../testdata/cases", "../../testdata/cases-old"} {
		t.Run(filepath.Base(dir), func(t *testing.T) { agree(t, moduleDir(t, dir)) })
	}
}

var operators = flag.String("operators", "", "compare the drivers on the modules in these `directories` too, separated by commas")

// So they do in the operators that the user names, for which go must be able to
// find all that they need:
//
//	go test ./drivers -v -run=TestOperators -args -operators=DIR,DIR
func TestOperators(t *testing.T) {
	if *operators == "" {
		t.Skip("no -operators")
	}
	for dir := range strings.SplitSeq(*operators, ",") {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			dir := moduleDir(t, dir)
			agree(t, dir)
			staticcheckAgrees(t, dir)
		})
	}
}

// agree reports where another driver differs from the command.
func agree(t *testing.T, dir string) {
	t.Helper()
	found := findings(t, dir, run(t, dir, 1, command(t), "-json", "./..."))
	if len(found) == 0 {
		t.Fatal("no findings")
	}
	want := texts(found, finding.String)
	vetted := findings(t, dir, run(t, dir, 0, "go", "vet", "-vettool="+command(t), "-json", "./..."))
	diff(t, "go vet", texts(vetted, finding.String), want)
	shownByGopls := goplsFindings(t, gopls(t), dir)
	diff(t, "gopls", texts(shownByGopls, finding.String), want)

	var got []string
	for _, i := range golangciIssues(t, dir) {
		if i.FromLinter == "atomicstatus" {
			got = append(got, i.String())
		}
	}
	slices.Sort(got)
	diff(t, "golangci-lint", got, texts(found, finding.issue))
	t.Logf("findings: the command %d, go vet %d, gopls %d, golangci-lint %d",
		len(found), len(vetted), len(shownByGopls), len(got))
}

// What the example module must show, so that agreement means something.
func TestExample(t *testing.T) {
	dir := moduleDir(t, "testdata/example")
	found := findings(t, dir, run(t, dir, 1, command(t), "-json", "./..."))
	for _, want := range []struct{ at, check string }{
		{"job/job.go:22", "statusmulti"}, // by facts, of another package and of another module
		{"job/job.go:28", "statusguard"},
		{"job/suppressed.go:17", "statusretry"}, // no reason
		{"job/suppressed.go:22", "statusretry"}, // nothing to suppress
	} {
		if !slices.ContainsFunc(found, func(f finding) bool { return line(f.start) == want.at && f.check == want.check }) {
			t.Errorf("no finding of %s at %s", want.check, want.at)
		}
	}
	suppressed := []string{"job/suppressed.go:12", "job/suppressed.go:18", "job/suppressed.go:28", "job/suppressed.go:33", "job/suppressed.go:43"}
	for _, f := range found {
		if slices.Contains(suppressed, line(f.start)) {
			t.Errorf("a comment does not suppress %s", f)
		}
	}

	var got []string
	for _, i := range golangciIssues(t, dir) {
		if strings.Contains(i.Pos.Filename, "suppressed") {
			got = append(got, line(i.start())+" "+i.FromLinter)
		}
	}
	slices.Sort(got)
	diff(t, "golangci-lint", got, []string{
		"job/suppressed.go:17 atomicstatus",
		"job/suppressed.go:22 atomicstatus",
		"job/suppressed.go:33 nolintlint", // no reason
		"job/suppressed.go:37 nolintlint", // nothing to suppress
	})
}

// A wrong setting stops golangci-lint, and its path is told.
func TestGolangciSettings(t *testing.T) {
	config, err := os.ReadFile(golangciConfig)
	if err != nil {
		t.Fatal(err)
	}
	config = bytes.Replace(config, []byte("policy: strict"), []byte("polcy: strict"), 1)
	name := filepath.Join(t.TempDir(), ".golangci.yml")
	if err := os.WriteFile(name, config, 0o666); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(golangci(t), "run", "--allow-parallel-runners", "--config="+name, "./...")
	cmd.Dir = moduleDir(t, "testdata/example")
	out, err := cmd.CombinedOutput()
	const want = "plugin(atomicstatus): newPlugin statusretry.polcy: unknown key, not one of policy"
	if cmd.ProcessState.ExitCode() != 3 || !bytes.Contains(out, []byte(want)) {
		t.Errorf("error %v, want exit code 3; it prints\n%s", err, out)
	}
}

func moduleDir(t *testing.T, name string) string {
	t.Helper()
	dir, err := filepath.Abs(filepath.FromSlash(name))
	if err == nil {
		dir, err = filepath.EvalSymlinks(dir) // the tools may name files by their real path
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// run runs a program that must exit with the given code, and returns what it
// prints on its standard output.
func run(t *testing.T, dir string, code int, name string, args ...string) []byte {
	t.Helper()
	var stderr bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Stderr = &stderr
	stdout, err := cmd.Output()
	if exit := new(exec.ExitError); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if got := cmd.ProcessState.ExitCode(); got != code {
		t.Fatalf("%s exits with %d, want %d\n%s%s", cmd, got, code, stdout, stderr.Bytes())
	}
	return stdout
}

// findings reads what the command and go vet print by -json.
func findings(t *testing.T, dir string, output []byte) []finding {
	t.Helper()
	var all []finding
	for decoder := json.NewDecoder(bytes.NewReader(output)); ; {
		var packages map[string]map[string]json.RawMessage // by package and check
		if err := decoder.Decode(&packages); err == io.EOF {
			return all
		} else if err != nil {
			t.Fatalf("%v in:\n%s", err, output)
		}
		for pkg, checks := range packages {
			for check, raw := range checks {
				var found []struct {
					Posn, End, Message string
					Related            []struct{ Posn, Message string }
					Fixes              []struct{ Message, Level string } `json:"suggested_fixes"`
				}
				if err := json.Unmarshal(raw, &found); err != nil {
					t.Fatalf("%s of %s: %s", check, pkg, raw)
				}
				for _, d := range found {
					f := finding{check: check, start: relative(dir, d.Posn), end: lineColumn(d.End), message: d.Message}
					for _, r := range d.Related {
						f.related = append(f.related, related{relative(dir, r.Posn), r.Message})
					}
					for _, fix := range d.Fixes {
						if fix.Level != "review" { // the other drivers have none of these
							f.fixes = append(f.fixes, fix.Message)
						}
					}
					all = append(all, f)
				}
			}
		}
	}
}

const golangciConfig = "../../plugin/example/.golangci.yml" // the one for users

// issue is what golangci-lint says of one.
type issue struct {
	FromLinter, Text string
	Pos              struct {
		Filename     string
		Line, Column int
	}
	SuggestedFixes []struct{ Message string }
}

func (i issue) start() string {
	return fmt.Sprintf("%s:%d:%d", filepath.ToSlash(i.Pos.Filename), i.Pos.Line, i.Pos.Column)
}

func (i issue) String() string {
	var fixes []string
	for _, f := range i.SuggestedFixes {
		fixes = append(fixes, f.Message)
	}
	return fmt.Sprintf("%s: %s fixes %q", i.start(), i.Text, fixes)
}

func golangciIssues(t *testing.T, dir string) []issue {
	t.Helper()
	config, err := filepath.Abs(golangciConfig)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("GOLANGCI_LINT_CACHE", filepath.Join(toolsDir, "golangci-cache"))
	output := run(t, dir, 1, golangci(t), "run", "--config="+config, "--default=none", "--path-mode=abs", "--allow-parallel-runners",
		"--output.json.path=stdout", "--output.text.path=", "--show-stats=false", "./...")
	var report struct{ Issues []issue }
	if err := json.Unmarshal(output, &report); err != nil {
		t.Fatalf("%v in:\n%s", err, output)
	}
	for i := range report.Issues {
		name := &report.Issues[i].Pos.Filename
		*name = relative(dir, *name)
	}
	return report.Issues
}

// goFiles returns the Go files of the module, without those of modules in it.
func goFiles(t *testing.T, dir string) []string {
	t.Helper()
	list := `{{range .GoFiles}}{{$.Dir}}/{{.}}{{"\n"}}{{end}}`
	return strings.Fields(string(run(t, dir, 0, "go", "list", "-f", list, "./...")))
}

func relative(dir, posn string) string {
	return filepath.ToSlash(strings.TrimPrefix(posn, dir+string(filepath.Separator)))
}

// line cuts the column off file:line:column.
func line(posn string) string { return posn[:strings.LastIndex(posn, ":")] }

// lineColumn cuts the file off file:line:column.
func lineColumn(posn string) string {
	at := line(posn)
	return posn[strings.LastIndex(at, ":")+1:]
}

func texts(found []finding, text func(finding) string) []string {
	var all []string
	for _, f := range found {
		all = append(all, text(f))
	}
	slices.Sort(all)
	return all
}

// diff reports what one of two sorted lists lacks.
func diff(t *testing.T, name string, got, want []string) {
	t.Helper()
	for len(got) > 0 || len(want) > 0 {
		switch {
		case len(want) == 0 || len(got) > 0 && cmp.Less(got[0], want[0]):
			t.Errorf("only %s has   %s", name, got[0])
			got = got[1:]
		case len(got) == 0 || got[0] != want[0]:
			t.Errorf("%s does not have %s", name, want[0])
			want = want[1:]
		default:
			got, want = got[1:], want[1:]
		}
	}
}
