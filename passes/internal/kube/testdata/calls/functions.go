package calls

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"sort"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	utilerrors "k8s.io/apimachinery/pkg/util/errors"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/tools/record"
	"k8s.io/client-go/util/retry"
	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/log"

	myv1 "example.com/cases/api/v1"
)

func loops(ctx context.Context, do func() error, done func(context.Context) (bool, error), n func(int)) {
	_ = retry.RetryOnConflict(retry.DefaultRetry, do)                                                                                //= acts | runs it again on a conflict
	_ = retry.OnError(retry.DefaultRetry, apierrors.IsConflict, do)                                                                  //= acts | runs it again on a conflict
	_ = retry.OnError(retry.DefaultRetry, apierrors.IsNotFound, do)                                                                  //= acts | runs it
	_ = retry.OnError(retry.DefaultRetry, func(err error) bool { return apierrors.IsConflict(err) || apierrors.IsTimeout(err) }, do) //= acts | asks IsConflict | asks IsTimeout | no effect | runs it again on a conflict
	_ = retry.OnError(retry.DefaultRetry, func(err error) bool { return err != nil && !apierrors.IsNotFound(err) }, do)              //= acts | asks IsNotFound | no effect | runs it again on a conflict
	_ = retry.OnError(retry.DefaultRetry, func(err error) bool {                                                                     //= acts | runs it
		if apierrors.IsConflict(err) { //= asks IsConflict | no effect
			return false
		}
		return true
	}, do)
	_ = wait.PollUntilContextTimeout(ctx, time.Second, time.Minute, true, done) //= acts | runs it until true
	wait.UntilWithContext(ctx, func(context.Context) {}, time.Second)           //= acts | runs it for each event
	workqueue.ParallelizeUntil(ctx, 2, 10, n)                                   //= acts | runs it many times
	sort.Slice([]int{}, func(i, j int) bool { return false })                   //= no effect | sorts
	time.Sleep(time.Second)                                                     //= acts
	os.Exit(1)                                                                  //= acts | does not return
}

func failures(err, other error) {
	_ = apierrors.IsConflict(err)                    //= asks IsConflict | no effect
	_ = errors.Is(err, other)                        //= no effect | tests an error
	_ = client.IgnoreNotFound(err)                   //= getter | ignores IsNotFound | no effect
	_ = errors.New("new")                            //= makes an error | no effect
	_ = fmt.Errorf("more: %w", err)                  //= makes an error | no effect
	_ = errors.Join(err, other)                      //= joins errors | no effect
	_ = utilerrors.NewAggregate([]error{err, other}) //= joins errors | no effect
	_ = err.Error()                                  //= no effect
}

func changes(w *myv1.Widget, u *unstructured.Unstructured, text []byte) {
	meta.SetStatusCondition(&w.Status.Conditions, metav1.Condition{Type: "Ready"}) //= changes it | no effect | sets a condition | tells whether it did
	meta.RemoveStatusCondition(&w.Status.Conditions, "Ready")                      //= changes it | no effect | sets a condition | tells whether it did
	_ = meta.IsStatusConditionTrue(w.Status.Conditions, "Ready")                   //= getter | no effect | reads
	controllerutil.AddFinalizer(w, "a")                                            //= changes ObjectMeta.Finalizers | no effect | sets metadata | tells whether it did
	controllerutil.RemoveFinalizer(w, "a")                                         //= changes ObjectMeta.Finalizers | no effect | releases | sets metadata | tells whether it did
	_ = controllerutil.SetControllerReference(w, w, nil)                           //= changes ObjectMeta.OwnerReferences | no effect | sets metadata
	w.SetLabels(nil)                                                               //= changes ObjectMeta.Labels | no effect | sets metadata
	_ = w.GetLabels()                                                              //= getter | no effect | reads
	_ = w.GetName()                                                                //= getter | its name | no effect | reads
	_ = w.GetDeletionTimestamp()                                                   //= deletion time | getter | no effect | reads
	w.SetResourceVersion("1")                                                      //= no effect | sets metadata | sets the version
	_ = client.ObjectKeyFromObject(w)                                              //= getter | its key | no effect | reads
	_ = unstructured.SetNestedField(u.Object, "a", "status", "phase")              //= changes status.phase | no effect
	_ = json.Unmarshal(text, w)                                                    //= decodes | fills | no effect
	_, _ = json.Marshal(w)                                                         //= no effect
	w.DeepCopyInto(w)                                                              //= copies into | fills
	_ = w.DeepCopy()                                                               //= copies | reads
}

func compares(a, b *myv1.Widget, t metav1.Time) {
	_ = equality.Semantic.DeepEqual(a.Status, b.Status) //= compares | reads
	_ = reflect.DeepEqual(a.Status, b.Status)           //= compares | no effect
	_ = t.IsZero()                                      //= no effect | reads | zero test
	_ = t.Equal(&t)                                     //= no effect | reads
}

func tells(ctx context.Context, r record.EventRecorder, w *myv1.Widget) {
	r.Event(w, corev1.EventTypeNormal, "a", "b") //= acts | event
	log.FromContext(ctx).Info("a")               //= no effect
	fmt.Println("a")                             //= no effect
}
