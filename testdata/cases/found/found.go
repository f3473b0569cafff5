// Package found holds shapes in which a wrong verdict was found on a real
// operator.
package found

import (
	"context"
	"errors"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/retry"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/clientset"
)

// Reconciler keeps the object of one reconcile in a field.
type Reconciler struct {
	client.Client
	widget *myv1.Widget
	turns  int
	log    Logger
}

// Logger cannot be seen through.
type Logger interface{ Info(values ...any) }

func (r *Reconciler) write(ctx context.Context) error {
	base := r.widget.DeepCopy()
	r.widget.Status.Attempts++
	return r.Status().Patch(ctx, r.widget, client.MergeFrom(base))
}

func (r *Reconciler) count() { r.turns++ }

func (r *Reconciler) replace(widget *myv1.Widget) { r.widget = widget }

// OtherField calls a method that sets another field between the writes.
func (r *Reconciler) OtherField(ctx context.Context) error {
	if err := r.write(ctx); err != nil {
		return err
	}
	r.count()
	return r.write(ctx) // want statusmulti:"widget.*always"
}

// ThatField calls one that sets the field of the object.
func (r *Reconciler) ThatField(ctx context.Context, other *myv1.Widget) error {
	if err := r.write(ctx); err != nil {
		return err
	}
	r.replace(other)
	return r.write(ctx)
}

// Logged passes the whole receiver to code that cannot be seen.
func (r *Reconciler) Logged(ctx context.Context) error {
	if err := r.write(ctx); err != nil {
		return err
	}
	r.log.Info("written", r)
	return r.write(ctx) // want statusmulti:"widget.*always"
}

// send is a helper, and common is another one around it.
func send(fn func() error) error { return fn() }

func common(fn func() error) error { return send(fn) }

// Layered repeats a write until it succeeds, through two layers.
func Layered(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	var err error
	for range 5 {
		err = common(func() error { return c.Status().Patch(ctx, widget, client.Merge) })
		if err == nil {
			return nil
		}
	}
	return err
}

// Task follows an object through the responses of a typed client.
type Task struct {
	widgets clientset.WidgetInterface
	widget  *myv1.Widget
	written *myv1.Widget
}

func (t *Task) update(ctx context.Context) error {
	t.widget.Status.Attempts++
	updated, err := t.widgets.UpdateStatus(ctx, t.widget, metav1.UpdateOptions{}) // want statusretry:"widget"
	if err != nil {
		return err
	}
	t.widget = updated
	return nil
}

// Twice writes what the first write returned.
func (t *Task) Twice(ctx context.Context) error {
	if err := t.update(ctx); err != nil {
		return err
	}
	return t.update(ctx) // want statusmulti:"widget.*always"
}

func (t *Task) maybe(ctx context.Context) error {
	if t.widget.Status.Phase == myv1.PhaseReady {
		return nil
	}
	updated, err := t.widgets.UpdateStatus(ctx, t.widget, metav1.UpdateOptions{}) // want statusretry:"widget"
	if err != nil {
		return err
	}
	t.written = updated.DeepCopy()
	return nil
}

// Told looks whether the first call wrote.
func (t *Task) Told(ctx context.Context) error {
	t.written = nil
	if err := t.maybe(ctx); err != nil {
		return err
	}
	if t.written != nil {
		return nil
	}
	return t.update(ctx)
}

// Worker names its object by a field.
type Worker struct {
	client.Client
	queue workqueue.TypedRateLimitingInterface[types.NamespacedName]
	key   types.NamespacedName
}

// Run takes one item after another: a failed one comes back, but that is no
// retry of the write.
func (w *Worker) Run(ctx context.Context) {
	for w.next(ctx) {
	}
}

func (w *Worker) next(ctx context.Context) bool {
	item, quit := w.queue.Get()
	if quit {
		return false
	}
	defer w.queue.Done(item)
	if err := w.sync(ctx); err != nil {
		w.queue.AddRateLimited(item)
	}
	return true
}

func (w *Worker) sync(ctx context.Context) error {
	widget := &myv1.Widget{}
	if err := w.Get(ctx, w.key, widget); err != nil {
		return err
	}
	widget.Status.Phase = myv1.PhaseReady
	return w.Status().Update(ctx, widget) // want statusretry:"widget"
}

