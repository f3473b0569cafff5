package calls

import (
	"context"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	appslisters "k8s.io/client-go/listers/apps/v1"
	"k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
)

func runtime(ctx context.Context, c client.Client, r client.Reader, key types.NamespacedName, w *myv1.Widget) {
	_ = c.Get(ctx, key, w)                                                                       //= fills | get
	_ = r.Get(ctx, key, w)                                                                       //= fills | get
	_ = c.List(ctx, &myv1.WidgetList{}, client.InNamespace("a"))                                 //= list
	_ = c.List(ctx, &myv1.WidgetList{}, client.UnsafeDisableDeepCopy)                            //= filled from the cache | list
	_ = c.Create(ctx, w)                                                                         //= create | fills
	_ = c.Delete(ctx, w)                                                                         //= delete
	_ = c.Update(ctx, w)                                                                         //= conflicts | fills | update
	_ = c.Status().Update(ctx, w)                                                                //= fills | status update | status writer
	_ = c.SubResource("status").Update(ctx, w)                                                   //= fills | status update | status writer
	_ = c.SubResource("scale").Update(ctx, w)                                                    //= fills | other writer | status update
	base := w.DeepCopy()                                                                         //= copies | reads
	_ = c.Status().Patch(ctx, w, client.MergeFrom(base))                                         //= fills | getter | no effect | patch from a base | reads | status patch | status writer
	_ = c.Patch(ctx, w, client.MergeFromWithOptions(base, client.MergeFromWithOptimisticLock{})) //= conflicts | fills | getter | no effect | patch | patch from a base | reads
	_ = c.Status().Patch(ctx, w, client.RawPatch(types.MergePatchType, []byte("{}")))            //= fills | getter | no effect | raw patch | reads | status patch | status writer
	_ = c.Patch(ctx, w, client.Apply)                                                            //= fills | patch
}

func typed(ctx context.Context, cs kubernetes.Interface, d *appsv1.Deployment) {
	apps := cs.AppsV1()                                                                               //= acts | leads to a client
	deployments := apps.Deployments("a")                                                              //= acts | leads to a client
	_, _ = deployments.Get(ctx, "name", metav1.GetOptions{})                                          //= acts | get | typed
	_, _ = deployments.List(ctx, metav1.ListOptions{})                                                //= acts
	_, _ = deployments.Update(ctx, d, metav1.UpdateOptions{})                                         //= acts | conflicts | typed | update
	_, _ = deployments.UpdateStatus(ctx, d, metav1.UpdateOptions{})                                   //= acts | status update | typed
	_, _ = deployments.Patch(ctx, "name", types.MergePatchType, nil, metav1.PatchOptions{}, "status") //= acts | status patch | typed
	_ = deployments.Delete(ctx, "name", metav1.DeleteOptions{})                                       //= acts | delete | typed
}

func cached(l appslisters.DeploymentLister, i cache.Indexer) {
	_, _ = l.Deployments("a").Get("name") //= acts | cached object | get | leads to a client | typed
	_, _ = l.Deployments("a").List(nil)   //= acts | cached elements | leads to a client
	_, _, _ = i.GetByKey("a/name")        //= acts | cached object
	_ = i.List()                          //= acts | cached elements
}
