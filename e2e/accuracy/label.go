package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Operator is a repository at a commit, with the labels of its code.
type Operator struct {
	Repo   string // owner/name
	Commit string
	Labels []Label
}

// String returns the repository and the beginning of the commit.
func (o *Operator) String() string { return o.Repo + "@" + o.Commit[:9] }

// Label is a verdict made by hand: whether a check has to report a place.
type Label struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Func   string `json:"func"`
	Check  string `json:"check"`
	Expect Expect `json:"expect"`
	// Requeue is the verdict of statusretry under policy: requeue.
	Requeue Expect `json:"requeue"`
	Why     string `json:"why"`
	// Answer says why the tool differs, where its makers think that it is right.
	Answer string `json:"answer"`
}

// Expect is what a label asks for.
type Expect string

const (
	Due    Expect = "report"
	Silent Expect = "silent"
	Either Expect = "either" // the description of the check does not decide
)

// ReadLabels reads the labels of a directory, a file for each operator:
// OWNER+NAME@COMMIT.jsonl.
func ReadLabels(dir string) ([]*Operator, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*.jsonl"))
	if err != nil {
		return nil, err
	}
	var operators []*Operator
	for _, name := range names {
		repo, commit, ok := strings.Cut(strings.TrimSuffix(filepath.Base(name), ".jsonl"), "@")
		if !ok || len(commit) != 40 {
			return nil, fmt.Errorf("%s: the name is not OWNER+NAME@COMMIT.jsonl", name)
		}
		o := &Operator{Repo: strings.Replace(repo, "+", "/", 1), Commit: commit}
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		for i, line := range bytes.Split(bytes.TrimSpace(text), []byte("\n")) {
			var label Label
			if err := json.Unmarshal(line, &label); err != nil {
				return nil, fmt.Errorf("%s:%d: %w", name, i+1, err)
			}
			o.Labels = append(o.Labels, label)
		}
		operators = append(operators, o)
	}
	return operators, nil
}
