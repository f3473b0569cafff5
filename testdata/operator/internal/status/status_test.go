package status

import (
	"context"
	"errors"
	"testing"

	"example.com/operator/api/v1alpha1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"
)

// setup stores a workflow and returns it with a manager for it. It counts the
// attempts to write, and runs meddle before each.
func setup(t *testing.T, meddle func(client.Client)) (*Manager[v1alpha1.WorkflowExecution, *v1alpha1.WorkflowExecution], *v1alpha1.WorkflowExecution, *int) {
	t.Helper()
	scheme := runtime.NewScheme()
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	writes := new(int)
	workflow := &v1alpha1.WorkflowExecution{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "w", UID: "one"}}
	c := fake.NewClientBuilder().
		WithScheme(scheme).
		WithObjects(workflow).
		WithStatusSubresource(workflow).
		WithInterceptorFuncs(interceptor.Funcs{
			SubResourceUpdate: func(ctx context.Context, inner client.Client, subresource string, obj client.Object, opts ...client.SubResourceUpdateOption) error {
				*writes++
				if meddle != nil {
					meddle(inner)
				}
				return inner.SubResource(subresource).Update(ctx, obj, opts...)
			},
		}).Build()
	if err := c.Get(t.Context(), client.ObjectKeyFromObject(workflow), workflow); err != nil {
		t.Fatal(err)
	}
	return NewManager[v1alpha1.WorkflowExecution](c, c), workflow, writes
}

func TestChangeSurvivesAnotherWriter(t *testing.T) {
	meddled := false
	manager, workflow, writes := setup(t, func(c client.Client) {
		if meddled {
			return
		}
		meddled = true
		var other v1alpha1.WorkflowExecution
		if err := c.Get(t.Context(), types.NamespacedName{Namespace: "default", Name: "w"}, &other); err != nil {
			t.Error(err)
		}
		other.Status.Message = "theirs"
		if err := c.Status().Update(t.Context(), &other); err != nil {
			t.Error(err)
		}
	})

	err := manager.AtomicStatusUpdate(t.Context(), workflow, func() error {
		workflow.Status.Phase = v1alpha1.WorkflowSucceeded
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if workflow.Status.Phase != v1alpha1.WorkflowSucceeded || workflow.Status.Message != "theirs" {
		t.Errorf("status %+v: one of the changes is lost", workflow.Status)
	}
	if *writes != 2 {
		t.Errorf("%d attempts to write, want 2: one conflict, one success", *writes)
	}
}

// What was set in memory before the call must not reach the server by accident.
func TestStartsFromWhatIsStored(t *testing.T) {
	manager, workflow, _ := setup(t, nil)
	workflow.Status.Message = "never decided on"
	err := manager.AtomicStatusUpdate(t.Context(), workflow, func() error {
		workflow.Status.Phase = v1alpha1.WorkflowFailed
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if workflow.Status.Message != "" {
		t.Errorf("message %q survived the reading", workflow.Status.Message)
	}
}

func TestWritesNothing(t *testing.T) {
	broken := errors.New("broken")
	tests := []struct {
		name   string
		uid    types.UID
		change error
		want   func(error) bool
	}{
		{"no change", "one", nil, func(err error) bool { return err == nil }},
		{"failed change", "one", broken, func(err error) bool { return errors.Is(err, broken) }},
		{"replaced object", "two", nil, func(err error) bool { return err != nil && !apierrors.IsConflict(err) }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			manager, workflow, writes := setup(t, nil)
			workflow.UID = test.uid
			err := manager.AtomicStatusUpdate(t.Context(), workflow, func() error { return test.change })
			if !test.want(err) {
				t.Errorf("unexpected error: %v", err)
			}
			if *writes != 0 {
				t.Errorf("%d writes, want none", *writes)
			}
		})
	}
}
