// Package collect holds helpers of controllers.
package collect

import (
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/util/retry"
)

// Names are the keys of a map, in no order.
func Names(states map[string]string) []string {
	var names []string
	for name := range states {
		names = append(names, name)
	}
	return names
}

// SortedNames are the keys of a map in order.
func SortedNames(states map[string]string) []string {
	names := Names(states)
	slices.Sort(names)
	return names
}

// Equal sorts what it compares.
func Equal(a, b []string) bool {
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

// Touch retries.
func Touch(do func(metav1.Time) error) error {
	return retry.RetryOnConflict(retry.DefaultRetry, func() error { return do(metav1.Now()) })
}

// Now is a variable, which a test can set.
var Now = time.Now

// MetaNow is the time of now.
func MetaNow() metav1.Time { return metav1.Time{Time: Now()} }
