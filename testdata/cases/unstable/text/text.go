// Package text knows nothing of Kubernetes.
package text

import (
	"slices"
	"strings"
)

// Truncate cuts a text to a length.
func Truncate(s string, n int) string { return s[:min(n, len(s))] }

// Join joins what is like a string.
func Join[T ~string](list []T, sep string) string {
	var b strings.Builder
	for _, s := range list {
		b.WriteString(string(s) + sep)
	}
	return b.String()
}

// Color sorts what it is given.
func Color(list []string) string {
	return strings.Join(slices.Sorted(slices.Values(list)), "+")
}
