package statuswrites

import (
	"bytes"
	"encoding/gob"
	"reflect"
	"testing"

	"golang.org/x/tools/go/analysis"
)

// A fact says the same after it went through a package that did not ask for it.
func TestSummaryIsHandedOn(t *testing.T) {
	gob.Register(new(Summary))
	object := term{Kind: 1, N: 2, Type: "example.com/api.Widget"}
	want := &told{
		Outcomes: []outcome{{
			Results: []term{{Kind: 5, Name: "nil"}},
			Facts:   []fact{{Of: object, Ne: []term{{Kind: 5, Name: `"<&>\xff"`}}}},
			Same:    [][2]term{{object, object}},
			Failed:  true, Tried: true, Waited: 2, Kept: true, FailedOf: &object,
			Sent: []term{object}, Settled: []term{object}, SentLast: []term{object},
			Overwrites: []overwritten{{Object: object, Redone: []string{"Phase"}, Response: true}},
		}},
		Manager: &Manager{Params: []int{3}},
	}
	fact := &Summary{told: want}
	var texts [][]byte
	for range 2 {
		var text bytes.Buffer
		var from, to analysis.Fact = fact, nil
		if err := gob.NewEncoder(&text).Encode(&from); err != nil {
			t.Fatal(err)
		}
		texts = append(texts, bytes.Clone(text.Bytes()))
		if err := gob.NewDecoder(&text).Decode(&to); err != nil {
			t.Fatal(err)
		}
		fact = to.(*Summary)
	}
	if !bytes.Equal(texts[0], texts[1]) {
		t.Errorf("%q was handed on as %q", texts[0], texts[1])
	}
	if got, err := fact.tells(); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v, want %+v", got, err, want)
	}
}
