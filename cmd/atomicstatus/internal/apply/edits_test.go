package apply_test

import (
	"context"
	"errors"
	"go/token"
	"slices"
	"strings"
	"testing"

	"github.com/atomicstatus/atomicstatus/cmd/atomicstatus/internal/apply"
	"github.com/atomicstatus/atomicstatus/passes/fixes"
	"github.com/atomicstatus/atomicstatus/passes/load"
)

// files are a program whose packages have one file each. A package is broken
// while its file holds the word bad.
type files map[string]string

// run offers the fixes as long as their edits find something to replace. An edit
// is given as a file, what to replace in it, and by what.
func (f files) run(offered ...[][3]string) (*apply.Result, error) {
	return apply.Run(context.Background(), fixes.Safe, func(_ context.Context, overlay map[string][]byte) (apply.Round, error) {
		text := func(name string) string {
			if text, ok := overlay[name]; ok {
				return string(text)
			}
			return f[name]
		}
		round := apply.Round{Editable: func(name string) (load.File, error) { return load.File{Text: []byte(text(name))}, nil }}
		for name := range f {
			if strings.Contains(text(name), "bad") {
				round.Broken = append(round.Broken, &load.BrokenError{Package: name, Files: []string{name}, Reason: "bad"})
			}
		}
	offers:
		for _, edits := range offered {
			d := load.Diagnostic{Message: edits[0][2], Fixes: []load.Fix{{}}}
			d.Pos.Filename = edits[0][0]
			for _, e := range edits {
				at := strings.Index(text(e[0]), e[1])
				if at < 0 {
					continue offers
				}
				d.Fixes[0].Edits = append(d.Fixes[0].Edits, load.Edit{Filename: e[0], Start: at, End: at + len(e[1]), New: e[2]})
			}
			round.Diagnostics = append(round.Diagnostics, d)
		}
		return round, nil
	}, nil)
}

func outcome(result *apply.Result) (lines []string) {
	for _, file := range result.Files {
		lines = append(lines, file.Name+" = "+strings.ReplaceAll(string(file.New), "\n", " "))
	}
	for _, r := range result.Refused {
		lines = append(lines, r.Diagnostic.Message+": "+r.Reason)
	}
	return lines
}

// TestSeveralFiles holds that the edits of a fix are kept or taken back together.
func TestSeveralFiles(t *testing.T) {
	program := files{"x": "package x; var x int", "y": "package y; var y int; var z int", "z": "package z; var z int"}
	result, err := program.run(
		[][3]string{{"y", "z int", "good int"}, {"z", "z int", "good int"}},
		[][3]string{{"x", "x int", "bad int"}, {"y", "y int", "lost int"}},
	)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"y = package y  var y int var good int ",
		"z = package z  var good int ",
		"bad int: its result does not compile: bad",
	}
	if got := outcome(result); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestBadEdits(t *testing.T) {
	program := files{"x": "package x; var x int"}
	result, err := program.run([][3]string{{"x", "var x", "var a"}, {"x", "x int", "b int"}})
	if got, want := outcome(result), []string{"var a: its edits overlap"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("%q, %v, want %q", got, err, want)
	}

	result, err = apply.Run(context.Background(), fixes.Safe, func(context.Context, map[string][]byte) (apply.Round, error) {
		return apply.Round{
			Diagnostics: []load.Diagnostic{{Message: "far", Fixes: []load.Fix{{Edits: []load.Edit{{Filename: "x", Start: 8, End: 13}}}}}},
			Editable:    func(string) (load.File, error) { return load.File{Text: []byte("package x")}, nil },
		}, nil
	}, nil)
	if got, want := outcome(result), []string{"far: it edits bytes 8 to 13 of a file of 9"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("%q, %v, want %q", got, err, want)
	}
}

