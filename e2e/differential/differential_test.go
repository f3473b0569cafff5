package differential

// What is a fair comparison?
//
// Of a fix that has a status write go through status.Update, the strictest that
// there is: without a conflict the program does what it did, and after one either
// the very status that it computed is stored, or it gets the conflict. So the two
// halves are held to be equal call by call, whatever happens to them: each read,
// write and effect, with what was sent and answered, each result and error, and
// the object after each run. What status.Update does after a conflict is not a
// call of the program. If it resolves the conflict, the server of the original
// does the same by itself; whatever happens meanwhile, happens there too. And
// that server, which remembers all versions, judges whether it might be resolved:
// it is the same object, with the status and the generation of where the program
// read it, and its metadata explain the conflict. So no foreign status is ever undone that
// the original would have kept.
//
// status.Update itself is watched in each call: the first attempt is what the
// program has, each further one has the same status, none has a resourceVersion
// that was refused, all go to one cluster; what it returns is nil, with the object
// as it was answered, or the very first error, with the object as it was. This
// knows nothing of the original.
//
// A conflict that is resolved does differ from the original on a real server,
// which begins again. So the fixed program is also held to what the original comes
// to when it is steady: a run ended without an error, and nobody has written since
// it began. Who writes first is chance: what the fixed program ends at, the
// original must end at too, if the same happens at some moment, before all, at any
// call, or after all, be it woken once more or not, and be there a server that resolves
// the conflict by the same rules or not: who goes on after that has a status that was
// computed before, and metadata from after it. It repeats its effects and the fixed half
// does not, so these are compared as a set, with the values that they were made with:
// those that the original makes whenever it happens must be made, and no other than those
// that it makes at some moment. That is not asked of programs that never come to rest, as
// when each run counts and is woken by its own write.
//
// Fixes that change what calls are made, as those that write less often, are held
// to the second, whatever happens, and without a fault to equal answers, effects
// and objects, run by run: with no more writes, and so with no more runs where a
// write wakes the program.

import (
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
	count  = flag.Int("n", 0, "how many programs to generate; if 0, 300, and 40 for fixes that rest on assumptions")
	seed   = flag.Uint64("seed", 1, "the seed of the first program; each further one has the next")
	reduce = flag.Int("reduce", 3, "how many failing programs to reduce, which takes a while")
	built  = flag.String("tool", "", "the command; if empty, that of the repository is built")
	byHand = flag.Bool("convert", false, "have the test convert the status writes, and not the command")
	print  = flag.Bool("print", false, "print the programs that were fixed, before and after")
)

func TestDifferential(t *testing.T) {
	trial := Trial{Command: command(t)}
	trial.Fix = Tool(trial.Command)
	if *byHand {
		trial.Fix = convert
	}
	programs := generate(gen.New, 300)
	dir := t.TempDir()
	result, err := trial.Run(dir, programs)
	if err != nil {
		t.Fatal(err)
	}
	if *print {
		logPrograms(t, dir)
	}
	t.Logf("seeds from %d: %d programs, %d changed by fixes", *seed, result.Programs, result.Changed)
	t.Logf("%+v", result.Tally)
	logStatistics(t, result.Fixes)
	for _, f := range result.Broken {
		t.Errorf("program %s does not compile as generated: %s", f.Program, f.Detail)
	}
	// A fix that brings a report of its own is taken back by the command.
	found := len(result.Failures)
	failures := slices.DeleteFunc(result.Failures, func(f lab.Failure) bool { return f.Rule == "reported after the fixes" })
	t.Logf("%d reports that lead the command to take a fix back", found-len(failures))
	for _, f := range failures {
		t.Errorf("program %s: %s: %s\n%s", f.Program, f.Rule, f.Scenario, f.Detail)
	}
	reduceFirst(t, trial, programs, failures)
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

// command builds the command that the repository holds.
func command(t *testing.T) string {
	t.Helper()
	if *built != "" {
		return *built
	}
	binary := filepath.Join(t.TempDir(), "atomicstatus")
	build := exec.Command("go", "build", "-o", binary, "./cmd/atomicstatus")
	build.Dir = filepath.Join("..", "..")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", build, err, out)
	}
	return binary
}

// generate makes as many programs as are asked for, or that many.
func generate(program func(seed uint64) *gen.Program, usual int) []*gen.Program {
	if *count > 0 {
		usual = *count
	}
	var programs []*gen.Program
	for i := range uint64(usual) {
		programs = append(programs, program(*seed+i))
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

func reduceFirst(t *testing.T, trial Trial, programs []*gen.Program, failures []lab.Failure) {
	t.Helper()
	seen := map[string]bool{} // rules: one example of each will do
	for _, f := range failures {
		if seen[f.Rule] || len(seen) >= *reduce {
			continue
		}
		seen[f.Rule] = true
		i := slices.IndexFunc(programs, func(p *gen.Program) bool { return p.Name == f.Program })
		dir := t.TempDir()
		small, err := trial.Reduce(dir, programs[i], f.Rule)
		if err != nil {
			t.Errorf("cannot reduce program %s: %v", f.Program, err)
			continue
		}
		before, err := small.Source("programs")
		if err != nil {
			t.Fatal(err)
		}
		after, err := trial.fixed(filepath.Join(dir, "reduced"), small)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("program %s reduced, still failing with %q:\n%s\n--- after the fixes:\n%s", f.Program, f.Rule, body(before), body(after))
	}
}

func (t Trial) fixed(dir string, p *gen.Program) ([]byte, error) {
	m := &generated{dir: dir, programs: []*gen.Program{p}}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	if err := module.Write(dir, gen.Module); err != nil {
		return nil, err
	}
	if err := writeManager(t.Command, dir, t.Review); err != nil {
		return nil, err
	}
	source, err := p.Source(m.pkg(0))
	if err != nil {
		return nil, err
	}
	if err := module.WriteFile(m.file("after", 0), source); err != nil {
		return nil, err
	}
	if _, err := t.Fix(filepath.Join(dir, "after")); err != nil {
		return nil, err
	}
	return os.ReadFile(m.file("after", 0))
}
