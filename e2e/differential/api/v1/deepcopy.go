package v1

import (
	"maps"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// DeepCopyInto copies d into out, sharing nothing.
func (d *Database) DeepCopyInto(out *Database) {
	*out = *d
	d.ObjectMeta.DeepCopyInto(&out.ObjectMeta)
	out.Spec.Shards = slices.Clone(d.Spec.Shards)
	d.Status.DeepCopyInto(&out.Status)
}

func (d *Database) DeepCopy() *Database {
	if d == nil {
		return nil
	}
	out := new(Database)
	d.DeepCopyInto(out)
	return out
}

func (d *Database) DeepCopyObject() runtime.Object { return d.DeepCopy() }

// DeepCopyInto copies s into out, sharing nothing.
func (s *DatabaseStatus) DeepCopyInto(out *DatabaseStatus) {
	*out = *s
	if s.Primary != nil {
		primary := *s.Primary
		out.Primary = &primary
	}
	out.StartedAt = s.StartedAt.DeepCopy()
	out.Shards = slices.Clone(s.Shards)
	out.History = slices.Clone(s.History)
	out.Versions = maps.Clone(s.Versions)
	if s.Conditions != nil {
		out.Conditions = make([]metav1.Condition, len(s.Conditions))
		for i := range s.Conditions {
			s.Conditions[i].DeepCopyInto(&out.Conditions[i])
		}
	}
}

func (s *DatabaseStatus) DeepCopy() *DatabaseStatus {
	if s == nil {
		return nil
	}
	out := new(DatabaseStatus)
	s.DeepCopyInto(out)
	return out
}

func (l *DatabaseList) DeepCopyObject() runtime.Object {
	out := &DatabaseList{TypeMeta: l.TypeMeta}
	l.ListMeta.DeepCopyInto(&out.ListMeta)
	for i := range l.Items {
		out.Items = append(out.Items, *l.Items[i].DeepCopy())
	}
	return out
}
