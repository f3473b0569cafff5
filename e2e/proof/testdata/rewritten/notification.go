package before

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
	base := notification.DeepCopy()
	if notification.Status.Phase.Finished() {
		return ctrl.Result{}, nil
	}

	for _, channel := range notification.Spec.Channels {
		if notification.Status.Delivered(channel) {
			continue
		}
		attempt := v1alpha1.DeliveryAttempt{Channel: channel, At: r.Now()}
		if err := r.Sender.Send(ctx, channel, notification.Spec.Message); err != nil {
			attempt.Error = err.Error()
		}
		notification.Status.Attempts = append(notification.Status.Attempts, attempt)
	}

	now := r.Now()
	notification.Status.Phase = notification.DeliveryPhase()
	if notification.Status.Phase.Finished() {
		notification.Status.FinishedAt = &now
	}
	if err := status.Update(ctx, r.Client, &notification, base); err != nil {
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
