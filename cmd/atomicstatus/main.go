// Command atomicstatus finds misuse of the status of Kubernetes resources in
// the controllers that write it.
//
// It is a command of its own, and a tool for go vet and go fix:
//
//	atomicstatus ./...
//	go vet -vettool=$(which atomicstatus) ./...
//
// Run "atomicstatus help" for its flags.
package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/unitchecker"

	"github.com/atomicstatus/atomicstatus/analyzer"
	"github.com/atomicstatus/atomicstatus/passes/load"
	_ "github.com/atomicstatus/atomicstatus/passes/load/vetskip" // goes first
)

func main() {
	if args := os.Args[1:]; drivenByGo(args) {
		vet(args)
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	out := &watched{to: os.Stdout}
	c := &command{stdout: out, stderr: os.Stderr, terminal: isTerminal(os.Stdout)}
	if isTerminal(os.Stderr) {
		c.progress = newProgress(os.Stderr)
	}
	code := c.run(ctx, os.Args[1:])
	if out.err != nil && code != exitFailed { // nobody has told of it
		code = c.fail(fmt.Errorf("cannot write the output: %w", out.err))
	}
	stop()
	os.Exit(code)
}

// watched remembers that something could not be written, so that help or a list cut
// short is no success.
type watched struct {
	to  io.Writer
	err error
}

func (w *watched) Write(p []byte) (int, error) {
	n, err := w.to.Write(p)
	w.err = cmp.Or(w.err, err)
	return n, err
}

// drivenByGo reports whether it is the go command that calls, which it does in
// these three ways only.
func drivenByGo(args []string) bool {
	return len(args) > 0 && (args[0] == "-V=full" || args[0] == "-flags" || strings.HasSuffix(args[len(args)-1], ".cfg"))
}

// vet does the work of a vet tool.
func vet(args []string) {
	if strings.HasSuffix(args[len(args)-1], ".cfg") { // of a package that matters: see vetskip
		collectLate(256 << 20)
		unitchecker.Main(load.Guard(vetAnalyzers(args))...)
	}
	unitchecker.Main(load.Guard(analyzer.Analyzers())...) // tells of their flags
}

// vetAnalyzers are the analyzers that go vet is to run. A check that is off by
// default is among them only if the command line mentions it: the vet driver
// itself runs all that it has.
func vetAnalyzers(args []string) []*analysis.Analyzer {
	off := map[*analysis.Analyzer]bool{}
	for _, c := range analyzer.Checks() {
		off[c.Analyzer] = !c.Default && !slices.ContainsFunc(args, func(arg string) bool {
			rest, ok := strings.CutPrefix(strings.TrimLeft(arg, "-"), c.Name)
			return ok && (rest == "" || rest[0] == '=' || rest[0] == '.')
		})
	}
	return slices.DeleteFunc(analyzer.Analyzers(), func(a *analysis.Analyzer) bool { return off[a] })
}

func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && f.Name() != os.DevNull
}
