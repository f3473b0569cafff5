// Package api holds an API type whose status has all that two copies of it can
// share: a slice, a map and a pointer.
package api

import (
	"maps"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// PlanSpec is what is wanted of a Plan.
type PlanSpec struct {
	Hosts []string `json:"hosts,omitempty"`
}

// StepStatus is what is known of one step.
type StepStatus struct {
	Name  string `json:"name"`
	Phase string `json:"phase,omitempty"`
}

// Run is one attempt.
type Run struct {
	Host   string `json:"host,omitempty"`
	Result string `json:"result,omitempty"`
}

// DeepCopy returns a copy that shares nothing.
func (in *Run) DeepCopy() *Run {
	if in == nil {
		return nil
	}
	out := *in
	return &out
}

// PlanStatus is what is known of a Plan.
type PlanStatus struct {
	Phase string         `json:"phase,omitempty"`
	Steps []StepStatus   `json:"steps,omitempty"`
	Tries map[string]int `json:"tries,omitempty"`
	Last  *Run           `json:"last,omitempty"`
	First [2]string      `json:"first,omitempty"`
}

// DeepCopy returns a copy that shares nothing.
func (in *PlanStatus) DeepCopy() *PlanStatus {
	if in == nil {
		return nil
	}
	out := *in
	out.Steps, out.Tries, out.Last = slices.Clone(in.Steps), maps.Clone(in.Tries), in.Last.DeepCopy()
	return &out
}

// Plan is one plan.
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
type Plan struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec   PlanSpec   `json:"spec,omitempty"`
	Status PlanStatus `json:"status,omitempty"`
}

// DeepCopy returns a copy that shares nothing.
func (in *Plan) DeepCopy() *Plan {
	if in == nil {
		return nil
	}
	out := *in
	in.ObjectMeta.DeepCopyInto(&out.ObjectMeta)
	out.Spec.Hosts = slices.Clone(in.Spec.Hosts)
	out.Status = *in.Status.DeepCopy()
	return &out
}

// DeepCopyObject implements runtime.Object.
func (in *Plan) DeepCopyObject() runtime.Object { return in.DeepCopy() }

// PlanList is a list of Plans.
// +kubebuilder:object:root=true
type PlanList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []Plan `json:"items"`
}

// DeepCopyObject implements runtime.Object.
func (in *PlanList) DeepCopyObject() runtime.Object {
	out := *in
	out.Items = nil
	for i := range in.Items {
		out.Items = append(out.Items, *in.Items[i].DeepCopy())
	}
	return &out
}
