// Package v1helpers stands for the one of library-go, of which the checks know the names
// of what writes.
package v1helpers

import (
	"context"
	"reflect"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/util/retry"
)

// OperatorStatus is the status of an operator.
type OperatorStatus struct {
	Conditions []metav1.Condition
}

// OperatorClient is a client of the one object that configures an operator.
type OperatorClient interface {
	GetOperatorState() (status *OperatorStatus, resourceVersion string, err error)
	UpdateOperatorStatus(ctx context.Context, oldResourceVersion string, in *OperatorStatus) (out *OperatorStatus, err error)
	ApplyOperatorStatus(ctx context.Context, fieldManager string, applyConfiguration *OperatorStatus) error
}

// StaticPodOperatorClient is one for an operator of pods that the kubelet runs by itself.
type StaticPodOperatorClient interface {
	OperatorClient
	UpdateStaticPodOperatorStatus(ctx context.Context, resourceVersion string, in *OperatorStatus) (out *OperatorStatus, err error)
	ApplyStaticPodOperatorStatus(ctx context.Context, fieldManager string, applyConfiguration *OperatorStatus) error
}

// UpdateStatusFunc changes a status.
type UpdateStatusFunc func(status *OperatorStatus) error

// UpdateStatus changes the status as it is, and writes it if it is another then.
func UpdateStatus(ctx context.Context, client OperatorClient, updates ...UpdateStatusFunc) (*OperatorStatus, bool, error) {
	var written *OperatorStatus
	changed := false
	err := retry.RetryOnConflict(retry.DefaultBackoff, func() error {
		old, version, err := client.GetOperatorState()
		if err != nil {
			return err
		}
		status := &OperatorStatus{Conditions: append([]metav1.Condition(nil), old.Conditions...)}
		for _, update := range updates {
			if err := update(status); err != nil {
				return err
			}
		}
		if reflect.DeepEqual(old, status) {
			written = status
			return nil
		}
		written, err = client.UpdateOperatorStatus(ctx, version, status)
		changed = err == nil
		return err
	})
	return written, changed, err
}

// UpdateConditionFn sets a condition.
func UpdateConditionFn(cond metav1.Condition) UpdateStatusFunc {
	return func(status *OperatorStatus) error {
		status.Conditions = append(status.Conditions, cond)
		return nil
	}
}
