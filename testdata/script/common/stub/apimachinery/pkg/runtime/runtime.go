// Package runtime is as much of the real one as the scripts need.
package runtime

type ObjectKind interface{ Kind() string }

type Object interface {
	GetObjectKind() ObjectKind
	DeepCopyObject() Object
}
