// Package api holds the API type of the cases.
package api

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// WidgetStatus is what is known of a widget.
type WidgetStatus struct {
	Phase    string   `json:"phase,omitempty"`
	Attempts int      `json:"attempts,omitempty"`
	Steps    []string `json:"steps,omitempty"`
}

// Widget is one widget.
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
type Widget struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Status WidgetStatus `json:"status,omitempty"`
}

// DeepCopyInto copies the widget.
func (in *Widget) DeepCopyInto(out *Widget) {
	*out = *in
	in.ObjectMeta.DeepCopyInto(&out.ObjectMeta)
	out.Status.Steps = append([]string(nil), in.Status.Steps...)
}

// DeepCopy makes a copy of the widget.
func (in *Widget) DeepCopy() *Widget {
	if in == nil {
		return nil
	}
	out := new(Widget)
	in.DeepCopyInto(out)
	return out
}

// DeepCopyObject makes one behind an interface.
func (in *Widget) DeepCopyObject() runtime.Object {
	if c := in.DeepCopy(); c != nil {
		return c
	}
	return nil
}
