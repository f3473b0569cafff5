// Package reconcile is as much of the real one as the scripts need.
package reconcile

import "k8s.io/apimachinery/pkg/types"

type Request struct{ types.NamespacedName }

type Result struct{ Requeue bool }
