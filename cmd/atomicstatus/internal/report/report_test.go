package report

import (
	"bytes"
	"encoding/json"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/atomicstatus/atomicstatus/passes/load"
	"github.com/atomicstatus/atomicstatus/passes/reconcilecost"
)

func place(pos token.Position) string { return pos.String() }

func sample(name, pkg, kind string, writes reconcilecost.Expr) *reconcilecost.Reconciler {
	pos := token.Position{Filename: "/m/a.go", Line: 1}
	return &reconcilecost.Reconciler{
		Name: name, Package: pkg, Kind: kind, Style: reconcilecost.Request, Pos: pos,
		Figures: reconcilecost.Figures{
			Status: writes, Calls: writes.Plus(reconcilecost.Const(1)),
			StatusAfter: reconcilecost.Const(1), CallsAfter: reconcilecost.Const(3),
			Kinds: []reconcilecost.KindWrites{{Kind: kind, Status: writes, After: reconcilecost.Const(1)}},
		},
		Sites: []reconcilecost.Site{{Pos: pos, Kind: kind, Pattern: reconcilecost.Direct, Prone: true}},
		Path:  []reconcilecost.Step{{Kind: reconcilecost.StatusWrite, Text: "update the status of <" + kind + ">", Pos: pos}},
	}
}

func of(all ...*reconcilecost.Reconciler) *Report {
	return New(Input{Reconcilers: all, Place: place})
}

func TestNames(t *testing.T) {
	n := reconcilecost.Const(1)
	r := of(
		sample("Reconciler", "m/a", "A", n), sample("Reconciler", "m/b", "B", n), sample("Only", "m/b", "C", n),
		sample("Deep", "m/x/ctl", "D", n), sample("Deep", "m/y/ctl", "E", n),
	)
	var names []string
	for _, c := range r.Controllers {
		names = append(names, c.Name)
	}
	if want := []string{"a.Reconciler", "b.Reconciler", "Only", "x/ctl.Deep", "y/ctl.Deep"}; !slices.Equal(names, want) {
		t.Errorf("got %v, want %v", names, want)
	}
	for name, want := range map[string]int{
		"a.Reconciler": 1, "m/a.Reconciler": 1, "Reconciler": 2, "Only": 1, "m/b.Only": 1, "b.Only": 1, "B": 1, "Deep": 2, "Nope": 0,
	} {
		if got := r.Find(name); len(got) != want {
			t.Errorf("%s means %d, want %d", name, len(got), want)
		}
	}
}

func TestComplexity(t *testing.T) {
	fix := []load.Fix{{Edits: []load.Edit{{Filename: "a.go", Start: 10, End: 20}}}}
	within := token.Position{Filename: "a.go", Offset: 12}
	for _, test := range []struct {
		want     string
		findings []load.Diagnostic
	}{
		{complexityMedium, nil}, // not protected
		{complexityLow, []load.Diagnostic{{Analyzer: "statusloop", Fixes: fix}, {Analyzer: "statusretry", Fixes: fix}}},
		{complexityHigh, []load.Diagnostic{{Analyzer: "statusretry", Fixes: fix}, {Analyzer: "statusmulti", Pos: within}}}, // the update is written again all the same
		{complexityMedium, []load.Diagnostic{{Analyzer: "statusmulti", Fixes: fix}, {Analyzer: "statusretry"}}},
		{complexityHigh, []load.Diagnostic{{Analyzer: "statusretry", Fixes: fix}, {Analyzer: "statusmulti"}}},
	} {
		c := of(sample("R", "m", "A", reconcilecost.Const(1))).Controllers[0]
		for _, d := range test.findings {
			c.count(d)
		}
		if got := c.complexity(); got != test.want {
			t.Errorf("%v: got %s, want %s", test.findings, got, test.want)
		}
	}
	managed := sample("R", "m", "A", reconcilecost.Const(1))
	managed.Sites[0].Protected, managed.Sites[0].Pattern = true, reconcilecost.Manager
	if got := of(managed).Controllers[0].complexity(); got != complexityNone {
		t.Errorf("one protected write: %s", got)
	}
}

