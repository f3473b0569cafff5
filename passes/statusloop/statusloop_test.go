package statusloop_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/atomicstatus/atomicstatus/passes/internal/casetest"
	"github.com/atomicstatus/atomicstatus/passes/load"
	"github.com/atomicstatus/atomicstatus/passes/statusloop"
)

func TestCases(t *testing.T) { casetest.Run(t, statusloop.Analyzer, "", nil) }

// TestNested holds the loops that are named against the comments behind them: of loops
// in each other it is the one that repeats the write.
func TestNested(t *testing.T) {
	dir, err := filepath.Abs("../../testdata/cases")
	if err != nil {
		t.Fatal(err)
	}
	prog, err := load.Load(t.Context(), load.Config{Dir: dir, Patterns: []string{"./loop/nested"}})
	if err != nil {
		t.Fatal(err)
	}
	diags, errs := prog.Analyze(t.Context(), []*analysis.Analyzer{statusloop.Analyzer})
	if len(diags) == 0 || len(errs) > 0 {
		t.Fatalf("%d reports; %v", len(diags), errs)
	}
	for _, d := range diags {
		src, err := os.ReadFile(d.Pos.Filename)
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(d.Related, func(r load.Related) bool { return strings.HasSuffix(r.Message, " that repeats it") })
		if i < 0 {
			t.Errorf("%s: no loop is named", d.Pos)
			continue
		}
		loop := d.Related[i].Pos
		line := bytes.Split(src, []byte("\n"))[loop.Line-1]
		if want := fmt.Sprintf("// repeats %d", d.Pos.Line); !bytes.HasSuffix(line, []byte(want)) {
			t.Errorf("%s: the loop named for line %d is %q", loop, d.Pos.Line, line)
		}
	}
}
