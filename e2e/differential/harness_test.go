package differential

import (
	"bytes"
	"os"
	"path/filepath"
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

// retried is a write in a conflict retry, after what stands before it there.
func retried(before ...string) string {
	return "if err := retry.RetryOnConflict(retry.DefaultRetry, func() error {\n" + strings.Join(before, "\n") + `
	return r.Status().Update(ctx, db)
}); err != nil {
	return ctrl.Result{}, fmt.Errorf("update status: %w", err)
}`
}

const (
	reread = `fresh := &v1.Database{}
	if err := r.APIReader.Get(ctx, client.ObjectKeyFromObject(db), fresh); err != nil {
		return err
	}
	*db = *fresh`
	rereadDirty = `if err := r.APIReader.Get(ctx, client.ObjectKeyFromObject(db), db); err != nil {
		return err
	}`
)

// fixtures are programs with fixes made by hand, right ones and wrong ones. A
// wrong one must be caught, and by the rule that is there for it.
var fixtures = []struct {
	name          string
	before, after []string
	broken        string // the rule; empty where the fix is right
}{
	{"a retry that reads again", []string{volume, ready, tried, write}, []string{volume, retried(reread, ready, tried)}, ""},
	{"a retry of a list", []string{listed, write, user}, []string{retried(reread, listed), user}, ""},
	{"a retry of a swallowed write", []string{ready, swallowed}, []string{ready, strings.NewReplacer("return ctrl.Result{}, fmt.Errorf(\"update status: %w\", err)", `log.FromContext(ctx).Error(err, "unable to update status")`).Replace(retried(reread, ready))}, ""},
	{"one write for two", []string{ready, write, tried, write}, []string{ready, tried, write}, ""},
	{"one write for a loop",
		[]string{"for _, shard := range db.Spec.Shards {\ndb.Status.History = append(db.Status.History, shard)\n" + write + "\n}"},
		[]string{"for _, shard := range db.Spec.Shards {\ndb.Status.History = append(db.Status.History, shard)\n}\nif len(db.Spec.Shards) > 0 {\n" + write + "\n}"}, ""},

	{"a dropped write", []string{ready, write}, []string{ready}, "persisted object"},
	{"a lost change", []string{ready, tried, write}, []string{tried, write}, "persisted object"},
	{"a second write", []string{ready, write}, []string{ready, write, write}, "more status writes"},
	{"swapped effects", []string{volume, user}, []string{user, volume}, "effects"},
	{"an effect after a write that was before it", []string{volume, ready, write}, []string{ready, write, volume}, "persisted object"},
	{"a dropped effect", []string{volume, ready, write}, []string{ready, write}, "effects"},
	{"another result", []string{ready, write}, []string{ready, write, "if db.Status.Phase == v1.PhaseReady {\nreturn ctrl.Result{RequeueAfter: time.Minute}, nil\n}"}, "answer"},
	{"another number of runs", []string{tried, write}, []string{tried, write, "if db.Status.Attempts < 3 {\nreturn ctrl.Result{RequeueAfter: time.Minute}, nil\n}"}, "number of runs"},
	{"a panic", []string{ready, write}, []string{ready, write, "if db.Name != \"\" {\npanic(\"no\")\n}"}, "panic"},

	{"a swallowed error", []string{ready, write}, []string{ready, swallowed}, "answer under a fault"},
	{"another text of the error", []string{ready, write}, []string{ready, strings.Replace(write, "update status", "write status", 1)}, "answer under a fault"},
	{"a panic where a write fails", []string{ready, write}, []string{ready, strings.Replace(write, "return", "if err != nil {\npanic(err)\n}\nreturn", 1)}, "panic under a fault"},
	{"a retry that does not read again", []string{ready, write}, []string{ready, retried()}, "more failed status writes under a fault"},
	{"a read that undoes the changes", []string{ready, write}, []string{ready, retried(reread)}, "persisted object"},
	{"a read that undoes the changes after a conflict", []string{ready, write},
		[]string{ready, "attempt := 0", retried("if attempt++; attempt > 1 {", reread, "}")}, "persisted object under a fault"},
	{"a value from before the read", []string{tried, write},
		[]string{"attempts := db.Status.Attempts + 1", retried(reread, "db.Status.Attempts = attempts")}, "persisted object under a fault"},
	{"a read into an object with changes", []string{listed, write}, []string{retried(rereadDirty, listed)}, "persisted object under a fault"},
	{"a list that grows with each attempt", []string{listed, write}, []string{retried("history := db.Status.History", reread, "db.Status.History = history", listed)}, "persisted object under a fault"},
	{"a write by force", []string{ready, write},
		[]string{ready, retried(strings.Replace(reread, "*db = *fresh", "db.ResourceVersion = fresh.ResourceVersion", 1))}, "foreign change lost"},
	{"an effect in the retry", []string{ready, volume, write}, []string{retried(reread, ready, "if err := r.Cloud.EnsureVolume(ctx, \"data\"); err != nil {\nreturn err\n}")}, "more effects under a fault"},
	{"a write that succeeds and is made again after an error", []string{ready, write},
		[]string{ready, strings.Replace(write, "return", "if apierrors.IsInternalError(err) {\n_ = r.Status().Update(ctx, db)\n_ = r.Status().Update(ctx, db)\n}\nreturn", 1)}, "more status writes under a fault"},
	{"a request that is never done after a fault", []string{ready, write},
		[]string{ready, "if db.Status.Audit != \"\" {\nreturn ctrl.Result{RequeueAfter: time.Minute}, nil\n}", write}, "converges no more"},

	{"code that does not compile", []string{ready, write}, []string{ready, write, "unused := 1"}, "go vet"},
	{"a lost comment", []string{comment + ready, write}, []string{ready, write}, "comment lost"},
	{"code that is not gofmt-ed", []string{ready, write}, []string{ready, write, "// ungofmt"}, "not gofmt-ed"},
}

// TestHarness holds the comparison itself to what it promises.
func TestHarness(t *testing.T) {
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
		for i, p := range fixed {
			pkg := (&generated{}).pkg(i)
			source, err := p.Source(pkg)
			if err != nil {
				return nil, err
			}
			source = bytes.Replace(source, []byte("// ungofmt"), []byte("if   true {}"), 1)
			if err := os.WriteFile(filepath.Join(dir, pkg, "p"+p.Name+".go"), source, 0o644); err != nil {
				return nil, err
			}
		}
		return &Fixes{}, nil
	}
	result, err := Run(t.TempDir(), programs, byHand)
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
	small, err := Reduce(t.TempDir(), p, "persisted object", lose)
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
