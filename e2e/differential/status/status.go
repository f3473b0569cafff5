// Package status is the status manager that some of the generated programs use.
package status

import (
	"context"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	v1 "github.com/atomicstatus/atomicstatus/e2e/differential/api/v1"
)

// Updater is a Manager as an interface: what it does is known by its name only.
type Updater interface {
	AtomicStatusUpdate(ctx context.Context, db *v1.Database, change func() error) error
}

// Manager writes the status of databases.
type Manager struct {
	Writer client.StatusClient
	Reader client.Reader
}

// AtomicStatusUpdate reads db again, applies change to it and writes its status
// if that changed it, and starts over on a conflict.
func (m *Manager) AtomicStatusUpdate(ctx context.Context, db *v1.Database, change func() error) error {
	key := client.ObjectKeyFromObject(db)
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		fresh := &v1.Database{}
		if err := m.Reader.Get(ctx, key, fresh); err != nil {
			return err
		}
		*db = *fresh
		before := db.DeepCopy()
		if err := change(); err != nil {
			return err
		}
		if equality.Semantic.DeepEqual(before, db) {
			return nil
		}
		return m.Writer.Status().Update(ctx, db)
	})
}
