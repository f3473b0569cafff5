package differential

// What is a fair comparison of fixes that rest on assumptions?
//
// Such a fix promises that the program does what it did if its assumptions hold. What
// may differ is what they name, so each kind decides what is compared:
//
//   - visibility: nobody has to see what is stored in between. So not the calls are
//     compared but what a run comes to: its answer, its effects in their order, among them
//     the writes of whole objects, and each object on each server when it is over. A program
//     that reads its own object in between is none that the assumption excludes: what it reads
//     has to have what is held.
//   - unseen: what cannot be seen through, here the cloud and the recorder, has nothing to do
//     with the object. That is true of all programs.
//   - gate, progress: an effect may run before a write that fails, and again after it. So under
//     a fault the effects are compared as a set: those that the original makes at whatever
//     moment it happens must be made, and no others than it makes at some moment.
//   - error: a failure that the program only logs is returned at the end, or one that it
//     logs loses more than before. So under a fault an error is an error in any words, and one
//     more where a write has failed, and the end is not compared where both halves go on
//     after a failed write as if nothing were lost.
//
// Where no call of the API server fails, both halves are compared run by run, with no more
// status writes in any. Not so where a program runs into a conflict with itself, nor is it
// compared under a fault then, as nobody can say how often it comes. Otherwise under a
// fault, a foreign write or one that fails or whose answer is lost, the fixed program must end
// at what the original ends at, had the same happened at some moment: see the head of
// TestDifferential. That leaves open which of its writes the fault befalls, as many of them are
// one now.
//
// A patch has no lock. Which foreign write of its own fields it undoes depends on when that
// comes, in both halves, so their end is not compared then. And a program that has an
// answer overwrite what it has changed and not written may get a conflict in place of
// losing it. Who pauses the object in the very moment of the write at the end leaves its
// status as it was, as the reconcile that is to try again does nothing.
//
// Invalid is not among the faults: a batch stores the last status that is taken, and the
// original may have stored one that lies before it.

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/atomicstatus/atomicstatus/e2e/differential/gen"
)

// TestDifferentialReview holds the fixes that rest on assumptions to what they promise
// where those hold.
func TestDifferentialReview(t *testing.T) {
	trial := Trial{Command: command(t), Review: true}
	trial.Fix = ReviewTool(trial.Command)
	programs := generate(gen.NewReview, 40)
	dir := t.TempDir()
	result, err := trial.Run(dir, programs)
	if err != nil {
		t.Fatal(err)
	}
	if *print {
		logPrograms(t, dir)
	}
	batches := withBatch(t, dir)
	t.Logf("seeds from %d: %d programs, %d changed by fixes, %d with a batch", *seed, result.Programs, result.Changed, batches)
	t.Logf("%+v", result.Tally)
	for _, r := range result.Fixes.Refused {
		t.Log(r)
	}
	if batches == 0 && len(programs) > 10 { // a few may be without
		t.Error("no program has a batch")
	}
	for _, f := range result.Broken {
		t.Errorf("program %s does not compile as generated: %s", f.Program, f.Detail)
	}
	for _, f := range result.Failures {
		t.Errorf("program %s: %s: %s\n%s", f.Program, f.Rule, f.Scenario, f.Detail)
	}
	reduceFirst(t, trial, programs, result.Failures)
}

// withBatch counts the fixed programs in dir that got a batch.
func withBatch(t *testing.T, dir string) (n int) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "after", "*", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(text, []byte(".Batch(ctx)")) {
			n++
		}
	}
	return n
}

// Statements of the programs below.
const (
	opened = "ctx, flush := status.Batch(ctx)\ndefer flush(&reterr)\nbase := status.Base(ctx, db)"
	label  = "db.Labels = map[string]string{\"app\": db.Name}\nif err := r.Update(ctx, db); err != nil {\nreturn ctrl.Result{}, err\n}"
	laid   = "base = status.Base(ctx, db)"
	notify = "if err := r.Cloud.Notify(ctx, string(db.Status.Phase)); err != nil {\nreturn ctrl.Result{}, err\n}"
	shards = "for _, shard := range db.Spec.Shards {\nif err := r.Cloud.EnsureVolume(ctx, shard); err != nil {\nreturn ctrl.Result{}, err\n}\n" + tried
)

// reviewFixtures are fixes as those that rest on assumptions, right ones and wrong ones.
var reviewFixtures = []fixture{
	{name: "one write at the end", before: []string{volume, ready, write, user, tried, write}, after: []string{opened, volume, ready, rebased, user, tried, rebased}},
	{name: "one write of a loop", before: []string{shards, write, "}"}, after: []string{opened, shards, rebased, "}"}},
	{name: "an answer with what is held", before: []string{ready, write, label, tried, write}, after: []string{opened, ready, rebased, label, laid, tried, rebased}},
	{name: "a read with what is held", before: []string{ready, write, again, notify, tried, write}, after: []string{opened, ready, rebased, again, laid, notify, tried, rebased}},

	{name: "an answer without what is held", before: []string{ready, write, label, tried, write}, after: []string{opened, ready, rebased, label, tried, rebased}, broken: "a write that fails"},
	{name: "a read without what is held", before: []string{ready, write, again, notify}, after: []string{opened, ready, rebased, again, notify, "_ = base"}, broken: "effects"},
	{name: "a write outside the batch", before: []string{ready, write, tried, write}, after: []string{opened, ready, rebased, tried, write}, broken: "a write that fails"},
	{name: "a write that is gone", before: []string{ready, write, tried, write}, after: []string{opened, ready, rebased, tried}, broken: "persisted object"},
	{name: "a flush that an error misses", before: []string{ready, write, volume, tried, write},
		after: []string{"ctx, flush := status.Batch(ctx)\nbase := status.Base(ctx, db)", ready, rebased, volume, tried, rebased, "flush(&reterr)\nif reterr != nil {\nreturn ctrl.Result{}, reterr\n}"}, broken: "persisted object"},
	{name: "an error that nobody gets", before: []string{ready, write, tried, write},
		after: []string{"var lost error\nctx, flush := status.Batch(ctx)\ndefer flush(&lost)\nbase := status.Base(ctx, db)", ready, rebased, tried, rebased}, broken: "steady at another object"},
	{name: "a write behind a loop that a return leaves", before: []string{shards, write, "}"}, after: []string{shards, "}", write}, broken: "persisted object"},
	{name: "effects in another order", before: []string{volume, ready, write, user, tried, write}, after: []string{opened, user, ready, rebased, volume, tried, rebased}, broken: "effects"},
	{name: "more writes", before: []string{ready, write, tried, write}, after: []string{ready, write, tried, write, write}, broken: "more status writes"},
	{name: "another result", before: []string{ready, write}, after: []string{ready, write, "if db.Status.Phase == v1.PhaseReady {\nreturn ctrl.Result{RequeueAfter: time.Minute}, nil\n}"}, broken: "answer"},
	{name: "a panic", before: []string{ready, write}, after: []string{ready, write, "if db.Name != \"\" {\npanic(\"no\")\n}"}, broken: "panic"},
	{name: "an effect that is done once more", before: []string{ready, write, volume}, after: []string{ready, strings.Replace(write, "return", "if apierrors.IsConflict(err) {\n_ = r.Cloud.Notify(ctx, \"again\")\n}\nreturn", 1), volume}, broken: "new effect"},
}

// TestHarnessReview holds the comparison of fixes that rest on assumptions to what it
// promises.
func TestHarnessReview(t *testing.T) { judgeFixtures(t, reviewFixtures, true) }
