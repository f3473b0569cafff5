package analyzer_test

import (
	"encoding/json"
	"flag"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/atomicstatus/atomicstatus/analyzer"
)

func TestChecks(t *testing.T) {
	if err := analysis.Validate(analyzer.Analyzers()); err != nil {
		t.Fatal(err)
	}
	for _, c := range analyzer.Checks() {
		t.Run(c.Name, func(t *testing.T) {
			if c.Analyzer.Name != c.Name || c.Analyzer.URL != c.URL {
				t.Errorf("the analyzer is %s, %s; the check %s, %s", c.Analyzer.Name, c.Analyzer.URL, c.Name, c.URL)
			}
			if err := c.Err(); err != nil {
				t.Fatal(err)
			}
			if title, _, _ := strings.Cut(c.Analyzer.Doc, "\n"); title != c.Title() {
				t.Errorf("the analyzer's title is %q, the check's %q", title, c.Title())
			}
			if !strings.HasSuffix(c.URL, "#"+c.Name) {
				t.Errorf("URL %s does not lead to the check", c.URL)
			}
		})
	}
}

func TestSelect(t *testing.T) {
	all := names(analyzer.Checks())
	usual := names(slices.DeleteFunc(analyzer.Checks(), func(c analyzer.Check) bool { return !c.Default }))
	without := func(list string) string { return strings.Replace(list, "statusmulti ", "", 1) }
	for _, test := range []struct{ list, want string }{
		{"", usual},
		{"all", all},
		{"statusretry,statusloop", "statusloop statusretry"},
		{"-statusmulti", without(usual)},
		{"all, -statusmulti", without(all)},
		{"-all,statusmulti", "statusmulti"},
		{"statuslop", `unknown check "statuslop": did you mean statusloop?`},
		{"everything", `unknown check "everything": the checks are ` + strings.ReplaceAll(all, " ", ", ")},
		{"-all", `"-all" selects no check`},
	} {
		checks, err := analyzer.Select(test.list)
		got := names(checks)
		if err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("Select(%q) = %s, want %s", test.list, got, test.want)
		}
	}
}

func names(checks []analyzer.Check) string {
	var names []string
	for _, c := range checks {
		names = append(names, c.Name)
	}
	return strings.Join(names, " ")
}

func TestSettings(t *testing.T) {
	for _, test := range []struct{ name, yaml, want string }{
		{"empty", "", ""},
		{"empty section", "checks:\n", ""},
		{"all", "checks: {disable: [statusloop]}\nmanagers: [Apply, Commit]\nstatusmulti: {all: true}\nstatusretry: {policy: requeue}\nstatuscallback: {effects: [Notify, (*Mailer).Send]}\n",
			"-statuswrites.managers=Apply,Commit -statusmulti.all=true -statusretry.policy=requeue -statuscallback.effects=Notify,(*Mailer).Send -statusmulti=true -statusretry=true -statusrefetch=true -statuslost=true -statusstale=true -statuscallback=true -statusguard=true -statusunstable=true -statusshared=true"},
		{"fixes", "fixes: review\naccept: {visibility: [(*R).Reconcile, Deliver], error: [Notify]}\n",
			"-statuswrites.fixes=review -statuswrites.accept=visibility:(*R).Reconcile,visibility:Deliver,error:Notify"},
		{"level", "fixes: all", `fixes: "all" is not one of safe, review`},
		{"kind", "accept: {luck: [Notify]}", `accept.luck: unknown key, not one of error, gate, progress, unseen, visibility`},
		{"accepted", "accept: {error: [a b]}", `accept.error[0]: "a b" is not the name of a function`},
		{"opt-in", "checks: {enable: [statusphase]}\nstatusphase: {phases: [Phase, Stage], validators: [Allowed]}\n",
			"-statusphase.phases=Phase,Stage -statusphase.validators=Allowed -statusloop=true -statusmulti=true -statusretry=true -statusrefetch=true -statuslost=true -statusstale=true -statuscallback=true -statusguard=true -statusunstable=true -statusshared=true -statusphase=true"},
		{"one for one", "checks: {enable: [statusphase], disable: [statusloop]}\n",
			"-statusmulti=true -statusretry=true -statusrefetch=true -statuslost=true -statusstale=true -statuscallback=true -statusguard=true -statusunstable=true -statusshared=true -statusphase=true"},
		{"enabled by default", "checks: {enable: [statusloop]}\n", ""},
		{"not a field", "statusphase: {phases: [Status.Phase]}", `statusphase.phases[0]: "Status.Phase" is not the name of a field`},
		{"not a validator", "statusphase: {validators: [1 2]}", `statusphase.validators[0]: "1 2" is not the name of a function`},
		{"no managers", "managers: []", "-statuswrites.managers="},
		{"defaults", "statusmulti: {all: false}\nstatusretry: {policy: strict}", "-statusretry.policy=strict"},

		{"policy", "statusretry: {policy: foo}", `statusretry.policy: "foo" is not one of strict, requeue`},
		{"policy of another type", "statusretry: {policy: [strict]}", `statusretry.policy: a list is not one of strict, requeue`},
		{"key", "statusretry: {polcy: strict}", `statusretry.polcy: unknown key, not one of policy`},
		{"top key", "manager: [A]", `manager: unknown key, not one of accept, checks, entrypoints, fixes, managers, statuscallback, statusmulti, statusphase, statusretry`},
		{"check", "checks: {enable: [statusloop, x]}", `checks.enable[1]: unknown check "x": the checks are statusloop, statusmulti, statusretry, statusrefetch, statuslost, statusstale, statuscallback, statusguard, statusunstable, statusshared, statusphase`},
		{"both", "checks: {enable: [statusloop], disable: [statusloop]}", `checks: statusloop is both enabled and disabled`},
		{"none left", "checks: {disable: [statusloop, statusmulti, statusretry, statusrefetch, statuslost, statusstale, statuscallback, statusguard, statusunstable, statusshared]}", `checks.disable: it leaves no check`},
		{"bool", "statusmulti: {all: maybe}", `statusmulti.all: "maybe" is not true or false`},
		{"not a list", "managers: Apply", `managers: "Apply" is not a list`},
		{"not a string", "managers: [1]", `managers[0]: 1 is not a string`},
		{"not a method", "managers: [a.B]", `managers[0]: "a.B" is not the name of a method`},
		{"not a function", "statuscallback: {effects: [Send, example.com/mail.Send, a b]}", `statuscallback.effects[2]: "a b" is not the name of a function`},
		{"not a mapping", "- a", `a list is not a mapping`},
		{"two errors", "a: 1\nstatusmulti: {all: 2}", "a: unknown key, not one of accept, checks, entrypoints, fixes, managers, statuscallback, statusmulti, statusphase, statusretry\nstatusmulti.all: 2 is not true or false"},
		{"syntax", "managers: [", `line 1: did not find expected node content`},
		{"twice", "managers: [A]\nmanagers: [B]", `mapping key "managers" already defined at line 1`},
		{"documents", "managers: [A]\n---\nmanagers: [B]", `it holds more than one document`},
	} {
		t.Run(test.name, func(t *testing.T) {
			settings, err := analyzer.DecodeYAML([]byte(test.yaml))
			if err != nil {
				if !strings.Contains(err.Error(), test.want) || test.want == "" {
					t.Errorf("error %v, want %s", err, test.want)
				}
				return
			}
			selected, err := settings.Selected()
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range slices.Concat(settings.Flags(), analyzer.SelectionFlags(selected)) {
				got = append(got, f.String())
			}
			if strings.Join(got, " ") != test.want {
				t.Errorf("flags %q, want %s", got, test.want)
			}
		})
	}
}

