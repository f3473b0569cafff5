// Package test compares the two halves of the operator: what they leave in the
// cluster, and what it costs.
package test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"example.com/operator/api/v1alpha1"
	"example.com/operator/internal/after"
	"example.com/operator/internal/before"
	"example.com/operator/internal/status"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

// cluster is a fake API server that counts the status writes it accepts.
type cluster struct {
	client.Client
	writes int
	// busy has somebody else change the object just before the first write,
	// which is then refused with a conflict.
	busy bool
}

func startCluster(t *testing.T, obj client.Object) *cluster {
	t.Helper()
	scheme := runtime.NewScheme()
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	c := &cluster{}
	c.Client = fake.NewClientBuilder().
		WithScheme(scheme).
		WithObjects(obj).
		WithStatusSubresource(&v1alpha1.Notification{}, &v1alpha1.WorkflowExecution{}).
		WithInterceptorFuncs(interceptor.Funcs{SubResourceUpdate: c.update}).
		Build()
	return c
}

func (c *cluster) update(ctx context.Context, inner client.Client, subresource string, obj client.Object, opts ...client.SubResourceUpdateOption) error {
	if c.busy {
		c.busy = false
		patch := client.RawPatch(types.MergePatchType, []byte(`{"metadata":{"labels":{"team":"blue"}}}`))
		if err := inner.Patch(ctx, obj.DeepCopyObject().(client.Object), patch); err != nil {
			return err
		}
	}
	if err := inner.SubResource(subresource).Update(ctx, obj, opts...); err != nil {
		return err
	}
	c.writes++
	return nil
}

// world stands in for channels and step actions: it fails where told, and
// remembers what it was asked to do.
type world struct {
	broken map[string]bool
	done   []string
}

func (w *world) do(what string) error {
	w.done = append(w.done, what)
	if w.broken[what] {
		return fmt.Errorf("%s is down", what)
	}
	return nil
}

func (w *world) Send(_ context.Context, channel, _ string) error { return w.do(channel) }

func (w *world) Run(_ context.Context, step v1alpha1.WorkflowStep) error { return w.do(step.Name) }

func now() metav1.Time { return metav1.NewTime(time.Unix(1_700_000_000, 0)) }

// halves are the controllers of one kind, before and after the rewrite.
type halves struct {
	before, after func(*cluster, *world) reconcile.Reconciler
}

var notifications = halves{
	before: func(c *cluster, w *world) reconcile.Reconciler {
		return &before.NotificationReconciler{Client: c, Sender: w, Now: now}
	},
	after: func(c *cluster, w *world) reconcile.Reconciler {
		return &after.NotificationReconciler{
			Client: c, Statuses: status.NewManager[v1alpha1.Notification](c, c), Sender: w, Now: now,
		}
	},
}

var workflows = halves{
	before: func(c *cluster, w *world) reconcile.Reconciler {
		return &before.WorkflowExecutionReconciler{Client: c, Runner: w, Now: now}
	},
	after: func(c *cluster, w *world) reconcile.Reconciler {
		return &after.WorkflowExecutionReconciler{
			Client: c, Statuses: status.NewManager[v1alpha1.WorkflowExecution](c, c), Runner: w, Now: now,
		}
	},
}

func notification(maxAttempts int, channels ...string) *v1alpha1.Notification {
	return &v1alpha1.Notification{
		ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "n"},
		Spec:       v1alpha1.NotificationSpec{Channels: channels, Message: "hello", MaxAttempts: maxAttempts},
	}
}

func workflow(steps ...string) *v1alpha1.WorkflowExecution {
	w := &v1alpha1.WorkflowExecution{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "w"}}
	for _, name := range steps {
		w.Spec.Steps = append(w.Spec.Steps, v1alpha1.WorkflowStep{Name: name, Action: "do"})
	}
	return w
}

func phase(obj client.Object) string {
	switch obj := obj.(type) {
	case *v1alpha1.Notification:
		return string(obj.Status.Phase)
	case *v1alpha1.WorkflowExecution:
		return string(obj.Status.Phase)
	}
	return ""
}

// reconcileOnce runs one reconcile of obj and reads obj back.
func reconcileOnce(t *testing.T, r reconcile.Reconciler, c *cluster, obj client.Object) (ctrl.Result, error) {
	t.Helper()
	key := client.ObjectKeyFromObject(obj)
	result, err := r.Reconcile(t.Context(), ctrl.Request{NamespacedName: key})
	if err := c.Get(t.Context(), key, obj); err != nil {
		t.Fatal(err)
	}
	// The resource version counts the writes, which are compared on their own.
	obj.SetResourceVersion("")
	return result, err
}

