// Package engines holds an API type whose status keeps its conditions behind an
// interface.
package engines

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// EngineStatus is what is known of an Engine.
type EngineStatus struct {
	Conditions []metav1.Condition `json:"conditions,omitempty"`
}

// Engine is one engine.
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
type Engine struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Status EngineStatus `json:"status,omitempty"`
}

// DeepCopyObject implements runtime.Object.
func (e *Engine) DeepCopyObject() runtime.Object {
	c := *e
	e.ObjectMeta.DeepCopyInto(&c.ObjectMeta)
	c.Status.Conditions = append([]metav1.Condition(nil), e.Status.Conditions...)
	return &c
}

type accessor interface {
	get() []metav1.Condition
	set([]metav1.Condition)
}

func (s *EngineStatus) get() []metav1.Condition  { return s.Conditions }
func (s *EngineStatus) set(c []metav1.Condition) { s.Conditions = c }

type set struct{ of accessor }

func conditionsOf(a accessor) set { return set{a} }

func (s set) mark(kind string) { s.of.set(append(s.of.get(), metav1.Condition{Type: kind})) }
func (s set) has() bool        { return len(s.of.get()) > 0 }

// MarkStarted sets the condition Started.
func (s *EngineStatus) MarkStarted() { conditionsOf(s).mark("Started") }

// HasConditions tells whether there are any.
func (s *EngineStatus) HasConditions() bool { return conditionsOf(s).has() }

// SetCondition sets a condition, and tells whether that is another one than before.
func (e *Engine) SetCondition(kind string, is metav1.ConditionStatus) bool {
	for i := range e.Status.Conditions {
		if c := &e.Status.Conditions[i]; c.Type == kind {
			changed := c.Status != is
			c.Status = is
			return changed
		}
	}
	e.Status.Conditions = append(e.Status.Conditions, metav1.Condition{Type: kind, Status: is})
	return true
}

// AddCondition adds a condition, and tells how many there are.
func (e *Engine) AddCondition(kind string) int {
	e.Status.Conditions = append(e.Status.Conditions, metav1.Condition{Type: kind})
	return len(e.Status.Conditions)
}
