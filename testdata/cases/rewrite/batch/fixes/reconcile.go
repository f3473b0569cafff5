package fixes

import (
	"context"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/rewrite/batch/status"
)

// Cloud is where things are made.
type Cloud interface {
	Ensure(ctx context.Context, name string) error
}

// Reconciler writes by helpers, on error exits, and as patches.
type Reconciler struct {
	client.Client
	Cloud Cloud
}

func (r *Reconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	widget.Status.SetPhase(myv1.PhasePending, "")
	if err := r.Status().Update(ctx, widget); err != nil {
		return ctrl.Result{}, err
	}
	if controllerutil.AddFinalizer(widget, "widgets") {
		if err := r.Update(ctx, widget); err != nil {
			return ctrl.Result{}, err
		}
	}
	if err := r.own(ctx, widget); err != nil {
		return ctrl.Result{}, err
	}
	if err := r.Cloud.Ensure(ctx, widget.Name); err != nil {
		return ctrl.Result{}, r.fail(ctx, widget, err)
	}
	before := widget.DeepCopy()
	widget.Status.SetPhase(myv1.PhaseReady, "")
	return ctrl.Result{}, r.Status().Patch(ctx, widget, client.MergeFrom(before))
}

// own is answered by the whole object.
func (r *Reconciler) own(ctx context.Context, widget *myv1.Widget) error {
	widget.Labels = map[string]string{"owner": widget.Spec.Owner}
	return r.Update(ctx, widget)
}

func (r *Reconciler) fail(ctx context.Context, widget *myv1.Widget, reason error) error {
	widget.Status.SetPhase(myv1.PhaseFailed, reason.Error())
	if err := r.Status().Update(ctx, widget); err != nil {
		return err
	}
	return reason
}

// Named has a name for its error already, and writes in a loop what it has read again.
type Named struct{ client.Client }

func (r *Named) Reconcile(ctx context.Context, req ctrl.Request) (result ctrl.Result, err error) {
	widget := &myv1.Widget{}
	for range 3 {
		if err = r.Get(ctx, req.NamespacedName, widget); err != nil {
			return result, err
		}
		widget.Status.Attempts++
		if err = r.Status().Update(ctx, widget); err != nil {
			return result, err
		}
	}
	return result, nil
}

// save has a base already.
func save(ctx context.Context, c client.Client, widget *myv1.Widget) error {
	base := status.Base(ctx, widget)
	widget.Status.Attempts++
	return status.Update(ctx, c, widget, base)
}

// Early has its base from the package: that is no change of the object.
type Early struct{ client.Client }

func (r *Early) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	base := status.Base(ctx, widget)
	widget.Status.Attempts++
	if err := status.Update(ctx, r.Client, widget, base); err != nil {
		return ctrl.Result{}, err
	}
	widget.Status.Message = "tried"
	return ctrl.Result{}, status.Update(ctx, r.Client, widget, base)
}

// Second has a batch, in which it writes gadgets, but not yet its widget.
type Second struct{ client.Client }

func (r *Second) Reconcile(ctx context.Context, req ctrl.Request) (_ ctrl.Result, err error) {
	ctx, flush := status.Batch(ctx)
	defer flush(&err)
	widget, gadget := &myv1.Widget{}, &myv1.Gadget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if err := r.Get(ctx, req.NamespacedName, gadget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	base := status.Base(ctx, gadget)
	gadget.Status.Phase = myv1.PhaseRunning
	if err := status.Update(ctx, r.Client, gadget, base); err != nil {
		return ctrl.Result{}, err
	}
	if err := r.count(ctx, widget); err != nil {
		return ctrl.Result{}, err
	}
	if widget.Spec.Replicas > 1 {
		return ctrl.Result{}, nil
	}
	return ctrl.Result{}, r.count(ctx, widget)
}

func (r *Second) count(ctx context.Context, widget *myv1.Widget) error {
	before := widget.DeepCopy()
	widget.Status.Attempts++
	return r.Status().Patch(ctx, widget, client.MergeFrom(before))
}

// Stepwise runs steps that are known only when the program runs. They write the status
// in its batch, whichever they are.
type Stepwise struct {
	client.Client
	Cloud Cloud
}

type step interface {
	Run(ctx context.Context, widget *myv1.Widget) error
}

func (r *Stepwise) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	for _, s := range []step{&accept{r.Client}, &start{r.Client, r.Cloud}} {
		if err := s.Run(ctx, widget); err != nil {
			return ctrl.Result{}, err
		}
	}
	widget.Status.Phase = myv1.PhaseRunning
	if err := r.Status().Update(ctx, widget); err != nil {
		return ctrl.Result{}, err
	}
	before := widget.DeepCopy()
	widget.Status.Message = "all is well"
	return ctrl.Result{}, r.Status().Patch(ctx, widget, client.MergeFrom(before))
}

