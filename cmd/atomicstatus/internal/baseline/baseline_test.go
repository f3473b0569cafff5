package baseline_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/atomicstatus/atomicstatus/cmd/atomicstatus/internal/baseline"
	"github.com/atomicstatus/atomicstatus/cmd/atomicstatus/internal/fingerprint"
)

func finding(id, pkg string) fingerprint.Finding {
	return fingerprint.Finding{ID: id, Place: fingerprint.Place{Check: "statusloop", Package: pkg, File: "a.go", Function: "T.f", Code: "if a < b && c {"}}
}

func TestEncode(t *testing.T) {
	a, b, c := finding("1", "p"), finding("2", "p"), finding("0", "q")
	one, err := baseline.Of([]fingerprint.Finding{a, b, c}).Encode()
	if err != nil {
		t.Fatal(err)
	}
	other, err := baseline.Of([]fingerprint.Finding{c, b, a}).Encode()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(one, other) {
		t.Errorf("the order of findings shows in the file:\n%s\n%s", one, other)
	}
	if !bytes.Contains(one, []byte(`"code": "if a < b && c {"`)) {
		t.Errorf("the code cannot be read:\n%s", one)
	}
	back, err := baseline.Decode(one)
	if want := baseline.Of([]fingerprint.Finding{a, b, c}); err != nil || !slices.Equal(back, want) {
		t.Errorf("read back as %v, %v", back, err)
	}

	empty, err := baseline.Of(nil).Encode()
	if err != nil || !bytes.Contains(empty, []byte(`"findings": []`)) {
		t.Errorf("an empty baseline is %s, %v", empty, err)
	}
	if back, err := baseline.Decode(empty); err != nil || back == nil {
		t.Errorf("an empty baseline is read back as %v, %v", back, err)
	}
}

func TestDecodeErrors(t *testing.T) {
	const entry = `{"check": "c", "package": "p", "file": "f", "function": "", "code": "", "fingerprint": "1"}`
	for text, want := range map[string]string{
		"":                                "it is empty",
		`{"version": 1, "findings": [`:    "it ends too early",
		"{\n\t\"version\": 1,\n<<<<<<<\n": "3:1: invalid character '<' looking for beginning of object key string",
		`[]`:                              "wrong type of the whole: array",
		`{}`:                              "it has no version: it is not a baseline",
		`{"version": 2}`:                  "its version is 2, not 1: write it again with -write-baseline",
		`{"version": "1"}`:                "wrong type of version: string",
		`{"version": 1, "found": []}`:     `unknown field "found"`,
		`{"version": 1} {}`:               "something follows after its end",
		`{"version": 1, "findings": [` + entry + `, {"check": "c"}]}`: "finding 2: it has no fingerprint",
		`{"version": 1, "findings": [{"line": 3}]}`:                   `finding 1: unknown field "line"`,
		`{"version": 1, "findings": [{"check": 3}]}`:                  "finding 1: wrong type of check: number",
		`{"version": 1, "findings": [null]}`:                          "finding 1: it has no fingerprint",
	} {
		_, err := baseline.Decode([]byte(text))
		if err == nil || err.Error() != want {
			t.Errorf("%q: the error is %v, want %s", text, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: the error is more than a line", text)
		}
	}
}

func TestCompare(t *testing.T) {
	known := baseline.Of([]fingerprint.Finding{finding("1", "p"), finding("2", "p"), finding("3", "q")})
	now := []fingerprint.Finding{finding("0", "p"), finding("2", "p")}
	if news := known.New(now); len(news) != 1 || news[0].ID != "0" {
		t.Errorf("new are %v, want 0", news)
	}
	if len(now) != 2 {
		t.Error("New changes its argument")
	}
	all := func(baseline.Entry) bool { return true }
	if gone := known.Gone(now, all); gone != 2 {
		t.Errorf("%d are gone, want 2", gone)
	}
	if gone := known.Gone(now, func(e baseline.Entry) bool { return e.Package == "p" }); gone != 1 {
		t.Errorf("%d of package p are gone, want 1", gone)
	}
}
