package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"

	"example.com/operator/api/v1alpha1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// kinds are those of the resources that the operator looks after.
var kinds = map[string]string{
	"notifications":      "Notification",
	"workflowexecutions": "WorkflowExecution",
}

// call is what the requests for one object have in common that are counted
// together.
type call struct {
	Verb, Resource, Subresource string
	Code                        int // 0 if there was no answer
}

type counted struct {
	call
	Count int
}

// calls counts the requests for single objects. Lists and watches, which each
// manager opens once, do not count.
type calls struct {
	// overtake changes an object; nil if nobody does.
	overtake func(ctx context.Context, resource string, key types.NamespacedName) error

	mu        sync.Mutex
	counts    map[call]int
	overtaken map[string]bool // by path
}

func newCalls() *calls {
	return &calls{counts: map[call]int{}, overtaken: map[string]bool{}}
}

func (c *calls) wrap(next http.RoundTripper) http.RoundTripper {
	return roundTripper(func(req *http.Request) (*http.Response, error) {
		// /apis/GROUP/VERSION/namespaces/NAMESPACE/RESOURCE/NAME[/SUBRESOURCE]
		parts := strings.Split(strings.Trim(req.URL.Path, "/"), "/")
		if len(parts) < 7 || parts[3] != "namespaces" {
			return next.RoundTrip(req)
		}
		this := call{Verb: req.Method, Resource: parts[5]}
		if len(parts) > 7 {
			this.Subresource = parts[7]
		}
		if this.Verb == http.MethodPut && this.Subresource == "status" && c.first(req.URL.Path) {
			if err := c.overtake(req.Context(), this.Resource, types.NamespacedName{Namespace: parts[4], Name: parts[6]}); err != nil {
				return nil, fmt.Errorf("overtake %s: %w", req.URL.Path, err)
			}
		}
		resp, err := next.RoundTrip(req)
		if err == nil {
			this.Code = resp.StatusCode
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		c.counts[this]++
		return resp, err
	})
}

// first reports whether the path is to be overtaken, and has not been.
func (c *calls) first(path string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.overtake == nil || c.overtaken[path] {
		return false
	}
	c.overtaken[path] = true
	return true
}

func (c *calls) all() []counted {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := []counted{}
	for call, n := range c.counts {
		all = append(all, counted{call, n})
	}
	return all
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// overtaker changes the metadata of objects, by a client of its own: its
// requests are not the controllers'.
func overtaker(config *rest.Config, scheme *runtime.Scheme) (func(context.Context, string, types.NamespacedName) error, error) {
	c, err := client.New(config, client.Options{Scheme: scheme})
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, resource string, key types.NamespacedName) error {
		obj := &unstructured.Unstructured{}
		obj.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind(kinds[resource]))
		obj.SetNamespace(key.Namespace)
		obj.SetName(key.Name)
		return c.Patch(ctx, obj, client.RawPatch(types.MergePatchType, []byte(`{"metadata":{"annotations":{"overtaken":"yes"}}}`)))
	}, nil
}
