package main

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"fmt"
	"strings"
	"text/template"
)

//go:embed atomicstatus.rb.tmpl
var formulaText string

var formulaTemplate = template.Must(template.New("formula").Parse(formulaText))

const home = "https://github.com/atomicstatus/atomicstatus"

// packed is the archive of a platform.
type packed struct {
	goos, goarch, archive string
	data                  []byte
}

// formula returns the Homebrew formula of a release, for the platforms of the archives
// that Homebrew knows.
func formula(tag string, archives []packed) ([]byte, error) {
	type build struct{ Name, Archive, Sum string }
	type system struct {
		Name   string
		Builds []build
	}
	var systems []system
	for _, os := range []struct{ goos, name string }{{"darwin", "macos"}, {"linux", "linux"}} {
		s := system{Name: os.name}
		for _, arch := range []struct{ goarch, name string }{{"arm64", "arm"}, {"amd64", "intel"}} {
			for _, p := range archives {
				if p.goos == os.goos && p.goarch == arch.goarch {
					s.Builds = append(s.Builds, build{arch.name, p.archive, fmt.Sprintf("%x", sha256.Sum256(p.data))})
				}
			}
		}
		if len(s.Builds) > 0 {
			systems = append(systems, s)
		}
	}
	var out bytes.Buffer
	err := formulaTemplate.Execute(&out, struct {
		Home, Tag, Version string
		Systems            []system
	}{home, tag, strings.TrimPrefix(tag, "v"), systems})
	return out.Bytes(), err
}
