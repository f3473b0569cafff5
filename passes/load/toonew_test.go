package load

import (
	"testing"

	"golang.org/x/tools/go/packages"
)

// Where the go command is newer than the Go that built this program, it lists packages
// that cannot be type-checked here.
func TestTooNew(t *testing.T) {
	for _, test := range []struct{ module, built, want string }{
		{"1.25.0", "go1.25.0", ""},
		{"1.25.7", "go1.25.0", ""}, // a patch changes no language
		{"1.21", "go1.26.8", ""},
		{"", "go1.25.0", ""}, // go.mod names none
		{"1.26.2", "devel go1.26-abcdef", ""},
		{"1.26.2", "go1.25.9", "module example.com/m is for go1.26.2, and what was built with go1.25.9 cannot check it: install this program again with GOTOOLCHAIN=go1.26.2+auto"},
		{"1.26", "go1.25.9", "module example.com/m is for go1.26, and what was built with go1.25.9 cannot check it: install this program again with GOTOOLCHAIN=go1.26.0+auto"},
		{"1.26rc1", "go1.25.9", "module example.com/m is for go1.26rc1, and what was built with go1.25.9 cannot check it: install this program again with GOTOOLCHAIN=go1.26rc1+auto"},
	} {
		root := &packages.Package{Module: &packages.Module{Path: "example.com/m", GoVersion: test.module}}
		got := ""
		if err := tooNew([]*packages.Package{{}, root}, test.built); err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("for go %s, built with %s: %q, want %q", test.module, test.built, got, test.want)
		}
	}
}
