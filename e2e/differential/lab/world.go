// Package lab runs a reconcile function against a fake API server, as it was
// and as the fixes leave it, and tells what is different.
package lab

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/testing"
	"k8s.io/client-go/tools/record"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	v1 "github.com/atomicstatus/atomicstatus/e2e/differential/api/v1"
	"github.com/atomicstatus/atomicstatus/e2e/differential/cloud"
	"github.com/atomicstatus/atomicstatus/e2e/differential/status"
)

// World is all that a reconcile function can reach: one database on an API
// server of its own, and a cloud.
type World struct {
	Client    client.Client
	APIReader client.Reader
	Statuses  *status.Manager
	Cloud     cloud.Provider
	Recorder  record.EventRecorder
	Now       func() metav1.Time

	store    client.WithWatch // the server, past all counting and failing
	scenario Scenario
	counts   counts
	events   []string // effects of the present run, in order
	foreign  bool     // the foreign writer has had its turn
	failing  bool     // status writes fail until the run ends
}

// counts are calls since the world began.
type counts struct {
	statusWrites, failedStatusWrites, writes, reads int
}

// Key is the name of the one database.
var Key = types.NamespacedName{Namespace: "shop", Name: "orders"}

var scheme = sync.OnceValue(func() *runtime.Scheme {
	s := runtime.NewScheme()
	if err := v1.AddToScheme(s); err != nil {
		panic(err)
	}
	return s
})

func newWorld(scenario Scenario) *World {
	w := &World{scenario: scenario}
	// A tracker without managed fields, which nobody here looks at: to work them
	// out takes most of the time of a write.
	tracker := testing.NewObjectTracker(scheme(), serializer.NewCodecFactory(scheme()).UniversalDecoder())
	w.store = fake.NewClientBuilder().WithScheme(scheme()).WithObjectTracker(tracker).
		WithStatusSubresource(&v1.Database{}).
		WithObjects(scenario.Start.database()).Build()
	w.Client = interceptor.NewClient(w.store, interceptor.Funcs{
		Get: func(ctx context.Context, _ client.WithWatch, key client.ObjectKey, obj client.Object, _ ...client.GetOption) error {
			return w.get(ctx, key, obj, scenario.Live)
		},
		Update: func(ctx context.Context, c client.WithWatch, obj client.Object, opts ...client.UpdateOption) error {
			return w.write(func() error { return c.Update(ctx, obj, opts...) })
		},
		Patch: func(ctx context.Context, c client.WithWatch, obj client.Object, patch client.Patch, opts ...client.PatchOption) error {
			return w.write(func() error { return c.Patch(ctx, obj, patch, opts...) })
		},
		SubResourceUpdate: func(ctx context.Context, c client.Client, name string, obj client.Object, opts ...client.SubResourceUpdateOption) error {
			return w.writeStatus(obj, func() error { return c.SubResource(name).Update(ctx, obj, opts...) })
		},
		SubResourcePatch: func(ctx context.Context, c client.Client, name string, obj client.Object, patch client.Patch, opts ...client.SubResourcePatchOption) error {
			return w.writeStatus(obj, func() error { return c.SubResource(name).Patch(ctx, obj, patch, opts...) })
		},
	})
	w.APIReader = liveReader{w}
	w.Statuses = &status.Manager{Writer: w.Client, Reader: w.APIReader}
	w.Cloud = provider{w}
	w.Recorder = recorder{w}
	w.Now = func() metav1.Time { return metav1.NewTime(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)) }
	return w
}

// get reads as a cache does, which replaces obj, or live: decoding leaves the
// fields of obj alone that the server omits, which the fake client does not show.
func (w *World) get(ctx context.Context, key client.ObjectKey, obj client.Object, live bool) error {
	w.counts.reads++
	read := w.counts.reads
	into := obj
	if live {
		into = obj.DeepCopyObject().(client.Object)
	}
	if err := w.store.Get(ctx, key, into); err != nil {
		return err
	}
	if live {
		data, err := json.Marshal(into)
		if err != nil {
			return err
		}
		if err := json.Unmarshal(data, obj); err != nil {
			return err
		}
	}
	if f := w.scenario.Fault; f.When == AfterRead && read == f.At {
		w.interfere()
	}
	return nil
}