type accept struct{ kube client.Client }

func (a *accept) Run(_ context.Context, widget *myv1.Widget) error {
	widget.Status.Attempts++
	return nil
}

type start struct {
	kube  client.Client
	cloud Cloud
}

func (s *start) Run(ctx context.Context, widget *myv1.Widget) error {
	if err := s.cloud.Ensure(ctx, widget.Name); err != nil {
		widget.Status.Message = err.Error()
		_ = s.kube.Status().Update(ctx, widget)
		return err
	}
	return nil
}

// Labelled updates the whole object before it writes a status and after. What a batch
// holds is laid over the second answer, and goes by the first.
type Labelled struct{ client.Client }

func (r *Labelled) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if controllerutil.AddFinalizer(widget, "example.com/labelled") {
		if err := r.Update(ctx, widget); err != nil {
			return ctrl.Result{}, err
		}
	}
	if widget.Status.Phase == "" {
		widget.Status.Phase = myv1.PhasePending
		if err := r.Status().Update(ctx, widget); err != nil {
			return ctrl.Result{}, err
		}
	}
	if widget.Labels["app"] == "" {
		widget.Labels = map[string]string{"app": widget.Name}
		if err := r.Update(ctx, widget); err != nil {
			return ctrl.Result{}, err
		}
	}
	widget.Status.Attempts++
	return ctrl.Result{}, r.Status().Update(ctx, widget)
}

// Finalized ends a branch with an answer that no later write goes by, and forgets what is
// there: only what was read is what the API server has.
type Finalized struct{ client.Client }

func (r *Finalized) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if !widget.DeletionTimestamp.IsZero() {
		widget.Status.SetPhase(myv1.PhaseFailed, "gone")
		if err := r.Status().Update(ctx, widget); err != nil {
			return ctrl.Result{}, err
		}
		if controllerutil.RemoveFinalizer(widget, "example.com/finalized") {
			if err := r.Update(ctx, widget); err != nil {
				return ctrl.Result{}, err
			}
		}
		return ctrl.Result{}, nil
	}
	widget.Status.Phase = myv1.PhasePending
	if err := r.Status().Update(ctx, widget); err != nil {
		return ctrl.Result{}, err
	}
	if err := r.forget(ctx, &myv1.Widget{}, req.NamespacedName.String()); err != nil {
		return ctrl.Result{}, err
	}
	widget.Status.Phase = myv1.PhaseReady
	return ctrl.Result{}, r.Status().Update(ctx, widget)
}

// forget deletes what is there.
func (r *Finalized) forget(ctx context.Context, obj client.Object, name string) error {
	err := r.Get(ctx, client.ObjectKey{Name: name}, obj)
	if err == nil {
		return r.Delete(ctx, obj)
	}
	return client.IgnoreNotFound(err)
}

// Siblings writes the status of all objects of its kind, and of its own among them: what a
// batch holds of that is laid over what the list has.
type Siblings struct{ client.Client }

func (r *Siblings) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	widget := &myv1.Widget{}
	if err := r.Get(ctx, req.NamespacedName, widget); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	widget.Status.Phase = myv1.PhaseRunning
	if err := r.Status().Update(ctx, widget); err != nil {
		return ctrl.Result{}, err
	}
	list := &myv1.WidgetList{}
	if err := r.List(ctx, list, client.InNamespace(req.Namespace)); err != nil {
		return ctrl.Result{}, err
	}
	for i := range list.Items {
		list.Items[i].Status.Message = "beside " + widget.Name
		if err := r.Status().Update(ctx, &list.Items[i]); err != nil {
			return ctrl.Result{}, err
		}
	}
	widget.Status.Attempts++
	return ctrl.Result{}, r.Status().Update(ctx, widget)
}

// byHand runs a step that is given as a value of its method.
func byHand(ctx context.Context, a *accept, widget *myv1.Widget) error {
	run := a.Run
	return run(ctx, widget)
}
