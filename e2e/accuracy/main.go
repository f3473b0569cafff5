// Command accuracy holds what the checks report on real operators against labels
// made by hand, and writes docs/accuracy.md; make accuracy runs it.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
)

func main() {
	dir := flag.String("dir", "", "the `directory` of the operators; what it lacks is cloned into it")
	write := flag.String("write", "", "the `file` to write; standard output if empty")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *dir, *write); err != nil {
		fmt.Fprintln(os.Stderr, "accuracy:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, dir, write string) error {
	if dir == "" {
		return fmt.Errorf("-dir names no directory: make accuracy DIR=…")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	operators, err := ReadLabels("accuracy/labels")
	if err != nil {
		return err
	}
	temp, err := os.MkdirTemp("", "accuracy")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	tool := filepath.Join(temp, "atomicstatus")
	build := exec.CommandContext(ctx, "go", "build", "-o", tool, "./cmd/atomicstatus")
	build.Dir = ".."
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return fmt.Errorf("%s: %w", build, err)
	}
	page := new(Page)
	for _, o := range operators {
		fmt.Fprintln(os.Stderr, o)
		root, err := o.layOut(ctx, dir)
		if err != nil {
			return err
		}
		reports, err := o.analyze(ctx, tool, root)
		if err != nil {
			return err
		}
		page.add(o, reports)
	}
	return page.write(write)
}
