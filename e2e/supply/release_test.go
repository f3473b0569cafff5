package supply

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

const version = "v0.99.0"

// A release that is made again has the same bytes, and says what it is.
func TestRelease(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("its archive is a zip, which no command is run from here")
	}
	first := release(t, "a", nil)
	// Elsewhere, with other settings, and with nothing compiled before.
	second := release(t, "another", []string{
		"GOCACHE=" + t.TempDir(), "GOFLAGS=-buildvcs=false -tags=nothing", "CGO_ENABLED=1", "GOAMD64=v2", "TZ=Asia/Tokyo",
	})
	if got, want := slices.Sorted(maps.Keys(second)), slices.Sorted(maps.Keys(first)); !slices.Equal(got, want) {
		t.Errorf("%q is there the second time, %q the first", got, want)
	}
	for name, data := range first {
		if !bytes.Equal(second[name], data) {
			t.Errorf("%s is another the second time", name)
		}
	}

	name := fmt.Sprintf("atomicstatus_%s_%s_%s", version, runtime.GOOS, runtime.GOARCH)
	archive, sbom := first[name+".tar.gz"], first[name+".cdx.json"]
	formula := first["atomicstatus.rb"]
	sums := fmt.Sprintf("%x  atomicstatus.rb\n%x  %s.cdx.json\n%x  %[3]s.tar.gz\n",
		sha256.Sum256(formula), sha256.Sum256(sbom), name, sha256.Sum256(archive))
	if got := string(first["SHA256SUMS"]); got != sums {
		t.Errorf("SHA256SUMS is\n%swant\n%s", got, sums)
	}

	if want := fmt.Sprintf("/releases/download/%s/%s.tar.gz\"\n      sha256 \"%x\"\n", version, name, sha256.Sum256(archive)); !strings.Contains(string(formula), want) {
		t.Errorf("the formula lacks %s:\n%s", want, formula)
	}

	dir := t.TempDir()
	unpack(t, archive, dir)
	dir = filepath.Join(dir, name)
	page, err := os.ReadFile(filepath.Join(dir, "atomicstatus.1"))
	if err != nil {
		t.Fatal(err)
	}
	if head := ".TH \"ATOMICSTATUS\" \"1\" \"2026\\-01\\-02\" \"atomicstatus " + version + "\" "; !strings.HasPrefix(string(page), head) {
		t.Errorf("the man page begins with %.80s, want %s", page, head)
	}
	command := filepath.Join(dir, "atomicstatus")
	said := run(t, dir, nil, command, "version")
	for _, want := range []string{
		"atomicstatus " + version + " " + runtime.Version() + " ",
		"\nmodule github.com/atomicstatus/atomicstatus\n",
		"\ncommit ",
	} {
		if !strings.Contains(said, want) || strings.Contains(said, "with changes") {
			t.Errorf("version does not say %q:\n%s", want, said)
		}
	}

	info, err := buildinfo.ReadFile(command)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"std " + info.GoVersion}
	for _, dep := range info.Deps {
		want = append(want, dep.Path+" "+dep.Version)
		if found, _ := filepath.Glob(filepath.Join(dir, "licenses", dep.Path, "LICENSE*")); len(found) == 0 {
			t.Errorf("the licence of %s does not come along", dep.Path)
		}
	}
	var bom struct {
		Components []struct{ Name, Version string }
	}
	if err := json.Unmarshal(sbom, &bom); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range bom.Components {
		got = append(got, c.Name+" "+c.Version)
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("the SBOM names %q, want %q", got, want)
	}
}

// What is not the commit of the tag is not released.
func TestReleaseOfChanges(t *testing.T) {
	dir := repository(t, "changed")
	if err := os.WriteFile(filepath.Join(dir, "analyzer", "change.go"), []byte("package analyzer\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", "run", "./cmd/atomicstatus/internal/release", "-version="+version, "-platforms="+platform)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err == nil {
		t.Error("it is released")
	}
	if want := "what is checked out is " + version + "+dirty, not " + version; !strings.Contains(string(out), want) {
		t.Errorf("it does not say %q:\n%s", want, out)
	}
}

const platform = runtime.GOOS + "/" + runtime.GOARCH

// release makes a release of what is here, in a directory of that name, and
// returns its files.
func release(t *testing.T, name string, env []string) map[string][]byte {
	t.Helper()
	dir := repository(t, name)
	run(t, dir, env, "go", "run", "./cmd/atomicstatus/internal/release", "-version="+version, "-platforms="+platform)
	files := make(map[string][]byte)
	entries, err := os.ReadDir(filepath.Join(dir, "dist"))
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		data, err := os.ReadFile(filepath.Join(dir, "dist", entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[entry.Name()] = data
	}
	return files
}

// repository makes a repository of the files that are here, committed or not, in
// a directory of that name. Its one commit is always the same.
func repository(t *testing.T, name string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), name)
	files := run(t, root, nil, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	for file := range strings.SplitSeq(strings.TrimRight(files, "\x00"), "\x00") {
		data, err := os.ReadFile(filepath.Join(root, file))
		if os.IsNotExist(err) {
			continue // removed, and not committed yet
		} else if err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, file)), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, file), data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	env := []string{"GIT_AUTHOR_DATE=2026-01-02T03:04:05Z", "GIT_COMMITTER_DATE=2026-01-02T03:04:05Z"}
	run(t, dir, env, "git", "init", "-q")
	run(t, dir, env, "git", "add", "-A")
	run(t, dir, env, "git", "-c", "user.name=test", "-c", "user.email=test@example.com", "commit", "-q", "-m", "test")
	run(t, dir, env, "git", "tag", version)
	return dir
}

func unpack(t *testing.T, archive []byte, dir string) {
	t.Helper()
	compressed, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		t.Fatal(err)
	}
	for r := tar.NewReader(compressed); ; {
		header, err := r.Next()
		if err == io.EOF {
			return
		} else if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(dir, header.Name)
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, data, header.FileInfo().Mode()); err != nil {
			t.Fatal(err)
		}
	}
}
