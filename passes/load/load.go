// Package load loads a program for the checks and runs them on it, without
// compiling anything.
//
// The go command is asked for metadata only. Then all types come from source:
// packages that can matter (see gate) are type-checked in full, those that they
// import without function bodies and with errors ignored, and the others not at
// all. So an empty build cache costs nothing, and memory holds the syntax of
// the few packages that the checks look at.
package load

import (
	"context"
	"errors"
	"fmt"
	"go/token"
	"go/types"
	"go/version"
	"maps"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/packages"

	"github.com/atomicstatus/atomicstatus/passes/driver"
	"github.com/atomicstatus/atomicstatus/passes/fixes"
	"github.com/atomicstatus/atomicstatus/passes/internal/flow"
)

// Config says what to load.
type Config struct {
	Dir      string   // directory in which the patterns are resolved; the current one if empty
	Patterns []string // package patterns; ./... if empty
	Tags     string   // build tags, comma-separated
	Tests    bool     // load the test variants of the packages as well
	Env      []string // environment of the go command; that of the process if nil

	// Overlay holds the content of files that is to be taken instead of what is
	// on disk, by absolute path.
	Overlay map[string][]byte

	// Progress, if set, is told what goes on, from one goroutine at a time.
	Progress func(stage string)

	// Cache, if set, answers for what it knows, and learns what it does not know. The
	// packages of [Program.Roots] that it answers for have no syntax.
	Cache *Cache
	// Analyzers are those that [Program.Analyze] will run; only a Cache asks for them.
	Analyzers []*analysis.Analyzer
	// Beside returns the names of the files that the analyzers may read for a package
	// besides its own, by its directory. Nil means that there are none.
	Beside func(dir string) []string
	// Whole is what the caller finds out about all packages together, if it does.
	Whole *Whole
}

// Program is a loaded program.
type Program struct {
	Fset   *token.FileSet
	Roots  []*packages.Package // the sound packages to analyse, in the order of their paths
	Broken []*BrokenError      // the packages that cannot be analysed, in that order too

	// Sound are the paths of the packages that the patterns matched, but for those
	// in Broken. Most may be in none of Roots: they know nothing of Kubernetes.
	Sound []string

	Missing []string // a line for each module that cannot be had: what imports it is in Broken

	// Testing are the files of Roots that exist for tests, by the paths of their
	// packages, but for test files: nothing is reported in them.
	Testing []string

	Sources Sources // the files of Roots

	// Modules are the directories of the modules that are being worked on: the main
	// ones, and those that a directory replaces.
	Modules []string

	// Paths, if set before [Program.Analyze], is what [driver.Driver] says of it.
	Paths func(*types.Package, map[token.Pos]*flow.Paths)

	overlay  map[string][]byte
	progress func(string)
	driver   *driver.Driver
	memory   *memory // nil without a cache
	nodes    map[*packages.Package]*node
}

// Suppressed counts the findings that comments have suppressed since the program was
// loaded.
func (prog *Program) Suppressed() int { return prog.driver.Suppressed() }

// BrokenError says why a package cannot be analysed.
type BrokenError struct {
	Package string
	Files   []string // the absolute paths of its Go files
	Reason  string   // the first error, one line, with its position
	More    int      // how many further errors there are
}

func (e *BrokenError) Error() string {
	more := ""
	if e.More > 0 {
		more = fmt.Sprintf(" (and %d more)", e.More)
	}
	if strings.HasPrefix(e.Package, ".") || strings.Contains(e.Package, "...") { // a pattern
		return fmt.Sprintf("no packages matched %s: %s", e.Package, strings.TrimPrefix(e.Reason, "pattern "+e.Package+": "))
	}
	return fmt.Sprintf("package %s is skipped: %s%s", e.Package, e.Reason, more)
}

// Listing is the first stage, in which the go command may wait for the network.
const Listing = "listing packages"

// ErrNoGo is returned where the go command cannot be found.
var ErrNoGo = errors.New("the go command is not on the PATH: install Go, or add its bin directory to PATH")

const mode = packages.NeedName | packages.NeedFiles | packages.NeedImports | packages.NeedDeps |
	packages.NeedModule | packages.NeedForTest

