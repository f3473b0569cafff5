// Newcheck writes the files of a new check, and adds it to the suite.
package main

import (
	"embed"
	"errors"
	"fmt"
	"go/format"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

//go:embed template
var templates embed.FS

// suite is the file with the list of the checks.
const suite = "analyzer/analyzer.go"

func main() {
	if len(os.Args) != 2 {
		fail(errors.New("usage: make new-check NAME=statusfoo"))
	}
	made, err := files(".", os.Args[1])
	if err != nil {
		fail(err)
	}
	for _, path := range slices.Sorted(maps.Keys(made)) {
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			fail(err)
		}
		if err := os.WriteFile(path, made[path], 0o666); err != nil {
			fail(err)
		}
		fmt.Println(path)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// files are those of a check of that name, and the list of the suite with it, by their
// paths below the root of the repository.
func files(root, name string) (map[string][]byte, error) {
	short, ok := strings.CutPrefix(name, "status")
	if !ok || !regexp.MustCompile(`^[a-z]+$`).MatchString(short) {
		return nil, fmt.Errorf("%q is no name of a check: it is status and a word, in small letters", name)
	}
	out := map[string][]byte{}
	for path, template := range map[string]string{
		"passes/" + name + "/doc.go":                    "doc.go",
		"passes/" + name + "/page.go":                   "page.go",
		"passes/" + name + "/" + name + ".go":           "check.go",
		"passes/" + name + "/" + name + "_test.go":      "check_test.go",
		"testdata/cases/" + short + "/" + short + ".go": "case.go",
	} {
		if _, err := os.Stat(filepath.Join(root, path)); !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%s is there already", path)
		}
		text, err := templates.ReadFile("template/" + template + ".txt")
		if err != nil {
			return nil, err
		}
		out[path] = []byte(strings.NewReplacer("NAME", name, "SHORT", short).Replace(string(text)))
	}
	list, err := os.ReadFile(filepath.Join(root, suite))
	if err != nil {
		return nil, err
	}
	out[suite], err = listed(string(list), name)
	return out, err
}

// listed adds a check to the list of the suite, as one that has to be asked for.
func listed(list, name string) ([]byte, error) {
	before, rest, ok := strings.Cut(list, "func Checks() []Check {")
	entries, after, closed := strings.Cut(rest, "\n\t}\n}")
	imports, with, imported := strings.Cut(before, "\t\"github.com/atomicstatus/atomicstatus/passes/status")
	if !ok || !closed || !imported {
		return nil, fmt.Errorf("%s has no list of checks", suite)
	}
	return format.Source([]byte(imports + fmt.Sprintf("\t\"github.com/atomicstatus/atomicstatus/passes/%s\"\n", name) +
		"\t\"github.com/atomicstatus/atomicstatus/passes/status" + with + "func Checks() []Check {" + entries +
		fmt.Sprintf("\n\t\t{%s.Page, false, %[1]s.Analyzer},", name) + "\n\t}\n}" + after))
}
