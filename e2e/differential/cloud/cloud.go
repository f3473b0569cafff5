// Package cloud is what the generated programs do besides writing statuses. It
// holds no implementation, so nobody can see through a call of it.
package cloud

import "context"

// Provider does things that cannot be undone. Every call is an effect.
type Provider interface {
	EnsureVolume(ctx context.Context, name string) error
	EnsureUser(ctx context.Context, name string) error
	Backup(ctx context.Context, name string) (id string, err error)
	Healthy(ctx context.Context, name string) (bool, error)
	Notify(ctx context.Context, message string) error
	Upgrade(ctx context.Context, version string) error
	Release(ctx context.Context, name string) error
}
