// Package far fills in a part of a status that is declared elsewhere.
package far

import (
	"context"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	listers "k8s.io/client-go/listers/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"example.com/cases/unstable/far/parts"
)

// Gear has a status of parts.
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
type Gear struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Status GearStatus `json:"status,omitempty"`
}

// GearStatus is what is known of a Gear.
type GearStatus struct {
	Drive parts.Drive `json:"drive"`
}

// DeepCopyObject implements runtime.Object.
func (g *Gear) DeepCopyObject() runtime.Object {
	c := *g
	return &c
}

// Reconciler reconciles gears.
type Reconciler struct {
	client.Client
	pods listers.PodLister
	last parts.Drive
}

func (r *Reconciler) podsOf(d *parts.Drive) ([]*corev1.Pod, error) {
	var pods []*corev1.Pod
	all, err := r.pods.Pods(d.Volume).List(labels.Everything())
	if err != nil {
		return nil, err
	}
	for _, p := range all {
		for _, v := range p.Spec.Volumes {
			if v.Name == d.Volume {
				pods = append(pods, p)
			}
		}
	}
	return pods, nil
}

func chosen(pods []*corev1.Pod, keep func(*corev1.Pod) bool) (list []*corev1.Pod) {
	for _, p := range pods {
		if keep(p) {
			list = append(list, p)
		}
	}
	return list
}

func (r *Reconciler) enter(d *parts.Drive, pods []*corev1.Pod) {
	d.Pods = []parts.Pod{}
	d.Since = ""
	for _, p := range pods {
		d.Pods = append(d.Pods, parts.Pod{Name: p.Name, Phase: string(p.Status.Phase)})
	}
}

// Far passes on where the part lies, and some of the pods.
func (r *Reconciler) Far(ctx context.Context, g *Gear) error {
	drive := &g.Status.Drive
	pods, err := r.podsOf(drive)
	if err != nil {
		return err
	}
	r.enter(drive, chosen(pods, func(p *corev1.Pod) bool { return p.DeletionTimestamp == nil })) // want statusunstable:"Pods is put together in the order of a cached list"
	return r.Status().Update(ctx, g)
}

// Near passes on all of them.
func (r *Reconciler) Near(ctx context.Context, g *Gear) error {
	drive := &g.Status.Drive
	pods, err := r.podsOf(drive)
	if err != nil {
		return err
	}
	r.enter(drive, pods) // want statusunstable:"Pods is put together in the order of a cached list"
	return r.Status().Update(ctx, g)
}

// Direct fills in the part itself.
func (r *Reconciler) Direct(ctx context.Context, g *Gear) error {
	pods, err := r.podsOf(&g.Status.Drive)
	if err != nil {
		return err
	}
	g.Status.Drive.Pods = nil
	for _, p := range pods {
		g.Status.Drive.Pods = append(g.Status.Drive.Pods, parts.Pod{Name: p.Name, Phase: string(p.Status.Phase)}) // want statusunstable:"Pods is put together in the order of a cached list"
	}
	return r.Status().Update(ctx, g)
}

// Sorted sorts what was filled in.
func (r *Reconciler) Sorted(ctx context.Context, g *Gear) error {
	pods, err := r.podsOf(&g.Status.Drive)
	if err != nil {
		return err
	}
	slices.SortFunc(pods, func(a, b *corev1.Pod) int { return strings.Compare(a.Name, b.Name) })
	r.enter(&g.Status.Drive, pods)
	return r.Status().Update(ctx, g)
}

// Kept fills in a part that no object has.
func (r *Reconciler) Kept(d *parts.Drive) error {
	pods, err := r.podsOf(d)
	if err != nil {
		return err
	}
	var own parts.Drive
	r.enter(&own, pods)
	r.last = own
	return nil
}
