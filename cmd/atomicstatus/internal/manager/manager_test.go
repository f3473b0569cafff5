package manager

import (
	"flag"
	"go/types"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/atomicstatus/atomicstatus/cmd/atomicstatus/internal/diff"
)

var update = flag.Bool("update", false, "rewrite the golden files, and the manager of the example operator")

const operator = "../../../../testdata/operator"

// What is generated for the example operator is held to golden files. That they
// compile, and pass their own tests, is shown end to end.
func TestGolden(t *testing.T) {
	golden, err := filepath.Abs("testdata")
	if err != nil {
		t.Fatal(err)
	}
	const api = "./api/v1alpha1."
	tests := []struct {
		name   string
		config Config
		golden string // directory
		suffix string
	}{
		// The operator itself uses what is generated.
		{"generic", Config{Dir: "internal/status"}, "internal/status", ""},
		{"phases", Config{
			Dir: "internal/notifications", Type: api + "Notification", PhaseField: "Status.Phase",
			Transitions: Transitions{{"", []string{"Retrying", "Delivered", "Failed"}}, {"Retrying", []string{"Delivered", "Failed"}}},
		}, filepath.Join(golden, "phases"), ".golden"},
		{"metrics", Config{Dir: "internal/measured", Metrics: true}, filepath.Join(golden, "metrics"), ".golden"},
		{"batch", Config{Dir: "internal/batched", Batch: true}, filepath.Join(golden, "batch"), ".golden"},
	}
	t.Chdir(operator)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			files, err := Generate(t.Context(), test.config)
			if err != nil {
				t.Fatal(err)
			}
			for _, file := range files {
				name := filepath.Join(test.golden, filepath.Base(file.Name)+test.suffix)
				if *update {
					if err := os.MkdirAll(test.golden, 0o777); err != nil {
						t.Fatal(err)
					}
					if err := os.WriteFile(name, file.Content, 0o666); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(name)
				if err != nil {
					t.Fatal(err)
				}
				if text := diff.Unified(file.Name, want, file.Content); text != "" {
					t.Errorf("differs from what is generated; go test -update rewrites it:\n%s", text)
				}
			}
		})
	}
}