// writer forwards, and keeps its argument for later.
type writer struct{ client.StatusWriter }

func (w *writer) Update(ctx context.Context, obj client.Object, opts ...client.SubResourceUpdateOption) error {
	if err := w.StatusWriter.Update(ctx, obj, opts...); err != nil {
		return err
	}
	later(func() { println(obj.GetName()) })
	return nil
}

func later(fn func()) { fn() }

// keyOf puts a key together.
func keyOf(namespace, name string) types.NamespacedName {
	return types.NamespacedName{Namespace: namespace, Name: name}
}

// setPhase reads into whatever it is given, under whatever key.
func setPhase(ctx context.Context, c client.Client, obj client.Object, key types.NamespacedName) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if err := c.Get(ctx, key, obj); err != nil {
			return err
		}
		return c.Status().Update(ctx, obj)
	})
}

// BuiltKey writes under a key that a helper built from the object.
func BuiltKey(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	if err := setPhase(ctx, c, widget, keyOf(widget.Namespace, widget.Name)); err != nil {
		return err
	}
	return setPhase(ctx, c, widget, keyOf(widget.Namespace, widget.Name)) // want statusmulti:"widget.*always"
}

// OtherKey writes another object.
func OtherKey(ctx context.Context, c client.Client, widget, other *myv1.Widget) error {
	if err := setPhase(ctx, c, widget, keyOf(widget.Namespace, widget.Name)); err != nil {
		return err
	}
	return setPhase(ctx, c, other, keyOf(other.Namespace, other.Name))
}

// version is a struct with a method that asks.
type version struct{ major int }

func (v *version) old() bool { return v.major < 2 }

// Whole calls it on a variable that a literal was assigned to as a whole.
func Whole(ctx context.Context, c client.Client, widget *myv1.Widget, major int) (ctrl.Result, error) {
	var v version
	v = version{major: major}
	if v.old() {
		return ctrl.Result{}, c.Status().Patch(ctx, widget, client.Merge)
	}
	if v.old() {
		_ = c.Status().Patch(ctx, widget, client.Merge)
	}
	return ctrl.Result{}, c.Status().Patch(ctx, widget, client.Merge)
}

var soon = ctrl.Result{RequeueAfter: 15}

func (r *Reconciler) pending(ctx context.Context) (ctrl.Result, error) {
	if r.turns > 3 {
		return ctrl.Result{}, nil
	}
	return soon, r.write(ctx)
}

// Soon goes on only where nothing was written.
func (r *Reconciler) Soon(ctx context.Context) (ctrl.Result, error) {
	result, err := r.pending(ctx)
	if err != nil {
		return ctrl.Result{}, err
	}
	if result.RequeueAfter > 0 {
		return result, nil
	}
	return ctrl.Result{}, r.write(ctx)
}

var errLater = errors.New("later")

// rollOut returns errLater before it writes anything; other errors come after.
func (r *Reconciler) rollOut(ctx context.Context) error {
	if r.turns > 3 {
		return errLater
	}
	if err := r.write(ctx); err != nil {
		return err
	}
	return r.List(ctx, &myv1.WidgetList{})
}

// Later writes where nothing was written: an error of the API is not errLater.
func (r *Reconciler) Later(ctx context.Context) error {
	err := r.rollOut(ctx)
	if errors.Is(err, errLater) {
		return r.write(ctx)
	}
	return err
}

// Failed writes after any error.
func (r *Reconciler) Failed(ctx context.Context) error {
	if err := r.rollOut(ctx); err != nil {
		return r.write(ctx) // want statusmulti:"widget.*may"
	}
	return nil
}

// Cluster has a client of its own.
type Cluster struct {
	client.Client
	Remote client.Client
}

func writeTo(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	widget.Status.Attempts++
	return c.Status().Patch(ctx, widget, client.Merge)
}

// Mirror writes the object of the same name in another cluster.
func (r *Cluster) Mirror(ctx context.Context, req ctrl.Request) error {
	here, there := &myv1.Widget{}, &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, here); err != nil {
		return err
	}
	if err := r.Remote.Get(ctx, client.ObjectKeyFromObject(here), there); err != nil {
		return err
	}
	if err := writeTo(ctx, r.Client, here); err != nil {
		return err
	}
	return writeTo(ctx, r.Remote, there)
}
