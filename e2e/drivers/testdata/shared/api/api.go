// Package api declares a resource.
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

type Status struct{ Phase string }

func (j *Job) DeepCopy() *Job { c := *j; return &c }

func (j *Job) DeepCopyObject() runtime.Object { return j.DeepCopy() }
