package differential

import (
	"bytes"
	"fmt"
	"go/format"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/atomicstatus/atomicstatus/e2e/differential/gen"
)

// Statements of the programs below.
const (
	write = `if err := r.Status().Update(ctx, db); err != nil {
	return ctrl.Result{}, fmt.Errorf("update status: %w", err)
}`
	swallowed = `if err := r.Status().Update(ctx, db); err != nil {
	log.FromContext(ctx).Error(err, "unable to update status")
}`
	ready   = `db.Status.Phase = v1.PhaseReady`
	tried   = `db.Status.Attempts++`
	listed  = `db.Status.History = append(db.Status.History, "seen")`
	volume  = `if err := r.Cloud.EnsureVolume(ctx, "data"); err != nil {` + "\nreturn ctrl.Result{}, err\n}"
	user    = `if err := r.Cloud.EnsureUser(ctx, "admin"); err != nil {` + "\nreturn ctrl.Result{}, err\n}"
	comment = "// Users look at this first. (1)\n"
)

// rebased is a write by status.Update, with the base before it.
var rebased = strings.Replace(write, "r.Status().Update(ctx, db)", "status.Update(ctx, r.Client, db, base)", 1)

const base = `base := db.DeepCopy()`

// retried is a write in a conflict retry, after what stands before it there.
func retried(before ...string) string {
	return "if err := retry.RetryOnConflict(retry.DefaultRetry, func() error {\n" + strings.Join(before, "\n") + `
	return r.Status().Update(ctx, db)
}); err != nil {
	return ctrl.Result{}, fmt.Errorf("update status: %w", err)
}`
}

// fixture is a program with a fix made by hand.
type fixture struct {
	name          string
	before, after []string
	broken        string // the rule; empty where the fix is right
	inexact       bool   // the fix may change what calls are made
}

