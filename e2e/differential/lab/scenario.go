package lab

import (
	"fmt"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	v1 "github.com/atomicstatus/atomicstatus/e2e/differential/api/v1"
)

// Scenario is what a reconcile function meets.
type Scenario struct {
	Start      Start
	Live       bool     // reads are live, and not from a cache
	Wakes      bool     // its own writes wake the reconciler, as without a predicate
	CloudFails []int    // which effects of a run fail, counted from 1
	Rejects    v1.Phase // a status in this phase is invalid
	Events     []Event
	Again      bool // once steady, it is woken once more, as by a resync
	Resolves   int  // from this conflict on the server resolves them by itself, by the rules of status.Update; 0: never
}

func (s Scenario) String() string {
	parts := []string{string(s.Start) + " database", "cached reads"}
	if s.Live {
		parts[1] = "live reads"
	}
	if s.Wakes {
		parts = append(parts, "woken by its own writes")
	}
	if len(s.CloudFails) > 0 {
		parts = append(parts, fmt.Sprintf("failing effects %v", s.CloudFails))
	}
	if s.Rejects != "" {
		parts = append(parts, fmt.Sprintf("phase %s is invalid", s.Rejects))
	}
	for _, e := range s.Events {
		parts = append(parts, e.String())
	}
	return strings.Join(parts, ", ")
}

// Start is the database before the first run.
type Start string

const (
	Fresh    Start = "new"
	Known    Start = "known"
	Degraded Start = "degraded"
	Observed Start = "observed"
	Deleted  Start = "deleted"
)

var starts = []Start{Fresh, Known, Degraded, Observed, Deleted}

// Finalizer is the one that the programs set and remove.
const Finalizer = "lab.example.com/finalizer"

// Restart is the annotation by which users ask for a restart.
const Restart = "lab.example.com/restart"

// moment is when everything happens on a server, or no two runs would agree on it.
var moment = metav1.Unix(1767000000, 0)

func (s Start) database() *v1.Database {
	db := &v1.Database{
		ObjectMeta: metav1.ObjectMeta{Namespace: Key.Namespace, Name: Key.Name, Generation: 3},
		Spec:       v1.DatabaseSpec{Version: "17.2", Replicas: 3, Shards: []string{"east", "north", "west"}},
	}
	primary := "east"
	switch s {
	case Known:
		db.Finalizers = []string{Finalizer}
		db.Labels = map[string]string{"app": "orders"}
		db.Annotations = map[string]string{Restart: "10:00"}
		db.Status = v1.DatabaseStatus{
			Phase: v1.PhaseProvisioning, Message: "creating volumes", ObservedGeneration: 2, Replicas: 1, Attempts: 1,
			Shards: []v1.ShardStatus{{Name: "east", State: "Ready"}}, History: []string{"created"},
			Versions:   map[string]string{"engine": "16.1"},
			Conditions: []metav1.Condition{{Type: "Ready", Status: metav1.ConditionFalse, Reason: "Provisioning", LastTransitionTime: moment}},
		}
	case Observed:
		db.Labels = map[string]string{"app": "orders"}
		db.Annotations = map[string]string{Restart: "10:00"}
		db.Status = v1.DatabaseStatus{
			Phase: v1.PhaseReady, ObservedGeneration: 3, Replicas: 3, Ready: true, Owner: "someone", RestartedAt: "10:00",
			Versions: map[string]string{"engine": "17.2"}, History: []string{"created"},
		}
	case Degraded, Deleted:
		db.Finalizers = []string{Finalizer}
		db.Annotations = map[string]string{Restart: "10:00"}
		db.Spec.Paused = s == Degraded
		db.Status = v1.DatabaseStatus{
			Phase: v1.PhaseDegraded, Message: "north is down", ObservedGeneration: 3, Replicas: 3, Attempts: 2, Ready: true,
			Primary: &primary, Shards: []v1.ShardStatus{{Name: "east", State: "Ready"}, {Name: "north", State: "Down"}},
		}
	}
	if s == Deleted {
		now := moment
		db.DeletionTimestamp = &now
	}
	return db
}

// Event is a thing that happens once, if its point comes.
type Event struct {
	What What
	At   Point
}

func (e Event) String() string { return fmt.Sprintf("%s %s", e.What, e.At) }

// Point is a moment in the life of a program.
type Point struct {
	When When
	N    int // which call, counted from 1 over all runs
	// Inner is the call that status.Update makes after a conflict, counted from
	// 1, that the moment comes before; 0 is the first attempt.
	Inner int
}

func (p Point) String() string {
	if p.Inner > 0 {
		return fmt.Sprintf("%s %d, call %d of resolving it", p.When, p.N, p.Inner)
	}
	return fmt.Sprintf("%s %d", p.When, p.N)
}

