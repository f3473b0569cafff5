package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"
)

// file is one file of an archive.
type file struct {
	name string
	data []byte
	mode fs.FileMode
}

// contents returns what an archive holds: the command, and the licences of all
// that is linked into it, which ask to come along.
func contents(binary string, info *debug.BuildInfo) ([]file, error) {
	data, err := os.ReadFile(binary)
	if err != nil {
		return nil, err
	}
	files := []file{{filepath.Base(binary), data, 0o755}}
	add := func(name, from string) error {
		data, err := os.ReadFile(from)
		files = append(files, file{name, data, 0o644})
		return err
	}
	for _, name := range []string{"LICENSE", "README.md"} {
		if err := add(name, name); err != nil {
			return nil, err
		}
	}
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return nil, err
	}
	if err := add("licenses/go/LICENSE", filepath.Join(strings.TrimSpace(string(goroot)), "LICENSE")); err != nil {
		return nil, err
	}
	for _, dep := range info.Deps {
		dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", dep.Path).Output()
		if err != nil {
			return nil, fmt.Errorf("go list -m %s: %w", dep.Path, err)
		}
		var found []string
		for _, pattern := range []string{"LICENSE*", "NOTICE*", "PATENTS*"} {
			names, _ := filepath.Glob(filepath.Join(strings.TrimSpace(string(dir)), pattern)) // the pattern is well-formed
			found = append(found, names...)
		}
		if len(found) == 0 {
			return nil, fmt.Errorf("%s has no licence", dep.Path)
		}
		for _, from := range found {
			if err := add(path.Join("licenses", dep.Path, filepath.Base(from)), from); err != nil {
				return nil, err
			}
		}
	}
	return files, nil
}

// tarGz packs files into a directory of an archive, in their order, each of the
// same time and of nobody.
func tarGz(dir string, files []file, at time.Time) ([]byte, error) {
	var out bytes.Buffer
	compressed, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	w := tar.NewWriter(compressed)
	for _, f := range files {
		header := &tar.Header{
			Name: path.Join(dir, f.name), Size: int64(len(f.data)), Mode: int64(f.mode), ModTime: at, Format: tar.FormatUSTAR,
		}
		if err := w.WriteHeader(header); err != nil {
			return nil, err
		}
		if _, err := w.Write(f.data); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	err = compressed.Close()
	return out.Bytes(), err
}

// zipped does the same for Windows.
func zipped(dir string, files []file, at time.Time) ([]byte, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range files {
		header := &zip.FileHeader{Name: path.Join(dir, f.name), Method: zip.Deflate, Modified: at.UTC()}
		header.SetMode(f.mode)
		to, err := w.CreateHeader(header)
		if err != nil {
			return nil, err
		}
		if _, err := to.Write(f.data); err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return out.Bytes(), err
}
