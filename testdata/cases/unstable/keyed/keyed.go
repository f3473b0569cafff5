// Package keyed has a status whose elements have keys, or compares without order.
package keyed

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/sets"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Rack has disks by name.
type Rack struct {
	metav1.TypeMeta
	metav1.ObjectMeta
	Status RackStatus
}

// DeepCopyObject copies.
func (r *Rack) DeepCopyObject() runtime.Object { c := *r; return &c }

// RackStatus is the state of all disks.
// +kubebuilder:object:root=true
type RackStatus struct {
	Disks map[string]*DiskStatus
	Used  []string
	Free  []string

	Conditions []metav1.Condition
}

// DiskStatus is the state of a disk.
type DiskStatus struct {
	Conditions []DiskCondition
	Path       string
}

// DiskCondition is a condition of a disk.
type DiskCondition struct {
	Type, Reason, Message string
	Status                corev1.ConditionStatus
}

// Reconciler writes the status of racks.
type Reconciler struct{ client.Client }

// Waiting sets a condition of each disk, with its name in it.
func (r *Reconciler) Waiting(ctx context.Context, rack *Rack) error {
	for name, disk := range rack.Status.Disks {
		disk.Conditions = set(disk.Conditions, "Ready", fmt.Sprintf("waiting for disk %v (%v) of %v", name, disk.Path, rack.Name))
	}
	return r.Status().Update(ctx, rack)
}

// Found looks the disks up by the names that it goes through.
func (r *Reconciler) Found(ctx context.Context, rack *Rack, paths map[string]string) error {
	disks := rack.Status.Disks
	for name, path := range paths {
		disk := disks[name]
		disks[name].Conditions = set(disks[name].Conditions, "Ready", fmt.Sprintf("disk %v (%v) of %v is ready", name, path, rack.Labels["row"]))
		disk.Conditions = set(disk.Conditions, "Schedulable", fmt.Sprintf("disk %v (%v) is schedulable", name, path))
		disks[name] = disk
	}
	return r.Status().Update(ctx, rack)
}

func set(conditions []DiskCondition, kind, message string) []DiskCondition {
	condition := find(conditions, kind)
	condition.Message = message
	return replace(conditions, condition)
}

func find(conditions []DiskCondition, kind string) DiskCondition {
	for _, c := range conditions {
		if c.Type == kind {
			return c
		}
	}
	return DiskCondition{Type: kind}
}

func replace(conditions []DiskCondition, condition DiskCondition) []DiskCondition {
	for i := range conditions {
		if conditions[i].Type == condition.Type {
			conditions[i] = condition
			return conditions
		}
	}
	return append(conditions, condition)
}

// Used compares sets: what is written is in another order only where it is not the same.
func (r *Reconciler) Used(ctx context.Context, rack *Rack, used, free sets.Set[string]) error {
	old := sets.New(rack.Status.Used...)
	if used.Equal(old) && free.Equal(sets.New(rack.Status.Free...)) {
		return nil
	}
	rack.Status.Used = used.UnsortedList()
	rack.Status.Free = free.UnsortedList()
	return r.Status().Update(ctx, rack)
}

// Unordered compares lists as if they were sorted, which changes neither.
func (r *Reconciler) Unordered(ctx context.Context, rack *Rack, used sets.Set[string]) error {
	next := rack.Status
	next.Used = used.UnsortedList()
	if cmp.Equal(rack.Status, next, cmpopts.SortSlices(strings.Compare)) {
		return nil
	}
	rack.Status = next
	return r.Status().Update(ctx, rack)
}

// Missing looks up each element.
func (r *Reconciler) Missing(ctx context.Context, rack *Rack, used sets.Set[string]) error {
	list := used.UnsortedList()
	if !differs(rack, list) {
		return nil
	}
	rack.Status.Used = list
	return r.Status().Update(ctx, rack)
}

func differs(rack *Rack, want []string) bool {
	has := map[string]bool{}
	for _, name := range rack.Status.Used {
		has[name] = true
	}
	for _, name := range want {
		if !has[name] {
			return true
		}
	}
	return len(has) != len(want)
}

// Paired compares one element with the other.
func (r *Reconciler) Paired(ctx context.Context, rack *Rack, used sets.Set[string], known map[string]bool) error {
	list := used.UnsortedList()
	if !pairs(rack, list, known) {
		return nil
	}
	rack.Status.Used = list // want statusunstable:"Used is put together in the order of a set"
	return r.Status().Update(ctx, rack)
}

func pairs(rack *Rack, want []string, known map[string]bool) bool {
	for i := range want {
		if !known[want[i]] || i >= len(rack.Status.Used) || rack.Status.Used[i] != want[i] {
			return true
		}
	}
	return false
}

// Other compares a set with one that is no part of the status.
func (r *Reconciler) Other(ctx context.Context, rack *Rack, used, free sets.Set[string]) error {
	if used.Equal(free) {
		return nil
	}
	rack.Status.Used = used.UnsortedList() // want statusunstable:"Used is put together in the order of a set"
	return r.Status().Update(ctx, rack)
}

// Option changes a rack.
type Option func(*Rack)

// Empty is an option for whoever makes a rack, and no reconcile.
func Empty() Option {
	return func(rack *Rack) {
		rack.Status.Conditions = []metav1.Condition{{Type: "Empty", LastTransitionTime: metav1.Now()}}
	}
}

// Merged puts conditions in the places of the old ones.
func (r *Reconciler) Merged(ctx context.Context, rack *Rack, wanted map[string]metav1.Condition) error {
	var conditions []metav1.Condition
	for _, c := range wanted {
		conditions = append(conditions, c)
	}
	rack.Status.Conditions = merge(rack.Status.Conditions, conditions...)
	return r.Status().Update(ctx, rack)
}

func merge(old []metav1.Condition, next ...metav1.Condition) []metav1.Condition {
	merged := make([]metav1.Condition, 0, len(old))
	places := make(map[string]int, len(old))
	for i, c := range old {
		merged = append(merged, c)
		places[c.Type] = i
	}
	for _, c := range next {
		if i, ok := places[c.Type]; ok {
			merged[i] = c
			continue
		}
		merged = append(merged, c)
	}
	return merged
}

// Others leaves out some, and has the rest in any order.
func (r *Reconciler) Others(ctx context.Context, rack *Rack, wanted map[string]metav1.Condition) error {
	var conditions []metav1.Condition
	for _, c := range wanted {
		conditions = append(conditions, c)
	}
	rack.Status.Conditions = others(rack.Finalizers, conditions...) // want statusunstable:"Conditions is put together in the order of a map"
	return r.Status().Update(ctx, rack)
}

func others(known []string, next ...metav1.Condition) []metav1.Condition {
	var rest []metav1.Condition
	places := make(map[string]int, len(known))
	for i, kind := range known {
		places[kind] = i
	}
	for _, c := range next {
		if _, ok := places[c.Type]; ok {
			continue
		}
		rest = append(rest, c)
	}
	return rest
}
