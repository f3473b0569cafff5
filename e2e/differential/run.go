// Package differential holds the suggested fixes to what they promise: a
// program behaves after them as it did before. It generates reconcile
// functions, has them fixed, and runs both halves.
package differential

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/format"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/atomicstatus/atomicstatus/e2e/differential/gen"
	"github.com/atomicstatus/atomicstatus/e2e/differential/lab"
	"github.com/atomicstatus/atomicstatus/e2e/internal/module"
)

// perPackage bounds the programs in one package: one package each would take
// long to compile, and all in one to analyse.
const perPackage = 250

// Result is what came of a run.
type Result struct {
	Programs, Changed int
	Tally             lab.Tally
	Fixes             *Fixes
	Broken            []lab.Failure // programs that do not compile as generated
	Failures          []lab.Failure
}

// Trial is a way to fix programs, held to what it promises.
type Trial struct {
	Command string // atomicstatus
	Fix     Fixer
	// Review is set where fixes are applied that rest on assumptions: they promise
	// less.
	Review bool
}

// Run generates a module in dir, which is empty, with the programs and the status
// package that the command writes, fixes a copy of each program, compares the
// two, and returns what is different that must not be.
func (t Trial) Run(dir string, programs []*gen.Program) (*Result, error) {
	m := &generated{dir: dir, programs: programs, left: map[string]int{}, inexact: map[string]bool{}, review: t.Review}
	result, err := m.fix(t.Command, t.Fix)
	if err != nil || len(m.left) == 0 {
		return result, err
	}
	if !t.Review { // in a batch, a call of status.Update sends nothing
		if err := m.trace(); err != nil {
			return nil, err
		}
	}
	if err := m.build(); err != nil {
		return nil, err
	}
	different, tally, err := m.compare("")
	if err != nil {
		return nil, err
	}
	result.Tally = tally
	result.Failures = append(result.Failures, different...)
	slices.SortStableFunc(result.Failures, func(a, b lab.Failure) int { return strings.Compare(a.Program, b.Program) })
	return result, nil
}

// fix writes both halves of all programs, and leaves those that the fixes changed.
func (m *generated) fix(command string, fix Fixer) (*Result, error) {
	dir, programs := m.dir, m.programs
	if err := module.Write(dir, gen.Module); err != nil {
		return nil, err
	}
	if err := writeManager(command, dir, m.review); err != nil {
		return nil, err
	}
	for i, p := range programs {
		m.left[p.Name] = i
		source, err := p.Source(m.pkg(i))
		if err != nil {
			return nil, err
		}
		if err := module.WriteFile(m.file("before", i), source); err != nil {
			return nil, err
		}
	}
	result := &Result{Programs: len(programs)}
	broken, err := m.vet("before")
	if err != nil {
		return nil, err
	}
	result.Broken = broken
	if err := os.CopyFS(filepath.Join(dir, "after"), os.DirFS(filepath.Join(dir, "before"))); err != nil {
		return nil, err
	}
	if result.Fixes, err = fix(filepath.Join(dir, "after")); err != nil {
		return nil, err
	}
	for _, f := range result.Fixes.Applied {
		if f.Check != "statusretry" {
			m.inexact[programOf(f.File)] = true
		}
	}
	result.Failures = newFindings(result.Fixes)
	if err := m.keepChanged(&result.Failures); err != nil {
		return nil, err
	}
	result.Changed = len(m.left)
	if result.Changed == 0 {
		return result, nil
	}
	broken, err = m.vet("after")
	if err != nil {
		return nil, err
	}
	result.Failures = append(result.Failures, broken...)
	return result, nil
}

// generated is the module with the programs.
type generated struct {
	dir      string
	programs []*gen.Program
	left     map[string]int // those that take part, by name
	// inexact are the programs with a fix that may change what calls they make.
	inexact map[string]bool
	review  bool // see Trial
}

func (m *generated) pkg(i int) string { return fmt.Sprintf("p%04d", i/perPackage) }

func (m *generated) file(half string, i int) string {
	return filepath.Join(m.dir, half, m.pkg(i), "p"+m.programs[i].Name+".go")
}

// programOf is the name of the program in a file.
func programOf(file string) string {
	return strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), "p"), ".go")
}

// drop takes a program out of the module.
func (m *generated) drop(name string) error {
	i := m.left[name]
	delete(m.left, name)
	for _, half := range []string{"before", "after"} {
		file := m.file(half, i)
		if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		// A package without a file would not load. It may not be empty.
		_ = os.Remove(filepath.Dir(file))
	}
	return nil
}

// keepChanged drops the programs that the fixes left alone, and those whose text
// shows what is wrong.
func (m *generated) keepChanged(failures *[]lab.Failure) error {
	for name, i := range m.left {
		before, err := os.ReadFile(m.file("before", i))
		if err != nil {
			return err
		}
		after, err := os.ReadFile(m.file("after", i))
		if err != nil {
			return err
		}
		if bytes.Equal(before, after) {
			if err := m.drop(name); err != nil {
				return err
			}
			continue
		}
		if formatted, err := format.Source(after); err == nil && !bytes.Equal(formatted, after) {
			*failures = append(*failures, lab.Failure{Program: name, Rule: "not gofmt-ed"})
		}
		for _, comment := range comments(before) {
			if !bytes.Contains(after, []byte(comment)) {
				*failures = append(*failures, lab.Failure{Program: name, Rule: "comment lost", Detail: comment})
			}
		}
	}
	return nil
}

