package diff

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A diff is right if git makes the new file of the old one.
func TestUnified(t *testing.T) {
	long := strings.Repeat("same\n", 20)
	tests := map[string]struct{ old, new []byte }{
		"changed line":          {[]byte(long + "old\n" + long), []byte(long + "new\n" + long)},
		"far apart":             {[]byte("a\n" + long + "b\n"), []byte("c\n" + long + "d\n")},
		"no newline at the end": {[]byte("a\nb"), []byte("a\nc")},
		"new file":              {nil, []byte("a\nb\n")},
		"emptied file":          {[]byte("a\n"), []byte{}},
		"file that was empty":   {[]byte{}, []byte("a\n")},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			file := filepath.Join(dir, "sub", "file.go")
			if err := os.Mkdir(filepath.Dir(file), 0o777); err != nil {
				t.Fatal(err)
			}
			if test.old != nil {
				if err := os.WriteFile(file, test.old, 0o666); err != nil {
					t.Fatal(err)
				}
			}
			text := Unified("sub/file.go", test.old, test.new)
			cmd := exec.Command("git", "apply", "-")
			cmd.Dir = dir
			cmd.Stdin = strings.NewReader(text)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("git apply: %v\n%s%s", err, out, text)
			}
			if got, err := os.ReadFile(file); err != nil || string(got) != string(test.new) {
				t.Errorf("%q, %v after the diff, want %q\n%s", got, err, test.new, text)
			}
		})
	}
	if text := Unified("file.go", []byte("a\n"), []byte("a\n")); text != "" {
		t.Errorf("a diff of nothing: %q", text)
	}
}