// When is the kind of call that a moment comes with.
type When string

const (
	BeforeAll         When = "before all"
	BeforeStatusWrite When = "before status write"
	AfterStatusWrite  When = "after status write"
	BeforeWrite       When = "before whole-object write"
	AfterRead         When = "after read"
	DuringEffect      When = "during effect"
	AfterRun          When = "after run"
)

// What is what happens: somebody else writes, a cache stops or catches up, or a
// call fails.
type What string

const (
	// Changes that leave the status alone.
	ForeignLabel      What = "foreign label"
	ForeignAnnotation What = "restart asked for by annotation"
	ForeignFinalizer  What = "foreign finalizer"
	ForeignSpec       What = "foreign spec"
	ForeignPause      What = "paused by somebody"
	ForeignManager    What = "foreign field manager only"

	// Changes of the status.
	ForeignStatus What = "foreign status of another field"
	ForeignSame   What = "foreign status of the same fields"
	ForeignPhase  What = "foreign phase"
	ForeignOwner  What = "claimed by somebody else"
	ForeignBack   What = "foreign phase and back"

	// The object is another one, or gone.
	ForeignDelete   What = "foreign deletion"
	ForeignRecreate What = "deletion and re-creation"

	// What reads see.
	Freeze  What = "cache lags from"
	Advance What = "cache sees one more version"
	Thaw    What = "cache catches up"

	// What a write, or a read of status.Update, is answered.
	Conflict    What = "conflict for no reason"
	NotFound    What = "not found"
	ServerError What = "server error"
	Invalid     What = "invalid"
	LostAnswer  What = "answer lost"
)

var (
	aside  = []What{ForeignLabel, ForeignAnnotation, ForeignFinalizer, ForeignSpec, ForeignPause, ForeignManager}
	inside = []What{ForeignStatus, ForeignSame, ForeignPhase, ForeignOwner, ForeignBack}
	gone   = []What{ForeignDelete, ForeignRecreate}
	lags   = []What{Freeze, Advance, Advance, Thaw}
	failed = []What{Conflict, NotFound, ServerError, Invalid, LostAnswer}
)

// Marks of the foreign writer.
const (
	foreignLabel     = "team.example.com/owner"
	foreignFinalizer = "team.example.com/backup"
	foreignAudit     = "audited"
	foreignHistory   = "foreign"
	foreignRestart   = "10:05"
	foreignVersion   = "18.0"
)

// happen does what somebody else does, and reports whether it was that.
func (w What) happen(s *server) bool {
	phase := v1.Phase("")
	if db := s.current[Key.Name]; db != nil {
		phase = db.Status.Phase
	}
	setPhase := func(phase v1.Phase) {
		s.interfere(true, func(db *v1.Database) { db.Status.Phase = phase })
	}
	other := v1.PhaseDegraded
	if phase == other {
		other = v1.PhasePending
	}
	switch w {
	case ForeignLabel:
		s.interfere(false, func(db *v1.Database) { set(&db.Labels, foreignLabel, "payments") })
	case ForeignAnnotation:
		s.interfere(false, func(db *v1.Database) { set(&db.Annotations, Restart, foreignRestart) })
	case ForeignFinalizer:
		s.interfere(false, func(db *v1.Database) { db.Finalizers = append(db.Finalizers, foreignFinalizer) })
	case ForeignSpec:
		s.interfere(false, func(db *v1.Database) {
			db.Spec.Version, db.Spec.Replicas, db.Spec.Shards = foreignVersion, 5, append(db.Spec.Shards, "south")
		})
	case ForeignPause:
		s.interfere(false, func(db *v1.Database) { db.Spec.Paused = !db.Spec.Paused })
	case ForeignManager:
		s.manage()
	case ForeignStatus:
		s.interfere(true, func(db *v1.Database) { db.Status.Audit = foreignAudit })
	case ForeignSame:
		s.interfere(true, func(db *v1.Database) {
			db.Status.Attempts++ // as the programs do
			db.Status.History = append(db.Status.History, foreignHistory)
		})
	case ForeignPhase:
		setPhase(other)
	case ForeignOwner:
		s.interfere(true, func(db *v1.Database) { db.Status.Owner = "another replica" })
	case ForeignBack:
		setPhase(other)
		setPhase(phase)
	case ForeignDelete:
		s.delete(Key.Name)
	case ForeignRecreate:
		if s.current[Key.Name] != nil {
			s.keep(Key.Name, nil)
		}
		s.create(s.origin) // with its status, as from a backup
	default:
		return false
	}
	return true
}

func set(m *map[string]string, key, value string) {
	if *m == nil {
		*m = map[string]string{}
	}
	(*m)[key] = value
}

// now is what the programs take for the time.
var now = metav1.NewTime(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
