// Package order puts lists in the order of a map in a status.
package order

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	utilerrors "k8s.io/apimachinery/pkg/util/errors"
	"k8s.io/apimachinery/pkg/util/sets"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/unstable/collect"
	"example.com/cases/unstable/text"
)

// Reconciler knows the state of backends by name.
type Reconciler struct {
	client.Client
	states map[string]string
}

// Fields appends in each turn.
func (r *Reconciler) Fields(ctx context.Context, w *myv1.Widget) error {
	w.Status.Steps = nil
	for name, state := range r.states {
		if state == "" {
			continue
		}
		w.Status.Steps = append(w.Status.Steps, myv1.StepStatus{Name: name, Phase: state}) // want statusunstable:"Steps is put together in the order of a map \\(order.go:37\\)"
	}
	return r.Status().Update(ctx, w)
}

// Slots fills a list by a counter.
func (r *Reconciler) Slots(ctx context.Context, w *myv1.Widget) error {
	steps := make([]myv1.StepStatus, len(r.states))
	i := 0
	for name := range r.states {
		steps[i] = myv1.StepStatus{Name: name}
		i++
	}
	w.Status.Steps = steps // want statusunstable:"Steps is put together in the order of a map"
	return r.Status().Update(ctx, w)
}

// Text is made in each turn.
func (r *Reconciler) Text(ctx context.Context, w *myv1.Widget) error {
	text := ""
	for name := range r.states {
		text += name + " "
	}
	w.Status.Message = strings.TrimSpace(text) // want statusunstable:"Message is put together in the order of a map"
	return r.Status().Update(ctx, w)
}

// Built in a builder, and in a buffer.
func (r *Reconciler) Built(ctx context.Context, w *myv1.Widget) error {
	var b strings.Builder
	for name := range r.states {
		b.WriteString(name)
	}
	var buffer bytes.Buffer
	for name := range r.states {
		fmt.Fprintf(&buffer, "%s,", name)
	}
	w.Status.Message = b.String()    // want statusunstable:"Message is put together"
	w.Status.Phase = buffer.String() // want statusunstable:"Phase is put together"
	return r.Status().Update(ctx, w)
}

// Iterated goes through an iterator.
func (r *Reconciler) Iterated(ctx context.Context, w *myv1.Widget) error {
	var names []string
	for name := range maps.Keys(r.states) {
		names = append(names, name)
	}
	w.Status.Message = strings.Join(names, ",")                                         // want statusunstable:"Message is put together"
	w.Status.Phase = strings.Join(slices.Collect(maps.Values(r.states)), ",")           // want statusunstable:"Phase is put together"
	w.Status.Steps = []myv1.StepStatus{{Name: sets.KeySet(r.states).UnsortedList()[0]}} // which one is not followed
	return r.Status().Update(ctx, w)
}

// Reflected asks for the keys by reflection.
func (r *Reconciler) Reflected(ctx context.Context, w *myv1.Widget) error {
	keys := reflect.ValueOf(r.states).MapKeys()
	w.Status.Message = fmt.Sprintf("known: %v", keys) // want statusunstable:"Message is put together in the order of a map"
	slices.SortFunc(keys, func(a, b reflect.Value) int { return cmp.Compare(a.String(), b.String()) })
	w.Status.Phase = fmt.Sprint(keys)
	return r.Status().Update(ctx, w)
}

// Lists of a cache are in the order of a map; what is made of them keeps it.
func (r *Reconciler) Lists(ctx context.Context, w *myv1.Widget) error {
	var pods corev1.PodList
	if err := r.List(ctx, &pods, client.InNamespace(w.Namespace)); err != nil {
		return err
	}
	var failed []*corev1.Pod
	for i := range pods.Items {
		if pods.Items[i].Status.Phase == corev1.PodFailed {
			failed = append(failed, &pods.Items[i])
		}
	}
	var names []string
	for _, pod := range failed {
		names = append(names, pod.Name)
	}
	meta.SetStatusCondition(&w.Status.Conditions, metav1.Condition{
		Type:    "Ready",
		Status:  metav1.ConditionFalse,
		Reason:  "PodsFailed",
		Message: fmt.Sprintf("failed: %v", names), // want statusunstable:"Message is put together in the order of a cached list \\(order.go:107\\)"
	})
	return r.Status().Update(ctx, w)
}

// Errors may come in numbers.
func (r *Reconciler) Errors(ctx context.Context, w *myv1.Widget, check func(string) error) error {
	var errs []error
	for name := range r.states {
		if err := check(name); err != nil {
			errs = append(errs, err)
		}
	}
	if err := utilerrors.NewAggregate(errs); err != nil {
		w.Status.Message = err.Error() // want statusunstable:"Message may hold several errors in the order of a map"
		return errors.Join(err, r.Status().Update(ctx, w))
	}
	return nil
}

