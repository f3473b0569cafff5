// Package conditions sets parts of a status, and knows no client.
package conditions

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// Put adds a condition, or replaces the one of its type. A list that is missing is
// made up for.
func Put(list *[]metav1.Condition, c metav1.Condition) {
	if list == nil {
		list = &[]metav1.Condition{}
	}
	for i := range *list {
		if (*list)[i].Type == c.Type {
			(*list)[i] = c
			return
		}
	}
	*list = append(*list, c)
}

// Enter enters a phase.
func Enter(phase *string, to string) { *phase = to }
