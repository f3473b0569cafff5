package kube

import (
	"go/token"
	"go/types"
	"iter"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/go/ssa"
)

// Func is the function or method that a call is of, as far as it has a name: of an
// instance of a generic function, that function.
func Func(c *ssa.CallCommon) *types.Func {
	if c.IsInvoke() {
		return c.Method
	}
	callee := c.StaticCallee()
	if callee == nil {
		return nil
	}
	if o := callee.Origin(); o != nil {
		callee = o
	}
	fn, _ := callee.Object().(*types.Func)
	return fn
}

// known answers for the table.
var known = lookup{rows: table}

// of is what the table says of a function.
func of(fn *types.Func) does { return known.function(fn).does }

// ofCall is what the table says of the function, method or variable that is called.
func ofCall(c *ssa.CallCommon) does {
	if fn := Func(c); fn != nil {
		return of(fn)
	}
	if load, ok := c.Value.(*ssa.UnOp); ok {
		if g, ok := load.X.(*ssa.Global); ok && g.Pkg != nil {
			return known.entry(Path(g.Pkg.Pkg), g.Name(), false, "").does
		}
	}
	return 0
}

// ofPackage is what the table says of all that a package declares.
func ofPackage(pkg *types.Package) does { return known.of(Path(pkg)).all.does }

// ResultOf is what a function makes its first result of.
func ResultOf(fn *types.Func) Result { return known.function(fn).Result }

// lookup finds the rows of functions, and remembers what they add up to.
type lookup struct {
	rows   []row
	byPath sync.Map // of the packages that were asked for: *packageRows

	mu   sync.RWMutex
	sums map[called]row
}

// called tells functions apart by what the table tells them by.
type called struct {
	path, name string
	method     bool
	typ        string
}

func (l *lookup) function(fn *types.Func) row {
	if fn == nil {
		return row{}
	}
	sig := fn.Signature()
	return l.entry(Path(fn.Pkg()), fn.Name(), sig.Recv() != nil, Receiver(sig))
}

// entry is the sum of the rows of a function, or of a method of a type.
func (l *lookup) entry(path, name string, method bool, typ string) row {
	k := called{path, name, method, typ}
	l.mu.RLock()
	sum, ok := l.sums[k]
	l.mu.RUnlock()
	if ok {
		return sum
	}
	sum = l.add(k)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.sums == nil {
		l.sums = map[called]row{}
	}
	l.sums[k] = sum
	return sum
}

func (l *lookup) add(k called) row {
	own := l.of(k.path)
	sum := own.all
	for r := range own.of(k.name, k.method, k.typ) {
		sum.does |= r.does
		if r.Result != NoResult {
			sum.Result = r.Result
		}
	}
	for r := range l.of(anyPath).of(k.name, k.method, k.typ) {
		sum.does |= r.does
		if sum.Result == NoResult {
			sum.Result = r.Result
		}
	}
	return sum
}

// anyPath is the path of the rows that hold for all packages.
const anyPath = "*"

// packageRows are the rows for one package, or for any.
type packageRows struct {
	all      row                   // of all that it declares
	named    map[string][]namedRow // of one name
	prefixed []namedRow            // of all names that begin so, the shorter ones first
}

type namedRow struct {
	key
	row
	name string
}

// of yields the rows of a function or method, the closest one last.
func (p *packageRows) of(name string, method bool, typ string) iter.Seq[*row] {
	return func(yield func(*row) bool) {
		for _, rows := range [][]namedRow{p.prefixed, p.named[name]} {
			for i := range rows {
				r := &rows[i]
				if r.method == method && (r.typ == "" || r.typ == typ) && strings.HasPrefix(name, r.name) && !yield(&r.row) {
					return
				}
			}
		}
	}
}

// of finds the rows of a package.
func (l *lookup) of(path string) *packageRows {
	if found, ok := l.byPath.Load(path); ok {
		return found.(*packageRows)
	}
	p := &packageRows{named: map[string][]namedRow{}}
	for _, r := range l.rows {
		k := parse(r.of)
		if !k.holds(path) {
			continue
		}
		if len(k.names) == 0 {
			p.all.does |= r.does
			p.all.Result = max(p.all.Result, r.Result)
		}
		for _, name := range k.names {
			if begins, ok := strings.CutSuffix(name, "*"); ok {
				p.prefixed = append(p.prefixed, namedRow{k, r, begins})
			} else {
				p.named[name] = append(p.named[name], namedRow{k, r, name})
			}
		}
	}
	slices.SortStableFunc(p.prefixed, func(a, b namedRow) int { return len(a.name) - len(b.name) })
	l.byPath.Store(path, p)
	return p
}

// key is what the text of [row.of] means.
type key struct {
	path   string
	method bool
	typ    string
	names  []string // none of a whole package
}

func parse(of string) key {
	if inner, names, ok := strings.Cut(of, ")."); ok {
		k := key{path: inner[1:], method: true, names: strings.Split(names, "|")}
		if i := strings.LastIndexByte(k.path, '.'); i >= 0 && token.IsExported(k.path[i+1:]) {
			k.path, k.typ = k.path[:i], k.path[i+1:]
		}
		return k
	}
	i := strings.LastIndexByte(of, '.')
	if i >= 0 && (of[i+1:] == "*" || token.IsExported(of[i+1:])) {
		return key{path: of[:i], names: strings.Split(of[i+1:], "|")}
	}
	return key{path: of}
}

// holds reports that the key is one of functions of a package.
func (k key) holds(path string) bool {
	if below, ok := strings.CutSuffix(k.path, "/..."); ok {
		return path == below || strings.HasPrefix(path, below) && path[len(below)] == '/'
	}
	if end, ok := strings.CutPrefix(k.path, anyPath+"/"); ok {
		return strings.HasSuffix(path, "/"+end)
	}
	return path == k.path
}
