// Package casetest runs a check over the programs under testdata/cases, which
// are written against the real client libraries. A comment at the end of a line
// says what must be reported there:
//
//	// want statusmulti:"regexp" statusretry:"regexp"
//
// Everywhere else the check must be silent. Programs that want other settings
// lie in folders of their own.
package casetest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/atomicstatus/atomicstatus/passes/load"
)

// special are the folders whose programs want other settings than the default, or
// are held to one check alone.
var special = []string{"retry/requeue", "multi/all", "callback/named", "phase", "phases", "rewrite", "cost", "unstable"}

// Run runs the check over all programs that want the default settings, and, if
// a folder is named, over the programs of that folder with the given flags of
// the check.
func Run(t *testing.T, check *analysis.Analyzer, folder string, flags map[string]string) {
	t.Helper()
	restore := setFlags(t, check, flags)
	defer restore()
	for _, module := range []string{"cases", "cases-old"} {
		dir, err := filepath.Abs(filepath.Join("../../testdata", module))
		if err != nil {
			t.Fatal(err)
		}
		pattern := "./..."
		if folder != "" {
			pattern = "./" + folder + "/..."
			if _, err := os.Stat(filepath.Join(dir, folder)); err != nil {
				continue
			}
		}
		prog, err := load.Load(context.Background(), load.Config{Dir: dir, Patterns: []string{pattern}})
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range prog.Broken {
			t.Error(b)
		}
		judge(t, dir, prog, check, folder)
	}
}

// judge holds the findings against the wants.
func judge(t *testing.T, dir string, prog *load.Program, check *analysis.Analyzer, folder string) {
	t.Helper()
	wants := readWants(t, dir, check.Name)
	diags, errs := prog.Analyze(t.Context(), []*analysis.Analyzer{check})
	for _, err := range errs {
		t.Error(err)
	}
	chosen := func(file string) bool {
		for _, s := range special {
			if strings.HasPrefix(file, s+"/") {
				return s == folder
			}
		}
		return folder == ""
	}
	met := map[*want]bool{}
	for _, d := range diags {
		file, err := filepath.Rel(dir, d.Pos.Filename)
		if err != nil {
			t.Fatal(err)
		}
		at := place{filepath.ToSlash(file), d.Pos.Line}
		if !chosen(at.file) {
			continue
		}
		i := slices.IndexFunc(wants[at], func(w *want) bool { return !met[w] && w.text.MatchString(d.Message) })
		if i < 0 {
			t.Errorf("%s:%d: unexpected: %s", at.file, at.line, d.Message)
			continue
		}
		met[wants[at][i]] = true
	}
	var missing []string
	for at, ws := range wants {
		for _, w := range ws {
			if chosen(at.file) && !met[w] {
				missing = append(missing, fmt.Sprintf("%s:%d: no report matching %q", at.file, at.line, w.text))
			}
		}
	}
	slices.Sort(missing)
	for _, m := range missing {
		t.Error(m)
	}
}

// setFlags sets flags of the check, and returns what sets them back.
func setFlags(t *testing.T, check *analysis.Analyzer, flags map[string]string) func() {
	t.Helper()
	old := map[string]string{}
	for name, value := range flags {
		old[name] = check.Flags.Lookup(name).Value.String()
		if err := check.Flags.Set(name, value); err != nil {
			t.Fatal(err)
		}
	}
	return func() {
		for name, value := range old {
			_ = check.Flags.Set(name, value)
		}
	}
}

type place struct {
	file string
	line int
}

type want struct{ text *regexp.Regexp }

var wantEntry = regexp.MustCompile("(status\\w+):(\"(?:[^\"\\\\]|\\\\.)*\"|`[^`]*`)")

func readWants(t *testing.T, dir, check string) map[place][]*want {
	t.Helper()
	wants := map[place][]*want{}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".go" {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		file, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		for i, line := range strings.Split(string(data), "\n") {
			_, text, ok := strings.Cut(line, "// want ")
			if !ok {
				continue
			}
			for _, m := range wantEntry.FindAllStringSubmatch(text, -1) {
				if m[1] != check {
					continue
				}
				pattern, err := strconv.Unquote(m[2])
				if err != nil {
					return fmt.Errorf("%s:%d: %v", file, i+1, err)
				}
				re, err := regexp.Compile(pattern)
				if err != nil {
					return fmt.Errorf("%s:%d: %v", file, i+1, err)
				}
				at := place{filepath.ToSlash(file), i + 1}
				wants[at] = append(wants[at], &want{re})
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return wants
}
