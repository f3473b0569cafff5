package differential

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/tools/go/ast/astutil"
)

// A Fixer rewrites the packages under dir, which belongs to a module, in place.
type Fixer func(dir string) (*Fixes, error)

// Fixes is what a fixer found and did.
type Fixes struct {
	Before, After []Finding
	// Applied are the findings whose fix was applied.
	Applied []Finding
	// Refused is what the command says of fixes that it took back.
	Refused []string
}

// Finding is one report.
type Finding struct {
	File    string // without its directory
	Place   string // in the file, as line:column
	Check   string
	Message string
	edits   []edit
}

// suggested is a fix of the level that who may apply it goes by: only what is safe
// promises that nothing changes.
type suggested struct {
	Level string
	Edits []edit
}

type edit struct {
	Filename   string
	Start, End int
	New        string
}

// maxRounds bounds the rounds that fixes are applied in. A fix may make room
// for another, but not for ever.
const maxRounds = 10

// Tool returns the fixer that applies the fixes of the atomicstatus command.
// Where two overlap, the second waits for the next round, and for what the
// command then says.
func Tool(command string) Fixer {
	return func(dir string) (*Fixes, error) {
		fixes := &Fixes{}
		for round := range maxRounds {
			found, err := analyse(command, dir)
			if err != nil {
				return nil, sources(err, dir)
			}
			if round == 0 {
				fixes.Before = found
			}
			fixes.After = found
			applied, err := apply(found)
			if err != nil {
				return nil, err
			}
			if len(applied) == 0 {
				return fixes, nil
			}
			fixes.Applied = append(fixes.Applied, applied...)
		}
		return nil, fmt.Errorf("fixes are still offered after %d rounds: %s", maxRounds, fixes.After[0].Message)
	}
}

// refused is what the command says of a fix that it takes back.
var refused = regexp.MustCompile(`(?m)^atomicstatus: .* not applied: .*$`)

// ReviewTool returns the fixer that has the atomicstatus command apply all fixes, those
// that rest on assumptions too. It goes by the command's own rounds, as one of these
// fixes is made anew for what the others have made of its function.
func ReviewTool(command string) Fixer {
	return func(dir string) (*Fixes, error) {
		fixes := &Fixes{}
		var err error
		if fixes.Before, err = analyse(command, dir); err != nil {
			return nil, sources(err, dir)
		}
		cmd := exec.Command(command, "-C", dir, "-fix=review", "-force", "./...")
		out, err := cmd.CombinedOutput()
		fixes.Refused = refused.FindAllString(string(out), -1)
		var exit *exec.ExitError
		if err != nil && !(errors.As(err, &exit) && (exit.ExitCode() == 1 || len(fixes.Refused) > 0)) {
			return nil, sources(fmt.Errorf("%s: %w\n%s", cmd, err, out), dir)
		}
		if fixes.After, err = analyse(command, dir); err != nil {
			return nil, sources(err, dir)
		}
		return fixes, nil
	}
}

// sources adds to what the command says of programs that do not compile, after fixes,
// how they look.
func sources(err error, dir string) error {
	seen := map[string]bool{}
	for _, found := range inPackage.FindAllString(err.Error(), -1) {
		if seen[found] {
			continue
		}
		seen[found] = true
		if source, readErr := os.ReadFile(filepath.Join(dir, found)); readErr == nil {
			err = fmt.Errorf("%w\n%s:\n%s", err, found, body(source))
		}
	}
	return err
}

var inPackage = regexp.MustCompile(`p\d+/p\d+\.go`)

// body is a program without its package clause, its imports and its types.
func body(source []byte) []byte {
	if i := bytes.Index(source, []byte(") Reconcile(")); i >= 0 {
		return source[bytes.LastIndexByte(source[:i], '\n')+1:]
	}
	return source
}

func analyse(command, dir string) ([]Finding, error) {
	cmd := exec.Command(command, "-C", dir, "-json", "./...")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && !(errors.As(err, &exit) && exit.ExitCode() == 1) {
		return nil, fmt.Errorf("%s: %w\n%s", cmd, err, stderr.Bytes())
	}
	var packages map[string]map[string]json.RawMessage
	if err := json.Unmarshal(out, &packages); err != nil {
		return nil, fmt.Errorf("%s: %w", cmd, err)
	}
	var found []Finding
	for pkg, checks := range packages {
		for check, data := range checks {
			var diagnostics []struct {
				Posn, Message  string
				SuggestedFixes []suggested `json:"suggested_fixes"`
			}
			if err := json.Unmarshal(data, &diagnostics); err != nil {
				return nil, fmt.Errorf("%s of %s: %s", check, pkg, data)
			}
			for _, d := range diagnostics {
				file, place, _ := strings.Cut(d.Posn, ":")
				f := Finding{File: filepath.Base(file), Place: place, Check: check, Message: d.Message}
				d.SuggestedFixes = slices.DeleteFunc(d.SuggestedFixes, func(s suggested) bool { return s.Level != "safe" })
				switch len(d.SuggestedFixes) {
				case 0:
				case 1:
					f.edits = d.SuggestedFixes[0].Edits
				default:
					return nil, fmt.Errorf("%s: %d fixes for one report: %s", d.Posn, len(d.SuggestedFixes), d.Message)
				}
				found = append(found, f)
			}
		}
	}
	slices.SortStableFunc(found, func(a, b Finding) int {
		return strings.Compare(a.File+a.Check+a.Message, b.File+b.Check+b.Message)
	})
	return found, nil
}

// apply makes the edits of the findings, each fix as a whole or not at all, and
// returns those whose fix was made.
func apply(found []Finding) ([]Finding, error) {
	var applied []Finding
	edits := map[string][]edit{}
	for _, f := range found {
		if len(f.edits) == 0 || slices.ContainsFunc(f.edits, func(e edit) bool {
			return slices.ContainsFunc(edits[e.Filename], e.touches)
		}) {
			continue
		}
		for _, e := range f.edits {
			edits[e.Filename] = append(edits[e.Filename], e)
		}
		applied = append(applied, f)
	}
	for file, list := range edits {
		source, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		slices.SortFunc(list, func(a, b edit) int { return b.Start - a.Start })
		for _, e := range list {
			source = slices.Concat(source[:e.Start], []byte(e.New), source[e.End:])
		}
		if source, err = finish(source); err != nil {
			return nil, fmt.Errorf("after the fixes, %s: %w\n%s", file, err, source)
		}
		if err := os.WriteFile(file, source, 0o644); err != nil {
			return nil, err
		}
	}
	return applied, nil
}

// touches reports whether two edits cannot both be made, or not in any order.
func (e edit) touches(other edit) bool { return e.Start <= other.End && other.Start <= e.End }

// finish formats a file and drops the imports that it no longer uses, as all drivers
// that apply fixes do.
func finish(source []byte) ([]byte, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", source, parser.ParseComments)
	if err != nil {
		return source, err
	}
	for _, spec := range slices.Clone(file.Imports) {
		name, path := "", strings.Trim(spec.Path.Value, `"`)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		if !astutil.UsesImport(file, path) {
			astutil.DeleteNamedImport(fset, file, name, path)
		}
	}
	var out bytes.Buffer
	if err := format.Node(&out, fset, file); err != nil {
		return source, err
	}
	return out.Bytes(), nil
}
