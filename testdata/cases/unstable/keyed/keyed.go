// Package keyed has a status whose elements have keys, or compares without order.
package keyed

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
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
