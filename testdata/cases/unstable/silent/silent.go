// Package silent holds what comes out the same, or is not written for its order.
package silent

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/sets"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/unstable/collect"
)

// Reconciler knows the state of backends by name.
type Reconciler struct {
	client.Client
	live   client.Reader
	states map[string]string
}

// Sorted in place, by a callee of this package or another, or before.
func (r *Reconciler) Sorted(ctx context.Context, w *myv1.Widget) error {
	names := collect.Names(r.states)
	sort.Strings(names)
	w.Status.Message = strings.Join(names, ",")
	w.Status.Phase = strings.Join(collect.SortedNames(r.states), ",")
	w.Status.Steps = nil
	for name := range r.states {
		w.Status.Steps = append(w.Status.Steps, myv1.StepStatus{Name: name})
	}
	byName(w.Status.Steps)
	return r.Status().Update(ctx, w)
}

func byName(steps []myv1.StepStatus) {
	sort.Slice(steps, func(i, j int) bool { return steps[i].Name < steps[j].Name })
}

// ByHand is sorted by a loop that swaps.
func (r *Reconciler) ByHand(ctx context.Context, w *myv1.Widget) error {
	names := collect.Names(r.states)
	bubble(names)
	w.Status.Message = strings.Join(names, ",")
	return r.Status().Update(ctx, w)
}

func bubble(names []string) {
	for i := range names {
		for j := i + 1; j < len(names); j++ {
			if names[j] < names[i] {
				names[i], names[j] = names[j], names[i]
			}
		}
	}
}

// Compared is sorted for the comparison, which leaves it sorted.
func (r *Reconciler) Compared(ctx context.Context, w *myv1.Widget) error {
	names := collect.Names(r.states)
	if collect.Equal(strings.Split(w.Status.Message, ","), names) {
		return nil
	}
	w.Status.Message = strings.Join(names, ",")
	return r.Status().Update(ctx, w)
}

// Copied is sorted as a copy.
func (r *Reconciler) Copied(ctx context.Context, w *myv1.Widget) error {
	names := collect.Names(r.states)
	sorted := slices.Clone(names)
	slices.Sort(sorted)
	if strings.Join(sorted, ",") != w.Status.Phase {
		w.Status.Message = strings.Join(names, ",")
	}
	return r.Status().Update(ctx, w)
}

// Same is the same in each order: a set, a number, a map, the same text each time.
func (r *Reconciler) Same(ctx context.Context, w *myv1.Widget) error {
	names := collect.Names(r.states)
	byState := map[string]int{}
	dots := ""
	for _, state := range r.states {
		byState[state]++
		dots += "."
	}
	w.Status.Attempts = len(names)
	w.Status.Message = fmt.Sprint(sets.List(sets.New(names...)), byState, dots)
	return r.Status().Update(ctx, w)
}

// Keyed: each element has a place of its own, and so has each object.
func (r *Reconciler) Keyed(ctx context.Context, w *myv1.Widget, parts map[string]*myv1.Part) error {
	for name, state := range r.states {
		meta.SetStatusCondition(&w.Status.Conditions, metav1.Condition{Type: name, Message: state})
	}
	for name, part := range parts {
		part.Status.Message = name
		if err := r.Status().Update(ctx, part); err != nil {
			return err
		}
	}
	return r.Status().Update(ctx, w)
}

// Live lists are in the order of keys: of a reader without a cache, and of what a
// manager does not cache.
func (r *Reconciler) Live(ctx context.Context, w *myv1.Widget) error {
	var pods corev1.PodList
	if err := r.live.List(ctx, &pods); err != nil {
		return err
	}
	var widgets unstructured.UnstructuredList
	if err := r.List(ctx, &widgets); err != nil {
		return err
	}
	var names []string
	for _, pod := range pods.Items {
		names = append(names, pod.Name)
	}
	for _, widget := range widgets.Items {
		names = append(names, widget.GetName())
	}
	w.Status.Message = strings.Join(names, ",")
	return r.Status().Update(ctx, w)
}

// Builder makes clients of other clusters.
type Builder interface {
	Build(cluster string) (client.Client, error)
}

// Remote lists what another cluster has.
func (r *Reconciler) Remote(ctx context.Context, w *myv1.Widget, b Builder) error {
	remote, err := b.Build(w.Spec.Owner)
	if err != nil {
		return err
	}
	names, err := r.failed(ctx, remote)
	if err != nil {
		return err
	}
	w.Status.Message = strings.Join(names, ",")
	return r.Status().Update(ctx, w)
}

func (r *Reconciler) failed(ctx context.Context, c client.Client) ([]string, error) {
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

// Set but once.
func (r *Reconciler) Set(ctx context.Context, w *myv1.Widget) error {
	if len(w.Status.Steps) == 0 {
		for name := range r.states {
			w.Status.Steps = append(w.Status.Steps, myv1.StepStatus{Name: name})
		}
	}
	return r.Status().Update(ctx, w)
}

// ByReason is a setter that keeps the old message while the reason is the same.
func (r *Reconciler) ByReason(ctx context.Context, w *myv1.Widget) error {
	r.set(w, metav1.Condition{Type: "Ready", Reason: "Backends", Message: strings.Join(collect.Names(r.states), ",")})
	return r.Status().Update(ctx, w)
}

func (r *Reconciler) set(w *myv1.Widget, condition metav1.Condition) {
	for i := range w.Status.Conditions {
		old := &w.Status.Conditions[i]
		if old.Type == condition.Type {
			if old.Status != condition.Status || old.Reason != condition.Reason {
				*old = condition
			}
			return
		}
	}
}

// Spec is no status.
func (r *Reconciler) Spec(ctx context.Context, w *myv1.Widget) error {
	w.Spec.Parts = collect.Names(r.states)
	return r.Update(ctx, w)
}

// Loose is put together anew in each turn.
func (r *Reconciler) Loose(ctx context.Context, widgets map[string]*myv1.Widget) error {
	for name, w := range widgets {
		var names []string
		names = append(names, name)
		w.Status.Message = strings.Join(names, ",")
		if err := r.Status().Update(ctx, w); err != nil {
			return err
		}
	}
	return nil
}

// Added puts what is missing at the end of what the status has.
func (r *Reconciler) Added(ctx context.Context, w *myv1.Widget) error {
	steps := w.Status.Steps
	for name := range r.states {
		if !slices.ContainsFunc(steps, func(s myv1.StepStatus) bool { return s.Name == name }) {
			steps = append(steps, myv1.StepStatus{Name: name})
		}
	}
	w.Status.Steps = steps
	return r.Status().Update(ctx, w)
}

// Encoded is one that holds lists as text, and adds what is missing.
func (r *Reconciler) Encoded(ctx context.Context, w *myv1.Widget) error {
	var known connections
	if err := json.Unmarshal([]byte(w.Status.Message), &known); err != nil {
		return err
	}
	known.add(r.states)
	text, err := json.Marshal(known)
	if err != nil {
		return err
	}
	w.Status.Message = string(text)
	return r.Status().Update(ctx, w)
}

type connections struct{ Names []string }

func (c *connections) add(states map[string]string) {
	for name := range states {
		found := false
		for _, known := range c.Names {
			found = found || known == name
		}
		if !found {
			c.Names = append(c.Names, name)
		}
	}
}

// Redacted takes something out in each turn.
func (r *Reconciler) Redacted(ctx context.Context, w *myv1.Widget, text string) error {
	for secret := range r.states {
		text = strings.ReplaceAll(text, secret, "***")
	}
	w.Status.Message = text
	return r.Status().Update(ctx, w)
}
