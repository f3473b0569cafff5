// Package lab runs a reconcile function against an API server, as it was and as
// the fixes leave it, and tells what is different.
package lab

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/record"
	"sigs.k8s.io/controller-runtime/pkg/client"

	v1 "github.com/atomicstatus/atomicstatus/e2e/differential/api/v1"
	"github.com/atomicstatus/atomicstatus/e2e/differential/cloud"
)

// World is all that a reconcile function can reach: one database on an API
// server, its namesake on another, and a cloud.
type World struct {
	Client    client.Client
	APIReader client.Reader
	Spoke     client.Client // of the other server
	Cloud     cloud.Provider
	Recorder  record.EventRecorder
	Now       func() metav1.Time

	hub      *server
	spoke    *server
	cache    *cache
	scenario Scenario
	script   script
	counts   counts
	log      []entry // what the program did and was answered
	run      int     // effects of the present run
	// conflicts are those that status updates of the program have met.
	conflicts int
	overwrote bool // a status that was not written is gone: see overwrites
	patched   bool // a status was written by a patch
	woken     bool // somebody else has written, or a cache has caught up
	happened  map[int]bool

	open       *invocation // of status.Update
	made       script      // what the invocations came to
	violations []Failure
}

// counts are calls since the world began.
type counts struct {
	statusWrites, writes, reads, effects, runs int
}

// entry is one thing that a program did, and what came of it.
type entry struct {
	What      string
	Sent, Got *v1.Database
	Err       string
}

// Key is the name of the one database.
var Key = types.NamespacedName{Namespace: "shop", Name: "orders"}

// sibling is another database, which lists have too.
const sibling = "returns"

var scheme = sync.OnceValue(func() *runtime.Scheme {
	s := runtime.NewScheme()
	if err := v1.AddToScheme(s); err != nil {
		panic(err)
	}
	return s
})

func newWorld(scenario Scenario, script script) *World {
	other := Known.database()
	other.Name = sibling
	w := &World{
		hub: newServer(scenario.Start.database(), other), scenario: scenario, script: script,
		made: map[int]resolution{}, happened: map[int]bool{},
	}
	w.hub.rejects, w.hub.origin = scenario.Rejects, scenario.Start.database()
	w.hub.origin.DeletionTimestamp = nil
	w.cache = &cache{server: w.hub}
	remote := Observed.database()
	remote.Spec.Version = "9.6"
	spoke := newServer()
	spoke.version, spoke.uids = 500, 50 // nothing of it is like the hub's
	spoke.create(remote)
	w.spoke = spoke
	w.Client = &connection{w: w, name: "hub", server: w.hub, cache: w.cache, live: scenario.Live}
	w.APIReader = &connection{w: w, name: "hub, live", server: w.hub, cache: &cache{server: w.hub}, live: true}
	w.Spoke = &connection{w: w, name: "spoke", server: spoke, cache: &cache{server: spoke}, live: scenario.Live}
	w.Cloud = provider{w}
	w.Recorder = recorder{w}
	w.Now = func() metav1.Time { return now }
	return w
}

// fire lets happen what the scenario has for a point. The error is what the call
// there is to be answered.
func (w *World) fire(at Point) error {
	var answered error
	for i, e := range w.scenario.Events {
		if e.At != at || w.happened[i] {
			continue
		}
		w.happened[i] = true
		switch e.What {
		case Freeze:
			w.cache.freeze()
		case Advance:
			w.woken = w.cache.advance() || w.woken
		case Thaw:
			w.woken = w.cache.thaw() || w.woken
		case Conflict:
			answered = conflict(Key.Name)
		case NotFound:
			answered = notFound(Key.Name)
		case ServerError:
			answered = apierrors.NewInternalError(errors.New("etcd is unavailable"))
		case Invalid:
			answered = invalid(Key.Name)
		case LostAnswer:
			answered = errLost
		default:
			if !e.What.happen(w.hub) {
				panic("lab: unknown event " + e.What)
			}
			w.woken = true
		}
	}
	return answered
}

// errLost is answered where a write arrives and its answer does not.
var errLost = errors.New("lost")

// attempt sends a write, or lets it fail.
func (w *World) attempt(failure error, send func() (*v1.Database, error)) (*v1.Database, error) {
	if failure == errLost {
		if _, err := send(); err != nil {
			return nil, err
		}
		return nil, apierrors.NewTimeoutError("request did not complete within the allotted time", 0)
	}
	if failure != nil {
		return nil, failure
	}
	return send()
}

// note adds an entry to the log.
func (w *World) note(what string, sent, got *v1.Database, err error) {
	e := entry{What: what, Sent: plain(sent), Got: plain(got)}
	if err != nil {
		e.Err = err.Error()
	}
	w.log = append(w.log, e)
}

// plain is a copy of db without what no two runs agree on.
func plain(db *v1.Database) *v1.Database {
	if db == nil {
		return nil
	}
	db = db.DeepCopy()
	for i := range db.Status.Conditions {
		db.Status.Conditions[i].LastTransitionTime = metav1.Time{}
	}
	return db
}

// effect notes an effect and says whether it fails.
func (w *World) effect(fails bool, format string, args ...any) error {
	w.counts.effects++
	w.run++
	var err error
	if fails && slices.Contains(w.scenario.CloudFails, w.run) {
		err = errors.New("the cloud is unavailable")
	}
	w.note("effect "+fmt.Sprintf(format, args...), nil, nil, err)
	_ = w.fire(Point{When: DuringEffect, N: w.counts.effects})
	return err
}

type provider struct{ w *World }

func (p provider) EnsureVolume(_ context.Context, name string) error {
	return p.w.effect(true, "volume %s", name)
}

func (p provider) EnsureUser(_ context.Context, name string) error {
	return p.w.effect(true, "user %s", name)
}

func (p provider) Upgrade(_ context.Context, version string) error {
	return p.w.effect(true, "upgrade %s", version)
}

func (p provider) Backup(_ context.Context, name string) (string, error) {
	if err := p.w.effect(true, "backup %s", name); err != nil {
		return "", err
	}
	return "backup-of-" + name, nil
}

func (p provider) Healthy(_ context.Context, name string) (bool, error) {
	if err := p.w.effect(true, "healthy %s", name); err != nil {
		return false, err
	}
	return name != "north", nil
}

func (p provider) Notify(_ context.Context, message string) error {
	return p.w.effect(true, "notify %s", message)
}

func (p provider) Release(_ context.Context, name string) error {
	return p.w.effect(true, "release %s", name)
}

// recorder records events of the API; they are effects that cannot fail.
type recorder struct{ w *World }

func (r recorder) Event(_ runtime.Object, kind, reason, message string) {
	_ = r.w.effect(false, "event %s %s %s", kind, reason, message)
}

func (r recorder) Eventf(o runtime.Object, kind, reason, format string, args ...any) {
	r.Event(o, kind, reason, fmt.Sprintf(format, args...))
}

func (r recorder) AnnotatedEventf(o runtime.Object, _ map[string]string, kind, reason, format string, args ...any) {
	r.Event(o, kind, reason, fmt.Sprintf(format, args...))
}
