// Package baseline keeps the findings that a project knows of, so that a run can
// report the new ones only.
package baseline

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/atomicstatus/atomicstatus/cmd/atomicstatus/internal/fingerprint"
)

// version is that of the file and of the fingerprints in it.
const version = 1

// Entry is a known finding. Its place is for readers of the file; what counts is
// the fingerprint.
type Entry struct {
	fingerprint.Place
	ID string `json:"fingerprint"`
}

// Baseline is the list of known findings.
type Baseline []Entry

// Of returns the baseline of findings.
func Of(findings []fingerprint.Finding) Baseline {
	b := make(Baseline, 0, len(findings))
	for _, f := range findings {
		b = append(b, Entry{f.Place, f.ID})
	}
	return b
}

// Encode returns the content of a file. It has no line numbers and is sorted, so
// that it changes only with the findings.
func (b Baseline) Encode() ([]byte, error) {
	entries := slices.SortedFunc(slices.Values(b), func(a, b Entry) int {
		return cmp.Or(
			strings.Compare(a.Package, b.Package),
			strings.Compare(a.File, b.File),
			strings.Compare(a.Function, b.Function),
			strings.Compare(a.Code, b.Code),
			strings.Compare(a.Check, b.Check),
			strings.Compare(a.ID, b.ID),
		)
	})
	if entries == nil {
		entries = Baseline{} // a list in the file, if an empty one
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false) // the code is to be read
	encoder.SetIndent("", "\t")
	err := encoder.Encode(struct {
		Version  int      `json:"version"`
		Findings Baseline `json:"findings"`
	}{version, entries})
	return out.Bytes(), err
}

// Decode reads what [Baseline.Encode] wrote. An error is one line that says where
// in the file it is.
func Decode(data []byte) (Baseline, error) {
	var file struct {
		Version  *int              `json:"version"`
		Findings []json.RawMessage `json:"findings"`
	}
	if err := decode(data, &file); err != nil {
		// A merge that went wrong is the most likely reason, and hard to see.
		if syntax := (*json.SyntaxError)(nil); errors.As(err, &syntax) {
			before := data[:syntax.Offset]
			line := 1 + bytes.Count(before, []byte("\n"))
			return nil, fmt.Errorf("%d:%d: %w", line, len(before)-bytes.LastIndexByte(before, '\n')-1, err)
		}
		return nil, err
	}
	switch {
	case file.Version == nil:
		return nil, errors.New("it has no version: it is not a baseline")
	case *file.Version != version:
		return nil, fmt.Errorf("its version is %d, not %d: write it again with -write-baseline", *file.Version, version)
	}
	b := make(Baseline, 0, len(file.Findings))
	for i, raw := range file.Findings {
		var e Entry
		err := decode(raw, &e)
		if err == nil && e.ID == "" {
			err = errors.New("it has no fingerprint")
		}
		if err != nil {
			return nil, fmt.Errorf("finding %d: %w", i+1, err)
		}
		b = append(b, e)
	}
	return b, nil
}

// decode decodes one JSON value, and takes no field that it does not know.
func decode(data []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(into)
	var mistyped *json.UnmarshalTypeError
	switch {
	case err == io.EOF:
		return errors.New("it is empty")
	case err == io.ErrUnexpectedEOF:
		return errors.New("it ends too early")
	case errors.As(err, &mistyped):
		field := mistyped.Field[strings.LastIndexByte(mistyped.Field, '.')+1:]
		return fmt.Errorf("wrong type of %s: %s", cmp.Or(field, "the whole"), mistyped.Value)
	case err != nil:
		if text, ok := strings.CutPrefix(err.Error(), "json: "); ok {
			return errors.New(text)
		}
		return err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return errors.New("something follows after its end")
	}
	return nil
}

// New returns the findings that the baseline does not have.
func (b Baseline) New(findings []fingerprint.Finding) []fingerprint.Finding {
	known := make(map[string]bool, len(b))
	for _, e := range b {
		known[e.ID] = true
	}
	return slices.DeleteFunc(slices.Clone(findings), func(f fingerprint.Finding) bool { return known[f.ID] })
}

// Gone counts the entries that are among the findings no more, of those that the
// run could have found.
func (b Baseline) Gone(findings []fingerprint.Finding, inView func(Entry) bool) int {
	found := make(map[string]bool, len(findings))
	for _, f := range findings {
		found[f.ID] = true
	}
	gone := 0
	for _, e := range b {
		if !found[e.ID] && inView(e) {
			gone++
		}
	}
	return gone
}
