// Package v1 is as much of the real one as the scripts need.
package v1

import "k8s.io/apimachinery/pkg/runtime"

type Object interface {
	GetNamespace() string
	GetName() string
	GetResourceVersion() string
	SetResourceVersion(version string)
}

type TypeMeta struct{ APIVersion, Kind string }

func (t *TypeMeta) GetObjectKind() runtime.ObjectKind { return nil }

type ObjectMeta struct{ Namespace, Name, ResourceVersion string }

func (m *ObjectMeta) GetNamespace() string              { return m.Namespace }
func (m *ObjectMeta) GetName() string                   { return m.Name }
func (m *ObjectMeta) GetResourceVersion() string        { return m.ResourceVersion }
func (m *ObjectMeta) SetResourceVersion(version string) { m.ResourceVersion = version }