func TestCompare(t *testing.T) {
	n := reconcilecost.Const(1).Repeated(reconcilecost.Turns{Symbol: "N"})
	one, two := reconcilecost.Const(1), reconcilecost.Const(2)
	old := of(sample("A", "m", "A", two), sample("B", "m", "B", one), sample("Gone", "m", "G", one))
	now := of(sample("A", "m", "A", one), sample("B", "m", "B", n), sample("New", "m", "N", one), sample("NewBad", "m", "N", two))
	data, err := old.JSON()
	if err != nil {
		t.Fatal(err)
	}
	if old, err = Decode(data); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	changes := Compare(old, now)
	WriteChanges(&out, changes)
	want := `better  A: 1 status writes on the worst path, were 2
better  A: 2 requests on the worst path, were 3
worse   B: N status writes on the worst path, were 1
note    B: N + 1 requests on the worst path, were 2
note    New: new, with 1 status writes on the worst path
worse   NewBad: new, with 2 status writes on the worst path
note    Gone: gone
`
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
	if !Increased(changes) || Increased(Compare(now, now)) {
		t.Error("an increase is not told from none")
	}

	// A manager costs a read, and protects: that is better.
	managed := sample("B", "m", "B", one)
	managed.Sites[0].Protected = true
	managed.Calls = reconcilecost.Const(3)
	if changes := Compare(of(sample("B", "m", "B", one)), of(managed)); Increased(changes) {
		t.Errorf("a status manager counts as worse: %v", changes)
	}
	if changes := Compare(of(managed), of(sample("B", "m", "B", one))); !Increased(changes) {
		t.Errorf("no protection counts as no worse: %v", changes)
	}
}

func TestDecode(t *testing.T) {
	for _, text := range []string{"", "{", "[]", "{}", `{"version": 99}`, `{"version": 1, "controllers": [null]}`} {
		if _, err := Decode([]byte(text)); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestRates(t *testing.T) {
	for _, text := range []string{"", "A", "A=", "A=1", "A=1/s", "A=-1/min", "=1/min", "A=1.5/min"} {
		if _, err := ParseRate(text); err == nil {
			t.Errorf("%q is a rate", text)
		}
	}
	rate, err := ParseRate("A=60/min")
	if err != nil {
		t.Fatal(err)
	}
	r := of(sample("R", "m", "A", reconcilecost.Const(1).Repeated(reconcilecost.Turns{Symbol: "N"})))
	if err := r.Estimate([]Rate{rate}); err != nil {
		t.Fatal(err)
	}
	if l := r.Rates[0]; l.Writes.Text != "60 * N" || l.WritesAfter.Text != "60" || l.Calls.Text != "60 * N + 60" || l.CallsAfter.Text != "180" {
		t.Errorf("got %+v", l)
	}
	if err := r.Estimate([]Rate{{Kind: "Z"}}); err == nil {
		t.Error("a rate of nothing is no error")
	}
}

// TestTests holds that a test counts if it uses the manager, not if it only looks
// like it.
func TestTests(t *testing.T) {
	manager := reconcilecost.StatusManager{Name: "Manager.Commit", Package: "m/status"}
	for _, test := range []struct {
		name, text string
		want       bool
	}{
		{"status/a_test.go", "package status\nfunc f() { m.Commit() }", true},
		{"test/a_test.go", "package a\nimport \"m/status\"\nfunc f() { status.New().Commit() }", true},
		{"test/a_test.go", "package a\nimport \"m/other\"\nfunc f() { other.Commit() }", false},
		{"status/a_test.go", "package status\n// Commit is not tested.", false},
		{"status/a_test.go", "package status\nfunc f() { m.CommitAll() }", false},
		{"status/a.go", "package status\nfunc f() { m.Commit() }", false},
		{"status/a_test.go", "package status\nfunc f() { m.Commit(", false},
		{"vendor/a_test.go", "package a\nimport \"m/status\"\nfunc f() { status.New().Commit() }", false},
	} {
		dir := t.TempDir()
		file := filepath.Join(dir, filepath.FromSlash(test.name))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(test.text), 0o666); err != nil {
			t.Fatal(err)
		}
		manager.Dir = filepath.Join(dir, "status")
		if got := FindTests(dir).mention(manager) != ""; got != test.want {
			t.Errorf("%s: %q: got %v", test.name, test.text, got)
		}
	}
}

// TestHTML holds that the page has all rows, loads nothing, and escapes.
func TestHTML(t *testing.T) {
	r := of(sample("R", "m", "A<script>", reconcilecost.Const(2)), sample("S", "m", "B", nil))
	var out bytes.Buffer
	if err := r.WriteHTML(&out); err != nil {
		t.Fatal(err)
	}
	page := out.String()
	if n := strings.Count(page, `<details id="c`); n != 2 {
		t.Errorf("%d controllers, want 2", n)
	}
	if n := strings.Count(page, `class="status-write"`); n != 2 {
		t.Errorf("%d writes marked, want 2", n)
	}
	for _, text := range []string{"http:", "https:", "src=", "@import", "url(", "A<script>", "ZgotmplZ"} {
		if strings.Contains(page, text) {
			t.Errorf("the page has %s", text)
		}
	}
}

// TestEmptyLists holds that the JSON has lists, not null, where readers range.
func TestEmptyLists(t *testing.T) {
	data, err := of(&reconcilecost.Reconciler{Name: "R", Package: "m"}).JSON()
	if err != nil {
		t.Fatal(err)
	}
	var got struct{ Controllers []map[string]any }
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"path", "checklist"} {
		if got.Controllers[0][key] == nil {
			t.Errorf("%s is null", key)
		}
	}
}

