package setters

import (
	"context"
	"errors"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"example.com/cases/lost/setters/health"
)

// Pump has conditions that a library declares.
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
type Pump struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Status PumpStatus `json:"status,omitempty"`
}

// PumpStatus is what is known of a Pump.
type PumpStatus struct {
	Conditions []health.Condition `json:"conditions,omitempty"`
}

// DeepCopyObject implements runtime.Object.
func (p *Pump) DeepCopyObject() runtime.Object {
	c := *p
	p.ObjectMeta.DeepCopyInto(&c.ObjectMeta)
	c.Status.Conditions = append([]health.Condition(nil), p.Status.Conditions...)
	return &c
}

// Library calls the setter of a library, whose code is not looked at.
func Library(ctx context.Context, c client.Client, pump *Pump) error {
	health.SetCondition(&pump.Status.Conditions, health.Condition{Type: "Primed", Status: "True"})
	pump.Labels["tidy"] = "yes"
	return c.Update(ctx, pump) // want statuslost:`overwrites changes to the status of pump that were not written \(Status.Conditions\["Primed"\]\)`
}

func primed(list *[]health.Condition, status, why string) {
	health.SetCondition(list, health.Condition{Type: "Primed", Status: status, Message: why})
}

func running(list *[]health.Condition, status string) {
	health.SetCondition(list, health.Condition{Type: "Running", Status: status})
}

// Anew sets one of the conditions that are lost again, and not the other.
func Anew(ctx context.Context, c client.Client, pump *Pump) error {
	primed(&pump.Status.Conditions, "Unknown", "started")
	running(&pump.Status.Conditions, "Unknown")
	pump.Labels["tidy"] = "yes"
	if err := c.Update(ctx, pump); err != nil { // want statuslost:`were not written \(Status.Conditions\["Running"\]\)`
		return err
	}
	primed(&pump.Status.Conditions, "True", "")
	return c.Status().Update(ctx, pump) // want statusretry:"outside a conflict retry"
}

// wire fails after it has sent the object: what was set is missing in what its caller
// writes.
func wire(ctx context.Context, c client.Client, pump *Pump) error {
	running(&pump.Status.Conditions, "Unknown")
	pump.Labels["tidy"] = "yes"
	if err := c.Update(ctx, pump); err != nil {
		return err
	}
	if pump.Annotations["ready"] == "" {
		return errors.New("not ready")
	}
	running(&pump.Status.Conditions, "True")
	return nil
}

// Wired writes the status whatever has come of it.
func Wired(ctx context.Context, c client.Client, pump *Pump) error {
	err := wire(ctx, c, pump)                             // want statuslost:`\(Status.Conditions\["Running"\]\)`
	return errors.Join(err, c.Status().Update(ctx, pump)) // want statusretry:"outside a conflict retry"
}

// Unchanged sends the object only where the library had nothing to set.
func Unchanged(ctx context.Context, c client.Client, pump *Pump) error {
	if health.SetIfChanged(&pump.Status.Conditions, health.Condition{Type: "Primed", Status: "True"}) {
		return c.Status().Update(ctx, pump) // want statusretry:"outside a conflict retry"
	}
	pump.Labels["tidy"] = "yes"
	return c.Update(ctx, pump)
}

// Found asks the library for a condition.
func Found(ctx context.Context, c client.Client, pump *Pump) error {
	if health.FindCondition(pump.Status.Conditions, "Primed") == nil {
		return nil
	}
	pump.Labels["tidy"] = "yes"
	return c.Update(ctx, pump)
}
