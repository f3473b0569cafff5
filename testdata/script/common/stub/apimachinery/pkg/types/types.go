// Package types is as much of the real one as the scripts need.
package types

type NamespacedName struct{ Namespace, Name string }
