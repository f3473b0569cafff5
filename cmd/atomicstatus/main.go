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
	"context"
	"os"
	"os/signal"
	"strings"

	"golang.org/x/tools/go/analysis/unitchecker"

	"github.com/atomicstatus/atomicstatus/analyzer"
	"github.com/atomicstatus/atomicstatus/passes/load"
)

func main() {
	if args := os.Args[1:]; drivenByGo(args) {
		vet(args)
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	c := &command{stdout: os.Stdout, stderr: os.Stderr, terminal: isTerminal(os.Stdout)}
	if isTerminal(os.Stderr) {
		c.progress = newProgress(os.Stderr)
	}
	code := c.run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}

// drivenByGo reports whether it is the go command that calls, which it does in
// these three ways only.
func drivenByGo(args []string) bool {
	return len(args) > 0 && (args[0] == "-V=full" || args[0] == "-flags" || strings.HasSuffix(args[len(args)-1], ".cfg"))
}

// vet does the work of a vet tool.
func vet(args []string) {
	if last := args[len(args)-1]; strings.HasSuffix(last, ".cfg") && load.SkipVet(last) {
		return
	}
	unitchecker.Main(load.Guard(analyzer.Analyzers())...)
}

func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && f.Name() != os.DevNull
}
