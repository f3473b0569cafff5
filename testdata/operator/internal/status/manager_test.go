package status

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"
)

// server is a fake API server that counts what it is asked.
type server struct {
	client.Client
	mu            sync.Mutex
	reads, writes int
	// meddle, if set, runs before each write: what another writer does.
	meddle func(client.Client) error
	refuse error       // the answer to each write, if set
	old    *corev1.Pod // what the next reads answer: they come from a cache
	lag    int         // how many of them
	first  error       // the first write's
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
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reads++
	var stored, empty corev1.Pod
	if err := c.Get(ctx, key, &stored, opts...); err != nil {
		return err
	}
	if s.lag > 0 {
		s.lag--
		stored = *copyOf(s.old)
	}
	stored.GetObjectKind().SetGroupVersionKind(obj.GetObjectKind().GroupVersionKind())
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
	s.mu.Lock()
	defer s.mu.Unlock()
	s.writes++
	err := s.answer(ctx, c, subresource, obj, opts)
	if s.writes == 1 {
		s.first = err
	}
	return err
}

func (s *server) answer(ctx context.Context, c client.Client, subresource string, obj client.Object, opts []client.SubResourceUpdateOption) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if s.refuse != nil {
		return s.refuse
	}
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

// raise has somebody else want another spec, which the generation tells.
func raise(c client.Client) error {
	var other corev1.Pod
	if err := c.Get(context.Background(), client.ObjectKeyFromObject(newObject()), &other); err != nil {
		return err
	}
	other.SetGeneration(other.GetGeneration() + 1)
	return c.Update(context.Background(), &other)
}

// once has somebody else do something before the first write only.
func (s *server) once(meddle func(client.Client) error) {
	s.meddle = func(c client.Client) error {
		s.meddle = nil
		return meddle(c)
	}
}

// change has somebody else change the stored status.
func change(change func(*corev1.Pod)) func(client.Client) error {
	return func(c client.Client) error {
		var other corev1.Pod
		if err := c.Get(context.Background(), client.ObjectKeyFromObject(newObject()), &other); err != nil {
			return err
		}
		change(&other)
		return c.Status().Update(context.Background(), &other)
	}
}

// remove deletes the stored object.
func remove(c client.Client) error {
	return c.Delete(context.Background(), newObject())
}

// replace puts another object of the same name in its place.
func replace(c client.Client) error {
	if err := remove(c); err != nil {
		return err
	}
	other := newObject()
	other.SetUID("second")
	return c.Create(context.Background(), other)
}

// read returns the stored object.
func (s *server) read(t *testing.T) *corev1.Pod {
	t.Helper()
	obj := &corev1.Pod{}
	if err := s.Get(context.Background(), client.ObjectKeyFromObject(newObject()), obj); err != nil {
		t.Fatal(err)
	}
	s.reads = 0
	return obj
}

func newObject() *corev1.Pod {
	return &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "one", UID: "first"}}
}

