package analyzer_test

import (
	"bytes"
	"encoding/gob"
	"math/rand"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"testing/quick"

	"github.com/atomicstatus/atomicstatus/analyzer"
)

// Drivers carry facts between packages as gob, and keep them by their bytes. So
// all that is in a fact must arrive, and be written in the same way again.
func TestFactsEncode(t *testing.T) {
	random := rand.New(rand.NewSource(1))
	for _, a := range analyzer.Analyzers() {
		for _, fact := range a.FactTypes {
			typ := reflect.TypeOf(fact).Elem()
			t.Run(typ.String(), func(t *testing.T) {
				for range 100 {
					// It panics at a field that is not exported, and so not encoded.
					value, ok := quick.Value(typ, random)
					if !ok {
						t.Fatalf("%v holds what gob cannot encode", typ)
					}
					first := encode(t, value)
					decoded := reflect.New(typ)
					if err := gob.NewDecoder(bytes.NewReader(first)).DecodeValue(decoded); err != nil {
						t.Fatal(err)
					}
					if again := encode(t, decoded.Elem()); !bytes.Equal(again, first) {
						t.Fatalf("%+v is read back as %+v", value, decoded.Elem())
					}
				}
			})
		}
	}
}

func encode(t *testing.T, value reflect.Value) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).EncodeValue(value); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Every check that has a page is in the suite.
func TestRegistered(t *testing.T) {
	pages, err := filepath.Glob("../passes/*/page.go")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, page := range pages {
		found = append(found, filepath.Base(filepath.Dir(page)))
	}
	var registered []string
	for _, c := range analyzer.Checks() {
		registered = append(registered, c.Name)
	}
	slices.Sort(registered)
	if !slices.Equal(registered, found) {
		t.Errorf("the suite has %v, the folders with a page are %v", registered, found)
	}
}
