package manager

import (
	"fmt"
	"go/types"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

// imports are the imports of one generated file.
type imports struct {
	own   string            // path of the package that the file is in, if known
	names map[string]string // by path
	base  map[string]bool   // the paths that have their own name
}

// newImports begins with imports written as in Go source: a path, or a name and
// a path.
func newImports(own string, specs ...string) *imports {
	i := &imports{own: own, names: map[string]string{}, base: map[string]bool{}}
	for _, spec := range specs {
		name, importPath, named := strings.Cut(spec, " ")
		if !named {
			importPath = spec
			name = path.Base(spec)
		}
		i.names[importPath] = name
		i.base[importPath] = !named
	}
	return i
}

var (
	versionName = regexp.MustCompile(`^v\d+((alpha|beta)\d+)?$`)
	noLetters   = regexp.MustCompile(`[^a-z0-9]`)
)

// name imports a package and returns the name that the file knows it by, which
// is empty for its own package. It is a [types.Qualifier].
func (i *imports) name(pkg *types.Package) string {
	if pkg.Path() == i.own {
		return ""
	}
	if name, ok := i.names[pkg.Path()]; ok {
		return name
	}
	name := pkg.Name()
	parent := noLetters.ReplaceAllString(path.Base(path.Dir(pkg.Path())), "")
	if versionName.MatchString(name) && !slices.Contains([]string{"api", "apis", "pkg"}, parent) {
		name = parent + name // as is the custom: appsv1
	}
	for n, first := 2, name; i.taken(name); n++ {
		name = fmt.Sprintf("%s%d", first, n)
	}
	i.names[pkg.Path()] = name
	i.base[pkg.Path()] = name == pkg.Name() && name == path.Base(pkg.Path())
	return name
}

// locals are the names that the templates use in functions: an import of that
// name would be hidden there.
var locals = strings.Fields(`again any all answer b base before broken builds c calls cancel change cloned conflict
	content ctx data deleting empty err failed failing fields first flush found fresh from
	given h i into invalid item key known label last late lay list locked m mine n name newLike
	newObject next noted now o obj old opts other par part patch phase reader rebase
	refused renew result run s send server set settle state status stored t test tests to
	transitions twice uid update v value version want way write`)

func (i *imports) taken(name string) bool {
	if types.Universe.Lookup(name) != nil || slices.Contains(locals, name) {
		return true
	}
	for _, other := range i.names {
		if other == name {
			return true
		}
	}
	return false
}

// specs returns the import declarations: the standard library, an empty line,
// and the others.
func (i *imports) specs() []string {
	var standard, others []string
	for _, importPath := range slices.Sorted(maps.Keys(i.names)) {
		spec := fmt.Sprintf("%q", importPath)
		if !i.base[importPath] {
			spec = i.names[importPath] + " " + spec
		}
		if first, _, _ := strings.Cut(importPath, "/"); strings.Contains(first, ".") {
			others = append(others, spec)
		} else {
			standard = append(standard, spec)
		}
	}
	return slices.Concat(standard, []string{""}, others)
}