func copyOf(obj *corev1.Pod) *corev1.Pod {
	return obj.DeepCopyObject().(*corev1.Pod)
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

// setOther changes another field of the status.
func setOther(obj *corev1.Pod) {
	obj.Status.Reason = "changed"
}

// updates are the ways to [Update].
var updates = map[string]func(context.Context, *server, *corev1.Pod, *corev1.Pod) error{
	"function": func(ctx context.Context, s *server, obj, base *corev1.Pod) error { return Update(ctx, s, obj, base) },
	"method": func(ctx context.Context, s *server, obj, base *corev1.Pod) error {
		return NewManager[corev1.Pod](s, nil).Update(ctx, obj, base)
	},
}

// Somebody else does something between the read and the write.
func TestUpdate(t *testing.T) {
	tests := []struct {
		name    string
		meddle  func(client.Client) error // before the first write
		pending bool                      // base has the change already
		lag     int                       // how many reads answer what was there before
		reads   int
		writes  int
		err     func(error) bool
	}{
		{name: "nobody", writes: 1},
		{name: "metadata", meddle: label, reads: 1, writes: 2},
		{name: "metadata, and the cache lags behind", meddle: label, lag: 3, reads: 4, writes: 2},
		{name: "metadata, and the cache never learns of it", meddle: label, lag: 100, reads: retry.DefaultRetry.Steps, writes: 1, err: apierrors.IsConflict},
		{name: "same field", meddle: change(set), reads: 1, writes: 1, err: apierrors.IsConflict},
		{name: "other field", meddle: change(setOther), reads: 1, writes: 1, err: apierrors.IsConflict},
		{name: "both count from 2 to 3", meddle: change(set), pending: true, reads: 1, writes: 1, err: apierrors.IsConflict},
		{name: "spec", meddle: raise, reads: 1, writes: 1, err: apierrors.IsConflict},
		{name: "deleted", meddle: remove, writes: 1, err: apierrors.IsNotFound},
		{name: "replaced", meddle: replace, reads: 1, writes: 1, err: apierrors.IsConflict},
	}
	for _, test := range tests {
		for way, update := range updates {
			t.Run(test.name+", "+way, func(t *testing.T) {
				s := newServer(t, newObject())
				obj := s.read(t)
				base := copyOf(obj)
				s.old, s.lag = copyOf(obj), test.lag
				set(obj)
				if test.pending {
					base = copyOf(obj)
				}
				objBefore, baseBefore := copyOf(obj), copyOf(base)
				if test.meddle != nil {
					s.once(test.meddle)
				}
				err := update(context.Background(), s, obj, base)
				if s.reads != test.reads || s.writes != test.writes {
					t.Errorf("%d reads and %d writes, want %d and %d", s.reads, s.writes, test.reads, test.writes)
				}
				if test.err != nil {
					if !test.err(err) || err != s.first {
						t.Errorf("the error is %v, want that of the first write: %v", err, s.first)
					}
					checkSame(t, "obj", obj, objBefore)
					checkSame(t, "base", base, baseBefore)
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				checkStatus(t, s, obj)
				checkSame(t, "base", base, obj)
				checkSame(t, "obj", obj, s.read(t))
				if changed := obj.GetLabels()["changed"] != ""; changed != (test.meddle != nil) {
					t.Errorf("the labels are %v", obj.GetLabels())
				}
			})
		}
	}
}

func checkSame(t *testing.T, name string, got, want *corev1.Pod) {
	t.Helper()
	got, want = copyOf(got), copyOf(want)
	got.GetObjectKind().SetGroupVersionKind(want.GetObjectKind().GroupVersionKind())
	if !equality.Semantic.DeepEqual(got, want) {
		t.Errorf("%s is %+v, want %+v", name, got, want)
	}
}

// An error that is no conflict is returned as it is.
func TestUpdateInvalid(t *testing.T) {
	s := newServer(t, newObject())
	obj := s.read(t)
	base := copyOf(obj)
	set(obj)
	before := copyOf(obj)
	s.refuse = apierrors.NewInvalid(schema.GroupKind{Kind: "Test"}, "one", nil)
	if err := Update(context.Background(), s, obj, base); err != s.refuse {
		t.Errorf("the error is %v, want %v", err, s.refuse)
	}
	checkSame(t, "obj", obj, before)
	if s.reads != 0 || s.writes != 1 {
		t.Errorf("%d reads and %d writes, want none and one", s.reads, s.writes)
	}
}

func TestUpdateConflictWithoutEnd(t *testing.T) {
	s := newServer(t, newObject())
	obj := s.read(t)
	base := copyOf(obj)
	set(obj)
	s.meddle = label
	if err := Update(context.Background(), s, obj, base); !apierrors.IsConflict(err) || err != s.first {
		t.Errorf("the error is %v, want the first conflict", err)
	}
	if want := 1 + retry.DefaultRetry.Steps; s.writes != want {
		t.Errorf("%d writes, want %d", s.writes, want)
	}
}

func TestUpdateCancelledBetweenAttempts(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	s := newServer(t, newObject())
	obj := s.read(t)
	base := copyOf(obj)
	set(obj)
	s.meddle = func(c client.Client) error {
		if s.writes == 2 {
			cancel()
		}
		return label(c)
	}
	err := Update(ctx, s, obj, base)
	if !apierrors.IsConflict(err) || !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v, want one that wraps the conflict and %v", err, context.Canceled)
	}
	if s.writes != 2 {
		t.Errorf("%d writes, want two", s.writes)
	}
}

// A base is as good after an update as it was before.
func TestUpdateAgain(t *testing.T) {
	s := newServer(t, newObject())
	obj := s.read(t)
	base := copyOf(obj)
	set(obj)
	for range make([]int, 2) {
		s.once(label)
		if err := Update(context.Background(), s, obj, base); err != nil {
			t.Fatal(err)
		}
		checkStatus(t, s, obj)
		checkSame(t, "base", base, obj)
	}
	if s.writes != 4 {
		t.Errorf("%d writes, want two for each update", s.writes)
	}
}

// A base from before the last write of obj resolves nothing, though the status is by
// chance what it was then.
func TestUpdateOldBase(t *testing.T) {
	s := newServer(t, newObject())
	obj := s.read(t)
	base := copyOf(obj)
	set(obj)
	if err := s.Status().Update(context.Background(), obj); err != nil {
		t.Fatal(err)
	}
	s.once(func(c client.Client) error {
		return errors.Join(change(func(other *corev1.Pod) { other.Status = copyOf(base).Status })(c), label(c))
	})
	if err := Update(context.Background(), s, obj, base); !apierrors.IsConflict(err) {
		t.Errorf("the error is %v, want the conflict", err)
	}
}

func TestUpdateWithoutBase(t *testing.T) {
	s := newServer(t, newObject())
	obj := s.read(t)
	set(obj)
	if err := Update(context.Background(), s, obj, nil); err != nil {
		t.Fatal(err)
	}
	checkStatus(t, s, obj)
	s.meddle = label
	if err := Update(context.Background(), s, obj, nil); !apierrors.IsConflict(err) {
		t.Errorf("the error is %v, want the conflict", err)
	}
}

// reads counts what is read through it.
type reads struct {
	client.Reader
	n int
}

func (r *reads) Get(ctx context.Context, key client.ObjectKey, obj client.Object, opts ...client.GetOption) error {
	r.n++
	return r.Reader.Get(ctx, key, obj, opts...)
}

func TestUpdateReadsThroughReader(t *testing.T) {
	s := newServer(t, newObject())
	obj := s.read(t)
	base := copyOf(obj)
	set(obj)
	s.once(label)
	reader := &reads{Reader: s}
	if err := NewManager[corev1.Pod](s, reader).Update(context.Background(), obj, base); err != nil {
		t.Fatal(err)
	}
	checkStatus(t, s, obj)
	if reader.n != 1 {
		t.Errorf("%d reads through the reader, want one", reader.n)
	}
}

func TestUpdateUnstructured(t *testing.T) {
	s := newServer(t, newObject())
	obj := &unstructured.Unstructured{}
	obj.SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind("Pod"))
	if err := s.Get(context.Background(), client.ObjectKeyFromObject(newObject()), obj); err != nil {
		t.Fatal(err)
	}
	base := obj.DeepCopy()
	if err := unstructured.SetNestedField(obj.Object, "changed", "status", "message"); err != nil {
		t.Fatal(err)
	}
	s.once(label)
	if err := Update[client.Object](context.Background(), s, obj, base); err != nil {
		t.Fatal(err)
	}
	checkStatus(t, s, s.read(t))
	if !equality.Semantic.DeepEqual(obj, base) || obj.GetLabels()["changed"] == "" {
		t.Errorf("obj is %v and base %v, want both to be what is stored", obj, base)
	}
}

// Nobody's count is lost, whoever is first.
func TestConcurrentUse(t *testing.T) {
	const n = 8
	s := newServer(t, newObject())
	m := NewManager[corev1.Pod](s, nil)
	var all sync.WaitGroup
	for range make([]int, n) {
		all.Add(1)
		go func() {
			defer all.Done()
			err := error(apierrors.NewConflict(schema.GroupResource{}, "", nil))
			for apierrors.IsConflict(err) { // as a controller tries again
				obj := newObject()
				err = m.AtomicStatusUpdate(context.Background(), obj, func() error {
					obj.Status.Message += "x"
					return nil
				})
			}
			if err != nil {
				t.Error(err)
			}
		}()
	}
	all.Wait()
	obj := s.read(t)
	if got := len(obj.Status.Message); got != n {
		t.Errorf("%d counted, want %d", got, n)
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