// Elsewhere is put together in another package, where nothing is known of a status.
func (r *Reconciler) Elsewhere(ctx context.Context, w *myv1.Widget) error {
	w.Status.Message = strings.Join(collect.Names(r.states), ",") // want statusunstable:"Message is put together in the order of a map \\(collect.go"
	return r.Status().Update(ctx, w)
}

// Argument is put in the status by the callee.
func (r *Reconciler) Argument(ctx context.Context, w *myv1.Widget) error {
	setMessage(
		w,
		"backends",
		collect.Names(r.states), // want statusunstable:"Message is put together in the order of a map"
	)
	return r.Status().Update(ctx, w)
}

func setMessage(w *myv1.Widget, what string, names []string) {
	w.Status.Message = fmt.Sprintf("%s: %s", what, strings.Join(names, ","))
}

// Computed in one function, and put in the object by another.
func (r *Reconciler) Computed(ctx context.Context, w *myv1.Widget) error {
	w.Status = r.compute()
	return r.Status().Update(ctx, w)
}

func (r *Reconciler) compute() myv1.WidgetStatus {
	var steps []myv1.StepStatus
	for name := range r.states {
		steps = append(steps, myv1.StepStatus{Name: name})
	}
	return myv1.WidgetStatus{
		Phase: myv1.PhaseReady,
		Steps: steps, // want statusunstable:"Steps is put together in the order of a map"
	}
}

// Untyped puts it in the content of an unstructured object.
func (r *Reconciler) Untyped(ctx context.Context, u *unstructured.Unstructured) error {
	var names []any
	for name := range r.states {
		names = append(names, name)
	}
	if err := unstructured.SetNestedSlice(u.Object, names, "status", "backends"); err != nil { // want statusunstable:"backends is put together in the order of a map"
		return err
	}
	return r.Client.Status().Update(ctx, u)
}

// Kept moves elements, and does not sort.
func (r *Reconciler) Kept(ctx context.Context, w *myv1.Widget) error {
	names := collect.Names(r.states)
	n := 0
	for i := range names {
		if names[i] != "" {
			names[n] = names[i]
			n++
		}
	}
	w.Status.Message = strings.Join(names[:n], ",") // want statusunstable:"Message is put together in the order of a map"
	return r.Status().Update(ctx, w)
}

// Cut goes through helpers that know nothing of Kubernetes.
func (r *Reconciler) Cut(ctx context.Context, w *myv1.Widget) error {
	var names []string
	for name := range r.states {
		names = append(names, name)
	}
	w.Status.Message = text.Truncate(text.Join(names, ","), 20) // want statusunstable:"Message is put together in the order of a map"
	w.Status.Phase = text.Color(names)                          // who knows
	return r.Status().Update(ctx, w)
}

// Members of clusters, which have caches, and of clients that are wrapped.
func (r *Reconciler) Members(ctx context.Context, w *myv1.Widget, clusters interface{ GetClient() client.Client }) error {
	pods, err := running(ctx, clusters.GetClient())
	if err != nil {
		return err
	}
	more, err := running(ctx, client.NewNamespacedClient(r.Client, "here"))
	if err != nil {
		return err
	}
	w.Status.Message = strings.Join(append(pods, more...), ",") // want statusunstable:"Message is put together in the order of a cached list"
	return r.Status().Update(ctx, w)
}

func running(ctx context.Context, c client.Client) ([]string, error) {
	var pods corev1.PodList
	if err := c.List(ctx, &pods); err != nil {
		return nil, err
	}
	var names []string
	for _, pod := range pods.Items {
		names = append(names, pod.Name)
	}
	return names, nil
}

// Alternating functions call each other: whatever of them is looked at first.
func (r *Reconciler) Alternating(ctx context.Context, w *myv1.Widget) error {
	w.Status.Message = strings.Join(r.odd(3), ",") // want statusunstable:"Message is put together in the order of a map"
	w.Status.Phase = strings.Join(r.even(2), ",")  // want statusunstable:"Phase is put together in the order of a map"
	return r.Status().Update(ctx, w)
}

func (r *Reconciler) odd(n int) []string {
	var names []string
	for name := range r.states {
		names = append(names, name)
	}
	return append(names, r.even(n-1)...)
}

func (r *Reconciler) even(n int) []string {
	if n == 0 {
		return nil
	}
	return r.odd(n - 1)
}

// summary is put together line by line.
type summary struct {
	lines  []string
	byName map[string]string
}

func (s *summary) add(line string) { s.lines = append(s.lines, line) }

func (s *summary) set(name, line string) { s.byName[name] = line }

// Added has a method add each line.
func (r *Reconciler) Added(ctx context.Context, w *myv1.Widget) error {
	s := summary{byName: map[string]string{}}
	for name, state := range r.states {
		s.add(name + ": " + state)
		s.set(name, state)
	}
	w.Status.Message = strings.Join(s.lines, ",") // want statusunstable:"Message is put together in the order of a map"
	w.Status.Phase = fmt.Sprint(s.byName)
	return r.Status().Update(ctx, w)
}
