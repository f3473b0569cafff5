package status

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"
)

// server is a fake API server that counts what it is asked.
type server struct {
	client.Client
	reads, writes int
	// meddle, if set, runs before each write: what another writer does.
	meddle func(client.Client) error
}

func newServer(t *testing.T, stored ...client.Object) *server {
	t.Helper()
	scheme := runtime.NewScheme()
	if err := corev1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	s := &server{}
	s.Client = fake.NewClientBuilder().
		WithScheme(scheme).
		WithObjects(stored...).
		WithStatusSubresource(&corev1.Pod{}).
		WithInterceptorFuncs(interceptor.Funcs{Get: s.get, SubResourceUpdate: s.update}).
		Build()
	return s
}

// get answers as a real server does: it leaves out a status that nobody has
// set yet, and what the answer leaves out stays in obj as it was. The fake
// client would clear it.
func (s *server) get(ctx context.Context, c client.WithWatch, key client.ObjectKey, obj client.Object, opts ...client.GetOption) error {
	s.reads++
	var stored, empty corev1.Pod
	if err := c.Get(ctx, key, &stored, opts...); err != nil {
		return err
	}
	data, err := json.Marshal(&stored)
	if err != nil {
		return err
	}
	var answer map[string]json.RawMessage
	if err := json.Unmarshal(data, &answer); err != nil {
		return err
	}
	if equality.Semantic.DeepEqual(stored.Status, empty.Status) {
		delete(answer, "status")
	}
	if data, err = json.Marshal(answer); err != nil {
		return err
	}
	return json.Unmarshal(data, obj)
}

func (s *server) update(ctx context.Context, c client.Client, subresource string, obj client.Object, opts ...client.SubResourceUpdateOption) error {
	s.writes++
	if s.meddle != nil {
		if err := s.meddle(c); err != nil {
			return err
		}
	}
	var stored corev1.Pod
	if err := c.Get(ctx, client.ObjectKeyFromObject(obj), &stored); err != nil {
		return err
	}
	if obj.GetResourceVersion() != stored.GetResourceVersion() {
		// The fake client of controller-runtime v0.15 would overwrite it.
		return apierrors.NewConflict(schema.GroupResource{Resource: "tests"}, obj.GetName(), errors.New("it was modified"))
	}
	return c.SubResource(subresource).Update(ctx, obj, opts...)
}

// label changes the stored object, so that whoever has read it before meets a
// conflict.
func label(c client.Client) error {
	var other corev1.Pod
	if err := c.Get(context.Background(), client.ObjectKeyFromObject(newObject()), &other); err != nil {
		return err
	}
	other.SetLabels(map[string]string{"changed": other.GetResourceVersion()})
	return c.Update(context.Background(), &other)
}

func newObject() *corev1.Pod {
	return &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "one", UID: "first"}}
}

// set makes the change of status that the tests write.
func set(obj *corev1.Pod) {
	obj.Status.Message = "changed"
}

// checkStatus wants the status that set makes of an empty one, in memory and
// on the server.
func checkStatus(t *testing.T, s *server, obj *corev1.Pod) {
	t.Helper()
	want := newObject()
	set(want)
	if !equality.Semantic.DeepEqual(obj.Status, want.Status) {
		t.Errorf("the status in memory is %+v, want %+v", obj.Status, want.Status)
	}
	var stored corev1.Pod
	if err := s.Get(context.Background(), client.ObjectKeyFromObject(obj), &stored); err != nil {
		t.Fatal(err)
	}
	if !equality.Semantic.DeepEqual(stored.Status, want.Status) {
		t.Errorf("the status on the server is %+v, want %+v", stored.Status, want.Status)
	}
}

