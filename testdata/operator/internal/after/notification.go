// Package after holds the controllers of package before, rewritten: they do
// the work first, keep what came of it in memory, and write the status once,
// through a manager that survives conflicts.
//
// The price is that nobody sees the progress between two writes, and that a
// crash forgets the work since the last one. Where that matters, do one step
// a reconcile: one write each, still.
package after

import (
	"context"
	"time"

	"example.com/operator/api/v1alpha1"
	"example.com/operator/internal/delivery"
	"example.com/operator/internal/status"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

const retryAfter = 30 * time.Second

// NotificationReconciler delivers Notifications.
type NotificationReconciler struct {
	client.Client
	Statuses *status.Manager[v1alpha1.Notification, *v1alpha1.Notification]
	Sender   delivery.Sender
	Now      func() metav1.Time
}

// +kubebuilder:rbac:groups=example.com,resources=notifications,verbs=get;list;watch
// +kubebuilder:rbac:groups=example.com,resources=notifications/status,verbs=get;update

func (r *NotificationReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	var notification v1alpha1.Notification
	if err := r.Get(ctx, req.NamespacedName, &notification); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if notification.Status.Phase.Finished() {
		return ctrl.Result{}, nil
	}

	var attempts []v1alpha1.DeliveryAttempt
	for _, channel := range notification.Spec.Channels {
		if notification.Status.Delivered(channel) {
			continue
		}
		attempt := v1alpha1.DeliveryAttempt{Channel: channel, At: r.Now()}
		if err := r.Sender.Send(ctx, channel, notification.Spec.Message); err != nil {
			attempt.Error = err.Error()
		}
		attempts = append(attempts, attempt)
	}
	now := r.Now()

	err := r.Statuses.AtomicStatusUpdate(ctx, &notification, func() error {
		notification.Status.Attempts = append(notification.Status.Attempts, attempts...)
		notification.Status.Phase = notification.DeliveryPhase()
		if notification.Status.Phase.Finished() {
			notification.Status.FinishedAt = &now
		}
		return nil
	})
	if err != nil {
		return ctrl.Result{}, err
	}
	if notification.Status.Phase == v1alpha1.NotificationRetrying {
		return ctrl.Result{RequeueAfter: retryAfter}, nil
	}
	return ctrl.Result{}, nil
}

func (r *NotificationReconciler) SetupWithManager(mgr ctrl.Manager) error {
	return ctrl.NewControllerManagedBy(mgr).For(&v1alpha1.Notification{}).Complete(r)
}
