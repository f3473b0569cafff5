package load

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/gcexportdata"
	"golang.org/x/tools/go/packages"

	"github.com/atomicstatus/atomicstatus/passes/driver"
)

// memory is what a run remembers of those before it.
//
// What is known of a package depends on nothing but its key. Of each package that the
// user asked for, the cache has what was found; of each of the program's own modules,
// its facts. All that lies outside of these changes together, with go.mod: the cache
// has its types and facts in one piece. So there are three kinds of runs. If all that
// the user asked for is known, nothing is loaded. If some of it has changed, that is
// analysed, and other packages of the program lend it their declarations and facts.
// And if what lies outside is not known, or what is asked of all packages together,
// everything is as without a cache.
//
// Only a package without errors, in it and below it, is remembered. So an error is told
// in each run.
type memory struct {
	cache     *Cache
	analyzers []*analysis.Analyzer
	beside    func(dir string) []string
	whole     *Whole
	graph     *graph

	facts, all key  // of the analyzers with facts, and of all
	recalled   bool // not everything is analysed
}

// memo is what a memory knows of a package.
type memo struct {
	content  content
	inside   bool // it is of one of the program's own modules
	imported bool // a relevant package imports it

	foundKey key
	found    *found // all about it is known
	told     *told  // what it tells others is known
	lends    bool   // that is asked for
	listed   bool   // its types come from the cache, with all that it declares

	changed bool // it is not any more what was hashed
	clean   bool // what was found out about it may be remembered
}

// found is what was found in a package that the user asked for.
type found struct {
	Diagnostics []Diagnostic
	Suppressed  []driver.Report
	Testing     []string // see Program.Testing
	Generated   []string // files
}

// told is what a package tells those that import it, besides its types.
type told struct {
	Facts    []fact
	Doubtful bool // see node.doubtful
}

type fact struct {
	Analyzer string
	Fact     analysis.Fact
}

// outside is what lies outside of the program's own modules.
type outside struct {
	Types    []byte // of the packages that those of the program import
	Relevant map[string]told
	Doubtful []string // others
}

func newMemory(cfg Config, g *graph) *memory {
	var withFacts []*analysis.Analyzer
	all := closure(cfg.Analyzers)
	for a := range all {
		if len(a.FactTypes) > 0 {
			withFacts = append(withFacts, a)
		}
		for _, f := range a.FactTypes {
			gob.Register(f)
		}
	}
	for _, n := range g.order {
		n.inside = n.root || n.pkg.Module != nil && n.pkg.Module.Main
		for _, dep := range n.deps {
			n.inside = n.inside || dep.inside // as what a module imports that replaces another may be
		}
	}
	g.readContents()
	m := &memory{
		cache: cfg.Cache, analyzers: cfg.Analyzers, beside: cfg.Beside, whole: cfg.Whole, graph: g,
		facts: analyzersKey(closure(withFacts)), all: analyzersKey(all),
	}
	for _, n := range g.order {
		if n.root && n.relevant {
			n.foundKey, n.content.known = m.foundKey(n)
		}
	}
	return m
}

func (m *memory) foundKey(n *node) (k key, known bool) {
	beside, known := n.besideKey(m.beside)
	return newKey("found", m.cache.tool, m.all, n.content.key, beside), known && n.content.known
}

func (m *memory) toldKey(n *node) key { return newKey("told", m.cache.tool, m.facts, n.content.key) }

func (m *memory) outsideKey() key {
	parts := []any{m.cache.tool, m.facts}
	seen := make(map[*node]bool)
	for _, n := range m.graph.order {
		if !n.inside {
			continue
		}
		for _, path := range slices.Sorted(maps.Keys(n.deps)) {
			if dep := n.deps[path]; !dep.inside && !seen[dep] {
				seen[dep] = true
				parts = append(parts, dep.content.key)
			}
		}
	}
	return newKey("outside", parts...)
}

// recall takes from the cache what it knows, so that less is to be loaded.
func (m *memory) recall() {
	m.recalled = m.recallWhole() && m.recallInside()
	if m.recalled && slices.ContainsFunc(m.graph.order, func(n *node) bool { return n.full }) {
		m.recalled = m.recallOutside()
	}
	if !m.recalled {
		m.graph.forget()
	}
}

