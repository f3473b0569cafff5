package apply_test

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/atomicstatus/atomicstatus/cmd/atomicstatus/internal/apply"
	"github.com/atomicstatus/atomicstatus/passes/fixes"
	"github.com/atomicstatus/atomicstatus/passes/load"
	"github.com/atomicstatus/atomicstatus/passes/statusmulti"
	"github.com/atomicstatus/atomicstatus/passes/takenote"
)

// A batch waits for the packages that write by clients of their own, and for those that
// these call. Where one of them cannot take note, the others stay as they are, unless a
// later reconcile waits for them.
func TestPrepare(t *testing.T) {
	dir, err := filepath.Abs("../../../../testdata/cases")
	if err != nil {
		t.Fatal(err)
	}
	analyse := func(ctx context.Context, overlay map[string][]byte, pattern string, check *analysis.Analyzer) (apply.Round, error) {
		prog, err := load.Load(ctx, load.Config{Dir: dir, Patterns: []string{pattern}, Overlay: overlay})
		if err != nil {
			return apply.Round{}, err
		}
		diags, errs := prog.Analyze(ctx, []*analysis.Analyzer{check})
		return apply.Round{Diagnostics: diags, Broken: prog.Broken, Errors: errs, Editable: prog.Sources.Editable}, nil
	}
	var asked []string
	for _, level := range []fixes.Level{fixes.Safe, fixes.Review} {
		result, err := apply.Run(context.Background(), level, func(ctx context.Context, overlay map[string][]byte) (apply.Round, error) {
			return analyse(ctx, overlay, "./rewrite/batch/across/...", statusmulti.Analyzer)
		}, func(ctx context.Context, overlay map[string][]byte, u fixes.Unnoted) (*load.Diagnostic, error) {
			asked = append(asked, u.Func[strings.LastIndex(u.Func, "/")+1:])
			round, err := analyse(ctx, overlay, u.Pkg, takenote.Analyzer(u))
			if err != nil || len(round.Diagnostics) == 0 {
				return nil, err
			}
			return &round.Diagnostics[0], nil
		})
		if err != nil {
			t.Fatal(err)
		}
		changed := map[string]string{}
		for _, f := range result.Files {
			changed[filepath.Base(f.Name)] = string(f.New)
		}
		if level == fixes.Safe {
			if len(asked) > 0 || len(changed) > 0 {
				t.Errorf("at the level safe, %v was asked, and %v changes", asked, changed)
			}
			continue
		}
		if want := []string{"desk.Desk).Book", "keeper.Keeper).Claim", "ledger.Ledger).Count", "vault.Vault).Seal", "ledger.Ledger).Count", "diary.Diary).Enter"}; !slices.Equal(asked, want) {
			t.Errorf("asked for %v, want %v", asked, want)
		}
		if len(changed) != 4 || strings.Count(changed["app.go"], "status.Batch(ctx)") != 3 || !strings.Contains(changed["keeper.go"], "status.Patch(ctx, k.Client, widget, before)") || changed["ledger.go"] == "" {
			t.Errorf("%d files change: %v", len(changed), changed)
		}
		if d := result.Last.Diagnostics; len(d) != 1 || d[0].Waits == nil || !strings.HasSuffix(d[0].Waits.Func, ".Seal") {
			t.Errorf("what is left: %+v", d)
		}
		if result.Applied != 6 {
			t.Errorf("%d fixes applied, want 6", result.Applied)
		}
	}
}
