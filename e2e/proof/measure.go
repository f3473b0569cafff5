//go:build proof

package proof

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
)

// A Scenario is what the controllers have to do, and what hinders them.
type Scenario struct {
	Name    string
	Objects int
	// Writes is how many status writes a reconcile makes before the rewrite.
	Writes int
	// Busy has somebody else change the metadata of one object after the other
	// for as long as the controllers run.
	Busy bool
	// Raced has somebody else change each object just before the first status
	// write of it arrives, so that the write is refused with a conflict.
	Raced bool
}

// Figures are what it cost to bring all objects to an end.
type Figures struct {
	Puts      int // requests to write a status
	Conflicts int // those of them that were refused with 409
	Calls     int // all requests for one object: to write a status, and to read
	Stored    int // status writes that etcd kept: each is an event to every watcher
	Sent      int // events that the server sent, foreign changes included
	CPU       int // milliseconds of processor time of the server and its etcd
}

// stepTime is how long a step or a delivery takes. Without it a reconcile would
// be too short for anybody to come between.
const stepTime = 2 * time.Millisecond

// foreignPause is how long the foreign writer of a busy scenario waits between
// two changes.
const foreignPause = 3 * time.Millisecond

// foreignMark is the annotation that it changes.
const foreignMark = "foreign"

// measure runs a runner against the objects of a scenario, in a namespace of
// their own, and returns what it cost and the objects as they are in the end. It
// is an error if those who count do not agree, or a foreign change is lost.
func (c *cluster) measure(ctx context.Context, runner, namespace string, s Scenario) (*Figures, map[string]*unstructured.Unstructured, error) {
	w, err := c.watch(ctx, namespace)
	if err != nil {
		return nil, nil, err
	}
	defer w.Stop()
	if err := c.create(ctx, namespace, s.Objects, s.Writes); err != nil {
		return nil, nil, err
	}
	start, err := c.metrics(ctx)
	if err != nil {
		return nil, nil, err
	}

	foreign := &foreignWriter{last: map[string]string{}}
	if s.Busy {
		if err := foreign.start(ctx, c, namespace); err != nil {
			return nil, nil, err
		}
	}
	report, err := run(ctx, runner, c.server.Kubeconfig(),
		"-namespace="+namespace, "-objects="+strconv.Itoa(s.Objects), "-raced="+strconv.FormatBool(s.Raced), "-work="+stepTime.String())
	if err := errors.Join(err, foreign.stop()); err != nil {
		return nil, nil, err
	}

	figures := &Figures{
		Puts:      report.sum(func(c call) bool { return c.Subresource == "status" && c.Verb == http.MethodPut }),
		Conflicts: report.sum(func(c call) bool { return c.Code == http.StatusConflict }),
		Calls:     report.sum(func(call) bool { return true }),
	}
	end, err := c.agree(ctx, start, report, foreign.count+report.Overtaken)
	if err != nil {
		return nil, nil, err
	}
	figures.CPU = end.cpu() - start.cpu()
	figures.Sent = end.sent() - start.sent()

	writes, last, err := c.stored(ctx, namespace)
	if err != nil {
		return nil, nil, err
	}
	figures.Stored = writes - s.Objects - foreign.count - report.Overtaken
	if want := report.sum(func(c call) bool { return c.Subresource == "status" && c.Code == http.StatusOK }); figures.Stored != want {
		return nil, nil, fmt.Errorf("etcd kept %d status writes, the runner was told of %d", figures.Stored, want)
	}
	events, err := w.upTo(ctx, last)
	if err != nil {
		return nil, nil, err
	}
	if events != writes {
		return nil, nil, fmt.Errorf("a watcher saw %d events of %d writes to etcd", events, writes)
	}

	objects, err := c.list(ctx, namespace)
	if err != nil {
		return nil, nil, err
	}
	if len(objects) != s.Objects {
		return nil, nil, fmt.Errorf("there are %d objects, want %d", len(objects), s.Objects)
	}
	for name, obj := range objects {
		if overtaken := obj.GetAnnotations()["overtaken"] == "yes"; overtaken != s.Raced {
			return nil, nil, fmt.Errorf("%s was overtaken: %t, want %t", name, overtaken, s.Raced)
		}
	}
	return figures, objects, foreign.kept(objects)
}

