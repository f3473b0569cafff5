package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// layOut returns the directory with the operator's files. It is OWNER/NAME@COMMIT
// in dir, with nine digits of the commit. Where there is none it is made from the
// clone OWNER/NAME, and that from GitHub.
func (o *Operator) layOut(ctx context.Context, dir string) (string, error) {
	clone := filepath.Join(dir, filepath.FromSlash(o.Repo))
	root := clone + "@" + o.Commit[:9]
	if exists(root) {
		return root, nil
	}
	if !exists(clone) {
		if err := git(ctx, "clone", "--bare", "--filter=blob:none", "https://github.com/"+o.Repo, clone); err != nil {
			return "", err
		}
	}
	return root, git(ctx, "-C", clone, "worktree", "add", "--detach", root, o.Commit)
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

func git(ctx context.Context, args ...string) error {
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w", cmd, err)
	}
	return nil
}

// Reports are what the tool says of an operator.
type Reports struct {
	All []Report
	// loaded has the directories of the packages that were analysed.
	loaded map[string]bool
}

// Report is a report of a check.
type Report struct {
	Check, File string // the file relative to the operator's root, with slashes
	Line        int
	Message     string
}

// analyze runs the tool on each module of the operator that has a label, and on
// that at its root.
func (o *Operator) analyze(ctx context.Context, tool, root string) (*Reports, error) {
	modules := []string{"."}
	for _, label := range o.Labels {
		dir := path.Dir(label.File)
		for dir != "." && !exists(filepath.Join(root, dir, "go.mod")) {
			dir = path.Dir(dir)
		}
		if !slices.Contains(modules, dir) {
			modules = append(modules, dir)
		}
	}
	reports := &Reports{loaded: make(map[string]bool)}
	for _, module := range modules {
		dir := filepath.Join(root, module)
		if !exists(filepath.Join(dir, "go.mod")) {
			continue
		}
		if err := reports.add(ctx, tool, root, dir); err != nil {
			return nil, fmt.Errorf("%s: %w", o, err)
		}
	}
	return reports, nil
}

// skipped is what the tool says of a package that does not load.
var skipped = regexp.MustCompile(`(?m)package (\S+) is skipped`)

func (r *Reports) add(ctx context.Context, tool, root, dir string) error {
	env := os.Environ()
	if !exists(filepath.Join(dir, "vendor")) {
		env = append(env, "GOFLAGS=-mod=mod") // old commits do not list all of their sums
	}
	cmd := exec.CommandContext(ctx, tool, "-f=json", "./...")
	cmd.Dir, cmd.Env = dir, env
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	// 1 stands for findings, 2 for what could not be analysed.
	if exit := new(exec.ExitError); err != nil && (!errors.As(err, &exit) || len(out) == 0) {
		return fmt.Errorf("%s: %w\n%s", cmd, err, &stderr)
	}
	var tree map[string]map[string][]struct{ Posn, Message string }
	if err := json.Unmarshal(out, &tree); err != nil {
		return fmt.Errorf("%s: %w", cmd, err)
	}
	for _, checks := range tree {
		for check, all := range checks {
			for _, d := range all {
				report, err := parse(root, d.Posn)
				if err != nil {
					return err
				}
				report.Check, report.Message = check, d.Message
				r.All = append(r.All, report)
			}
		}
	}

	not := make(map[string]bool)
	for _, m := range skipped.FindAllSubmatch(stderr.Bytes(), -1) {
		not[string(m[1])] = true
	}
	list := exec.CommandContext(ctx, "go", "list", "-e", "-f={{.ImportPath}}\t{{.Dir}}", "./...")
	list.Dir, list.Env = dir, env
	out, err = list.Output()
	if err != nil {
		return fmt.Errorf("%s: %w", list, err)
	}
	for line := range strings.Lines(string(out)) {
		name, dir, _ := strings.Cut(strings.TrimSpace(line), "\t")
		if rel, err := relative(root, dir); err == nil && !not[name] {
			r.loaded[rel] = true
		}
	}
	return nil
}

// parse splits file:line:column.
func parse(root, posn string) (Report, error) {
	parts := strings.Split(posn, ":")
	if len(parts) < 3 {
		return Report{}, fmt.Errorf("no position: %q", posn)
	}
	line, err := strconv.Atoi(parts[len(parts)-2])
	if err != nil {
		return Report{}, fmt.Errorf("no position: %q", posn)
	}
	file, err := relative(root, strings.Join(parts[:len(parts)-2], ":"))
	return Report{File: file, Line: line}, err
}

// relative returns a name as seen from root, with slashes.
func relative(root, name string) (string, error) {
	root, err := filepath.EvalSymlinks(root)
	if err != nil {
		return "", err
	}
	if name, err = filepath.EvalSymlinks(name); err != nil {
		return "", err
	}
	rel, err := filepath.Rel(root, name)
	return filepath.ToSlash(rel), err
}
