//go:build proof

package proof

import (
	"flag"
	"fmt"
	"os"
	"testing"

	"github.com/atomicstatus/atomicstatus/e2e/proof/apiserver"
)

var (
	runs  = flag.Int("runs", 1, "how often to measure everything")
	write = flag.String("write", "", "the directory to write proof.md and its chart into")
)

func TestMain(m *testing.M) {
	if code, child := apiserver.Main(); child {
		os.Exit(code)
	}
	os.Exit(m.Run())
}

// scenarios has the three situations at two sizes.
func scenarios() []Scenario {
	var all []Scenario
	for _, objects := range []int{25, 200} {
		all = append(all,
			Scenario{Name: "quiet", Objects: objects, Writes: 8},
			Scenario{Name: "busy", Objects: objects, Writes: 8, Busy: true},
			Scenario{Name: "raced", Objects: objects, Writes: 8, Raced: true},
		)
	}
	return all
}

// sweep has reconciles of more and more status writes.
func sweep(raced bool) []Scenario {
	name := "quiet"
	if raced {
		name = "raced"
	}
	var all []Scenario
	for _, writes := range []int{1, 2, 3, 4, 8, 16} {
		all = append(all, Scenario{Name: name, Objects: 25, Writes: writes, Raced: raced})
	}
	return all
}

// TestProof measures the example operator before and after the rewrite against a
// real API server. With -short it does so once, for a few objects.
func TestProof(t *testing.T) {
	halves, err := BuildHalves(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	c, err := startCluster(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}()

	proof := &Proof{Runs: *runs}
	if testing.Short() {
		s := Scenario{Name: "raced", Objects: 6, Writes: 8, Raced: true}
		t.Run("scenario", func(t *testing.T) { compare(t, c, halves, "short", s, proof.Scenarios.of(s)) })
		t.Run("storm", func(t *testing.T) { testStorm(t, c, halves, "short", proof) })
		return
	}
	for i := range *runs {
		for _, part := range []struct {
			name      string
			results   *Results
			scenarios []Scenario
		}{
			{"situations", &proof.Scenarios, scenarios()},
			{"quiet", &proof.Quiet, sweep(false)},
			{"raced", &proof.Raced, sweep(true)},
		} {
			for j, s := range part.scenarios {
				t.Run(fmt.Sprintf("run=%d/%s/%s,objects=%d,writes=%d", i, part.name, s.Name, s.Objects, s.Writes), func(t *testing.T) {
					compare(t, c, halves, fmt.Sprintf("%s-%d-%d", part.name, i, j), s, part.results.of(s))
				})
			}
		}
		t.Run(fmt.Sprintf("run=%d/storm", i), func(t *testing.T) { testStorm(t, c, halves, fmt.Sprintf("run%d", i), proof) })
		t.Run(fmt.Sprintf("run=%d/restart", i), func(t *testing.T) { testRestart(t, halves, proof) })
	}
	if *write != "" && !t.Failed() {
		if err := proof.Write(*write); err != nil {
			t.Fatal(err)
		}
	}
}

// compare measures a scenario before and after the rewrite, in namespaces of that
// prefix, and adds to result.
func compare(t *testing.T, c *cluster, halves *Halves, prefix string, s Scenario, result *Result) {
	before, oldObjects, err := c.measure(t.Context(), halves.Before, prefix+"-before", s)
	if err != nil {
		t.Fatal("before: ", err)
	}
	after, newObjects, err := c.measure(t.Context(), halves.After, prefix+"-after", s)
	if err != nil {
		t.Fatal("after: ", err)
	}
	t.Logf("before %+v", *before)
	t.Logf("after  %+v", *after)

	if n := unfinished(newObjects); n > 0 {
		t.Errorf("%d objects are not finished", n)
	}
	diff, fields := differences(oldObjects, newObjects)
	if diff != "" {
		t.Errorf("the objects differ (- before, + after):\n%s", diff)
	}
	// With a conflict for every object there is a second write for each, and the
	// promise holds only for longer reconciles.
	promised := 4
	if s.Raced {
		promised = 8
	}
	if s.Writes >= promised && 4*after.Puts > before.Puts {
		t.Errorf("%d status writes, %d before: less than 75 %% fewer", after.Puts, before.Puts)
	}
	if !s.Raced && s.Writes >= promised && 4*after.Calls > before.Calls {
		t.Errorf("%d calls, %d before: less than 75 %% fewer", after.Calls, before.Calls)
	}
	if least := s.Objects * s.Writes; before.Stored < least {
		t.Errorf("%d status writes stored before, want at least %d: not the operator that was meant", before.Stored, least)
	}
	if after.Stored != s.Objects {
		t.Errorf("%d status writes stored, want one for each of the %d objects", after.Stored, s.Objects)
	}
	// What provokes a conflict wakes the controller as well. If that is before its cache
	// has the write, it tries once more.
	provoked, most := 0, 0
	if s.Raced {
		provoked, most = s.Objects, 2*s.Objects
	}
	if after.Conflicts > max(before.Conflicts, most) {
		t.Errorf("%d conflicts, %d before", after.Conflicts, before.Conflicts)
	}
	if !s.Busy && (after.Conflicts < provoked || after.Conflicts > most || after.Puts != s.Objects+after.Conflicts) {
		t.Errorf("%d status writes and %d conflicts, want one write for each of the %d objects and %d to %d conflicts",
			after.Puts, after.Conflicts, s.Objects, provoked, most)
	}
	if !t.Failed() {
		result.Before, result.After = append(result.Before, *before), append(result.After, *after)
		result.Fields += fields
	}
}
