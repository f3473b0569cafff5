package load

import (
	"crypto/sha256"
	"flag"
	"fmt"
	"hash"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/go/analysis"
)

// key identifies what the cache keeps by all that it depends on.
type key [sha256.Size]byte

func newKey(kind string, parts ...any) key {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n", kind)
	for _, part := range parts {
		fmt.Fprintf(h, "%q\n", fmt.Sprint(part))
	}
	return sum(h)
}

func sum(h hash.Hash) (k key) {
	h.Sum(k[:0])
	return k
}

// content is what a package is made of.
type content struct {
	key   key   // of all that follows, and of the contents of its imports
	files []key // its GoFiles
	known bool  // all of this could be read
}

// readContents reads what all packages are made of. The go command has told of the
// environment, the flags of the build and go.mod what there is to know: which files
// are in which package, what each imports, and which version of Go it is written in.
func (g *graph) readContents() {
	var wg sync.WaitGroup
	for _, n := range g.order {
		wg.Add(1)
		go func() {
			defer wg.Done()
			g.cpus <- struct{}{}
			defer func() { <-g.cpus }()
			n.content = hashFiles(n.pkg.GoFiles, g.read)
		}()
	}
	wg.Wait()
	for _, n := range g.order {
		p := n.pkg
		h := sha256.New()
		fmt.Fprintf(h, "%q %q %q %q %v %v\n", p.ID, p.PkgPath, p.Name, p.ForTest, n.relevant, p.TypesSizes)
		if p.Module != nil {
			fmt.Fprintf(h, "%q\n", p.Module.GoVersion)
		}
		for _, err := range p.Errors {
			fmt.Fprintf(h, "%q %q\n", err.Pos, err.Msg)
		}
		for i, name := range p.GoFiles {
			fmt.Fprintf(h, "%q %x\n", name, n.content.files[i])
		}
		for _, path := range slices.Sorted(maps.Keys(n.deps)) {
			dep := n.deps[path]
			fmt.Fprintf(h, "%q %x\n", path, dep.content.key)
			n.content.known = n.content.known && dep.content.known
		}
		n.content.key = sum(h)
	}
}

func hashFiles(names []string, read func(name string) ([]byte, error)) content {
	c := content{known: true}
	for _, name := range names {
		text, err := read(name)
		c.files = append(c.files, sha256.Sum256(text))
		c.known = c.known && err == nil
	}
	return c
}

// besideKey is the key of the files that analyzers read for a package besides its own,
// as they are on disk.
func (n *node) besideKey(names func(dir string) []string) (k key, known bool) {
	if names == nil || len(n.pkg.GoFiles) == 0 {
		return key{}, true
	}
	list := names(filepath.Dir(n.pkg.GoFiles[0]))
	c := hashFiles(list, os.ReadFile)
	return newKey("beside", list, c.files), c.known
}

// analyzersKey is the key of the analyzers with their flags.
func analyzersKey(analyzers map[*analysis.Analyzer]bool) key {
	sorted := slices.SortedFunc(maps.Keys(analyzers), func(a, b *analysis.Analyzer) int { return strings.Compare(a.Name, b.Name) })
	var parts []any
	for _, a := range sorted {
		parts = append(parts, a.Name)
		a.Flags.VisitAll(func(f *flag.Flag) { parts = append(parts, f.Name, f.Value.String()) })
	}
	return newKey("analyzers", parts...)
}

// compare notes whether a file of the package is still what was hashed.
func (n *node) compare(i int, text []byte) {
	if n.content.files != nil && sha256.Sum256(text) != n.content.files[i] {
		n.changed = true
	}
}
