package differential

// What is a fair comparison?
//
// Without a fault it is simple. A reconcile function is driven as a work queue
// does: a fresh reconciler for each run, and another run for as long as it
// returns an error or asks for one. Run by run the result, the text of the error,
// the effects in their order and the object on the server must be equal, and the
// status writes no more.
//
// Under a fault the two cannot be held to be equal step by step, and should not:
// the original gives up on a conflict and is run again, the fixed program reads
// again and goes on. Besides, the third write of one may be the first of the
// other, so that "the same fault" is no thing that both meet. But whatever the
// fixed program does must be something that the original could have done: it may
// take away outcomes, it may not invent any. So the original is run with the
// fault at each of its calls in turn, and without, and the fixed program, with
// the fault at any of its own calls, must
//   - answer, in the first run, as the original does in one of these runs. If the
//     fault is an error that a conflict retry does not get over, an answer of the
//     run without a fault does not count: so the error is still handled as it was;
//   - end with an object that the original ends with in one of these runs. With a
//     foreign writer these include that it writes before all and after all; as a
//     conflict is nothing but the order of two writers, a retry in place must come
//     out at one of the orders. What a program swallows and so loses, it may lose
//     or keep. Where the foreign writer changes what a program decides by, these
//     include that the write is left out, as if it had been made: a callback that
//     finds that there is nothing to write any more lets the function go on. And
//     if it is the phase, that it is set all the same: what a caller decided by it
//     is not decided again, as long as nothing is added to what is there;
//   - repeat no effect more often than the worst of these runs, make no more
//     successful status writes than it, and no more failing ones than it or the
//     fault itself makes fail;
//   - converge if all of these runs do, and not panic.
//
// And it must keep what the foreign writer wrote whenever the original does so
// with the fault at the same call, as no program touches those fields. Where the
// foreign writer changes the fields that the program changes too, a program that
// writes several times may mix the two in an order that the original never comes
// to, as that begins again: then only whether the foreign change is still in them
// is compared. That is what a value kept from before the refetch gets wrong.
//
// Foreign changes do not wake the reconciler, as with a predicate on the
// generation: it would hide what a run has left undone.

import (
	"bytes"
	"flag"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/atomicstatus/atomicstatus/e2e/differential/gen"
	"github.com/atomicstatus/atomicstatus/e2e/differential/lab"
	"github.com/atomicstatus/atomicstatus/e2e/internal/module"
)

var (
	count  = flag.Int("n", 300, "how many programs to generate")
	seed   = flag.Uint64("seed", 1, "the seed of the first program; each further one has the next")
	reduce = flag.Int("reduce", 3, "how many failing programs to reduce, which takes a while")
	print  = flag.Bool("print", false, "print the programs that were fixed, before and after")
)

func TestDifferential(t *testing.T) {
	fix := Tool(command(t))
	programs := generate(*seed, *count)
	dir := t.TempDir()
	result, err := Run(dir, programs, fix)
	if err != nil {
		t.Fatal(err)
	}
	if *print {
		logPrograms(t, dir)
	}
	t.Logf("seeds %d to %d: %d programs, %d changed by fixes", *seed, *seed+uint64(*count)-1, result.Programs, result.Changed)
	logStatistics(t, result.Fixes)
	for _, name := range result.Broken {
		t.Errorf("program %s does not compile as generated", name)
	}
	// A fix that brings a report of its own is taken back by the command.
	found := len(result.Failures)
	failures := slices.DeleteFunc(result.Failures, func(f lab.Failure) bool { return f.Rule == "reported after the fixes" })
	t.Logf("%d reports that lead the command to take a fix back", found-len(failures))
	for _, f := range failures {
		t.Errorf("program %s: %s: %s\n%s", f.Program, f.Rule, f.Scenario, f.Detail)
	}
	reduceFirst(t, programs, failures, fix)
}

// logPrograms logs what Run has left in dir: the programs that fixes changed.
func logPrograms(t *testing.T, dir string) {
	t.Helper()
	before, err := filepath.Glob(filepath.Join(dir, "before", "*", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range before {
		relative, err := filepath.Rel(filepath.Join(dir, "before"), file)
		if err != nil {
			t.Fatal(err)
		}
		for _, half := range []string{"before", "after"} {
			text, err := os.ReadFile(filepath.Join(dir, half, relative))
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%s the fixes:\n%s", half, body(text))
		}
	}
}

// body is a program without its package clause, its imports and its types.
func body(source []byte) []byte {
	if i := bytes.Index(source, []byte(") Reconcile(")); i >= 0 {
		return source[bytes.LastIndexByte(source[:i], '\n')+1:]
	}
	return source
}

// command builds the command that the repository holds.
func command(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "atomicstatus")
	build := exec.Command("go", "build", "-o", binary, "./cmd/atomicstatus")
	build.Dir = filepath.Join("..", "..")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", build, err, out)
	}
	return binary
}

func generate(seed uint64, n int) []*gen.Program {
	var programs []*gen.Program
	for i := range uint64(n) {
		programs = append(programs, gen.New(seed+i))
	}
	return programs
}

// logStatistics says how many programs each check has something to say of.
func logStatistics(t *testing.T, fixes *Fixes) {
	t.Helper()
	count := func(list []Finding) map[string]int {
		files := map[string]map[string]bool{}
		for _, f := range list {
			if files[f.Check] == nil {
				files[f.Check] = map[string]bool{}
			}
			files[f.Check][f.File] = true
		}
		n := map[string]int{}
		for check, f := range files {
			n[check] = len(f)
		}
		return n
	}
	reported, fixed := count(fixes.Before), count(fixes.Applied)
	t.Logf("%-15s %8s %8s", "check", "reported", "fixed")
	for _, check := range slices.Sorted(maps.Keys(reported)) {
		t.Logf("%-15s %8d %8d", check, reported[check], fixed[check])
	}
}

func reduceFirst(t *testing.T, programs []*gen.Program, failures []lab.Failure, fix Fixer) {
	t.Helper()
	seen := map[string]bool{} // rules: one example of each will do
	for _, f := range failures {
		if seen[f.Rule] || len(seen) >= *reduce {
			continue
		}
		seen[f.Rule] = true
		i := slices.IndexFunc(programs, func(p *gen.Program) bool { return p.Name == f.Program })
		dir := t.TempDir()
		small, err := Reduce(dir, programs[i], f.Rule, fix)
		if err != nil {
			t.Errorf("cannot reduce program %s: %v", f.Program, err)
			continue
		}
		before, err := small.Source("programs")
		if err != nil {
			t.Fatal(err)
		}
		after, err := fixed(filepath.Join(dir, "reduced"), small, fix)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("program %s reduced, still failing with %q:\n%s\n--- after the fixes:\n%s", f.Program, f.Rule, body(before), body(after))
	}
}

func fixed(dir string, p *gen.Program, fix Fixer) ([]byte, error) {
	m := &generated{dir: dir, programs: []*gen.Program{p}}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	if err := module.Write(dir, "example.com/programs"); err != nil {
		return nil, err
	}
	source, err := p.Source(m.pkg(0))
	if err != nil {
		return nil, err
	}
	if err := module.WriteFile(m.file("after", 0), source); err != nil {
		return nil, err
	}
	if _, err := fix(filepath.Join(dir, "after")); err != nil {
		return nil, err
	}
	return os.ReadFile(m.file("after", 0))
}
