package flow

import (
	"reflect"
	"testing"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/ssax"
)

// A state is copied, compared, joined and cleaned up domain by domain: each part of it
// has to be in the list.
func TestDomains(t *testing.T) {
	var s state
	typ := reflect.TypeFor[state]()
	list := s.domains()
	parts := typ.NumField() - 1 // but for where the path has come to
	if parts != len(list) {
		t.Fatalf("%d parts, but %d domains", parts, len(list))
	}
	for i, d := range list {
		if part := typ.Field(i).Type; reflect.TypeOf(d).Elem() != part {
			t.Errorf("domain %d is %T, want %s", i, d, part)
		}
	}
}

// turns calls something in each turn of a loop, and does not use what that returns after.
const turnsOfCalls = `
func f(n int) (x int) {
	for i := 0; i < n; i++ {
		x = g(x)
	}
	return n
}
func g(int) int
`

// about has, for each domain, a way to know something of a value.
var about = map[string]struct {
	know func(e *exec, s *state, v *Term, at site)
	// may: what one of two joined paths knows is kept.
	may bool
	// unkeyed: states that differ in it alone count as the same.
	unkeyed bool
	// lasts: it is kept where no value of the program leads to it any more.
	lasts bool
}{
	"memory":   {know: func(e *exec, s *state, v *Term, _ site) { s.mem.set(v, e.tab.True) }},
	"beliefs":  {know: func(e *exec, s *state, v *Term, _ site) { s.facts.set(v, fact{eq: e.tab.True}) }},
	"identity": {know: func(e *exec, s *state, v *Term, _ site) { s.res.set(v, e.tab.Param(0, nil)) }},
	"writeLog": {lasts: true, know: func(_ *exec, s *state, v *Term, at site) { s.writes.set(v, write{first: at.call}) }},
	"course":   {lasts: true, know: func(_ *exec, s *state, v *Term, _ site) { s.called.set(v, calledOK) }},
	"failures": {lasts: true, may: true, know: func(_ *exec, s *state, v *Term, at site) { s.failed.set(at, failure{res: v, err: v, passed: true}) }},
	"attempts": {lasts: true, may: true, know: func(_ *exec, s *state, v *Term, at site) { s.tries.set(at, try{obj: v, err: v}) }},
	"pending": {may: true, know: func(e *exec, s *state, v *Term, at site) {
		s.put(v, object{}.with(e.change(statusPart, "Phase", at.call)))
	}},
	"endings": {know: func(_ *exec, s *state, v *Term, _ site) { s.ended.set(v, true) }},
	"origins": {may: true, unkeyed: true, know: func(_ *exec, s *state, v *Term, _ site) { s.origin.set(v, []origin{{object: v, path: "Phase"}}) }},
}

func TestDomainLaws(t *testing.T) {
	for _, d := range (&state{}).domains() {
		name := reflect.TypeOf(d).Elem().Name()
		t.Run(name, func(t *testing.T) {
			law, ok := about[name]
			if !ok {
				t.Fatal("nothing is known to say of a value in this domain")
			}
			e := walker(t, turnsOfCalls)
			var at site
			for c := range ssax.All[*ssa.Call](e.fn) {
				at = e.site(c)
			}
			v := e.tab.Value(at.call.(*ssa.Call), 0, at.call.Value().Type())
			other := e.tab.Value(e.fn.Params[0], 1, v.Typ)
			none := &state{}
			some := &state{}
			law.know(e, some, v, at)
			key := func(s *state) digest { return s.key(e, all) }

			if law.unkeyed != (key(none) == key(some)) {
				t.Error("states that differ in this count as the same, or others do not")
			}
			// A copy is changed apart from the original, and the other way round.
			before := key(some)
			c := some.clone()
			law.know(e, c, other, site{at.call, at.order + 1})
			if key(some) != before || !law.unkeyed && key(c) == before {
				t.Error("a change of a copy is seen in the original, or not in the copy")
			}
			law.know(e, c, v, site{at.call, at.order + 2})
			if key(some.join(e, some.clone())) != before {
				t.Error("a join of two that agree says something else")
			}
			size := func(s *state) int { return s.size() + s.called.len() - s.stale.len() }
			for _, j := range []*state{some.join(e, none), none.join(e, some)} {
				if name != "course" && (size(j) > 0) != law.may {
					t.Errorf("%d rows where one of two paths knows one, kept: %v", size(j), law.may)
				}
			}
			forgot := some.clone()
			forgot.forget(e, v.At)
			if speaks(reflect.ValueOf(forgot), v) || !speaks(reflect.ValueOf(some), v) {
				t.Error("it still speaks of a value whose instruction runs again, or did not before")
			}
			swept := some.clone()
			exit := e.fn.Blocks[len(e.fn.Blocks)-1]
			swept.collect(e, exit)
			if (size(swept) > 0) != law.lasts {
				t.Errorf("%d rows of a value that nothing leads to, kept: %v", size(swept), law.lasts)
			}
			for _, s := range []*state{none, some} {
				s.mem.set(e.tab.Param(0, nil), v) // where the caller can find it
				s.collect(e, exit)
			}
			if size(some) <= size(none) {
				t.Error("nothing is left of a value that is used")
			}
		})
	}
}

// speaks reports that some part of a state is a term.
func speaks(part reflect.Value, of *Term) bool {
	switch part.Kind() {
	case reflect.Pointer:
		if part.Type() == reflect.TypeFor[*Term]() {
			return part.Pointer() == reflect.ValueOf(of).Pointer()
		}
		return part.Type() == reflect.TypeFor[*state]() && speaks(part.Elem(), of)
	case reflect.Struct:
		for i := range part.NumField() {
			if speaks(part.Field(i), of) {
				return true
			}
		}
	case reflect.Slice:
		for i := range part.Len() {
			if speaks(part.Index(i), of) {
				return true
			}
		}
	}
	return false
}
