// Package v1 holds the API types of the cases.
// +kubebuilder:object:generate=true
// +groupName=my.example.com
package v1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// GroupVersion is the group and version of all types here.
var GroupVersion = schema.GroupVersion{Group: "my.example.com", Version: "v1"}

// Resource qualifies a resource name with the group.
func Resource(resource string) schema.GroupResource {
	return GroupVersion.WithResource(resource).GroupResource()
}

// AddToScheme registers the types.
func AddToScheme(s *runtime.Scheme) error {
	s.AddKnownTypes(GroupVersion, &Widget{}, &WidgetList{}, &Gadget{}, &GadgetList{}, &Part{}, &PartList{})
	metav1.AddToGroupVersion(s, GroupVersion)
	return nil
}

// The phases of every kind.
const (
	PhasePending = "Pending"
	PhaseRunning = "Running"
	PhaseReady   = "Ready"
	PhaseFailed  = "Failed"
)

// StepStatus is what is known of one step.
type StepStatus struct {
	Name    string `json:"name"`
	Phase   string `json:"phase,omitempty"`
	Message string `json:"message,omitempty"`
}

// WidgetSpec is what is wanted of a Widget.
type WidgetSpec struct {
	Replicas int32    `json:"replicas,omitempty"`
	Owner    string   `json:"owner,omitempty"`
	Steps    []string `json:"steps,omitempty"`
	Parts    []string `json:"parts,omitempty"`
	Paused   bool     `json:"paused,omitempty"`
}

// WidgetStatus is what is known of a Widget.
type WidgetStatus struct {
	Phase              string             `json:"phase,omitempty"`
	Message            string             `json:"message,omitempty"`
	Attempts           int                `json:"attempts,omitempty"`
	ObservedGeneration int64              `json:"observedGeneration,omitempty"`
	Conditions         []metav1.Condition `json:"conditions,omitempty"`
	Steps              []StepStatus       `json:"steps,omitempty"`
}

// Widget is one widget.
// +genclient
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
type Widget struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec   WidgetSpec   `json:"spec,omitempty"`
	Status WidgetStatus `json:"status,omitempty"`
}

// WidgetList is a list of Widgets.
// +kubebuilder:object:root=true
type WidgetList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []Widget `json:"items"`
}

// GadgetSpec is what is wanted of a Gadget.
type GadgetSpec struct {
	Replicas int32    `json:"replicas,omitempty"`
	Owner    string   `json:"owner,omitempty"`
	Steps    []string `json:"steps,omitempty"`
	Parts    []string `json:"parts,omitempty"`
	Paused   bool     `json:"paused,omitempty"`
}

// GadgetStatus is what is known of a Gadget.
type GadgetStatus struct {
	Phase              string             `json:"phase,omitempty"`
	Message            string             `json:"message,omitempty"`
	Attempts           int                `json:"attempts,omitempty"`
	ObservedGeneration int64              `json:"observedGeneration,omitempty"`
	Conditions         []metav1.Condition `json:"conditions,omitempty"`
	Steps              []StepStatus       `json:"steps,omitempty"`
}

// Gadget is one gadget.
// +genclient
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
type Gadget struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec   GadgetSpec   `json:"spec,omitempty"`
	Status GadgetStatus `json:"status,omitempty"`
}

// GadgetList is a list of Gadgets.
// +kubebuilder:object:root=true
type GadgetList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []Gadget `json:"items"`
}

// PartSpec is what is wanted of a Part.
type PartSpec struct {
	Replicas int32    `json:"replicas,omitempty"`
	Owner    string   `json:"owner,omitempty"`
	Steps    []string `json:"steps,omitempty"`
	Parts    []string `json:"parts,omitempty"`
	Paused   bool     `json:"paused,omitempty"`
}

// PartStatus is what is known of a Part.
type PartStatus struct {
	Phase              string             `json:"phase,omitempty"`
	Message            string             `json:"message,omitempty"`
	Attempts           int                `json:"attempts,omitempty"`
	ObservedGeneration int64              `json:"observedGeneration,omitempty"`
	Conditions         []metav1.Condition `json:"conditions,omitempty"`
	Steps              []StepStatus       `json:"steps,omitempty"`
}

// Part is one part.
// +genclient
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
type Part struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec   PartSpec   `json:"spec,omitempty"`
	Status PartStatus `json:"status,omitempty"`
}

// PartList is a list of Parts.
// +kubebuilder:object:root=true
type PartList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []Part `json:"items"`
}
