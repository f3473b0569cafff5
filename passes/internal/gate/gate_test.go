package gate_test

import (
	"slices"
	"testing"

	"github.com/atomicstatus/atomicstatus/passes/internal/gate"
)

func TestReaches(t *testing.T) {
	relevant := func(path string) bool { return path == "example.com/wrapper" }
	for _, test := range []struct {
		name       string
		path       string
		imports    []string
		want, root bool
	}{
		{"client", "a", []string{"fmt", "sigs.k8s.io/controller-runtime/pkg/client"}, true, true},
		{"below client", "a", []string{"sigs.k8s.io/controller-runtime/pkg/client/apiutil"}, true, true},
		{"beside client", "a", []string{"sigs.k8s.io/controller-runtime/pkg/clientele"}, false, false},
		{"typed client", "a", []string{"k8s.io/client-go/kubernetes"}, true, true},
		{"by a wrapper", "a", []string{"example.com/wrapper"}, true, true},
		{"nothing", "a", []string{"fmt", "net/http"}, false, false},
		{"meta only", "a", []string{"k8s.io/apimachinery/pkg/apis/meta/v1"}, false, true},
		{"wait only", "a", []string{"k8s.io/apimachinery/pkg/util/wait"}, false, true},
		{"client-go itself", "k8s.io/client-go/tools/cache", []string{"k8s.io/client-go/rest", "k8s.io/apimachinery/pkg/apis/meta/v1"}, false, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := gate.Reaches(test.path, slices.Values(test.imports), relevant); got != test.want {
				t.Errorf("Reaches = %t, want %t", got, test.want)
			}
			if got := gate.OwnReaches(test.path, slices.Values(test.imports), relevant); got != test.root {
				t.Errorf("OwnReaches = %t, want %t", got, test.root)
			}
		})
	}
}
