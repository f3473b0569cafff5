package analyzer_test

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

	"github.com/atomicstatus/atomicstatus/analyzer"
	"github.com/atomicstatus/atomicstatus/passes/load"
)

// The programs under testdata/cases say where a report must stand, by a comment
// at the end of its line:
//
//	// want statusmulti:"regexp" statusretry:"regexp"
//
// Everywhere else the checks must be silent. Programs that want other settings
// lie in the folders named here.
var settings = []struct {
	name   string
	folder string // all its programs, and only they, are judged with the settings
	flags  map[string]string
}{
	{name: "strict"},
	{name: "requeue", folder: "retry/requeue", flags: map[string]string{"statusretry.policy": "requeue"}},
	{name: "all", folder: "multi/all", flags: map[string]string{"statusmulti.all": "true"}},
}

func TestCases(t *testing.T) {
	for _, module := range []string{"../testdata/cases", "../testdata/cases-old"} {
		dir, err := filepath.Abs(module)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(filepath.Base(module), func(t *testing.T) {
			wants := readWants(t, dir)
			for _, s := range settings {
				patterns := "./..."
				if s.folder != "" {
					patterns = "./" + s.folder + "/..."
					if _, err := os.Stat(filepath.Join(dir, s.folder)); err != nil {
						continue
					}
				}
				t.Run(s.name, func(t *testing.T) {
					prog, err := load.Load(context.Background(), load.Config{Dir: dir, Patterns: []string{patterns}})
					if err != nil {
						t.Fatal(err)
					}
					for _, b := range prog.Broken {
						t.Error(b)
					}
					judge(t, dir, prog, wants, s.folder, s.flags)
				})
			}
		})
	}
}

func judge(t *testing.T, dir string, prog *load.Program, wants map[place][]*want, folder string, flags map[string]string) {
	restore := setFlags(t, flags)
	defer restore()
	diags, errs := prog.Analyze(analyzer.Analyzers())
	for _, err := range errs {
		t.Error(err)
	}
	chosen := func(file string) bool {
		for _, s := range settings {
			if s.folder != "" && strings.HasPrefix(file, s.folder+"/") {
				return s.folder == folder
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
		if !chosen(file) {
			continue
		}
		at := place{filepath.ToSlash(file), d.Pos.Line}
		i := slices.IndexFunc(wants[at], func(w *want) bool { return !met[w] && w.check == d.Analyzer && w.text.MatchString(d.Message) })
		if i < 0 {
			t.Errorf("%s:%d: unexpected %s: %s", at.file, at.line, d.Analyzer, d.Message)
			continue
		}
		met[wants[at][i]] = true
	}
	var missing []string
	for at, ws := range wants {
		for _, w := range ws {
			if chosen(at.file) && !met[w] {
				missing = append(missing, fmt.Sprintf("%s:%d: no %s matching %q", at.file, at.line, w.check, w.text))
			}
		}
	}
	slices.Sort(missing)
	for _, m := range missing {
		t.Error(m)
	}
}

// setFlags sets flags of the checks, and returns what sets them back.
func setFlags(t *testing.T, flags map[string]string) func() {
	var undo []func()
	for name, value := range flags {
		check, flag, _ := strings.Cut(name, ".")
		for _, a := range analyzer.Analyzers() {
			if a.Name != check {
				continue
			}
			old := a.Flags.Lookup(flag).Value.String()
			if err := a.Flags.Set(flag, value); err != nil {
				t.Fatal(err)
			}
			undo = append(undo, func() { _ = a.Flags.Set(flag, old) })
		}
	}
	return func() {
		for _, f := range undo {
			f()
		}
	}
}

type place struct {
	file string
	line int
}

type want struct {
	check string
	text  *regexp.Regexp
}

var wantEntry = regexp.MustCompile("(status\\w+):(\"(?:[^\"\\\\]|\\\\.)*\"|`[^`]*`)")

func readWants(t *testing.T, dir string) map[place][]*want {
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
				pattern, err := strconv.Unquote(m[2])
				if err != nil {
					return fmt.Errorf("%s:%d: %v", file, i+1, err)
				}
				re, err := regexp.Compile(pattern)
				if err != nil {
					return fmt.Errorf("%s:%d: %v", file, i+1, err)
				}
				at := place{filepath.ToSlash(file), i + 1}
				wants[at] = append(wants[at], &want{m[1], re})
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return wants
}