func TestWritesOnce(t *testing.T) {
	obj := newObject()
	s := newServer(t, obj)
	err := NewManager[corev1.Pod](s, nil).AtomicStatusUpdate(context.Background(), obj, func() error {
		set(obj)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if s.reads != 1 || s.writes != 1 {
		t.Errorf("%d reads and %d writes, want one each", s.reads, s.writes)
	}
	checkStatus(t, s, obj)
}

func TestReadsThroughReader(t *testing.T) {
	obj := newObject()
	s, reader := newServer(t, obj), newServer(t, obj)
	err := NewManager[corev1.Pod](s, reader).AtomicStatusUpdate(context.Background(), obj, func() error {
		set(obj)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if s.reads != 0 || reader.reads != 1 || s.writes != 1 || reader.writes != 0 {
		t.Errorf("%d reads and %d writes through the client, %d and %d through the reader, want 0, 1, 1 and 0",
			s.reads, s.writes, reader.reads, reader.writes)
	}
}

func TestConflict(t *testing.T) {
	obj := newObject()
	s := newServer(t, obj)
	s.meddle = func(c client.Client) error {
		s.meddle = nil
		return label(c)
	}
	calls := 0
	err := NewManager[corev1.Pod](s, nil).AtomicStatusUpdate(context.Background(), obj, func() error {
		calls++
		set(obj)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if calls != 2 || s.writes != 2 {
		t.Errorf("%d calls of change and %d writes, want two each: one conflict, one success", calls, s.writes)
	}
	checkStatus(t, s, obj)
	if obj.GetLabels()["changed"] == "" {
		t.Error("what the other writer did is not in the object")
	}
}

func TestConflictWithoutEnd(t *testing.T) {
	obj := newObject()
	s := newServer(t, obj)
	s.meddle = label
	err := NewManager[corev1.Pod](s, nil).AtomicStatusUpdate(context.Background(), obj, func() error {
		set(obj)
		return nil
	})
	if !apierrors.IsConflict(err) {
		t.Errorf("the error is %v, want one that wraps the conflict", err)
	}
	if s.writes < 2 {
		t.Errorf("%d writes, want more than one", s.writes)
	}
}

func TestCancelledBetweenAttempts(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	obj := newObject()
	s := newServer(t, obj)
	s.meddle = func(c client.Client) error {
		cancel()
		return label(c)
	}
	err := NewManager[corev1.Pod](s, nil).AtomicStatusUpdate(ctx, obj, func() error {
		set(obj)
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v, want %v", err, context.Canceled)
	}
	if s.writes != 1 {
		t.Errorf("%d writes, want one", s.writes)
	}
}

// What was set in memory before the call must not reach the server by accident.
func TestStartsFromWhatIsStored(t *testing.T) {
	obj := newObject()
	s := newServer(t, obj)
	set(obj)
	err := NewManager[corev1.Pod](s, nil).AtomicStatusUpdate(context.Background(), obj, func() error {
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := newObject(); !equality.Semantic.DeepEqual(obj.Status, want.Status) {
		t.Errorf("the status is %+v, want %+v: what was not stored survived the reading", obj.Status, want.Status)
	}
	if s.writes != 0 {
		t.Errorf("%d writes, want none", s.writes)
	}
}

func TestWritesNothing(t *testing.T) {
	broken := errors.New("broken")
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	tests := []struct {
		name   string
		ctx    context.Context
		stored []client.Object
		change func(obj *corev1.Pod) error
		calls  int
		want   func(error) bool
	}{{
		name:   "no change",
		ctx:    context.Background(),
		stored: []client.Object{newObject()},
		change: func(*corev1.Pod) error { return nil },
		calls:  1,
		want:   func(err error) bool { return err == nil },
	}, {
		name:   "failed change",
		ctx:    context.Background(),
		stored: []client.Object{newObject()},
		change: func(obj *corev1.Pod) error { set(obj); return broken },
		calls:  1,
		want:   func(err error) bool { return errors.Is(err, broken) },
	}, {
		name:   "timeout in the change",
		ctx:    context.Background(),
		stored: []client.Object{newObject()},
		change: func(*corev1.Pod) error { return context.DeadlineExceeded },
		calls:  1,
		want:   func(err error) bool { return errors.Is(err, context.DeadlineExceeded) },
	}, {
		name: "not found",
		ctx:  context.Background(),
		want: apierrors.IsNotFound,
	}, {
		name: "replaced",
		ctx:  context.Background(),
		stored: []client.Object{func() client.Object {
			other := newObject()
			other.SetUID("second")
			return other
		}()},
		want: func(err error) bool { return errors.Is(err, ErrReplaced) && !apierrors.IsConflict(err) },
	}, {
		name:   "cancelled",
		ctx:    cancelled,
		stored: []client.Object{newObject()},
		want:   func(err error) bool { return errors.Is(err, context.Canceled) },
	}}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s, obj := newServer(t, test.stored...), newObject()
			calls := 0
			err := NewManager[corev1.Pod](s, nil).AtomicStatusUpdate(test.ctx, obj, func() error {
				calls++
				return test.change(obj)
			})
			if !test.want(err) {
				t.Errorf("unexpected error: %v", err)
			}
			if calls != test.calls || s.writes != 0 {
				t.Errorf("%d calls of change and %d writes, want %d and none", calls, s.writes, test.calls)
			}
		})
	}
}
