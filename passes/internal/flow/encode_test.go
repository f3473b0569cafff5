package flow

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"

	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
)

// told is what a function tells that writes its parameter, or fails.
func told(tab *resource.Table) *Summary {
	object := tab.Param(0, nil)
	return &Summary{Outcomes: []Outcome{
		{Results: []*Term{tab.Nil}, Writes: []Write{{Resource: object, Via: []Step{{Func: "save", Pos: 1}}}}, Pending: Pending{
			Dirty:      []Dirty{{Object: object, Part: uint8(statusPart), Path: "Phase"}},
			Overwrites: []Overwrite{{Object: object, By: Step{Pos: 2}}},
		}},
		{Results: []*Term{tab.Out(0, "")}, Failing: Failing{Failed: true}, Pending: Pending{
			Missing: []Missing{{Object: object, Path: "Ready", By: Step{Pos: 2}}},
		}},
	}}
}

// What a function tells is the same again, whatever table its terms are of, if it differs
// in nothing but the order of the outcomes and in the ways to what it does.
func TestSame(t *testing.T) {
	for name, c := range map[string]struct {
		change func(tab *resource.Table, s *Summary)
		same   bool
	}{
		"nothing":             {func(*resource.Table, *Summary) {}, true},
		"the order":           {func(_ *resource.Table, s *Summary) { slices.Reverse(s.Outcomes) }, true},
		"the way to a write":  {func(_ *resource.Table, s *Summary) { s.Outcomes[0].Writes[0].Via = []Step{{Pos: 3}, {Pos: 4}} }, true},
		"what overwrites":     {func(_ *resource.Table, s *Summary) { s.Outcomes[0].Overwrites[0].By = Step{Pos: 3} }, true},
		"that it overwrites":  {func(_ *resource.Table, s *Summary) { s.Outcomes[0].Overwrites = nil }, false},
		"what loses a change": {func(_ *resource.Table, s *Summary) { s.Outcomes[1].Missing[0].By = Step{Pos: 3} }, true},
		"a lost change":       {func(_ *resource.Table, s *Summary) { s.Outcomes[1].Missing = nil }, false},
		"an unwritten change": {func(_ *resource.Table, s *Summary) { s.Outcomes[0].Dirty[0].Path = "Ready" }, false},
		"what is sent":        {func(tab *resource.Table, s *Summary) { s.Sends = []Send{{Object: tab.Param(0, nil)}} }, false},
		"an assignment":       {func(tab *resource.Table, s *Summary) { s.Sets = []Set{{Object: tab.Param(0, nil)}} }, false},
		"what it returns":     {func(tab *resource.Table, s *Summary) { s.Outcomes[1].Results[0] = tab.Out(1, "") }, false},
	} {
		tab := resource.NewTable()
		tab.Param(7, nil) // so that the terms have other numbers
		other := told(tab)
		c.change(tab, other)
		if told(resource.NewTable()).Same(other) != c.same {
			t.Errorf("summaries that differ in %s are the same: %v", name, !c.same)
		}
	}
}

// Importers get all but what only the package itself can name or has a use for.
func TestTold(t *testing.T) {
	tab := resource.NewTable()
	s := told(tab)
	local := tab.FreeVar(0, nil)
	failed := &s.Outcomes[1]
	failed.Results = append(failed.Results, local)
	failed.Facts = []Fact{{Of: local, Ne: []*Term{tab.Nil}}}
	failed.Stores = []Store{{Addr: tab.Param(1, nil), Val: local}}
	s.Sets = []Set{{Object: tab.Param(0, nil)}}
	text, err := json.Marshal(s.Told(func(via []Step) []Step {
		placed := slices.Clone(via)
		for i := range placed {
			placed[i] = Step{Func: via[i].Func, At: "widgets.go:1"}
		}
		return placed
	}))
	if err != nil {
		t.Fatal(err)
	}
	read := new(Summary)
	if err := json.Unmarshal(text, read); err != nil {
		t.Fatal(err)
	}
	read.Intern()
	first, second := read.Outcomes[0], read.Outcomes[1]
	if w := first.Writes[0]; w.Resource != first.Dirty[0].Object || w.Resource.Kind != resource.Param || w.Via[0] != (Step{Func: "save", At: "widgets.go:1"}) {
		t.Errorf("it writes %v by %v", w.Resource, w.Via)
	}
	if r := second.Results; r[0] == r[1] || r[1].Kind != resource.Out {
		t.Errorf("it returns %v", r)
	}
	if second.Facts[0].Of != nil || second.Stores[0].Val != nil || second.Stores[0].Addr == nil || read.Sets != nil {
		t.Errorf("it tells of %+v, %+v and %+v", second.Facts, second.Stores, read.Sets)
	}
	if s.Sets == nil || s.Outcomes[0].Writes[0].Via[0].Pos != 1 {
		t.Error("what is told has changed what the package itself knows")
	}
}

// No term of a summary that was read is left in no table.
func TestIntern(t *testing.T) {
	local := &Term{Kind: resource.FreeVar}
	read := new(Summary)
	each(reflect.ValueOf(read).Elem(), "Summary", func(term reflect.Value, _ string) { term.Set(reflect.ValueOf(local)) })
	read.Intern()
	each(reflect.ValueOf(read).Elem(), "Summary", func(term reflect.Value, where string) {
		if term.Interface() == local {
			t.Errorf("%s is left as it was", where)
		}
	})
}

// each visits the terms in a part of what importers are told, where all lists have one
// element.
func each(part reflect.Value, where string, visit func(term reflect.Value, where string)) {
	switch {
	case part.Type() == reflect.TypeFor[*Term]():
		visit(part, where)
	case part.Kind() == reflect.Struct:
		for i := range part.NumField() {
			if name := part.Type().Field(i).Name; name != "Sets" {
				each(part.Field(i), where+"."+name, visit)
			}
		}
	case part.Kind() == reflect.Slice:
		if part.IsNil() {
			part.Set(reflect.MakeSlice(part.Type(), 1, 1))
		}
		for i := range part.Len() {
			each(part.Index(i), where, visit)
		}
	}
}
