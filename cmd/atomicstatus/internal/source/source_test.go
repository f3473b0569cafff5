package source_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/atomicstatus/atomicstatus/cmd/atomicstatus/internal/source"
)

func TestLine(t *testing.T) {
	f := source.New([]byte("one\r\ntwo\n\nlast"))
	for line, want := range map[int]string{1: "one", 2: "two", 3: "", 4: "last"} {
		if got, ok := f.Line(line); got != want || !ok {
			t.Errorf("line %d is %q, %v, want %q", line, got, ok, want)
		}
	}
	for _, line := range []int{-1, 0, 5} {
		if got, ok := f.Line(line); ok {
			t.Errorf("line %d is %q, want none", line, got)
		}
	}
}

func TestColumns(t *testing.T) {
	f := source.New([]byte("a\n\té𝄞x\n"))
	for _, test := range []struct{ offset, line, column, utf16 int }{
		{0, 1, 1, 1},
		{1, 1, 2, 2}, // at the end of the line
		{2, 2, 1, 1},
		{3, 2, 2, 2}, // é: two bytes, one unit
		{5, 2, 4, 3}, // 𝄞: four bytes, two units
		{9, 2, 8, 5},
		{11, 3, 1, 1},
		{99, 3, 1, 1}, // behind the end
		{-1, 1, 1, 1},
	} {
		line, column := f.Position(test.offset)
		if utf16 := f.UTF16(line, column); line != test.line || column != test.column || utf16 != test.utf16 {
			t.Errorf("offset %d is at %d:%d, %d in UTF-16; want %d:%d, %d", test.offset, line, column, utf16, test.line, test.column, test.utf16)
		}
	}
	if got := f.UTF16(7, 3); got != 3 {
		t.Errorf("a column of a line that is not there becomes %d", got)
	}
}

func TestGet(t *testing.T) {
	name := filepath.Join(t.TempDir(), "a.go")
	if err := os.WriteFile(name, []byte("package a\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	files := make(source.Files)
	if got, _ := files.Get(name).Line(1); got != "package a" {
		t.Errorf("line 1 is %q", got)
	}
	if got := files.Get(filepath.Join(filepath.Dir(name), "gone.go")).Text(); len(got) > 0 {
		t.Errorf("a file that is not there has the text %q", got)
	}
}
