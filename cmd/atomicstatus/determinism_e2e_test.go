//go:build e2e

package main_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestE2EDeterminism holds that the command prints the same bytes on every run, on
// one processor and on many, whatever the order of the packages. The operator is
// small; the cases have more findings, and every shape of program.
func TestE2EDeterminism(t *testing.T) {
	tool := filepath.Join(t.TempDir(), "atomicstatus")
	run(t, ".", 0, "go", "build", "-o", tool, ".")
	for module, share := range map[string]int{"operator": 1, "cases": 4} {
		dir := moduleDir(t, module)
		packages := strings.Fields(string(run(t, dir, 0, "go", "list", "./...")))
		random := rand.New(rand.NewPCG(1, 2))
		for name, test := range map[string]struct {
			args []string
			runs int // 50 for the operator
		}{
			"text":   {[]string{"-checks=all"}, 10},
			"json":   {[]string{"-checks=all", "-f=json"}, 8},
			"sarif":  {[]string{"-f=sarif"}, 8},
			"github": {[]string{"-f=github"}, 8},
			"diff":   {[]string{"-diff"}, 8},
			"report": {[]string{"report", "-f=json"}, 8},
		} {
			t.Run(fmt.Sprintf("%s/%s", module, name), func(t *testing.T) {
				var first []byte
				for i := range test.runs / share {
					random.Shuffle(len(packages), func(i, j int) { packages[i], packages[j] = packages[j], packages[i] })
					cmd := exec.Command(tool, append(test.args[:len(test.args):len(test.args)], packages...)...)
					cmd.Dir = dir
					cmd.Env = append(os.Environ(), fmt.Sprintf("GOMAXPROCS=%d", 1+7*(i%2)), "ATOMICSTATUS_CACHE=off")
					var out bytes.Buffer
					cmd.Stdout, cmd.Stderr = &out, &out
					if err := cmd.Run(); err != nil && cmd.ProcessState.ExitCode() != 1 {
						t.Fatalf("%v\n%s", err, &out)
					}
					if i == 0 {
						first = out.Bytes()
					} else if !bytes.Equal(out.Bytes(), first) {
						t.Fatalf("run %d prints\n%s\nthe first\n%s", i+1, &out, first)
					}
				}
			})
		}
	}
}