// Load loads and type-checks the packages that matter of those that cfg names.
// An error means that there is nothing to analyse at all; packages that cannot
// be analysed beside others that can are told in [Program.Broken].
func Load(ctx context.Context, cfg Config) (*Program, error) {
	progress := cfg.Progress
	if progress == nil {
		progress = func(string) {}
	}
	patterns := cfg.Patterns
	if len(patterns) == 0 {
		patterns = []string{"./..."}
	}

	progress(Listing)
	conf := &packages.Config{
		Context: ctx,
		Mode:    mode,
		Dir:     cfg.Dir,
		Env:     cfg.Env,
		Tests:   cfg.Tests,
		Overlay: cfg.Overlay,
	}
	if cfg.Tags != "" {
		conf.BuildFlags = []string{"-tags=" + cfg.Tags}
	}
	initial, missing, err := list(conf, patterns)
	if err != nil {
		return nil, err
	}
	sizes, err := sizes(conf)
	if err != nil {
		return nil, err
	}
	packages.Visit(initial, nil, func(p *packages.Package) { p.TypesSizes = sizes })
	roots := chooseRoots(initial)
	if len(roots) == 0 {
		return nil, fmt.Errorf("no packages matched %s", strings.Join(patterns, " "))
	}
	if err := outsideModule(conf, roots); err != nil {
		return nil, err
	}
	if err := tooNew(roots, runtime.Version()); err != nil {
		return nil, err
	}

	prog := &Program{Missing: missing, driver: &driver.Driver{Levels: new(fixes.Log)}, progress: progress, Sources: make(Sources), overlay: cfg.Overlay, nodes: make(map[*packages.Package]*node)}
	g, err := prog.loadGraph(ctx, cfg, roots)
	if err != nil {
		return nil, err
	}
	prog.Fset = g.fset
	for _, n := range g.order {
		prog.nodes[n.pkg] = n
		if m := n.pkg.Module; m != nil && (m.Main || m.Replace != nil && m.Replace.Version == "") && !slices.Contains(prog.Modules, m.Dir) {
			prog.Modules = append(prog.Modules, m.Dir)
		}
		if problem := n.problem(); problem != nil {
			prog.Broken = append(prog.Broken, problem)
		} else if n.root {
			prog.Sound = append(prog.Sound, n.pkg.PkgPath)
			if n.relevant {
				prog.Roots = append(prog.Roots, n.pkg)
				prog.Testing = append(prog.Testing, n.testing...)
				maps.Copy(prog.Sources, n.sources)
			}
		}
	}
	if len(prog.Roots) == 0 {
		prog.addSyntaxErrors(g)
	}
	slices.Sort(prog.Testing)
	slices.SortFunc(prog.Roots, func(a, b *packages.Package) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(prog.Broken, func(a, b *BrokenError) int { return strings.Compare(a.Package, b.Package) })
	g.prune()
	return prog, nil
}

// tooNew returns an error if a module is written for a newer Go than the one that this
// program was built with, which brings the type checker. The go command that lists
// packages may be another, newer one.
func tooNew(roots []*packages.Package, built string) error {
	for _, p := range roots {
		if p.Module == nil {
			continue
		}
		needed := "go" + p.Module.GoVersion
		if !version.IsValid(built) || version.Compare(version.Lang(needed), version.Lang(built)) <= 0 {
			continue
		}
		if version.Lang(needed) == needed { // which names no toolchain
			needed += ".0"
		}
		return fmt.Errorf("module %s is for go%s, and what was built with %s cannot check it: install this program again with GOTOOLCHAIN=%s+auto",
			p.Module.Path, p.Module.GoVersion, built, needed)
	}
	return nil
}

// loadGraph loads what the cache does not know.
func (prog *Program) loadGraph(ctx context.Context, cfg Config, roots []*packages.Package) (*graph, error) {
	prog.progress("type-checking")
	g := newGraph(cfg, roots)
	if cfg.Cache != nil {
		prog.memory = newMemory(cfg, g)
		prog.memory.recall()
	}
	if err := g.check(ctx); err != nil {
		return nil, err
	}
	if !g.lacking.Load() {
		return g, nil
	}
	for _, n := range g.order {
		p := n.pkg
		p.Fset, p.Types, p.TypesInfo, p.Syntax, p.TypeErrors, p.IllTyped = nil, nil, nil, nil, nil, false
	}
	g = newGraph(cfg, roots)
	prog.memory = newMemory(cfg, g)
	return g, g.check(ctx)
}

// addSyntaxErrors looks for syntax errors where nothing is to be analysed: they may be
// the reason, and silence would look like success.
func (p *Program) addSyntaxErrors(g *graph) {
	for _, n := range g.order {
		if !n.root || n.relevant || n.problem() != nil {
			continue
		}
		n.typeErrs = nil
		g.parse(context.Background(), n)
		if problem := n.problem(); problem != nil {
			p.Broken = append(p.Broken, problem)
			p.Sound = slices.DeleteFunc(p.Sound, func(path string) bool { return path == n.pkg.PkgPath })
		}
	}
}

// chooseRoots drops the generated test mains, and each package of which a test
// variant is there: the variant holds the same files and more, and go vet looks
// at no other.
func chooseRoots(initial []*packages.Package) []*packages.Package {
	variant := make(map[string]bool) // paths of which there is a variant with internal tests
	for _, p := range initial {
		if p.ForTest == p.PkgPath {
			variant[p.PkgPath] = true
		}
	}
	var roots []*packages.Package
	for _, p := range initial {
		isMain := p.Name == "main" && strings.HasSuffix(p.ID, ".test")
		if isMain || p.ForTest == "" && variant[p.PkgPath] {
			continue
		}
		roots = append(roots, p)
	}
	return roots
}

// outsideModule recognises the answer of the go command where the patterns lie
// in no module. It comes as a package of its own, with an error.
func outsideModule(conf *packages.Config, roots []*packages.Package) error {
	for _, p := range roots {
		for _, err := range p.Errors {
			if !strings.Contains(err.Msg, "go.mod file not found") && !strings.Contains(err.Msg, "does not contain main module") {
				continue
			}
			if root, err := ModuleRoot(conf.Context, conf.Dir, conf.Env); err == nil && root == "" {
				return errors.New("no go.mod found in this directory or above: run in a Go module, or name one with -C DIR")
			}
			return errors.New(oneLine(err.Msg) + ": run in the module of these packages, or name it with -C DIR")
		}
	}
	return nil
}
