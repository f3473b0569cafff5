// Command release builds what a release consists of: for each platform an
// archive with the command and a list of what it is made of, a Homebrew formula,
// and the checksums of all.
//
//	go run ./cmd/atomicstatus/internal/release -version v1.2.3 -o dist
//
// The same commit, built with the same Go, gives the same files on any machine
// and in any directory. All that could differ is therefore fixed here.
package main

import (
	"cmp"
	"crypto/sha256"
	"debug/buildinfo"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

// platforms are those that a release is for.
var platforms = []string{"linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64", "windows/amd64", "windows/arm64"}

const command = "atomicstatus"

func main() {
	log.SetFlags(0)
	log.SetPrefix("release: ")
	version := flag.String("version", "", "the `tag` of the commit that is checked out")
	out := flag.String("o", "dist", "write to the directory `dir`")
	only := flag.String("platforms", strings.Join(platforms, ","), "build for these `platforms` alone")
	flag.Parse()
	if *version == "" || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	if err := release(*version, *out, strings.Split(*only, ",")); err != nil {
		log.Fatal(err)
	}
}

// release writes the files of a release into a directory.
func release(version, out string, platforms []string) error {
	if err := os.MkdirAll(out, 0o777); err != nil {
		return err
	}
	temp, err := os.MkdirTemp("", "release")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	var sums []string
	write := func(name string, data []byte) error {
		sums = append(sums, fmt.Sprintf("%x  %s\n", sha256.Sum256(data), name))
		fmt.Println(filepath.Join(out, name))
		return os.WriteFile(filepath.Join(out, name), data, 0o666)
	}
	page, err := manPage(version, temp)
	if err != nil {
		return err
	}
	var archives []packed
	for _, platform := range platforms {
		goos, goarch, ok := strings.Cut(platform, "/")
		if !ok {
			return fmt.Errorf("%q is no platform, as linux/amd64 is", platform)
		}
		name := fmt.Sprintf("%s_%s_%s_%s", command, version, goos, goarch)
		binary, info, err := build(version, goos, goarch, filepath.Join(temp, name))
		if err != nil {
			return fmt.Errorf("%s: %w", platform, err)
		}
		commitTime, err := time.Parse(time.RFC3339, setting(info, "vcs.time"))
		if err != nil {
			return err
		}
		files, err := contents(binary, info)
		if err != nil {
			return err
		}
		files = append(files, page)
		pack, suffix := tarGz, ".tar.gz"
		if goos == "windows" {
			pack, suffix = zipped, ".zip"
		}
		archive, err := pack(name, files, commitTime)
		if err != nil {
			return err
		}
		archives = append(archives, packed{goos, goarch, name + suffix, archive})
		sbom, err := billOfMaterials(binary, version)
		if err != nil {
			return err
		}
		if err := errors.Join(write(name+suffix, archive), write(name+".cdx.json", sbom)); err != nil {
			return err
		}
	}
	recipe, err := formula(version, archives)
	if err != nil {
		return err
	}
	if err := write(command+".rb", recipe); err != nil {
		return err
	}
	slices.SortFunc(sums, func(a, b string) int { return cmp.Compare(a[2*sha256.Size:], b[2*sha256.Size:]) })
	return os.WriteFile(filepath.Join(out, "SHA256SUMS"), []byte(strings.Join(sums, "")), 0o666)
}

// build builds the command into a directory, and returns its path and what go
// has noted in it. That must be the version, and a commit without changes.
func build(version, goos, goarch, dir string) (string, *debug.BuildInfo, error) {
	file := filepath.Join(dir, command)
	if goos == "windows" {
		file += ".exe"
	}
	cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=true", "-ldflags=-s -w", "-o", file, "./cmd/"+command)
	cmd.Env = append(os.Environ(), "GOOS="+goos, "GOARCH="+goarch,
		"CGO_ENABLED=0", "GOAMD64=v1", "GOARM64=v8.0", "GOFLAGS=", "GOEXPERIMENT=", "GOFIPS140=off", "GOWORK=off")
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return "", nil, err
	}
	info, err := buildinfo.ReadFile(file)
	if err != nil {
		return "", nil, err
	}
	if info.Main.Version != version {
		return "", nil, fmt.Errorf("what is checked out is %s, not %s: check out the commit of that tag, in a clone and without changes", info.Main.Version, version)
	}
	return file, info, nil
}

// manPage lets the command, built for this machine, write its man page.
func manPage(version, temp string) (file, error) {
	binary, _, err := build(version, runtime.GOOS, runtime.GOARCH, filepath.Join(temp, "man"))
	if err != nil {
		return file{}, err
	}
	page, err := exec.Command(binary, "man").Output()
	return file{command + ".1", page, 0o644}, err
}

// setting returns one of the settings that a binary was built with.
func setting(info *debug.BuildInfo, key string) string {
	for _, s := range info.Settings {
		if s.Key == key {
			return s.Value
		}
	}
	return ""
}