// recallInside decides which packages of the program are to be analysed, and takes
// what the others tell them. It reports whether there is any use in that.
func (m *memory) recallInside() bool {
	g := m.graph
	for _, n := range g.order {
		for _, dep := range n.deps {
			dep.imported = dep.imported || n.relevant
		}
	}
	for _, n := range g.order {
		if n.relevant && !n.root && !n.imported {
			return false // it is of no package that is remembered, and may have errors
		}
	}
	for _, n := range slices.Backward(g.order) {
		n.full = false
		if !n.relevant {
			continue
		}
		if n.inside {
			if n.root {
				var f found
				if n.content.known && m.cache.get(n.foundKey, &f) {
					n.found, n.testing = &f, f.Testing
					for i, name := range n.pkg.GoFiles {
						n.keep(name, g.overlay[name], n.content.files[i], slices.Contains(f.Generated, name))
					}
				} else {
					n.full = true
				}
			}
			if !n.full && n.lends {
				var t told
				if n.content.known && m.cache.get(m.toldKey(n), &t) {
					n.told, n.doubtful = &t, t.Doubtful
					n.pkg.Fset, n.pkg.Types = g.fset, types.NewPackage(n.pkg.PkgPath, n.pkg.Name) // unless it is loaded
				} else {
					n.full, n.found = true, nil
				}
			}
		}
		for _, dep := range n.deps {
			dep.lends = dep.lends || n.full || n.lends
		}
	}
	return true
}

// recallOutside takes the types and facts of what lies outside of the program, and
// reports whether all that may be needed is known.
func (m *memory) recallOutside() bool {
	g := m.graph
	var out outside
	if !m.cache.get(m.outsideKey(), &out) {
		return false
	}
	for _, n := range g.order {
		if n.inside || !n.relevant || !n.lends || len(n.listErrs) > 0 {
			continue
		}
		t, known := out.Relevant[n.pkg.PkgPath]
		if !known {
			return false
		}
		n.told = &t
	}
	known, listed, err := readTypes(g.fset, out.Types)
	if err != nil {
		return false
	}
	g.partial = true
	for _, n := range g.order {
		if n.inside {
			continue
		}
		path := n.pkg.PkgPath
		n.pkg.Fset, n.pkg.Types = g.fset, known[path]
		n.listed = listed[path] || n.missing()
		n.doubtful = slices.Contains(out.Doubtful, path)
		if n.pkg.Types == nil { // nothing mentions it, but it may have facts
			n.pkg.Types = types.NewPackage(path, n.pkg.Name)
		}
		n.start.Do(func() { close(n.done) })
	}
	return true
}

// forget undoes what was taken from the cache: everything is to be loaded.
func (g *graph) forget() {
	for _, n := range g.order {
		n.full, n.found, n.told, n.doubtful = n.relevant, nil, nil, false
	}
}

// readTypes returns packages by their paths, and which of them are complete.
func readTypes(fset *token.FileSet, data []byte) (all map[string]*types.Package, listed map[string]bool, err error) {
	defer func() {
		if r := recover(); r != nil { // as package gcexportdata may
			err = fmt.Errorf("cannot read types: %v", r)
		}
	}()
	all = map[string]*types.Package{"unsafe": types.Unsafe}
	listed = map[string]bool{"unsafe": true}
	complete, err := gcexportdata.ReadBundle(bytes.NewReader(data), fset, all)
	for _, p := range complete {
		listed[p.Path()] = true
	}
	return all, listed, err
}

// tell makes an analyzer export the facts that are known of a package, instead of
// running on it.
func (m *memory) tell(a *analysis.Analyzer, run runFunc) runFunc {
	if m == nil || !m.graph.partial {
		return run
	}
	known := make(map[*types.Package]*told)
	for _, n := range m.graph.order {
		if n.told != nil {
			known[n.pkg.Types] = n.told
		}
	}
	return func(pass *analysis.Pass) (any, error) {
		t := known[pass.Pkg]
		if t == nil {
			return run(pass)
		}
		for _, f := range t.Facts {
			if f.Analyzer == a.Name {
				pass.ExportPackageFact(f.Fact)
			}
		}
		return nil, nil
	}
}

