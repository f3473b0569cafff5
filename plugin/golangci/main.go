// Command golangci is golangci-lint with the plugin atomicstatus in it, built
// from the module proxy alone. "make golangci-lint" builds it.
package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"

	"github.com/golangci/golangci-lint/v2/pkg/commands"
	"github.com/golangci/golangci-lint/v2/pkg/exitcodes"

	_ "github.com/atomicstatus/atomicstatus/plugin"
)

func main() {
	build := commands.BuildInfo{
		GoVersion: runtime.Version(),
		// golangci-lint keeps results by its version. With this one it goes by
		// the hash of the binary instead, so that a changed check gets no old
		// results.
		Version: "(devel)",
		Commit:  madeOf(),
		Date:    "(unknown)",
	}
	if err := commands.Execute(build); err != nil {
		fmt.Fprintf(os.Stderr, "The command is terminated due to an error: %v\n", err)
		os.Exit(exitcodes.Failure)
	}
}

// madeOf names the versions of the two modules that matter.
func madeOf() string {
	text := ""
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, dep := range info.Deps {
			switch dep.Path {
			case "github.com/golangci/golangci-lint/v2", "github.com/atomicstatus/atomicstatus":
				text += fmt.Sprintf(" %s@%s", dep.Path, dep.Version)
			}
		}
	}
	if text == "" {
		return "(unknown)"
	}
	return text[1:]
}