// fixtures are programs with fixes made by hand, right ones and wrong ones. A
// wrong one must be caught, and by the rule that is there for it.
var fixtures = []fixture{
	{name: "a write", before: []string{volume, ready, tried, write}, after: []string{base, volume, ready, tried, rebased}},
	{name: "a base with changes", before: []string{ready, tried, write}, after: []string{ready, base, tried, rebased}},
	{name: "a write in a loop",
		before: []string{"for range db.Spec.Shards {\n" + tried + "\n" + volume + "\n" + write + "\n}"},
		after:  []string{base, "for range db.Spec.Shards {\n" + tried + "\n" + volume + "\n" + rebased + "\n}"}},
	{name: "one write for two", before: []string{ready, write, tried, write}, after: []string{ready, tried, write}, inexact: true},
	{name: "one write for a loop", inexact: true,
		before: []string{"for _, shard := range db.Spec.Shards {\ndb.Status.History = append(db.Status.History, shard)\n" + write + "\n}"},
		after:  []string{"for _, shard := range db.Spec.Shards {\ndb.Status.History = append(db.Status.History, shard)\n}\nif len(db.Spec.Shards) > 0 {\n" + write + "\n}"}},

	{name: "a dropped write", before: []string{ready, write}, after: []string{ready}, broken: "persisted object"},
	{name: "a lost change", before: []string{ready, tried, write}, after: []string{tried, write}, broken: "persisted object"},
	{name: "a second write", before: []string{ready, write}, after: []string{ready, write, write}, broken: "more status writes"},
	{name: "a read", before: []string{ready, write}, after: []string{again, ready, write}, broken: "calls"},
	{name: "swapped effects", before: []string{volume, user}, after: []string{user, volume}, broken: "effects"},
	{name: "an effect after a write that was before it", before: []string{volume, ready, write}, after: []string{ready, write, volume}, broken: "persisted object", inexact: true},
	{name: "a dropped effect", before: []string{volume, ready, write}, after: []string{ready, write}, broken: "effects"},
	{name: "another result", before: []string{ready, write}, after: []string{ready, write, "if db.Status.Phase == v1.PhaseReady {\nreturn ctrl.Result{RequeueAfter: time.Minute}, nil\n}"}, broken: "answer"},
	{name: "another number of runs", before: []string{tried, write}, after: []string{tried, write, "if db.Status.Attempts < 3 {\nreturn ctrl.Result{RequeueAfter: time.Minute}, nil\n}"}, broken: "number of runs"},
	{name: "a panic", before: []string{ready, write}, after: []string{ready, write, "if db.Name != \"\" {\npanic(\"no\")\n}"}, broken: "panic"},
	{name: "a panic where a write fails", before: []string{ready, write}, after: []string{ready, strings.Replace(write, "return", "if err != nil {\npanic(err)\n}\nreturn", 1)}, broken: "panic"},
	{name: "a swallowed error", before: []string{ready, write}, after: []string{ready, swallowed}, broken: "answer"},
	{name: "another text of the error", before: []string{ready, write}, after: []string{ready, strings.Replace(write, "update status", "write status", 1)}, broken: "answer"},
	{name: "a retry that does not read again", before: []string{ready, write}, after: []string{ready, retried()}, broken: "more status writes"},
	{name: "a write by force", before: []string{ready, write}, after: []string{ready, retried(force)}, broken: "calls"},
	{name: "a base from elsewhere", before: []string{ready, write}, after: []string{ready, "base := &v1.Database{ObjectMeta: db.ObjectMeta}", again, "db.Status.DeepCopyInto(&base.Status)\n" + ready, rebased}, broken: "calls"},

	// Fixes that change what calls are made are held to what the original comes to.
	{name: "changes made again after a conflict", before: []string{volume, ready, write}, after: []string{volume, retried(reread, ready)}, inexact: true},
	{name: "a wish noted that was not granted", before: wish(write), after: wish(retried(reread, noted)), broken: "effect missing", inexact: true},
	{name: "another wish granted", before: wish(write), after: wish(strings.Replace(write, "return", "if apierrors.IsConflict(err) {\n_ = r.Cloud.Notify(ctx, \"again\")\n}\nreturn", 1)), broken: "new effect", inexact: true},
	{name: "a list that grows with each attempt", inexact: true, broken: "steady at another object",
		before: []string{listed, write}, after: []string{retried("history := db.Status.History", reread, "db.Status.History = history", listed)}},
	{name: "another answer after a conflict", before: []string{ready, write}, after: []string{ready, strings.Replace(write, "return", "if apierrors.IsConflict(err) {\nreturn ctrl.Result{RequeueAfter: time.Hour}, nil\n}\nreturn", 1)}, broken: "answer under a fault", inexact: true},
	{name: "a request that is never done after a fault", before: []string{ready, write},
		after: []string{ready, "if db.Status.Audit != \"\" {\nreturn ctrl.Result{}, fmt.Errorf(\"audited\")\n}", write}, broken: "steady no more", inexact: true},

	{name: "code that does not compile", before: []string{ready, write}, after: []string{ready, write, "unused := 1"}, broken: "go vet"},
	{name: "a lost comment", before: []string{comment + ready, write}, after: []string{ready, write}, broken: "comment lost"},
	{name: "code that is not gofmt-ed", before: []string{ready, write}, after: []string{ready, write, "// ungofmt"}, broken: "not gofmt-ed"},
}

const (
	again  = "if err := r.Get(ctx, req.NamespacedName, db); err != nil {\nreturn ctrl.Result{}, err\n}"
	fresh  = "fresh := &v1.Database{}\nif err := r.Get(ctx, client.ObjectKeyFromObject(db), fresh); err != nil {\nreturn err\n}\n"
	reread = fresh + "*db = *fresh"
	force  = fresh + "db.ResourceVersion = fresh.ResourceVersion"
	noted  = "db.Status.RestartedAt = db.Annotations[lab.Restart]"
)