func TestHalvesAgree(t *testing.T) {
	tests := []struct {
		name   string
		halves halves
		object client.Object
		broken map[string]bool
		phases []string // after each reconcile
		before []int    // status writes of each reconcile
		after  []int
	}{{
		name:   "notification: every channel works",
		halves: notifications,
		object: notification(3, "mail", "chat", "pager"),
		phases: []string{"Delivered", "Delivered"},
		before: []int{4, 0},
		after:  []int{1, 0},
	}, {
		name:   "notification: a channel runs out of attempts",
		halves: notifications,
		object: notification(2, "mail", "chat", "pager"),
		broken: map[string]bool{"chat": true},
		phases: []string{"Retrying", "Failed", "Failed"},
		before: []int{4, 2, 0},
		after:  []int{1, 1, 0},
	}, {
		name:   "workflow: every step works",
		halves: workflows,
		object: workflow("fetch", "build", "ship"),
		phases: []string{"Succeeded", "Succeeded"},
		before: []int{4, 0},
		after:  []int{1, 0},
	}, {
		name:   "workflow: the second step fails",
		halves: workflows,
		object: workflow("fetch", "build", "ship"),
		broken: map[string]bool{"build": true},
		phases: []string{"Failed", "Failed"},
		before: []int{3, 0},
		after:  []int{1, 0},
	}}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			clone := func() client.Object { return test.object.DeepCopyObject().(client.Object) }
			oldCluster, newCluster := startCluster(t, clone()), startCluster(t, clone())
			oldWorld, newWorld := &world{broken: test.broken}, &world{broken: test.broken}
			oldHalf, newHalf := test.halves.before(oldCluster, oldWorld), test.halves.after(newCluster, newWorld)

			for i, want := range test.phases {
				oldCluster.writes, newCluster.writes = 0, 0
				oldObject, newObject := clone(), clone()
				oldResult, oldErr := reconcileOnce(t, oldHalf, oldCluster, oldObject)
				newResult, newErr := reconcileOnce(t, newHalf, newCluster, newObject)
				if oldErr != nil || newErr != nil {
					t.Fatalf("reconcile %d: before: %v, after: %v", i, oldErr, newErr)
				}
				if got := phase(oldObject); got != want {
					t.Errorf("reconcile %d: phase %q, want %q", i, got, want)
				}
				if !equality.Semantic.DeepEqual(oldObject, newObject) {
					t.Errorf("reconcile %d: the halves differ:\nbefore %+v\nafter  %+v", i, oldObject, newObject)
				}
				if oldResult != newResult {
					t.Errorf("reconcile %d: before returns %+v, after %+v", i, oldResult, newResult)
				}
				if oldCluster.writes != test.before[i] || newCluster.writes != test.after[i] {
					t.Errorf("reconcile %d: %d writes before, %d after, want %d and %d",
						i, oldCluster.writes, newCluster.writes, test.before[i], test.after[i])
				}
			}
			if got, want := fmt.Sprint(newWorld.done), fmt.Sprint(oldWorld.done); got != want {
				t.Errorf("after does %s, before %s", got, want)
			}
		})
	}
}

// A conflict is where the halves part: before fails and does the work again,
// after only writes again.
func TestConflict(t *testing.T) {
	tests := []struct {
		name          string
		halves        halves
		object        client.Object
		before, after string // the work done by two reconciles
	}{
		{"notification", notifications, notification(3, "mail"), "[mail mail]", "[mail]"},
		{"workflow", workflows, workflow("build"), "[build build]", "[build]"},
	}
	for _, test := range tests {
		for half, reconciler := range map[string]func(*cluster, *world) reconcile.Reconciler{
			"before": test.halves.before, "after": test.halves.after,
		} {
			t.Run(test.name+" "+half, func(t *testing.T) {
				obj := test.object.DeepCopyObject().(client.Object)
				c, w := startCluster(t, obj), &world{}
				c.busy = true
				r := reconciler(c, w)
				_, first := reconcileOnce(t, r, c, obj)
				_, second := reconcileOnce(t, r, c, obj)
				if second != nil {
					t.Errorf("the second reconcile: %v", second)
				}
				want := test.after
				if half == "before" {
					want = test.before
				}
				if got := fmt.Sprint(w.done); got != want {
					t.Errorf("the work done: %s, want %s (first reconcile: %v)", got, want, first)
				}
				if half == "after" && first != nil {
					t.Errorf("the first reconcile: %v", first)
				}
			})
		}
	}
}