// TestLevels holds that a fix for review is applied only where that is asked for, and
// that a safe one comes before it.
func TestLevels(t *testing.T) {
	fix := func(to string, rests ...load.Assumption) load.Fix {
		return load.Fix{Message: to, Edits: []load.Edit{{Filename: "x", Start: 8, End: 9, New: to}}, Assumptions: rests}
	}
	review, safe := fix("r", load.Assumption{Kind: fixes.Gate}), fix("s")
	for _, test := range []struct {
		level fixes.Level
		fixes []load.Fix
		want  []string
	}{
		{fixes.Safe, []load.Fix{review}, nil},
		{fixes.Review, []load.Fix{review}, []string{"x = package r "}},
		{fixes.Safe, []load.Fix{review, safe}, []string{"x = package s "}},
	} {
		text := []byte("package x")
		result, err := apply.Run(context.Background(), test.level, func(_ context.Context, overlay map[string][]byte) (apply.Round, error) {
			round := apply.Round{Editable: func(string) (load.File, error) { return load.File{Text: text}, nil }}
			if overlay["x"] == nil {
				round.Diagnostics = []load.Diagnostic{{Fixes: test.fixes, Pos: token.Position{Filename: "x"}}}
			}
			return round, nil
		}, nil)
		if got := outcome(result); err != nil || !slices.Equal(got, test.want) {
			t.Errorf("up to %s: %q, %v, want %q", test.level, got, err, test.want)
		}
	}
}

// TestOneByOne holds that of the fixes in a function those for review wait for each
// other, and safe ones for those, but not for each other.
func TestOneByOne(t *testing.T) {
	const old = "package x\n\nfunc f() { a(); b(); c() }\n"
	rests := []load.Assumption{{Kind: fixes.Gate}}
	for _, test := range []struct {
		a, b, c []load.Assumption
		rounds  int // with the one that finds nothing more to fix
	}{
		{nil, nil, nil, 2},
		{rests, nil, nil, 3},
		{nil, nil, rests, 3},
		{rests, rests, rests, 4},
	} {
		rounds := 0
		result, err := apply.Run(context.Background(), fixes.Review, func(_ context.Context, overlay map[string][]byte) (apply.Round, error) {
			rounds++
			text := []byte(old)
			if overlay["x"] != nil {
				text = overlay["x"]
			}
			round := apply.Round{Editable: func(string) (load.File, error) { return load.File{Text: text}, nil }}
			for name, rests := range map[string][]load.Assumption{"a(": test.a, "b(": test.b, "c(": test.c} {
				if at := strings.Index(string(text), name); at >= 0 {
					edit := load.Edit{Filename: "x", Start: at, End: at + 1, New: "new"}
					round.Diagnostics = append(round.Diagnostics, load.Diagnostic{
						Message: name, Pos: token.Position{Filename: "x", Offset: at},
						Fixes: []load.Fix{{Edits: []load.Edit{edit}, Assumptions: rests}},
					})
				}
			}
			slices.SortFunc(round.Diagnostics, func(a, b load.Diagnostic) int { return a.Pos.Offset - b.Pos.Offset })
			return round, nil
		}, nil)
		want := []string{"x = package x  func f() { new(); new(); new() } "}
		if got := outcome(result); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q, %v, want %q", got, err, want)
		}
		if rounds != test.rounds {
			t.Errorf("%v, %v, %v: %d rounds, want %d", test.a, test.b, test.c, rounds, test.rounds)
		}
	}
}

// TestChanging holds that nothing comes of an analysis of files that somebody
// breaks meanwhile.
func TestChanging(t *testing.T) {
	broken := &load.BrokenError{Package: "y", Files: []string{"y"}, Reason: "half written"}
	rounds := 0
	result, err := apply.Run(context.Background(), fixes.Safe, func(_ context.Context, overlay map[string][]byte) (apply.Round, error) {
		round := apply.Round{Editable: func(string) (load.File, error) { return load.File{Text: []byte("package x")}, nil }}
		if rounds++; rounds == 1 {
			round.Diagnostics = []load.Diagnostic{{Fixes: []load.Fix{{Edits: []load.Edit{{Filename: "x", Start: 8, End: 9, New: "y"}}}}}}
		} else {
			round.Broken = []*load.BrokenError{broken}
		}
		return round, nil
	}, nil)
	if result != nil || !errors.Is(err, broken) {
		t.Errorf("%v, %v, want %v", result, err, broken)
	}
}
