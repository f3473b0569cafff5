// Package steps is what the generated programs share with other operators: code of
// another package that gets the object and a client, and writes the status itself. No
// fix reaches into it.
package steps

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	v1 "github.com/atomicstatus/atomicstatus/e2e/differential/api/v1"
	"github.com/atomicstatus/atomicstatus/e2e/differential/cloud"
)

// SetPhase sets and writes the phase.
func SetPhase(ctx context.Context, c client.Client, db *v1.Database, phase v1.Phase, message string) error {
	db.Status.SetPhase(phase, message)
	return c.Status().Update(ctx, db)
}

// PatchMessage sets the message, and writes nothing else.
func PatchMessage(ctx context.Context, c client.Client, db *v1.Database, message string) error {
	before := db.DeepCopy()
	db.Status.Message = message
	return c.Status().Patch(ctx, db, client.MergeFrom(before))
}

// Observe reads the object again, and writes what generation it is of.
func Observe(ctx context.Context, c client.Client, db *v1.Database) error {
	if err := c.Get(ctx, client.ObjectKeyFromObject(db), db); err != nil {
		return client.IgnoreNotFound(err)
	}
	if db.Status.ObservedGeneration == db.Generation {
		return nil
	}
	db.Status.ObservedGeneration = db.Generation
	return c.Status().Update(ctx, db)
}

// Accounts makes the accounts of a database.
type Accounts struct {
	Client client.Client
	Cloud  cloud.Provider
}

// Reconcile makes one for each shard, and writes the status after each.
func (a Accounts) Reconcile(ctx context.Context, db *v1.Database) error {
	for _, shard := range db.Spec.Shards {
		if err := a.Cloud.EnsureUser(ctx, "account of "+shard); err != nil {
			meta.SetStatusCondition(&db.Status.Conditions, metav1.Condition{Type: "Accounts", Status: metav1.ConditionFalse, Reason: "Failed", Message: err.Error()})
			if updateErr := a.Client.Status().Update(ctx, db); updateErr != nil {
				return fmt.Errorf("update status: %w", updateErr)
			}
			return err
		}
		meta.SetStatusCondition(&db.Status.Conditions, metav1.Condition{Type: "Accounts", Status: metav1.ConditionTrue, Reason: "Made", Message: shard})
		if err := a.Client.Status().Update(ctx, db); err != nil {
			return fmt.Errorf("update status: %w", err)
		}
	}
	return nil
}

// Settle makes the phase and the accounts what they are to be.
func Settle(ctx context.Context, a Accounts, db *v1.Database) error {
	if db.Status.Phase == v1.PhasePending {
		db.Status.Phase = v1.PhaseProvisioning
		if err := a.Client.Status().Update(ctx, db); err != nil {
			return err
		}
	}
	if err := a.Cloud.EnsureUser(ctx, "account of "+db.Name); err != nil {
		return err
	}
	db.Status.Owner = "account of " + db.Name
	return a.Client.Status().Update(ctx, db)
}
