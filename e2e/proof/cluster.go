//go:build proof

package proof

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/client/clientset/clientset"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/dynamic"

	"github.com/atomicstatus/atomicstatus/e2e/proof/apiserver"
)

var groupVersion = schema.GroupVersion{Group: "example.com", Version: "v1alpha1"}

// kinds are those of the example operator, by resource.
var kinds = map[string]string{
	"notifications":      "Notification",
	"workflowexecutions": "WorkflowExecution",
}

var resources = slices.Sorted(maps.Keys(kinds))

// cluster is a server with the resources of the example operator.
type cluster struct {
	server  *apiserver.Server
	dynamic dynamic.Interface
	crds    clientset.Interface
	etcd    *clientv3.Client
}

// startCluster starts a server that keeps its data in dir.
func startCluster(ctx context.Context, dir string) (*cluster, error) {
	server, err := apiserver.Start(dir)
	if err != nil {
		return nil, err
	}
	c := &cluster{server: server}
	if err := c.connect(ctx); err != nil {
		server.Kill()
		return nil, err
	}
	return c, nil
}

func (c *cluster) connect(ctx context.Context) error {
	config, err := c.server.Config()
	if err != nil {
		return err
	}
	if c.dynamic, err = dynamic.NewForConfig(config); err != nil {
		return err
	}
	if c.crds, err = clientset.NewForConfig(config); err != nil {
		return err
	}
	if c.etcd, err = clientv3.New(clientv3.Config{Endpoints: []string{c.server.EtcdURL()}}); err != nil {
		return err
	}
	for resource, kind := range kinds {
		if err := c.define(ctx, resource, kind); err != nil {
			return err
		}
	}
	return nil
}

// Close ends the server.
func (c *cluster) Close() error { return errors.Join(c.etcd.Close(), c.server.Stop()) }

// define defines a custom resource with a status and any fields, and waits
// until it is served.
func (c *cluster) define(ctx context.Context, resource, kind string) error {
	anything := true
	crd := &apiextensionsv1.CustomResourceDefinition{
		ObjectMeta: metav1.ObjectMeta{Name: resource + "." + groupVersion.Group},
		Spec: apiextensionsv1.CustomResourceDefinitionSpec{
			Group: groupVersion.Group,
			Names: apiextensionsv1.CustomResourceDefinitionNames{Plural: resource, Kind: kind, ListKind: kind + "List"},
			Scope: apiextensionsv1.NamespaceScoped,
			Versions: []apiextensionsv1.CustomResourceDefinitionVersion{{
				Name: groupVersion.Version, Served: true, Storage: true,
				Schema: &apiextensionsv1.CustomResourceValidation{
					OpenAPIV3Schema: &apiextensionsv1.JSONSchemaProps{Type: "object", XPreserveUnknownFields: &anything},
				},
				Subresources: &apiextensionsv1.CustomResourceSubresources{Status: &apiextensionsv1.CustomResourceSubresourceStatus{}},
			}},
		},
	}
	if _, err := c.crds.ApiextensionsV1().CustomResourceDefinitions().Create(ctx, crd, metav1.CreateOptions{}); err != nil {
		return err
	}
	// Only a create shows that the resource can be written.
	first := object(kind, "first", map[string]any{})
	in := c.resource(resource, "first")
	return wait.PollUntilContextTimeout(ctx, 50*time.Millisecond, time.Minute, true, func(ctx context.Context) (bool, error) {
		_, err := in.Create(ctx, first, metav1.CreateOptions{})
		if apierrors.IsNotFound(err) {
			return false, nil
		}
		return err == nil, err
	})
}

func (c *cluster) resource(resource, namespace string) dynamic.ResourceInterface {
	return c.dynamic.Resource(groupVersion.WithResource(resource)).Namespace(namespace)
}

// list returns the objects in a namespace, by name.
func (c *cluster) list(ctx context.Context, namespace string) (map[string]*unstructured.Unstructured, error) {
	objects := map[string]*unstructured.Unstructured{}
	for _, resource := range resources {
		list, err := c.resource(resource, namespace).List(ctx, metav1.ListOptions{})
		if err != nil {
			return nil, err
		}
		for i := range list.Items {
			objects[list.Items[i].GetName()] = &list.Items[i]
		}
	}
	return objects, nil
}

// stored returns, of the objects in a namespace, how often they were written to
// etcd and the revision of the last write of each resource.
func (c *cluster) stored(ctx context.Context, namespace string) (writes int, last map[string]int64, err error) {
	last = map[string]int64{}
	for _, resource := range resources {
		prefix := fmt.Sprintf("/registry/apiextensions.kubernetes.io/%s/%s/%s/", groupVersion.Group, resource, namespace)
		got, err := c.etcd.Get(ctx, prefix, clientv3.WithPrefix())
		if err != nil {
			return 0, nil, fmt.Errorf("read %s from etcd: %w", prefix, err)
		}
		for _, kv := range got.Kvs {
			writes += int(kv.Version)
			last[resource] = max(last[resource], kv.ModRevision)
		}
	}
	return writes, last, nil
}

func object(kind, name string, spec map[string]any) *unstructured.Unstructured {
	obj := &unstructured.Unstructured{Object: map[string]any{"spec": spec}}
	obj.SetGroupVersionKind(groupVersion.WithKind(kind))
	obj.SetName(name)
	return obj
}

// create creates half as many notifications as asked for, and half as many
// workflows, each of which its controller finishes in one reconcile of that
// many status writes before the rewrite. The last step of every fifth fails.
func (c *cluster) create(ctx context.Context, namespace string, objects, writes int) error {
	for i := range objects {
		var channels, steps []any
		for j := range writes - 1 { // one more is for the phase
			channel, action := "channel-"+strconv.Itoa(j), "do"
			if i/2%5 == 4 && j == writes-2 {
				channel, action = "broken", "broken"
			}
			channels = append(channels, channel)
			steps = append(steps, map[string]any{"name": "step-" + strconv.Itoa(j), "action": action})
		}
		resource, name := "notifications", fmt.Sprintf("n%03d", i)
		spec := map[string]any{"message": "hello", "maxAttempts": int64(1), "channels": channels}
		if i%2 == 1 {
			resource, name, spec = "workflowexecutions", fmt.Sprintf("w%03d", i), map[string]any{"steps": steps}
		}
		if _, err := c.resource(resource, namespace).Create(ctx, object(kinds[resource], name, spec), metav1.CreateOptions{}); err != nil {
			return err
		}
	}
	return nil
}
