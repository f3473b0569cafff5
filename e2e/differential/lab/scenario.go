package lab

import (
	"context"
	"errors"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	v1 "github.com/atomicstatus/atomicstatus/e2e/differential/api/v1"
)

// Scenario is what a reconcile function meets.
type Scenario struct {
	Start      Start
	Live       bool  // reads are live, and not from a cache
	CloudFails []int // which effects of a run fail, counted from 1
	Fault      Fault
	// Then is what becomes of the status write that the foreign writer comes
	// before, if not a conflict.
	Then Then
}

func (s Scenario) String() string {
	read := "cached"
	if s.Live {
		read = "live"
	}
	return fmt.Sprintf("%s database, %s reads, failing effects %v, %s", s.Start, read, s.CloudFails, s.Fault)
}

// Start is the database before the first run.
type Start string

const (
	Fresh    Start = "new"
	Known    Start = "known"
	Degraded Start = "degraded"
	Deleted  Start = "deleted"
)

var starts = []Start{Fresh, Known, Degraded, Deleted}

// Finalizer is the one that the programs set and remove.
const Finalizer = "lab.example.com/finalizer"

func (s Start) database() *v1.Database {
	db := &v1.Database{
		ObjectMeta: metav1.ObjectMeta{Namespace: Key.Namespace, Name: Key.Name, UID: "4711", Generation: 3},
		Spec:       v1.DatabaseSpec{Version: "17.2", Replicas: 3, Shards: []string{"east", "north", "west"}},
	}
	primary := "east"
	switch s {
	case Known:
		db.Finalizers = []string{Finalizer}
		db.Labels = map[string]string{"app": "orders"}
		db.Status = v1.DatabaseStatus{
			Phase: v1.PhaseProvisioning, Message: "creating volumes", ObservedGeneration: 2, Replicas: 1, Attempts: 1,
			Shards: []v1.ShardStatus{{Name: "east", State: "Ready"}}, History: []string{"created"},
			Versions:   map[string]string{"engine": "16.1"},
			Conditions: []metav1.Condition{{Type: "Ready", Status: metav1.ConditionFalse, Reason: "Provisioning"}},
		}
	case Degraded, Deleted:
		db.Finalizers = []string{Finalizer}
		db.Spec.Paused = s == Degraded
		db.Status = v1.DatabaseStatus{
			Phase: v1.PhaseDegraded, Message: "north is down", ObservedGeneration: 3, Replicas: 3, Attempts: 2, Ready: true,
			Primary: &primary, Shards: []v1.ShardStatus{{Name: "east", State: "Ready"}, {Name: "north", State: "Down"}},
		}
	}
	if s == Deleted {
		now := metav1.Unix(1767000000, 0)
		db.DeletionTimestamp = &now
	}
	return db
}

// Fault is the one thing that goes wrong in a scenario.
type Fault struct {
	What What
	When When
	At   int // which call, counted from 1 over all runs
}

func (f Fault) String() string {
	if f.What == Nothing {
		return "no fault"
	}
	return fmt.Sprintf("%s %s %d", f.What, f.When, f.At)
}

// When is the call that a fault goes with.
type When string

const (
	AtStatusWrite     When = "at status write"
	FromStatusWrite   When = "to the end of the run, from status write"
	BeforeStatusWrite When = "before status write"
	AfterRead         When = "after read"
	BeforeWrite       When = "before whole-object write"
	AfterRun          When = "after run"
	AtWrite           When = "at whole-object write"
)

// exhausting is how many conflicts in a row a retry.DefaultRetry gives up on.
const exhausting = 5

// Then is what a conflict retry in place may come to, other than to begin again.
type Then int

const (
	Conflicts Then = iota
	Declines       // it finds that there is nothing to write any more
	Insists        // it makes the change all the same
)

// What is what goes wrong: a call that fails, or somebody else who writes.
type What string

const (
	Nothing     What = ""
	Conflict    What = "conflict"
	NotFound    What = "not found"
	ServerError What = "server error"

	ForeignLabel  What = "foreign label"
	ForeignStatus What = "foreign status"
	ForeignSame   What = "foreign change of the same fields"
	ForeignPhase  What = "foreign phase"
	ForeignDelete What = "foreign deletion"
)

// foreign reports whether somebody else writes: then the conflict is a real one.
func (w What) foreign() bool {
	return w == ForeignLabel || w == ForeignStatus || w == ForeignSame || w == ForeignPhase || w == ForeignDelete
}

// resolved is what a conflict with somebody else may come to who changes what a
// program decides by.
func (w What) resolved() []Then {
	switch w {
	case ForeignSame:
		return []Then{Declines}
	case ForeignPhase:
		return []Then{Declines, Insists}
	}
	return nil
}

// retried reports whether a conflict retry may well get over it.
func (w What) retried() bool { return w != NotFound && w != ServerError }

func (w What) failure() error {
	resource := schema.GroupResource{Group: v1.GroupVersion.Group, Resource: "databases"}
	switch w {
	case Conflict:
		return apierrors.NewConflict(resource, Key.Name, errors.New("the object has been modified"))
	case NotFound:
		return apierrors.NewNotFound(resource, Key.Name)
	}
	return apierrors.NewInternalError(errors.New("etcd is unavailable"))
}

// Marks of the foreign writer.
const (
	foreignLabel   = "team.example.com/owner"
	foreignAudit   = "audited"
	foreignHistory = "foreign"
	foreignTries   = 10
)

func (w What) interfere(ctx context.Context, c client.Client) error {
	db := &v1.Database{}
	if err := c.Get(ctx, Key, db); err != nil {
		return err
	}
	switch w {
	case ForeignLabel:
		if db.Labels == nil {
			db.Labels = map[string]string{}
		}
		db.Labels[foreignLabel] = "payments"
		return c.Update(ctx, db)
	case ForeignStatus:
		db.Status.Audit = foreignAudit
		return c.Status().Update(ctx, db)
	case ForeignSame:
		db.Status.Attempts += foreignTries
		db.Status.History = append(db.Status.History, foreignHistory)
		return c.Status().Update(ctx, db)
	case ForeignPhase:
		if db.Status.Phase == v1.PhaseDegraded {
			db.Status.Phase = v1.PhasePending
		} else {
			db.Status.Phase = v1.PhaseDegraded
		}
		return c.Status().Update(ctx, db)
	}
	if len(db.Finalizers) > 0 {
		db.Finalizers = nil
		if err := c.Update(ctx, db); err != nil {
			return err
		}
		if !db.DeletionTimestamp.IsZero() {
			return nil
		}
	}
	return c.Delete(ctx, db)
}
