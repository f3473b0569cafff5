package baseline_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/atomicstatus/atomicstatus/cmd/atomicstatus/internal/baseline"
	"github.com/atomicstatus/atomicstatus/cmd/atomicstatus/internal/fingerprint"
)

// FuzzDecode holds that a baseline is either read, and then written in a form that
// no further reading changes, or told to be wrong in one line.
func FuzzDecode(f *testing.F) {
	written, err := baseline.Of([]fingerprint.Finding{finding("1", "p"), finding("2", "q")}).Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(written)
	for _, text := range []string{
		"", "[]", "{}", `{"version": 2}`, `{"version": 1, "findings": null}`, `{"version": 1, "findings": [{"check": 3}]}`,
		"{\n\t\"version\": 1,\n<<<<<<<\n", `{"version": 1, "Version": 1, "findings": [{"fingerprint": "\ud800"}]}`, "\xef\xbb\xbf{}",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		read, err := baseline.Decode(data)
		if err != nil {
			if text := err.Error(); text == "" || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' }) {
				t.Errorf("the error is %q", text)
			}
			return
		}
		written, err := read.Encode()
		if err != nil {
			t.Fatal(err)
		}
		again, err := baseline.Decode(written)
		if err != nil {
			t.Fatalf("what it wrote is no baseline: %v\n%s", err, written)
		}
		rewritten, err := again.Encode()
		if err != nil || !bytes.Equal(written, rewritten) {
			t.Errorf("written twice: %v\n%s\n%s", err, written, rewritten)
		}
		for _, e := range read {
			if !slices.Contains(again, e) {
				t.Errorf("%+v is lost", e)
			}
		}
	})
}
