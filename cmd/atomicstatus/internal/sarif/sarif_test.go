package sarif_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"go/token"
	"os"
	"path/filepath"
	"testing"

	"github.com/atomicstatus/atomicstatus/analyzer"
	"github.com/atomicstatus/atomicstatus/cmd/atomicstatus/internal/fingerprint"
	"github.com/atomicstatus/atomicstatus/cmd/atomicstatus/internal/sarif"
	"github.com/atomicstatus/atomicstatus/cmd/atomicstatus/internal/source"
	"github.com/atomicstatus/atomicstatus/passes/load"
)

var update = flag.Bool("update", false, "write the golden file anew")

// TestResults holds the results of a log to a golden file: an insertion and a
// deletion, columns behind a character that is not ASCII, a chain of calls that
// leaves the repository, a path that a URI must escape.
func TestResults(t *testing.T) {
	root := filepath.Join(t.TempDir(), "top")
	name := filepath.Join(root, "a b", "job#1.go")
	outside := string(filepath.Separator) + filepath.Join("go", "mod", "lib.go")
	files := source.Files{
		name:    source.New([]byte("package job\n\té𝄞 := write(x)\n")),
		outside: source.New([]byte("package lib\n")),
	}
	at := func(name string, line, column int) token.Position {
		return token.Position{Filename: name, Line: line, Column: column}
	}
	diag := load.Diagnostic{
		Analyzer: "statusloop", Message: "Conditions[…] is written <again>",
		Pos: at(name, 2, 12), End: at(name, 2, 20),
		Related: []load.Related{
			{Pos: at(outside, 1, 1), End: at(outside, 1, 1), Message: "it calls write"},
			{Pos: at(outside, 1, 9), End: at(outside, 1, 12), Message: "the status is written here"},
			{Pos: at(name, 1, 1), End: at(name, 1, 8), Message: "the loop over list[i] that repeats it"},
		},
		Fixes: []load.Fix{{Message: "write once", Edits: []load.Edit{
			{Filename: name, Start: 23, End: 23, New: "once."},
			{Filename: name, Start: 13, End: 19},
		}}},
	}
	run := sarif.Run{Root: root, Files: files, Findings: []fingerprint.Finding{{Diagnostic: diag, ID: "0123"}, {Diagnostic: load.Diagnostic{
		Analyzer: "statusretry", Message: "plain", Pos: at(name, 2, 2), End: at(name, 2, 2),
	}, ID: "4567"}}}
	var log struct {
		Runs []struct {
			Results            json.RawMessage
			OriginalURIBaseIDs map[string]struct{ URI string }
		}
	}
	decode(t, run, &log)
	if got, want := log.Runs[0].OriginalURIBaseIDs["%SRCROOT%"].URI, "file://"+filepath.ToSlash(root)+"/"; got != want {
		t.Errorf("paths are relative to %s, want %s", got, want)
	}
	var got bytes.Buffer
	if err := json.Indent(&got, log.Runs[0].Results, "", "\t"); err != nil {
		t.Fatal(err)
	}
	got.WriteByte('\n')
	golden := filepath.Join("testdata", "results.golden")
	if *update {
		if err := os.WriteFile(golden, got.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Errorf("the results are\n%s\nnot those in %s (-update writes it anew)", &got, golden)
	}
}

// Each check that was run is a rule with its documentation, and no other is.
func TestRules(t *testing.T) {
	checks := analyzer.Checks()[1:]
	type text struct{ Text, Markdown string }
	var log struct {
		Runs []struct {
			Tool struct {
				Driver struct {
					Version string
					Rules   []struct {
						ID, HelpURI                             string
						ShortDescription, FullDescription, Help text

						DefaultConfiguration struct{ Level string }
						Properties           struct {
							Tags      []string
							Precision string
							Severity  string `json:"problem.severity"`
						}
					}
				}
			}
		}
	}
	decode(t, sarif.Run{Version: "v1.2.3", Root: "/", Checks: checks}, &log)
	driver := log.Runs[0].Tool.Driver
	if driver.Version != "v1.2.3" {
		t.Errorf("the version is %q", driver.Version)
	}
	if len(driver.Rules) != len(checks) {
		t.Fatalf("%d rules for %d checks", len(driver.Rules), len(checks))
	}
	for i, rule := range driver.Rules {
		check := checks[i]
		if rule.ID != check.Name || rule.HelpURI != check.URL || rule.Help.Markdown != check.Markdown() {
			t.Errorf("%s has the rule %+v", check.Name, rule)
		}
		levels := map[string]string{"statusmulti": "warning", "statusretry": "note", "statuslost": "error"}
		if want, got := levels[check.Name], rule.DefaultConfiguration.Level; want != "" && got != want {
			t.Errorf("%s has the level %s, want %s", check.Name, got, want)
		}
		if p := rule.Properties; len(p.Tags) == 0 || p.Precision != "high" || p.Severity == "" {
			t.Errorf("%s has the properties %+v", check.Name, p)
		}
		// GitHub rejects a description that is longer.
		for _, text := range []string{rule.ShortDescription.Text, rule.FullDescription.Text} {
			if text == "" || len(text) > 1024 {
				t.Errorf("%s has a description of %d bytes: %q", rule.ID, len(text), text)
			}
		}
	}
}

// A log tells a run that found nothing from one that could not look.
func TestEmpty(t *testing.T) {
	type log struct {
		Runs []struct {
			Results     *[]any
			Invocations []struct {
				ExecutionSuccessful        bool
				ToolExecutionNotifications []struct{ Message struct{ Text string } }
			}
		}
	}
	var sound, failed log
	decode(t, sarif.Run{Root: "/"}, &sound)
	if sound.Runs[0].Results == nil {
		t.Error("without findings there is no list of results")
	}
	if in := sound.Runs[0].Invocations[0]; !in.ExecutionSuccessful || len(in.ToolExecutionNotifications) > 0 {
		t.Errorf("a sound run is told as %+v", in)
	}
	decode(t, sarif.Run{Root: "/", Problems: []error{errors.New("broken")}}, &failed)
	if in := failed.Runs[0].Invocations[0]; in.ExecutionSuccessful || len(in.ToolExecutionNotifications) != 1 || in.ToolExecutionNotifications[0].Message.Text != "broken" {
		t.Errorf("a failed run is told as %+v", in)
	}
}

func decode(t *testing.T, run sarif.Run, log any) {
	t.Helper()
	if run.Files == nil {
		run.Files = make(source.Files)
	}
	var out bytes.Buffer
	if err := sarif.Write(&out, run); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(out.Bytes(), log); err != nil {
		t.Fatal(err)
	}
}
