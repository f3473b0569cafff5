package load

import (
	"fmt"
	"runtime/debug"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/atomicstatus/atomicstatus/passes/driver"
)

// Guard returns copies of the analyzers in which a panic becomes an error, so
// that a bug in one check on one package costs no more than that. The copies
// share their flags with the originals.
func Guard(analyzers []*analysis.Analyzer) []*analysis.Analyzer {
	return clone(analyzers, func(_ *analysis.Analyzer, run runFunc) runFunc {
		return func(pass *analysis.Pass) (any, error) { return guarded(run, pass) }
	})
}

// runFunc is the type of the Run field of an analyzer.
type runFunc = func(*analysis.Pass) (any, error)

// clone copies the analyzers and all that they require, and wraps their Run.
// Within it, an analyzer sees itself and its inputs as if there were no copies.
func clone(analyzers []*analysis.Analyzer, wrap func(copied *analysis.Analyzer, run runFunc) runFunc) []*analysis.Analyzer {
	copies := make(map[*analysis.Analyzer]*analysis.Analyzer)
	var visit func(a *analysis.Analyzer) *analysis.Analyzer
	visit = func(a *analysis.Analyzer) *analysis.Analyzer {
		if c := copies[a]; c != nil {
			return c
		}
		c := new(analysis.Analyzer)
		*c = *a
		copies[a] = c
		c.Requires = make([]*analysis.Analyzer, len(a.Requires))
		for i, req := range a.Requires {
			c.Requires[i] = visit(req)
		}
		c.Run = wrap(c, func(pass *analysis.Pass) (any, error) {
			p := *pass
			p.Analyzer = a
			p.ResultOf = make(map[*analysis.Analyzer]any, len(a.Requires))
			for i, req := range a.Requires {
				p.ResultOf[req] = pass.ResultOf[c.Requires[i]]
			}
			return a.Run(driver.With(&p, driver.Of(pass)))
		})
		return c
	}
	cloned := make([]*analysis.Analyzer, len(analyzers))
	for i, a := range analyzers {
		cloned[i] = visit(a)
	}
	return cloned
}

func guarded(run runFunc, pass *analysis.Pass) (result any, err error) {
	defer func() {
		if r := recover(); r != nil {
			result, err = nil, fmt.Errorf("internal error, please report it: panic: %v (%s)", r, panicSite(debug.Stack()))
		}
	}()
	return run(pass)
}

// panicSite finds in a stack trace the function and line that panicked.
func panicSite(stack []byte) string {
	_, after, ok := strings.Cut(string(stack), "\npanic(")
	if !ok {
		return "no stack"
	}
	lines := strings.Split(after, "\n")
	for i := 2; i+1 < len(lines); i += 2 { // lines come in pairs: function, position
		if strings.HasPrefix(lines[i], "runtime.") {
			continue // what turns a fault into a panic
		}
		function := lines[i][:arguments(lines[i])]
		where, _, _ := strings.Cut(strings.TrimSpace(lines[i+1]), " +0x")
		if slash := strings.LastIndex(where, "/"); slash >= 0 {
			where = where[slash+1:]
		}
		return function[strings.LastIndex(function, "/")+1:] + " at " + where
	}
	return "no stack"
}

// arguments returns where those of a call in a stack trace begin: they are
// addresses, which no two runs share.
func arguments(call string) int {
	open := 0
	for i := len(call) - 1; i >= 0; i-- {
		switch call[i] {
		case ')':
			open++
		case '(':
			if open--; open == 0 {
				return i
			}
		}
	}
	return len(call)
}
