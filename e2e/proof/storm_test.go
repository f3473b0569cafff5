//go:build proof

package proof

import (
	"context"
	"strconv"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// writers is how many write the status of one object in a storm.
const writers = 50

// testStorm has many write the status of one object at once.
func testStorm(t *testing.T, c *cluster, halves *Halves, prefix string, proof *Proof) {
	tests := []struct {
		form      string
		steps     int // that are in the end
		confirmed int
	}{
		// All have read before the first writes, so the naive ones lose all
		// changes but one, whatever the timing.
		{"manager", writers, writers},
		{"update", 1, 1},
		{"patch", 1, writers},
		// The API server takes no custom resource without its version.
		{"force", 0, 0},
	}
	for _, test := range tests {
		t.Run(test.form, func(t *testing.T) {
			report, steps, counter, err := c.storm(t.Context(), halves.After, prefix+"-storm-"+test.form,
				"-storm="+test.form, "-writers="+strconv.Itoa(writers))
			if err != nil {
				t.Fatal(err)
			}
			if steps != test.steps || counter != test.steps {
				t.Errorf("%d steps and a counter of %d, want %d", steps, counter, test.steps)
			}
			if report.Confirmed != test.confirmed {
				t.Errorf("%d writers were told that they had written, want %d", report.Confirmed, test.confirmed)
			}
			if report.Other > 0 {
				t.Errorf("%d unexpected errors: %s", report.Other, report.Example)
			}
			proof.addStorm(test.form, writers, steps, report)
		})
	}
}

// testRestart kills the server while the controllers work, and while a storm
// goes on, and starts it again.
func testRestart(t *testing.T, halves *Halves, proof *Proof) {
	c, err := startCluster(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}()

	const objects, writes = 50, 8
	ends := map[string]map[string]*unstructured.Unstructured{}
	for _, half := range []struct{ name, runner string }{{"before", halves.Before}, {"after", halves.After}} {
		t.Run(half.name, func(t *testing.T) {
			if err := c.create(t.Context(), half.name, objects, writes); err != nil {
				t.Fatal(err)
			}
			// A writer of its own for each step, or one for all.
			middle := objects / 4
			if half.name == "before" {
				middle *= writes
			}
			var report *runnerReport
			finished, err := c.crash(t.Context(), half.name, middle, func(ctx context.Context) (err error) {
				report, err = run(ctx, half.runner, c.server.Kubeconfig(), "-namespace="+half.name,
					"-objects="+strconv.Itoa(objects), "-work="+stepTime.String())
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			unanswered := report.sum(func(c call) bool { return c.Code == 0 })
			if finished == objects || unanswered == 0 {
				t.Errorf("%d objects were finished and %d requests not answered: the crash was not in the middle", finished, unanswered)
			}
			if ends[half.name], err = c.list(t.Context(), half.name); err != nil {
				t.Fatal(err)
			}
			if n := unfinished(ends[half.name]); n > 0 {
				t.Errorf("%d objects are not finished", n)
			}
			proof.addCrash(half.name, objects, finished, unanswered)
		})
	}
	if diff, _ := differences(ends["before"], ends["after"]); diff != "" {
		t.Errorf("the objects differ (- before, + after):\n%s", diff)
	}

	t.Run("storm", func(t *testing.T) {
		const rounds = 4
		var report *runnerReport
		var steps, counter int
		_, err := c.crash(t.Context(), "storm", writers, func(ctx context.Context) (err error) {
			report, steps, counter, err = c.storm(ctx, halves.After, "storm", "-storm=manager",
				"-writers="+strconv.Itoa(writers), "-rounds="+strconv.Itoa(rounds), "-once")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if report.Other == 0 {
			t.Error("no writer noticed that the server was away")
		}
		if want := writers * rounds; steps != want || counter != want || report.Confirmed != want {
			t.Errorf("%d steps, a counter of %d and %d confirmed, want %d of each", steps, counter, report.Confirmed, want)
		}
		proof.addStorm("manager, with a crash", writers*rounds, steps, report)
	})
}

// crash kills the server as soon as a watcher of the namespace has seen so many
// writes since do began, and starts it again. It returns how many objects were
// finished then, and the error of do.
func (c *cluster) crash(ctx context.Context, namespace string, writes int, do func(context.Context) error) (finished int, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	w, err := c.watch(ctx, namespace)
	if err != nil {
		return 0, err
	}
	defer w.Stop()
	done := make(chan error, 1)
	go func() { done <- do(ctx) }()
	for events := 0; events < writes; events, finished = w.seen() {
		select {
		case err := <-done:
			return 0, err
		case <-time.After(time.Millisecond):
		}
	}
	c.server.Kill()
	// Long enough for everybody to notice.
	time.Sleep(time.Second)
	if err := c.server.Restart(); err != nil {
		return 0, err
	}
	return finished, <-done
}