// agree waits until the server has counted as many requests since start as the
// runner and the foreign writers have made. It counts a request when it has been
// answered, so a little later than they.
func (c *cluster) agree(ctx context.Context, start metrics, report *runnerReport, foreign int) (metrics, error) {
	made := map[call]int{}
	for _, c := range report.Calls {
		made[c.call] = c.Count
	}
	patches := 0
	var end metrics
	var differ string
	err := wait.PollUntilContextTimeout(ctx, 20*time.Millisecond, 30*time.Second, true, func(ctx context.Context) (bool, error) {
		var err error
		if end, err = c.metrics(ctx); err != nil {
			return false, err
		}
		answered := map[call]int{}
		before := start.calls()
		patches = 0
		for call, n := range end.calls() {
			switch n -= before[call]; {
			case n == 0:
			case call.Verb == http.MethodPatch && call.Code == http.StatusOK:
				patches += n
			default:
				answered[call] = n
			}
		}
		differ = cmp.Diff(made, answered)
		return differ == "" && patches == foreign, nil
	})
	if err != nil {
		return nil, fmt.Errorf("%w: the server counted %d foreign changes of %d, and of the other requests (- runner, + server):\n%s", err, patches, foreign, differ)
	}
	return end, nil
}

// foreignWriter changes the metadata of objects, one after the other.
type foreignWriter struct {
	count int               // of the changes made
	last  map[string]string // the last change, by object
	end   context.CancelFunc
	ended chan error
}

func (f *foreignWriter) start(ctx context.Context, c *cluster, namespace string) error {
	objects, err := c.list(ctx, namespace)
	if err != nil {
		return err
	}
	stopped, end := context.WithCancel(ctx)
	f.end, f.ended = end, make(chan error, 1)
	go func() { f.ended <- f.write(ctx, stopped.Done(), c, namespace, objects) }()
	return nil
}

func (f *foreignWriter) write(ctx context.Context, stopped <-chan struct{}, c *cluster, namespace string, objects map[string]*unstructured.Unstructured) error {
	for {
		for name, obj := range objects {
			select {
			case <-stopped:
				return nil
			case <-time.After(foreignPause):
			}
			gvr, value := groupVersion.WithResource("notifications"), strconv.Itoa(f.count)
			if obj.GetKind() != kinds[gvr.Resource] {
				gvr.Resource = "workflowexecutions"
			}
			patch := fmt.Sprintf(`{"metadata":{"annotations":{%q:%q}}}`, foreignMark, value)
			if _, err := c.resource(gvr.Resource, namespace).Patch(ctx, name, types.MergePatchType, []byte(patch), metav1.PatchOptions{}); err != nil {
				return fmt.Errorf("foreign writer: %w", err)
			}
			f.count++
			f.last[name] = value
		}
	}
}

// stop ends the writer, if it was started, after the change it is making.
func (f *foreignWriter) stop() error {
	if f.end == nil {
		return nil
	}
	f.end()
	return <-f.ended
}

// kept checks that the last change of each object is still there.
func (f *foreignWriter) kept(objects map[string]*unstructured.Unstructured) error {
	for name, want := range f.last {
		if got := objects[name].GetAnnotations()[foreignMark]; got != want {
			return fmt.Errorf("the foreign change %s of %s was lost: it is %q", want, name, got)
		}
	}
	return nil
}

// differences compares the objects of two runs, field by field, and returns
// where they differ and how many fields there are. Only what is no work of the
// controllers is left out: what tells one object from another, and the number
// of the last foreign change.
func differences(before, after map[string]*unstructured.Unstructured) (diff string, fields int) {
	a, b := contents(before), contents(after)
	for _, content := range b {
		fields += leaves(content)
	}
	return cmp.Diff(a, b), fields
}

func contents(objects map[string]*unstructured.Unstructured) map[string]any {
	all := map[string]any{}
	for name, obj := range objects {
		obj = obj.DeepCopy()
		for _, field := range []string{"namespace", "uid", "resourceVersion", "creationTimestamp", "managedFields"} {
			unstructured.RemoveNestedField(obj.Object, "metadata", field)
		}
		unstructured.RemoveNestedField(obj.Object, "metadata", "annotations", foreignMark)
		if len(obj.GetAnnotations()) == 0 {
			unstructured.RemoveNestedField(obj.Object, "metadata", "annotations")
		}
		all[name] = obj.Object
	}
	return all
}

// leaves counts the values that hold no others.
func leaves(value any) int {
	n := 0
	switch value := value.(type) {
	case map[string]any:
		for _, v := range value {
			n += leaves(v)
		}
	case []any:
		for _, v := range value {
			n += leaves(v)
		}
	default:
		n = 1
	}
	return n
}

// unfinished returns how many of the objects are in no phase.
func unfinished(objects map[string]*unstructured.Unstructured) int {
	n := 0
	for _, obj := range objects {
		if phase(obj) == "" {
			n++
		}
	}
	return n
}

func phase(obj *unstructured.Unstructured) string {
	phase, _, _ := unstructured.NestedString(obj.Object, "status", "phase")
	return phase
}
