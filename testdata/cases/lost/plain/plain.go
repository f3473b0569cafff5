// Package plain holds an API type without a status subresource.
package plain

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// NoteStatus is written with the rest.
type NoteStatus struct {
	Phase string `json:"phase,omitempty"`
}

// Note is stored as a whole. Its client would be generated all the same.
// +genclient
// +kubebuilder:object:root=true
type Note struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Status NoteStatus `json:"status,omitempty"`
}

// DeepCopyObject implements runtime.Object.
func (n *Note) DeepCopyObject() runtime.Object {
	c := *n
	n.ObjectMeta.DeepCopyInto(&c.ObjectMeta)
	return &c
}