var (
	numbered = regexp.MustCompile(`^// .* \(\d+\)$`)
	writes   = regexp.MustCompile(`Update\(|Patch\(|\.(updateStatus|saveStatus|setPhase)\(`)
)

// comments are the comments of a program that are there to stay: those of a
// write may go with it.
func comments(source []byte) []string {
	var list, open []string // those that wait for the line they belong to
	for line := range strings.Lines(string(source)) {
		line = strings.TrimSpace(line)
		if numbered.MatchString(line) {
			open = append(open, line)
			continue
		}
		if !writes.MatchString(line) {
			list = append(list, open...)
		}
		open = nil
	}
	return list
}

var position = regexp.MustCompile(`(?m)^(?:vet: )?\S*?(p\w+\.go):\d+:\d+: (.*)$`)

// vet drops the programs of one half that do not compile, or that go vet
// complains of, and returns them.
func (m *generated) vet(half string) ([]lab.Failure, error) {
	var failures []lab.Failure
	for {
		cmd := exec.Command("go", "vet", "./"+half+"/...")
		cmd.Dir = m.dir
		out, err := cmd.CombinedOutput()
		if err == nil {
			return failures, nil
		}
		found := position.FindAllSubmatch(out, -1)
		dropped := false
		for _, f := range found {
			name := programOf(string(f[1]))
			if _, ok := m.left[name]; !ok {
				continue
			}
			dropped = true
			if err := m.drop(name); err != nil {
				return nil, err
			}
			failures = append(failures, lab.Failure{Program: name, Rule: "go vet", Detail: string(f[2])})
		}
		if !dropped {
			return nil, fmt.Errorf("%s: %w\n%s", cmd, err, out)
		}
		if len(m.left) == 0 {
			return failures, nil
		}
	}
}

// build builds both halves into one binary.
func (m *generated) build() error {
	packages := map[string]bool{}
	var list strings.Builder
	for name, i := range m.left {
		packages[m.pkg(i)] = true
		fmt.Fprintf(&list, "\t\t{Name: %q, Seed: %d, Before: before%s.New%s, After: after%s.New%s, Exact: %t, Review: %t},\n",
			name, m.programs[i].Seed, m.pkg(i), name, m.pkg(i), name, !m.review && !m.inexact[name], m.review)
	}
	var main bytes.Buffer
	main.WriteString("package main\n\nimport (\n\t\"github.com/atomicstatus/atomicstatus/e2e/differential/lab\"\n")
	for pkg := range packages {
		for _, half := range []string{"before", "after"} {
			fmt.Fprintf(&main, "\t%s%s \"%s/%s/%s\"\n", half, pkg, gen.Module, half, pkg)
		}
	}
	fmt.Fprintf(&main, ")\n\nfunc main() {\n\tlab.Main([]lab.Program{\n%s\t})\n}\n", list.String())
	if err := module.WriteFile(filepath.Join(m.dir, "main.go"), main.Bytes()); err != nil {
		return err
	}
	build := exec.Command("go", "build", "-o", "compare", ".")
	build.Dir = m.dir
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", build, err, out)
	}
	return nil
}

// compare runs the binary, with a mutant of status.Update if one is named.
func (m *generated) compare(mutant string) ([]lab.Failure, lab.Tally, error) {
	run := exec.Command(filepath.Join(m.dir, "compare"))
	run.Env = append(os.Environ(), lab.MutantEnv+"="+mutant)
	var stderr bytes.Buffer
	run.Stderr = &stderr
	out, err := run.Output()
	if err != nil {
		return nil, lab.Tally{}, fmt.Errorf("%s: %w\n%s", run, err, stderr.Bytes())
	}
	var result lab.Result
	if err := json.Unmarshal(out, &result); err != nil {
		return nil, lab.Tally{}, fmt.Errorf("%s: %w", run, err)
	}
	return result.Failures, result.Tally, nil
}

// newFindings are the reports that the fixes brought, or left where they ought
// to have cured them.
func newFindings(fixes *Fixes) []lab.Failure {
	type key struct{ file, check string }
	counts := func(list []Finding) map[key]int {
		n := map[key]int{}
		for _, f := range list {
			n[key{f.File, f.Check}]++
		}
		return n
	}
	before, applied := counts(fixes.Before), counts(fixes.Applied)
	var failures []lab.Failure
	for k, n := range counts(fixes.After) {
		want := before[k]
		if k.check != "statusmulti" { // which reports the next write only when the first is gone
			want = max(0, want-applied[k])
		}
		if n > want {
			failures = append(failures, lab.Failure{
				Program: programOf(k.file), Rule: "reported after the fixes",
				Detail: fmt.Sprintf("%s: %d reports before, %d fixes, %d reports after:\n%s", k.check, before[k], applied[k], n,
					strings.Join(messages(fixes.After, k.file, k.check), "\n")),
			})
		}
	}
	return failures
}

func messages(list []Finding, file, check string) []string {
	var found []string
	for _, f := range list {
		if f.File == file && f.Check == check {
			found = append(found, fmt.Sprintf("%s: %s", f.Place, f.Message))
		}
	}
	return found
}
