package report

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/atomicstatus/atomicstatus/passes/reconcilecost"
)

// phaseCheck is the check that the item on phases goes by.
const phaseCheck = "statusphase"

// Item is one demand on a controller.
type Item struct {
	Name   string   `json:"name"`
	State  string   `json:"state"`
	Note   string   `json:"note,omitempty"`
	Places []string `json:"places,omitempty"` // where it is done, or where it is missing
}

// The states of an item.
const (
	done     = "done"
	missing  = "missing"
	needless = "not needed"
)

// Total counts the controllers that an item holds for.
type Total struct {
	Name    string `json:"name"`
	Done    int    `json:"done"`
	Missing int    `json:"missing"`
}

// checklist goes through what the standard demands of a controller.
func (in *Input) checklist(x *reconcilecost.Reconciler) []Item {
	var direct, unprotected []string
	prone := 0
	for _, s := range x.Sites {
		if !s.Prone {
			continue
		}
		prone++
		managed := s.Pattern == reconcilecost.Manager || s.Pattern == reconcilecost.FixedManager || s.Pattern == reconcilecost.Helper && s.Protected
		if !managed {
			direct = append(direct, in.Place(s.Pos))
		}
		if !s.Protected {
			unprotected = append(unprotected, in.Place(s.Pos))
		}
	}
	var managers []string
	for _, m := range x.Managers {
		managers = append(managers, m.Name+" "+in.Place(m.Pos))
	}

	manager := Item{Name: "status manager", State: done, Places: managers}
	switch {
	case prone == 0:
		manager = Item{Name: manager.Name, State: needless, Note: "nothing is written that can conflict"}
	case len(direct) > 0:
		manager = Item{Name: manager.Name, State: missing, Note: "writes that go through none", Places: direct}
	}

	refetch := Item{Name: "refetch before update", State: done}
	stale := in.found(x, "statusrefetch")
	switch {
	case prone == 0:
		refetch.State = needless
	case len(unprotected)+len(stale) > 0:
		refetch.State, refetch.Note, refetch.Places = missing, "writes that a conflict loses", compact(unprotected, stale)
	}

	one := Item{Name: "one write a path", State: done}
	switch {
	case len(x.Sites) == 0:
		one.State = needless
	case len(x.Needless()) > 0:
		one.State, one.Places = missing, compact(in.found(x, "statusmulti"), in.writes(x.Path))
		var notes []string
		for _, k := range x.Needless() {
			notes = append(notes, fmt.Sprintf("%s of %s instead of %s", k.Status, kindName(k.Kind), k.After))
		}
		one.Note = strings.Join(notes, ", ")
	}

	loops := Item{Name: "no write in a loop", State: done}
	if len(x.Sites) == 0 {
		loops.State = needless
	} else if places := in.found(x, "statusloop"); len(places) > 0 {
		loops.State, loops.Places = missing, places
	}

	stable := Item{Name: "stable status", State: done}
	if len(x.Sites) == 0 {
		stable.State = needless
	} else if places := in.found(x, "statusunstable"); len(places) > 0 {
		stable.State, stable.Places = missing, places
		stable.Note = "writes on every reconcile, as the status comes out differently each time"
	}
	return []Item{manager, refetch, one, loops, stable, in.phases(x), in.tested(x)}
}

// phases reports whether changes of a phase are validated.
func (in *Input) phases(x *reconcilecost.Reconciler) Item {
	item := Item{Name: "phase validation", State: needless, Note: "no phase is written"}
	if !slices.ContainsFunc(x.Written, func(k reconcilecost.Kind) bool { return k.Phase }) {
		return item
	}
	if places := in.found(x, phaseCheck); len(places) > 0 {
		return Item{Name: item.Name, State: missing, Note: "changes that nothing validates", Places: places}
	}
	return Item{Name: item.Name, State: done}
}

// tested reports whether the status managers have tests.
func (in *Input) tested(x *reconcilecost.Reconciler) Item {
	item := Item{Name: "tests of the manager", State: done}
	if len(x.Managers) == 0 {
		return Item{Name: item.Name, State: needless, Note: "there is no manager"}
	}
	var untested []string
	for _, m := range x.Managers {
		if file := in.Tests.mention(m); file != "" {
			item.Places = append(item.Places, in.Place(token.Position{Filename: file, Line: 1}))
		} else {
			untested = append(untested, m.Name+" "+in.Place(m.Pos))
		}
	}
	if untested != nil {
		return Item{Name: item.Name, State: missing, Places: untested}
	}
	return item
}

// found are the places of the findings of a check in what a reconciler reaches.
func (in *Input) found(x *reconcilecost.Reconciler, check string) []string {
	var out []string
	for _, d := range in.Findings {
		if d.Analyzer == check && x.Reaches(d.Pos) {
			out = append(out, in.Place(d.Pos))
		}
	}
	return out
}

// writes are the places of the status writes of a path.
func (in *Input) writes(steps []reconcilecost.Step) []string {
	var out []string
	for _, s := range steps {
		if s.Kind == reconcilecost.StatusWrite {
			out = append(out, in.Place(s.Pos))
		}
		out = append(out, in.writes(s.Steps)...)
	}
	return out
}

// compact joins lists of places, without repetition.
func compact(lists ...[]string) []string {
	all := slices.Concat(lists...)
	var out []string
	for _, s := range all {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

func totals(controllers []*Controller) []Total {
	var out []Total
	for _, c := range controllers {
		for i, item := range c.Checklist {
			if i == len(out) {
				out = append(out, Total{Name: item.Name})
			}
			switch item.State {
			case done:
				out[i].Done++
			case missing:
				out[i].Missing++
			}
		}
	}
	return out
}

// Tests are the test files below a directory, by their absolute paths.
type Tests []string

// FindTests finds the test files of a module. A directory that cannot be read has
// none.
func FindTests(root string) Tests {
	var out Tests
	_ = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return fs.SkipDir
		case d.IsDir() && path != root && (d.Name() == "vendor" || strings.HasPrefix(d.Name(), ".") || exists(filepath.Join(path, "go.mod"))):
			return fs.SkipDir
		case strings.HasSuffix(path, "_test.go"):
			out = append(out, path)
		}
		return nil
	})
	return out
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// mention is a test file that uses a status manager: one beside it that names its
// function, or one elsewhere that imports its package as well. It is empty if
// there is none.
func (t Tests) mention(m reconcilecost.StatusManager) string {
	name := m.Name[strings.LastIndex(m.Name, ".")+1:]
	for _, file := range t {
		data, err := os.ReadFile(file)
		beside := filepath.Dir(file) == m.Dir
		if err != nil || !strings.Contains(string(data), name) || !beside && !strings.Contains(string(data), strconv.Quote(m.Package)) {
			continue
		}
		syntax, err := parser.ParseFile(token.NewFileSet(), file, data, parser.SkipObjectResolution)
		if err != nil {
			continue
		}
		imports := slices.ContainsFunc(syntax.Imports, func(i *ast.ImportSpec) bool { return i.Path.Value == strconv.Quote(m.Package) })
		if (beside || imports) && uses(syntax, name) {
			return file
		}
	}
	return ""
}

// uses reports whether code, not a comment, names a function.
func uses(syntax *ast.File, name string) bool {
	for n := range ast.Preorder(syntax) {
		if id, ok := n.(*ast.Ident); ok && id.Name == name {
			return true
		}
	}
	return false
}
