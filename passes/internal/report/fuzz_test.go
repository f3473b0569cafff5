package report_test

import (
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"
)

// FuzzDirectives puts any comments, and whatever else parses, among calls that are
// reported. Reports may only go where a directive stands for them, and come only
// where one is not in order.
func FuzzDirectives(f *testing.F) {
	for _, body := range []string{
		"bad() //lint:ignore toy known\nbad()",
		"//lint:ignore toy,t* known\n\nbad()",
		"//lint:file-ignore toy\nbad()",
		"//lint:ignore [ known\nbad()\n//lint:ignore",
		"// It is so.\n//lint:ignore toy known\n// More.\nbad(\n1,\n)",
		"if true {\nbad()\n} //lint:ignore toy known\n/*\n*/ bad() /* //lint:ignore toy x */",
		"//line a.go:1\nbad() //lint:ignore toy known\n//line a.go:3\nbad()",
		"/*line :7:1*/ bad() //lint:ignore toy known\r\nbad()",
	} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		text := "package a; func f() {\n" + body + "\n}\n"
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, "a.go", text, parser.ParseComments)
		if err != nil {
			return
		}
		directives := 0
		for _, group := range file.Comments {
			for _, c := range group.List {
				if strings.HasPrefix(c.Text, "//lint:") {
					directives++
				}
			}
		}
		got := run(t, map[string]string{"a.go": text})
		if again := run(t, map[string]string{"a.go": text}); !slices.Equal(got, again) {
			t.Errorf("%q and %q", got, again)
		}
		calls, problems := 0, 0
		for _, line := range got {
			if strings.HasSuffix(line, ": bad call") {
				calls++
			} else {
				problems++
			}
		}
		if problems > directives {
			t.Errorf("%d directives are not in order, of %d", problems, directives)
		}
		plain := run(t, map[string]string{"a.go": strings.ReplaceAll(text, "//lint:", "//tnil:")})
		if calls > len(plain) || calls < len(plain) && directives == 0 {
			t.Errorf("%d of %d calls are reported with %d directives", calls, len(plain), directives)
		}
	})
}
