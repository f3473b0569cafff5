// Package marks sets annotations. It imports no client, so nothing is known of what it
// does, but by its types.
package marks

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// Add marks an object.
func Add(o metav1.Object, key string) bool {
	annotations := o.GetAnnotations()
	if _, ok := annotations[key]; ok {
		return false
	}
	if annotations == nil {
		annotations = map[string]string{}
	}
	annotations[key] = "true"
	o.SetAnnotations(annotations)
	return true
}
