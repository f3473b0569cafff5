// Package api declares the resource of the scripts.
package api

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

type Job struct {
	metav1.TypeMeta
	metav1.ObjectMeta
	Spec   Spec
	Status Status
}

type Spec struct{ Steps []string }

type Status struct {
	Phase string
	Done  []string
}

func (j *Job) DeepCopyObject() runtime.Object { c := *j; return &c }

func (j *Job) DeepCopy() *Job {
	c := *j
	c.Status = *j.Status.DeepCopy()
	return &c
}

func (s *Status) DeepCopy() *Status {
	c := *s
	c.Done = append([]string(nil), s.Done...)
	return &c
}