// Whatever is wrong is told in one line that names it.
func TestGenerateErrors(t *testing.T) {
	t.Chdir(operator)
	outside := t.TempDir()
	broken := filepath.Join(t.TempDir(), "broken")
	if err := os.Mkdir(broken, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(broken, "a.go"), []byte("not go\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	const dir = "internal/new"
	table := Transitions{{"", []string{"Retrying"}}}
	tests := []struct {
		name   string
		config Config
		want   string
	}{
		{"a file", Config{Dir: "go.mod"}, "go.mod is a file, not a directory"},
		{"no package name", Config{Dir: "internal/a-b"}, "the name of the directory internal/a-b cannot be the name of a package"},
		{"not Go", Config{Dir: broken}, "broken/a.go:1:1: expected 'package', found not"},
		{"outside", Config{Dir: filepath.Join(outside, "status")}, "status is outside the module of the current directory: run in its own, or name that with -C DIR"},
		{"no type", Config{Dir: dir, Type: "./api/v1alpha1"}, "-type ./api/v1alpha1: not of the form PACKAGE.TYPE"},
		{"no package", Config{Dir: dir, Type: "example.com/nope.T"}, "-type example.com/nope.T: no required module provides package example.com/nope"},
		{"no directory", Config{Dir: dir, Type: "./nope.T"}, "nope: directory not found"},
		{"program", Config{Dir: dir, Type: "./cmd/manager.T"}, "-type ./cmd/manager.T: ./cmd/manager is a program, which nothing can import"},
		{"internal", Config{Dir: dir, Type: "sigs.k8s.io/controller-runtime/pkg/internal/log.T"}, "-type sigs.k8s.io/controller-runtime/pkg/internal/log.T: use of internal package sigs.k8s.io/controller-runtime/pkg/internal/log not allowed"},
		{"phases of no type", Config{Dir: dir, PhaseField: "Status.Phase", Transitions: table}, "-transitions need -type: the phase is a field of one type"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Generate(t.Context(), test.config)
			if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}

func TestFind(t *testing.T) {
	t.Chdir(operator)
	const api = "example.com/operator/api/v1alpha1"
	imported, err := loader{ctx: t.Context()}.types("internal/new", api, "k8s.io/api/core/v1", clientPackage)
	if err != nil {
		t.Fatal(err)
	}
	object := imported[clientPackage].Scope().Lookup("Object").Type().Underlying().(*types.Interface)
	kinds := map[string]struct{ path, want string }{
		"Notification":     {api, ""},
		"Notifications":    {api, "package example.com/operator/api/v1alpha1 declares no Notifications"},
		"AddToScheme":      {api, "AddToScheme is no type"},
		"NotificationSpec": {api, "*NotificationSpec is no client.Object: it lacks the method DeepCopyObject"},
		"NotificationList": {api, "*NotificationList is no client.Object: it lacks the method GetAnnotations"},
		"ConfigMap":        {"k8s.io/api/core/v1", "ConfigMap has no field Status"},
	}
	for name, test := range kinds {
		err := new(target).find(imported[test.path], name, object)
		if got := message(err); got != test.want {
			t.Errorf("%s: got  %s\nwant %s", name, got, test.want)
		}
	}

	found := new(target)
	if err := found.find(imported[api], "Notification", object); err != nil {
		t.Fatal(err)
	}
	if found.addToScheme == nil {
		t.Error("AddToScheme is not found")
	}
	phases := []struct{ path, phase, want string }{
		{"Status.Phase", "Retrying", ""},
		{"Status.Phase", "Delivere", `-transitions: no constant of type example.com/operator/api/v1alpha1.NotificationPhase is "Delivere"`},
		{"Status.State", "Retrying", `-phase-field Status.State: Notification.Status has no field "State"`},
		{"Spec.Message", "Retrying", "-phase-field Spec.Message: not a field of Status"},
		{"Status.Attempts", "Retrying", "-phase-field Status.Attempts: its type is []example.com/operator/api/v1alpha1.DeliveryAttempt, not one of strings"},
		{"Status.FinishedAt.Time", "Retrying", "-phase-field Status.FinishedAt.Time: Notification.Status.FinishedAt is a pointer, which may be nil"},
	}
	for _, test := range phases {
		g := &generator{target: found, cfg: Config{PhaseField: test.path, Transitions: Transitions{{"", []string{test.phase}}}}}
		if got := message(g.findPhases()); got != test.want {
			t.Errorf("%s: got  %s\nwant %s", test.path, got, test.want)
		}
	}
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// Nothing is generated that would not compile beside what is there.
func TestGenerateBesideOthers(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(operator)); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	write := func(name, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	generate := func(cfg Config) string {
		_, err := Generate(t.Context(), cfg)
		return message(err)
	}

	write("taken/taken.go", "package taken\n\ntype Manager int\n")
	if got := generate(Config{Dir: "taken"}); !strings.HasPrefix(got, "the package taken would not compile: taken/") || !strings.Contains(got, "Manager redeclared") {
		t.Errorf("a name that is taken: %s", got)
	}
	write("other/name.go", "// Package status has a name of its own.\npackage status\n")
	files, err := Generate(t.Context(), Config{Dir: "other"})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(files[0].Content), "package status\n") {
		t.Errorf("not in the package that is there:\n%.80s", files[0].Content)
	}
	write("used/used.go", "package used\n")
	write("api/v1alpha1/uses.go", "package v1alpha1\n\nimport _ \"example.com/operator/used\"\n")
	if got := generate(Config{Dir: "used", Type: "./api/v1alpha1.Notification"}); !strings.Contains(got, "import cycle") {
		t.Errorf("a type whose package imports this one: %s", got)
	}
}
