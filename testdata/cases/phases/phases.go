// Package phases: fields and validators that settings name.
package phases

import (
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

type WidgetReconciler struct {
	client.Client
	Machine *Machine
	Health  Health
}

// Machine knows the transitions.
type Machine struct{}

// Check validates.
func (*Machine) Check(from, to string) bool { return from != to }

// Health checks something else.
type Health struct{}

// Check asks how it is.
func (Health) Check() bool { return true }

// Allowed is named with its package.
func Allowed(from, to string) bool { return from != to }

// ValidateTransition is named no more.
func ValidateTransition(from, to string) bool { return from != to }

func (r *WidgetReconciler) Method(widget *myv1.Widget) {
	widget.Status.Phase = "one" // no phase any more
	if r.Machine.Check(widget.Status.Message, "one") {
		widget.Status.Message = "one"
	}
}

func (r *WidgetReconciler) Other(widget *myv1.Widget) {
	if r.Health.Check() {
		widget.Status.Message = "one" // want statusphase:`no call of \(\*Machine\)\.Check, example\.com/cases/phases\.Allowed comes before`
	}
}

func (r *WidgetReconciler) Function(widget *myv1.Widget) {
	if Allowed(widget.Status.Message, "one") {
		widget.Status.Message = "one"
	}
}

func (r *WidgetReconciler) Default(widget *myv1.Widget) {
	if ValidateTransition(widget.Status.Message, "one") {
		widget.Status.Message = "one" // want statusphase:"is set without"
	}
}
