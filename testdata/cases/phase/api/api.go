// Package api: API types with methods that set the phase. It knows of no client.
package api

import (
	"errors"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// JobPhase is where a job stands.
type JobPhase string

// The phases of a job.
const (
	Pending JobPhase = "Pending"
	Running JobPhase = "Running"
)

// Rollout is a part of the status.
type Rollout struct{ Phase JobPhase }

// JobStatus is what is known of a job.
type JobStatus struct {
	Phase   JobPhase
	Rollout Rollout
	Last    *Rollout
	Parts   []Rollout
}

// JobSpec has a phase, too, which is none.
type JobSpec struct{ Phase string }

// Job is one job.
type Job struct {
	metav1.TypeMeta
	metav1.ObjectMeta
	Spec   JobSpec
	Status JobStatus
}

// DeepCopyObject implements runtime.Object.
func (j *Job) DeepCopyObject() runtime.Object { c := *j; return &c }

// CanTransitionTo knows the transitions.
func (s *JobStatus) CanTransitionTo(to JobPhase) bool { return s.Phase != Running || to != Pending }

// SetPhase asks nobody.
func (s *JobStatus) SetPhase(to JobPhase) {
	s.Phase = to // want statusphase:`s\.Phase is set without validating`
}

// TransitionTo asks.
func (s *JobStatus) TransitionTo(to JobPhase) error {
	if !s.CanTransitionTo(to) {
		return errors.New("no such transition")
	}
	s.Phase = to
	return nil
}

// Start sets it by way of the object.
func (j *Job) Start() {
	j.Status.Phase = Running         // want statusphase:`j\.Status\.Phase is set without validating .*ValidateTransition`
	j.Status.Rollout.Phase = Running // want statusphase:`j\.Status\.Rollout\.Phase is set`
	j.Status.Last.Phase = Running    // want statusphase:`j\.Status\.Last\.Phase is set`
	j.Status.Parts[0].Phase = Running
	j.Spec.Phase = "any"
}

// Task has a phase and is no API type.
type Task struct {
	Phase  JobPhase
	Status JobTaskStatus
}

// JobTaskStatus is the status of no API type.
type JobTaskStatus struct{ Phase JobPhase }

// Begin changes a task.
func (t *Task) Begin() {
	t.Phase = Running
	t.Status.Phase = Running
}
