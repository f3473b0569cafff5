// Package operators: controllers of an operator that report by the status of the one object
// that configures it.
package operators

import (
	"context"
	"errors"

	"github.com/openshift/library-go/pkg/operator/v1helpers"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/util/retry"
)

// StorageController says how far the storage is.
type StorageController struct {
	operatorClient v1helpers.OperatorClient
	other          v1helpers.OperatorClient
}

// Sync reports twice.
func (c *StorageController) Sync(ctx context.Context) error {
	if _, _, err := v1helpers.UpdateStatus(ctx, c.operatorClient, v1helpers.UpdateConditionFn(metav1.Condition{Type: "Progressing"})); err != nil {
		return err
	}
	_, _, err := v1helpers.UpdateStatus(ctx, c.operatorClient, v1helpers.UpdateConditionFn(metav1.Condition{Type: "Available"})) // want statusmulti:"the status of c.operatorClient may have been written before"
	return err
}

// SyncBoth reports of two.
func (c *StorageController) SyncBoth(ctx context.Context) error {
	available := v1helpers.UpdateConditionFn(metav1.Condition{Type: "Available"})
	_, _, err := v1helpers.UpdateStatus(ctx, c.operatorClient, available)
	_, _, other := v1helpers.UpdateStatus(ctx, c.other, available)
	return errors.Join(err, other)
}

// SyncOnce reports what came of it.
func (c *StorageController) SyncOnce(ctx context.Context, work func() error) error {
	if err := work(); err != nil {
		_, _, updateErr := v1helpers.UpdateStatus(ctx, c.operatorClient, v1helpers.UpdateConditionFn(metav1.Condition{Type: "Degraded", Message: err.Error()}))
		return errors.Join(err, updateErr)
	}
	_, _, err := v1helpers.UpdateStatus(ctx, c.operatorClient, v1helpers.UpdateConditionFn(metav1.Condition{Type: "Available"}))
	return err
}

// SyncByHand writes what it has read, and what another has written since gets lost or in
// its way.
func (c *StorageController) SyncByHand(ctx context.Context) error {
	status, version, err := c.operatorClient.GetOperatorState()
	if err != nil {
		return err
	}
	status.Conditions = nil
	_, err = c.operatorClient.UpdateOperatorStatus(ctx, version, status) // want statusretry:"the status of c.operatorClient is updated outside a conflict retry"
	return err
}

// SyncAgain reads it again after a conflict.
func (c *StorageController) SyncAgain(ctx context.Context) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		status, version, err := c.operatorClient.GetOperatorState()
		if err != nil {
			return err
		}
		status.Conditions = nil
		_, err = c.operatorClient.UpdateOperatorStatus(ctx, version, status)
		return err
	})
}

// SyncEach reports each worker.
func (c *StorageController) SyncEach(ctx context.Context, workers []string) error {
	for _, worker := range workers {
		status := &v1helpers.OperatorStatus{Conditions: []metav1.Condition{{Type: worker}}}
		if err := c.operatorClient.ApplyOperatorStatus(ctx, "storage", status); err != nil { // want statusloop:"the status of c.operatorClient is written"
			return err
		}
	}
	return nil
}
