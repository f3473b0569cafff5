package differential

import (
	"testing"

	"github.com/atomicstatus/atomicstatus/e2e/differential/gen"
)

// mutants are mistakes that the package could make. Each is a rule of it left out.
var mutants = []mutant{
	{"another object", `base.GetUID() != fresh.GetUID() || base.GetGeneration()`, `base.GetGeneration()`},
	{"another status", `old["metadata"] = now["metadata"]`, `old["metadata"], old["status"] = now["metadata"], now["status"]`},
	{"another generation", `base.GetGeneration() != fresh.GetGeneration() || `, ``},
	{"nothing explains the conflict", `bytes.Equal(old["metadata"], now["metadata"]) || bytes.Equal(mine["metadata"], now["metadata"])`, `bytes.Equal(nil, []byte("{}"))`},
	{"a refused version", `if refused[fresh.GetResourceVersion()] {`, `if refused["none"] {`},
	{"the old status", `now["status"] = mine["status"]`, ``},
	{"the old object", `reflect.ValueOf(obj).Elem().Set(reflect.ValueOf(next).Elem())`, ``},
	{"a failed write changes the object", `next.SetResourceVersion(fresh.GetResourceVersion())`,
		"next.SetResourceVersion(fresh.GetResourceVersion())\nobj.SetResourceVersion(fresh.GetResourceVersion())"},
	{"an error lost", "if next == nil {", "if next == nil {\nresult = nil"},
	{"another error", "if next == nil {", "if next == nil {\nresult = errors.New(\"conflict\")"},
	{"no conflict", `if !apierrors.IsConflict(conflict) {`, `if conflict == nil || apierrors.IsConflict(nil) {`},
	{"a read first", `conflict := c.Status().Update(ctx, obj, opts...)`,
		"_ = c.Get(ctx, client.ObjectKeyFromObject(obj), obj.DeepCopyObject().(client.Object))\nconflict := c.Status().Update(ctx, obj, opts...)"},
	{"merged by force", `conflict := c.Status().Update(ctx, obj, opts...)`,
		"live := newLike(obj)\n_ = c.Get(ctx, client.ObjectKeyFromObject(obj), live)\nobj.SetResourceVersion(live.GetResourceVersion())\nconflict := c.Status().Update(ctx, obj, opts...)"},
}

// TestMutants holds the test to find each mistake of the package, and none in it
// as it is.
func TestMutants(t *testing.T) {
	programs := []*gen.Program{
		gen.Of(1, volume, ready, tried, write),
		gen.Of(2, "for range db.Spec.Shards {\n"+tried+"\n"+volume+"\n"+write+"\n}", user),
		gen.Of(3, tried, listed, swallowed, volume, ready, write),
	}
	m := &generated{dir: t.TempDir(), programs: programs, left: map[string]int{}, inexact: map[string]bool{}}
	if _, err := m.fix(command(t), convert); err != nil {
		t.Fatal(err)
	}
	if err := m.trace(mutants...); err != nil {
		t.Fatal(err)
	}
	if err := m.build(); err != nil {
		t.Fatal(err)
	}
	failures, tally, err := m.compare("")
	if err != nil {
		t.Fatal(err)
	}
	if tally.Resolved == 0 || tally.Resolved == tally.Conflicts || tally.Steady == 0 {
		t.Errorf("the programs do not meet all that there is: %+v", tally)
	}
	for _, f := range failures {
		t.Errorf("without a mistake: %s: %s\n%s", f.Rule, f.Scenario, f.Detail)
	}
	for _, mutant := range mutants {
		t.Run(mutant.name, func(t *testing.T) {
			failures, _, err := m.compare(mutant.name)
			if err != nil {
				t.Fatal(err)
			}
			if len(failures) == 0 {
				t.Error("the mistake is not found")
			}
			rules := map[string]bool{}
			for _, f := range failures {
				rules[f.Rule] = true
			}
			t.Log(rules)
		})
	}
}