func TestSettingsFromJSON(t *testing.T) {
	var value any
	if err := json.Unmarshal([]byte(`{"statusretry": {"policy": "requeue"}, "managers": ["A"]}`), &value); err != nil {
		t.Fatal(err)
	}
	settings, err := analyzer.Decode(value)
	if err != nil {
		t.Fatal(err)
	}
	if settings.StatusRetry.Policy != "requeue" || !slices.Equal(settings.Managers, []string{"A"}) {
		t.Errorf("decoded %+v", settings)
	}
}

// Every flag that settings can mean is one of an analyzer, and what the
// settings accept the flag accepts.
func TestSettingsFlags(t *testing.T) {
	flags := make(map[string]*flag.Flag)
	for _, a := range analyzer.Analyzers() {
		a.Flags.VisitAll(func(f *flag.Flag) { flags[a.Name+"."+f.Name] = f })
	}
	for _, policy := range []string{"requeue", "strict"} { // ends with the default
		settings := analyzer.Settings{
			Fixes:          "review",
			Accept:         map[string][]string{"progress": {"Deliver"}},
			Managers:       []string{"AtomicStatusUpdate"},
			StatusMulti:    analyzer.MultiSettings{All: true},
			StatusRetry:    analyzer.RetrySettings{Policy: policy},
			StatusCallback: analyzer.CallbackSettings{Effects: []string{"Notify"}},
			StatusPhase:    analyzer.PhaseSettings{Phases: []string{"Phase"}, Validators: []string{"Allowed"}},
		}
		for _, want := range settings.Flags() {
			f := flags[want.Name]
			if f == nil {
				t.Fatalf("no analyzer has the flag %s", want.Name)
			}
			before := f.Value.String()
			if err := f.Value.Set(want.Value); err != nil {
				t.Errorf("%s: %v", want, err)
			}
			if err := f.Value.Set(before); err != nil {
				t.Errorf("%s: %v", want, err)
			}
		}
	}
	if err := flags["statusretry.policy"].Value.Set("foo"); err == nil {
		t.Error("statusretry.policy accepts foo")
	}
}

func TestSetFlags(t *testing.T) {
	policy := func() string {
		check, err := analyzer.Find("statusretry")
		if err != nil {
			t.Fatal(err)
		}
		return check.Analyzer.Flags.Lookup("policy").Value.String()
	}
	t.Cleanup(func() { analyzer.SetFlags(nil) })

	if err := analyzer.SetFlags([]analyzer.Flag{{"statusretry.policy", "requeue"}}); err != nil || policy() != "requeue" {
		t.Errorf("policy %s, error %v", policy(), err)
	}
	if err := analyzer.SetFlags(nil); err != nil || policy() != "strict" {
		t.Errorf("policy %s, error %v; want the default", policy(), err)
	}
	for _, test := range []struct {
		flag analyzer.Flag
		want string
	}{
		{analyzer.Flag{"statusretry.policy", "foo"}, `invalid value "foo" for flag -statusretry.policy: not one of strict, requeue`},
		{analyzer.Flag{"statusretry.polcy", "strict"}, `no analyzer has the flag -statusretry.polcy`},
	} {
		if err := analyzer.SetFlags([]analyzer.Flag{test.flag}); err == nil || err.Error() != test.want {
			t.Errorf("%s: error %v, want %s", test.flag, err, test.want)
		}
	}
}
