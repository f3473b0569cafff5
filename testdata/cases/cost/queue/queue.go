// Package queue holds a controller without a framework.
package queue

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/util/workqueue"
)

type Controller struct {
	client kubernetes.Interface
	queue  workqueue.TypedRateLimitingInterface[string]
	handle func(ctx context.Context, key string) error
}

func New(client kubernetes.Interface) *Controller {
	c := &Controller{client: client}
	c.handle = c.sync
	return c
}

func (c *Controller) Next(ctx context.Context) bool {
	key, quit := c.queue.Get()
	if quit {
		return false
	}
	defer c.queue.Done(key)
	if err := c.handle(ctx, key); err != nil {
		c.queue.AddRateLimited(key)
	}
	return true
}

// cost: 1 -> 1; 2 -> 3; direct update; no
func (c *Controller) sync(ctx context.Context, key string) error {
	set, err := c.client.AppsV1().Deployments("default").Get(ctx, key, metav1.GetOptions{})
	if err != nil {
		return err
	}
	_, err = c.client.AppsV1().Deployments("default").UpdateStatus(ctx, set, metav1.UpdateOptions{})
	return err
}