// wish is a program that grants a wish, and then writes.
func wish(write string) []string {
	return []string{
		"if at := db.Annotations[lab.Restart]; at != db.Status.RestartedAt {\n" +
			"if err := r.Cloud.Notify(ctx, \"restart of \"+at); err != nil {\nreturn ctrl.Result{}, err\n}\n" + noted + "\n" + write + "\n}",
	}
}

// TestHarness holds the comparison itself to what it promises.
func TestHarness(t *testing.T) {
	judgeFixtures(t, fixtures, false)
}

// judgeFixtures holds right fixes to pass, and wrong ones to be caught by their rule.
func judgeFixtures(t *testing.T, fixtures []fixture, review bool) {
	t.Helper()
	// Each fixture has several seeds, as the scenarios depend on them.
	const seeds = 4
	var programs, fixed []*gen.Program
	for i, f := range fixtures {
		for j := range seeds {
			n := uint64(i*seeds + j)
			programs = append(programs, gen.Of(n, f.before...))
			fixed = append(fixed, gen.Of(n, f.after...))
		}
	}
	byHand := func(dir string) (*Fixes, error) {
		fixes := &Fixes{}
		for i, p := range fixed {
			pkg := (&generated{}).pkg(i)
			source, err := p.Source(pkg)
			if err != nil {
				return nil, err
			}
			source = bytes.Replace(source, []byte("// ungofmt"), []byte("if   true {}"), 1)
			name := "p" + p.Name + ".go"
			if err := os.WriteFile(filepath.Join(dir, pkg, name), source, 0o644); err != nil {
				return nil, err
			}
			check := "statusretry"
			if fixtures[i/seeds].inexact {
				check = "statusmulti"
			}
			fixes.Applied = append(fixes.Applied, Finding{File: name, Check: check})
		}
		return fixes, nil
	}
	result, err := Trial{Command: command(t), Fix: byHand, Review: review}.Run(t.TempDir(), programs)
	if err != nil {
		t.Fatal(err)
	}
	if len(result.Broken) > 0 {
		t.Fatalf("programs %v do not compile before they are fixed", result.Broken)
	}
	for i, f := range fixtures {
		t.Run(f.name, func(t *testing.T) {
			var rules []string
			for j := range seeds {
				name := programs[i*seeds+j].Name
				for _, failure := range result.Failures {
					if failure.Program != name {
						continue
					}
					if f.broken == "" {
						t.Errorf("a right fix was refused by the rule %q: %s\n%s", failure.Rule, failure.Scenario, failure.Detail)
					}
					rules = append(rules, failure.Rule)
				}
			}
			if f.broken != "" && !slices.Contains(rules, f.broken) {
				t.Errorf("not caught by the rule %q, only by %q", f.broken, rules)
			}
		})
	}
}

func TestNewFindings(t *testing.T) {
	multi := Finding{File: "p000001.go", Check: "statusmulti"}
	loop := Finding{File: "p000001.go", Check: "statusloop"}
	tests := []struct {
		name  string
		fixes Fixes
		want  bool
	}{
		{"all cured", Fixes{Before: []Finding{loop, multi}, Applied: []Finding{loop, multi}}, false},
		{"one without a fix", Fixes{Before: []Finding{loop, loop}, Applied: []Finding{loop}, After: []Finding{loop}}, false},
		{"a fix that cures nothing", Fixes{Before: []Finding{loop}, Applied: []Finding{loop}, After: []Finding{loop}}, true},
		{"the next write of three", Fixes{Before: []Finding{multi}, Applied: []Finding{multi}, After: []Finding{multi}}, false},
		{"a new report", Fixes{Before: []Finding{loop}, Applied: []Finding{loop}, After: []Finding{multi}}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := newFindings(&tt.fixes); (len(got) > 0) != tt.want {
				t.Errorf("got failures %v, want some: %t", got, tt.want)
			}
		})
	}
}

