//go:build proof

package proof

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

func TestPercent(t *testing.T) {
	tests := []struct {
		part, whole int
		want        string
	}{
		{1, 4, "−75 %"},
		{1, 8, "−87 %"}, // not 88
		{5, 5, "±0 %"},
		{2, 1, "+100 %"},
		{114, 50, "+128 %"},
	}
	for _, test := range tests {
		if got := percent(test.part, test.whole); got != test.want {
			t.Errorf("percent(%d, %d) = %s, want %s", test.part, test.whole, got, test.want)
		}
	}
}

// sampleResults halve the calls of 2 writes, and leave those of 1 as they are.
func sampleResults() Results {
	var results Results
	for _, writes := range []int{1, 2, 4, 8} {
		r := results.of(Scenario{Objects: 10, Writes: writes})
		r.Before = []Figures{{Puts: 10 * writes, Calls: 10 * writes, Stored: 10 * writes, Sent: 1, CPU: 1}}
		r.After = []Figures{{Puts: 10, Calls: 10, Stored: 10, Sent: 1, CPU: 1}}
	}
	return results
}

func TestFrom(t *testing.T) {
	results := sampleResults()
	for percent, want := range map[int]int{0: 2, 50: 2, 51: 4, 75: 4, 80: 8} {
		if got, err := results.CallsFrom(percent); got != want || err != nil {
			t.Errorf("CallsFrom(%d) = %d, %v, want %d", percent, got, err, want)
		}
	}
	if got, err := results.PutsFrom(90); err == nil {
		t.Errorf("PutsFrom(90) = %d, want an error: it is saved nowhere", got)
	}
	// A gain that is lost again does not count.
	results[2].After[0].Calls = 40
	if got, err := results.CallsFrom(50); got != 8 || err != nil {
		t.Errorf("CallsFrom(50) = %d, %v after a setback at 4, want 8", got, err)
	}
}

func TestDifferences(t *testing.T) {
	sample := func(change func(*unstructured.Unstructured)) map[string]*unstructured.Unstructured {
		obj := object("Notification", "n", map[string]any{"channels": []any{"mail", "chat"}})
		obj.SetUID("1")
		obj.SetAnnotations(map[string]string{"overtaken": "yes"})
		change(obj)
		return map[string]*unstructured.Unstructured{"n": obj}
	}
	tests := []struct {
		name   string
		change func(*unstructured.Unstructured)
		differ bool
	}{
		{"nothing", func(*unstructured.Unstructured) {}, false},
		{"the UID", func(o *unstructured.Unstructured) { o.SetUID("2") }, false},
		{"the namespace", func(o *unstructured.Unstructured) { o.SetNamespace("other") }, false},
		{"the foreign mark", func(o *unstructured.Unstructured) {
			o.SetAnnotations(map[string]string{"overtaken": "yes", foreignMark: "3"})
		}, false},
		{"another annotation", func(o *unstructured.Unstructured) { o.SetAnnotations(nil) }, true},
		{"an element", func(o *unstructured.Unstructured) {
			o.Object["spec"].(map[string]any)["channels"].([]any)[1] = "post"
		}, true},
		{"a status", func(o *unstructured.Unstructured) { o.Object["status"] = map[string]any{} }, true},
		{"the generation", func(o *unstructured.Unstructured) { o.SetGeneration(2) }, true},
	}
	for _, test := range tests {
		diff, fields := differences(sample(func(*unstructured.Unstructured) {}), sample(test.change))
		if got := diff != ""; got != test.differ {
			t.Errorf("%s: differ is %t, want %t\n%s", test.name, got, test.differ, diff)
		}
		if test.name == "nothing" && fields != 6 { // apiVersion, kind, name, annotation and two channels
			t.Errorf("%d fields compared, want 6", fields)
		}
	}
	if diff, _ := differences(sample(func(*unstructured.Unstructured) {}), nil); diff == "" {
		t.Error("an object is missing, and no difference found")
	}
}

func TestWrite(t *testing.T) {
	results := sampleResults()
	for _, r := range results {
		r.After[0].Puts, r.After[0].Calls = 1, 1
	}
	proof := &Proof{Runs: 1, Scenarios: results, Quiet: results, Raced: results}
	dir := t.TempDir()
	if err := proof.Write(dir); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(dir, "proof.md"))
	if err != nil {
		t.Fatal(err)
	}
	if want := "| 8 | 80 → 1 (−98 %) | 80 → 1 (−98 %) | −87 % |"; !strings.Contains(string(page), want) {
		t.Errorf("the page has no line %q:\n%s", want, page)
	}
	chart, err := os.Open(filepath.Join(dir, "proof.svg"))
	if err != nil {
		t.Fatal(err)
	}
	defer chart.Close()
	decoder, lines := xml.NewDecoder(chart), 0
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if start, ok := token.(xml.StartElement); ok && start.Name.Local == "polyline" {
			lines++
		}
	}
	if lines != 4 {
		t.Errorf("the chart has %d lines, want 4", lines)
	}

	// The page must not claim what was not measured.
	for _, r := range results {
		r.After[0].Calls = r.Before[0].Calls
	}
	if err := proof.Write(dir); err == nil {
		t.Error("no calls are saved, and the page was written")
	}
	if after, err := os.ReadFile(filepath.Join(dir, "proof.md")); err != nil || string(after) != string(page) {
		t.Errorf("the page of the last run is not what it was (%v)", err)
	}
}
