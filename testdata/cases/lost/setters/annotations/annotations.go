// Package annotations changes the metadata of any object, and sends none.
package annotations

import "sigs.k8s.io/controller-runtime/pkg/client"

// Set sets an annotation, and answers whether it was another one before.
func Set(object client.Object, key, value string) bool {
	have := object.GetAnnotations()
	if have[key] == value {
		return false
	}
	if have == nil {
		have = map[string]string{}
	}
	have[key] = value
	object.SetAnnotations(have)
	return true
}