// TestReduce holds a reduction to end with what the failure needs, and no more.
func TestReduce(t *testing.T) {
	lose := func(dir string) (*Fixes, error) {
		files, err := filepath.Glob(filepath.Join(dir, "*", "*.go"))
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			source, err := os.ReadFile(file)
			if err != nil {
				return nil, err
			}
			if err := os.WriteFile(file, bytes.ReplaceAll(source, []byte("\t"+tried+"\n"), nil), 0o644); err != nil {
				return nil, err
			}
		}
		return &Fixes{}, nil
	}
	p := gen.Of(7, volume, ready, tried, user, listed, write)
	small, err := Trial{Command: command(t), Fix: lose}.Reduce(t.TempDir(), p, "persisted object")
	if err != nil {
		t.Fatal(err)
	}
	source, err := small.Source("programs")
	if err != nil {
		t.Fatal(err)
	}
	for statement, want := range map[string]bool{tried: true, "Status().Update": true, ready: false, listed: false, "EnsureVolume": false, "EnsureUser": false} {
		if got := strings.Contains(string(source), statement); got != want {
			t.Errorf("%q is in the reduced program: %t, want %t", statement, got, want)
		}
	}
	if t.Failed() {
		t.Logf("%s", source)
	}
}

var (
	declared = regexp.MustCompile(`^func .*\bdb \*v1\.Database\b.*\{$`)
	got      = regexp.MustCompile(`^\tif err := .*\.Get\(ctx, req\.NamespacedName, (&?db)\); err != nil \{$`)
	answered = regexp.MustCompile(`^(\t+)if .*(\.Get\(ctx, .*, &?db\)|\.(Update|Patch|AtomicStatusUpdate)\(ctx, &?db\b)`)
	updated  = regexp.MustCompile(`([\w.]+)\.Status\(\)\.Update\(ctx, (&?)db\)`)
)

// convert has all status writes of databases in variables and parameters go
// through status.Update, as a fix would, and nothing else.
func convert(dir string) (*Fixes, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*", "*.go"))
	if err != nil {
		return nil, err
	}
	fixes := &Fixes{}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		functions := strings.Split(string(source), "\n}\n")
		for i, f := range functions {
			lines := strings.Split(f, "\n")
			at := slices.IndexFunc(lines, declared.MatchString)
			if g := slices.IndexFunc(lines, got.MatchString); g >= 0 {
				at = g + 2
			}
			if at < 0 || !updated.MatchString(f) {
				continue
			}
			for j := at; j < len(lines); j++ {
				lines[j] = updated.ReplaceAllString(lines[j], "status.Update(ctx, $1, ${2}db, ${2}*base)")
				lines[j] = strings.NewReplacer("&*base", "base", "*base", "base").Replace(lines[j])
			}
			lines = renewed(lines, at)
			functions[i] = strings.Join(slices.Insert(lines, at+1, "\tbase := db.DeepCopy()"), "\n")
		}
		text := strings.Join(functions, "\n}\n")
		if text == string(source) {
			continue
		}
		if own := fmt.Sprintf("%q", gen.Module+"/status"); !strings.Contains(text, own) {
			text = strings.Replace(text, "import (\n", "import (\n\t"+own+"\n", 1)
		}
		formatted, err := format.Source([]byte(text))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		if err := os.WriteFile(file, formatted, 0o644); err != nil {
			return nil, err
		}
		fixes.Applied = append(fixes.Applied, Finding{File: filepath.Base(file), Check: "statusretry"})
	}
	return fixes, nil
}

// renewed takes the base anew wherever something but status.Update has answered
// into the object.
func renewed(lines []string, at int) []string {
	for i := len(lines) - 1; i > at; i-- {
		m := answered.FindStringSubmatch(lines[i])
		if m == nil || strings.Contains(lines[i], "status.Update(") {
			continue
		}
		end := i + slices.Index(lines[i:], m[1]+"}")
		lines = slices.Insert(lines, end+1, m[1]+"base = db.DeepCopy()")
	}
	return lines
}