// What no controller reaches is told as well, nothing is called "?", and a page of
// text has a width.
func TestAccounts(t *testing.T) {
	n := reconcilecost.Const(1).Repeated(reconcilecost.Turns{Symbol: "len(a.very.long.path.to.a.list.of.things)"})
	x := sample("AControllerWithANameThatIsRatherLong", "m", "", n.Plus(reconcilecost.Const(1)))
	x.Calls = n.Times(3).Plus(n.Repeated(reconcilecost.Turns{Symbol: "other"})).Plus(reconcilecost.Const(4711))
	x.Loops = []reconcilecost.Loop{{Symbol: "len(a.very.long.path.to.a.list.of.things)", Pos: x.Pos}}
	for range 8 {
		x.Sites = append(x.Sites, x.Sites[0])
	}
	far := token.Position{Filename: "/m/other.go", Line: 7}
	r := New(Input{Reconcilers: []*reconcilecost.Reconciler{x}, Place: place, Findings: []load.Diagnostic{
		{Analyzer: "statusretry", Pos: far}, {Analyzer: phaseCheck, Pos: far},
	}})
	if want := []string{far.String() + " (statusretry)"}; r.Findings != 0 || !slices.Equal(r.Elsewhere, want) {
		t.Errorf("%d findings, elsewhere %v, want %v", r.Findings, r.Elsewhere, want)
	}
	var out bytes.Buffer
	r.WriteText(&out)
	for line := range strings.SplitSeq(out.String(), "\n") {
		if len([]rune(line)) > width {
			t.Errorf("%d letters: %s", len([]rune(line)), line)
		}
	}
	for _, want := range []string{
		"AControllerWithANameThat…  n+1     1      91%",
		"at most n + 1 of a resource behind an interface, 1 after",
		"loop       n = len(a.very.long.path.to.a.list.of.things) at /m/a.go:1",
		"findings elsewhere     1, in what none of these controllers calls: /m/other.go:7 (statusretry)",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, &out)
		}
	}
	if strings.Contains(out.String(), "?") {
		t.Errorf("a ? in\n%s", &out)
	}
}
