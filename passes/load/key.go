package load

import (
	"crypto/sha256"
	"flag"
	"fmt"
	"hash"
	"io"
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
			n.content = hashFiles(n.pkg.GoFiles, g.overlay)
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

// hashFiles hashes files, those of the overlay instead of those on disk.
func hashFiles(names []string, overlay map[string][]byte) content {
	c := content{known: true}
	h := sha256.New()
	buf := buffers.Get().(*[]byte)
	defer buffers.Put(buf)
	for _, name := range names {
		h.Reset()
		if text, ok := overlay[name]; ok {
			h.Write(text)
		} else if err := hashFile(h, name, *buf); err != nil {
			c.known = false
		}
		c.files = append(c.files, sum(h))
	}
	return c
}

// buffers are for hashFile: most of the time that a run takes in which nothing has
// changed is that of reading.
var buffers = sync.Pool{New: func() any { b := make([]byte, 64<<10); return &b }}

func hashFile(h hash.Hash, name string, buf []byte) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	for {
		n, err := f.Read(buf)
		h.Write(buf[:n])
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// besideKey is the key of the files that analyzers read for a package besides its own,
// as they are on disk.
func (n *node) besideKey(names func(dir string) []string) (k key, known bool) {
	if names == nil || len(n.pkg.GoFiles) == 0 {
		return key{}, true
	}
	list := names(filepath.Dir(n.pkg.GoFiles[0]))
	c := hashFiles(list, nil)
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
