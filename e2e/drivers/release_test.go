package drivers

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"
)

const modulePath = "github.com/atomicstatus/atomicstatus"

// An installed release builds a gopls from the module proxy, and once it has all
// it needs from the module cache alone. The settings of the project are in it.
func TestGoplsOfRelease(t *testing.T) {
	const release = "v0.99.0"
	dir := t.TempDir()
	proxy := filepath.Join(dir, "proxy")
	publish(t, proxy, release)

	// What is not of this release comes out of the module cache of this machine,
	// as from a proxy. The checksum database cannot know the release.
	fallback := filepath.Join(strings.TrimSpace(string(run(t, ".", 0, "go", "env", "GOMODCACHE"))), "cache", "download")
	env := append(os.Environ(),
		"GOPROXY="+uri(proxy)+","+uri(fallback)+",off",
		"GOSUMDB=off", "GOFLAGS=-modcacherw", "GOWORK=off",
		"GOMODCACHE="+filepath.Join(dir, "modcache"),
		"GOBIN="+filepath.Join(dir, "bin"))
	call := func(env []string, args ...string) (stdout, stderr string) {
		t.Helper()
		var out, errs bytes.Buffer
		cmd := exec.Command(args[0], args[1:]...)
		cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = dir, env, &out, &errs
		if err := cmd.Run(); err != nil {
			t.Fatalf("%s: %v\n%s%s", cmd, err, &out, &errs)
		}
		return out.String(), errs.String()
	}

	settings := filepath.Join(dir, "settings.yaml")
	if err := os.WriteFile(settings, []byte("checks: {disable: [statusloop]}\nstatusretry: {policy: requeue}\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	gopls(t) // and with them all that gopls is made of, in the cache of this machine
	call(env, "go", "install", modulePath+"/cmd/atomicstatus@"+release)
	installed := filepath.Join(dir, "bin", "atomicstatus")
	server := filepath.Join(dir, "bin", "gopls-atomicstatus")
	stdout, stderr := call(env, installed, "gopls", "-settings", settings)
	if from := modulePath + "@" + release; !strings.Contains(stderr, from) {
		t.Errorf("it does not say that it builds from %s:\n%s", from, stderr)
	}
	if !strings.Contains(stdout, filepath.ToSlash(server)) {
		t.Errorf("it does not say how to run %s:\n%s", server, stdout)
	}

	if err := os.Remove(server); err != nil {
		t.Fatal(err)
	}
	call(append(env, "GOPROXY=off"), installed, "gopls", "-settings", settings)
	if version, _ := call(env, server, "version"); !strings.Contains(version, "+atomicstatus") {
		t.Errorf("it is version %s", version)
	}

	operator := moduleDir(t, "../../testdata/operator")
	got := texts(goplsFindings(t, server, operator), finding.String)
	want := texts(findings(t, operator, run(t, operator, 1, installed, "-settings", settings, "-json", "./...")), finding.String)
	diff(t, "gopls", got, want)
	if slices.ContainsFunc(got, func(f string) bool { return strings.Contains(f, "(statusloop)") }) {
		t.Error("it runs a check that the settings disable")
	}
}

// publish puts the module as it is here into the directory of a proxy.
func publish(t *testing.T, proxy, version string) {
	t.Helper()
	root := moduleDir(t, "../..")
	dir := filepath.Join(proxy, filepath.FromSlash(modulePath), "@v")
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	var content bytes.Buffer
	if err := zip.CreateFromDir(&content, module.Version{Path: modulePath, Version: version}, root); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		version + ".mod":  mod,
		version + ".info": fmt.Appendf(nil, `{"Version": %q}`, version),
		version + ".zip":  content.Bytes(),
		"list":            []byte(version + "\n"),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
}
