// Command bench measures what atomicstatus costs, beside other tools that look
// at whole programs, and how that grows with the size of an operator. It writes
// docs/performance.md; make bench runs it.
//
// All tools run in turns on one machine, so what is compared is their ratio: the
// processor time that each spends in user mode, and the most memory that its
// processes hold together.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
)

func main() {
	runs := flag.Int("runs", 3, "how often to measure each tool")
	operator := flag.String("operator", "", "measure the tools on those operators alone that have this in their `name`")
	write := flag.String("write", "", "the `file` to write; standard output if empty")
	only := flag.String("only", "", "measure this alone: tools or growth")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *runs, *only, *operator, *write); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, runs int, only, operator, write string) error {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)

	page := &Page{Runs: runs}
	// The tools come first: what this process holds when it forks counts as held
	// by the child.
	if only != "growth" {
		if page.Tables, err = compareAll(ctx, dir, operator, runs); err != nil {
			return err
		}
	}
	if only != "tools" {
		if page.Growth, err = grow(ctx, filepath.Join(dir, "growth")); err != nil {
			return err
		}
	}
	return page.write(write)
}
