package drivers

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const docs = "https://github.com/atomicstatus/atomicstatus/blob/main/docs/checks.md#"

// goplsFindings opens all files of the module, and returns what is published.
func goplsFindings(t *testing.T, server, dir string) []finding {
	t.Helper()
	e := startEditor(t, server, dir)
	var uris []string
	for _, name := range goFiles(t, dir) {
		uris = append(uris, e.open(name))
	}
	// It publishes all there is to say about the files before it answers.
	e.request("workspace/executeCommand", object{
		"command": "gopls.diagnose_files", "arguments": []object{{"Files": uris}},
	}, nil)

	e.mu.Lock()
	published := maps.Clone(e.published)
	e.mu.Unlock()
	var all []finding
	for u, p := range published {
		for _, d := range p.Diagnostics {
			if !strings.HasPrefix(d.Source, "status") {
				continue // of gopls itself
			}
			f := finding{
				check:   d.Code,
				start:   relative(dir, fileOf(t, u)) + ":" + d.Range.Start.String(),
				end:     d.Range.End.String(),
				message: d.Message,
			}
			for _, r := range d.Related {
				at := relative(dir, fileOf(t, r.Location.URI)) + ":" + r.Location.Range.Start.String()
				f.related = append(f.related, related{at, r.Message})
			}
			for _, a := range e.quickFixes(u, d) {
				if !strings.Contains(a.Title, " (for review; ") { // the other drivers have none of these
					f.fixes = append(f.fixes, a.Title)
				}
			}
			all = append(all, f)
		}
	}
	return all
}

// quickFixes asks for what an editor offers at a diagnostic.
func (e *editor) quickFixes(u string, d diagnostic) []codeAction {
	e.t.Helper()
	var actions []codeAction
	e.request("textDocument/codeAction", object{
		"textDocument": object{"uri": u},
		"range":        d.Range,
		"context":      object{"diagnostics": []diagnostic{d}, "only": []string{"quickfix"}},
	}, &actions)
	return actions
}

// An editor shows the reports while one types, and applies their fixes.
func TestEditing(t *testing.T) {
	dir := moduleDir(t, "testdata/example")
	e := startEditor(t, gopls(t), dir)
	job := e.open(filepath.Join(dir, "job", "job.go"))

	// Reports as an editor shows them.
	guard := of("statusguard")
	found := guard(e.await(job, "statusguard", func(d []diagnostic) bool { return len(guard(d)) == 1 }))[0]
	if found.Severity != 2 || found.Source != "statusguard" || found.CodeDescription.Href != docs+"statusguard" {
		t.Errorf("severity %d, source %s, page %s", found.Severity, found.Source, found.CodeDescription.Href)
	}
	multi := of("statusmulti")
	twice := multi(e.await(job, "statusmulti", func(d []diagnostic) bool { return len(multi(d)) == 1 }))[0]
	if len(twice.Related) == 0 || twice.Related[0].Location.URI != job || twice.Related[0].Location.Range.Start.String() != "19:12" {
		t.Errorf("related information %+v, want a link to the first write", twice.Related)
	}

	// What a function of another package does is told by a fact. gopls publishes
	// what it has analysed after what it has not, so each wait is for a report
	// that stays, too.
	phase := e.open(filepath.Join(dir, "phase", "phase.go"))
	text := e.buffers[phase]
	e.change(phase, strings.Replace(text, "return c.Status().Update(ctx, job)", "return nil", 1))
	e.await(job, "no statusmulti", func(d []diagnostic) bool { return len(multi(d)) == 0 && len(guard(d)) == 1 })
	e.change(phase, text)
	e.await(job, "statusmulti again", func(d []diagnostic) bool { return len(multi(d)) == 1 })

	// The fix.
	retry := of("statusretry")
	update := retry(e.await(job, "statusretry", func(d []diagnostic) bool { return len(retry(d)) == 1 }))[0]
	fixes := e.quickFixes(job, update)
	if len(fixes) != 1 || !strings.HasPrefix(fixes[0].Title, "update the status by Update") || fixes[0].Kind != "quickfix" {
		t.Fatalf("code actions %+v", fixes)
	}
	changes := fixes[0].Edit.DocumentChanges
	if len(changes) != 1 || changes[0].TextDocument.URI != job {
		t.Fatalf("edits %+v", changes)
	}
	unfixed := e.buffers[job]
	fixed := apply(t, unfixed, changes[0].Edits)
	if !strings.Contains(fixed, "\tbase := job.DeepCopy()\n") || !strings.Contains(fixed, "status.Update(ctx, r.Client, job, base)") {
		t.Errorf("the fix makes it\n%s", fixed)
	}
	e.change(job, fixed)
	e.await(job, "no statusretry", func(d []diagnostic) bool { return len(retry(d)) == 0 && len(multi(d)) == 1 })

	// A suppression, typed over a report.
	e.change(job, strings.Replace(unfixed, "\treturn r.Status()", "\t//lint:ignore statusretry one writer only\n\treturn r.Status()", 1))
	e.await(job, "no statusretry", func(d []diagnostic) bool { return len(retry(d)) == 0 && len(multi(d)) == 1 })
}

// of returns a filter for the diagnostics of one check.
func of(check string) func([]diagnostic) []diagnostic {
	return func(all []diagnostic) []diagnostic {
		return slices.DeleteFunc(slices.Clone(all), func(d diagnostic) bool { return d.Code != check })
	}
}