func (w *World) writeStatus(obj client.Object, send func() error) error {
	w.counts.statusWrites++
	err := w.statusFailure(w.counts.statusWrites)
	if f := w.scenario.Fault; err == nil && f.When == BeforeStatusWrite && f.At == w.counts.statusWrites && w.scenario.Then != Conflicts {
		return w.resolve(obj, send)
	}
	if err == nil {
		err = send()
	}
	if err != nil {
		w.counts.failedStatusWrites++
	}
	return err
}

// resolve does to a status write what a conflict retry in place comes to.
func (w *World) resolve(obj client.Object, send func() error) error {
	ctx, key := context.Background(), client.ObjectKeyFromObject(obj)
	if w.scenario.Then == Declines {
		return w.store.Get(ctx, key, obj)
	}
	stored := &v1.Database{}
	if err := w.store.Get(ctx, key, stored); err != nil {
		return err
	}
	obj.SetResourceVersion(stored.GetResourceVersion())
	return send()
}

func (w *World) statusFailure(n int) error {
	f := w.scenario.Fault
	switch {
	case f.When == AtStatusWrite && n == f.At:
		return f.What.failure()
	case f.When == FromStatusWrite && n >= f.At && (n == f.At || w.failing):
		w.failing = true
		return f.What.failure()
	case f.When == BeforeStatusWrite && n == f.At:
		w.interfere()
	}
	return nil
}

func (w *World) write(send func() error) error {
	w.counts.writes++
	if f := w.scenario.Fault; w.counts.writes == f.At {
		switch f.When {
		case AtWrite:
			return f.What.failure()
		case BeforeWrite:
			w.interfere()
		}
	}
	return send()
}

// interfere lets the foreign writer have its turn, which it has once.
func (w *World) interfere() {
	if w.foreign {
		return
	}
	w.foreign = true
	if err := w.scenario.Fault.What.interfere(context.Background(), w.store); err != nil && client.IgnoreNotFound(err) != nil {
		panic(fmt.Errorf("lab: the foreign writer failed: %w", err))
	}
}

type liveReader struct{ *World }

func (r liveReader) Get(ctx context.Context, key client.ObjectKey, obj client.Object, _ ...client.GetOption) error {
	return r.get(ctx, key, obj, true)
}

func (r liveReader) List(ctx context.Context, list client.ObjectList, opts ...client.ListOption) error {
	return r.store.List(ctx, list, opts...)
}

// record notes an effect and says whether it fails.
func (w *World) record(format string, args ...any) error {
	w.events = append(w.events, fmt.Sprintf(format, args...))
	if n := len(w.events); slices.Contains(w.scenario.CloudFails, n) {
		return errors.New("the cloud is unavailable")
	}
	return nil
}

type provider struct{ w *World }

func (p provider) EnsureVolume(_ context.Context, name string) error {
	return p.w.record("volume %s", name)
}

func (p provider) EnsureUser(_ context.Context, name string) error {
	return p.w.record("user %s", name)
}

func (p provider) Backup(_ context.Context, name string) (string, error) {
	if err := p.w.record("backup %s", name); err != nil {
		return "", err
	}
	return "backup-of-" + name, nil
}

func (p provider) Healthy(_ context.Context, name string) (bool, error) {
	if err := p.w.record("healthy %s", name); err != nil {
		return false, err
	}
	return name != "north", nil
}

func (p provider) Notify(_ context.Context, message string) error {
	return p.w.record("notify %s", message)
}

func (p provider) Release(_ context.Context, name string) error {
	return p.w.record("release %s", name)
}

// recorder records events of the API; they are effects that cannot fail.
type recorder struct{ w *World }

func (r recorder) Event(_ runtime.Object, kind, reason, message string) {
	r.w.events = append(r.w.events, fmt.Sprintf("event %s %s %s", kind, reason, message))
}

func (r recorder) Eventf(o runtime.Object, kind, reason, format string, args ...any) {
	r.Event(o, kind, reason, fmt.Sprintf(format, args...))
}

func (r recorder) AnnotatedEventf(o runtime.Object, _ map[string]string, kind, reason, format string, args ...any) {
	r.Event(o, kind, reason, fmt.Sprintf(format, args...))
}