// keepFound hands what was found in a package to the cache, unless files beside it have
// changed meanwhile.
func (m *memory) keepFound(n *node, f *found) {
	for name, src := range n.sources {
		if src.generated {
			f.Generated = append(f.Generated, name)
		}
	}
	f.Testing = n.testing
	if k, known := m.foundKey(n); known && k == n.foundKey {
		m.cache.put(k, f)
	}
}

// keep hands what has been found out to the cache.
func (m *memory) keep(graph *checker.Graph, finds map[*packages.Package]*found) {
	facts := make(map[*packages.Package][]fact)
	failed := make(map[*packages.Package]bool)
	for act := range graph.All() {
		p := act.Package
		if _, ok := facts[p]; !ok {
			facts[p] = nil
		}
		if act.Err != nil || slices.ContainsFunc(act.AllObjectFacts(), func(f analysis.ObjectFact) bool { return f.Object.Pkg() == p.Types }) {
			failed[p] = true
		}
		for _, f := range act.AllPackageFacts() {
			if f.Package == p.Types {
				facts[p] = append(facts[p], fact{act.Analyzer.Name, f.Fact})
			}
		}
	}
	out := outside{Relevant: make(map[string]told)}
	whole := !m.recalled
	for _, n := range m.graph.order {
		known, analysed := facts[n.pkg]
		t := told{Facts: known, Doubtful: n.doubtful}
		switch {
		case !n.inside:
			whole = whole && n.clean && !failed[n.pkg]
			if analysed {
				out.Relevant[n.pkg.PkgPath] = t
			}
			if n.doubtful {
				out.Doubtful = append(out.Doubtful, n.pkg.PkgPath)
			}
		case n.full && n.clean && analysed && !failed[n.pkg]:
			m.cache.put(m.toldKey(n), t)
			if f := finds[n.pkg]; f != nil {
				m.keepFound(n, f)
			}
		}
	}
	if !whole {
		return
	}
	if data, err := m.graph.writeTypes(); err == nil {
		out.Types = data
		m.cache.put(m.outsideKey(), out)
	}
}

// judgeClean decides which packages may be remembered: they and all that they import
// are as they were read first, and have no errors but those that each listing tells.
func (g *graph) judgeClean() {
	for _, n := range g.order {
		n.clean = n.content.known && !n.changed && (!n.inside || len(n.typeErrs) == 0 || len(n.listErrs) > 0)
		if n.relevant && len(n.listErrs) == 0 && len(n.typeErrs) > 0 {
			n.clean = false
		}
		for _, dep := range n.deps {
			n.clean = n.clean && dep.clean
		}
	}
}

// writeTypes encodes the types of the packages outside that those inside import.
func (g *graph) writeTypes() (data []byte, err error) {
	defer func() {
		if r := recover(); r != nil { // as package gcexportdata may, on what does not type-check
			err = fmt.Errorf("cannot write types: %v", r)
		}
	}()
	byPath := make(map[string]*types.Package)
	for _, n := range g.order {
		for _, dep := range n.deps {
			if !n.inside || dep.inside || dep.pkg.Types == nil || dep.pkg.Types == types.Unsafe || dep.missing() {
				continue
			}
			p := dep.pkg.Types
			if old := byPath[p.Path()]; old != nil && old != p {
				return nil, fmt.Errorf("two packages %s", p.Path())
			}
			byPath[p.Path()] = p
			// What no declaration mentions has been imported as an empty package,
			// beside the real one.
			p.SetImports(nil)
		}
	}
	var out bytes.Buffer
	pkgs := slices.SortedFunc(maps.Values(byPath), func(a, b *types.Package) int { return strings.Compare(a.Path(), b.Path()) })
	err = gcexportdata.WriteBundle(&out, g.fset, pkgs)
	return out.Bytes(), err
}
