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

// cost: 1 -> 1; 2 -> 2; direct update; no
func (c *Controller) sync(ctx context.Context, key string) error {
	set, err := c.client.AppsV1().Deployments("default").Get(ctx, key, metav1.GetOptions{})
	if err != nil {
		return err
	}
	_, err = c.client.AppsV1().Deployments("default").UpdateStatus(ctx, set, metav1.UpdateOptions{})
	return err
}

// Run is given its handler.
func Run(ctx context.Context, queue workqueue.TypedRateLimitingInterface[string], handler func(context.Context, string) error) {
	for next(ctx, queue, handler) {
	}
}

func next(ctx context.Context, queue workqueue.TypedRateLimitingInterface[string], handler func(context.Context, string) error) bool {
	key, quit := queue.Get()
	if quit {
		return false
	}
	err := func(key string) error {
		defer queue.Done(key)
		return handler(ctx, key)
	}(key)
	return err == nil
}

type Other struct{ Controller }

func (o *Other) Start(ctx context.Context) { Run(ctx, o.queue, o.reconcile) }

// cost: 0 -> 0; 1 -> 1; none; not needed
func (o *Other) reconcile(ctx context.Context, key string) error {
	_, err := o.client.AppsV1().Deployments("default").Get(ctx, key, metav1.GetOptions{})
	return err
}
