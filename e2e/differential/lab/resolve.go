package lab

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	v1 "github.com/atomicstatus/atomicstatus/e2e/differential/api/v1"
)

// script is what the conflicts of status writes come to, by the number of the
// write. A world of the fixed half makes one, and that of the original follows
// it: its server resolves by itself what status.Update has resolved. So the two
// halves must do the same, call by call, whatever happens.
type script map[int]resolution

// resolution is what status.Update made of a conflict.
type resolution struct {
	Calls  int          // that it made after the conflict
	Stored int          // the one of them that stored the status; 0 if none did
	Done   bool         // it returned no error
	Base   *v1.Database // what it was given as that
}

// invocation is one call of status.Update.
type invocation struct {
	w       *World
	n       int // of the status write that it is
	obj     *v1.Database
	sent    *v1.Database // obj as the program left it
	base    *v1.Database // as it is given
	conn    *connection
	first   error // of the first attempt
	refused map[string]bool
	made    int // attempts
	calls   int // after the first attempt
	stored  *v1.Database
	at      int // the call that stored it
}

type worldKey struct{}

// Begin is called by status.Update, and the function that it returns with what it
// is about to return.
func Begin(ctx context.Context, obj, base client.Object) (end func(error)) {
	w := ctx.Value(worldKey{}).(*World)
	w.counts.statusWrites++
	i := &invocation{w: w, n: w.counts.statusWrites, obj: obj.(*v1.Database), refused: map[string]bool{}}
	i.sent, i.base = i.obj.DeepCopy(), base.(*v1.Database).DeepCopy()
	w.open = i
	return i.end
}

func (i *invocation) violate(rule, format string, args ...any) {
	i.w.violate(rule, "status write %d: %s", i.n, fmt.Sprintf(format, args...))
}

func (w *World) violate(rule, format string, args ...any) {
	w.violations = append(w.violations, Failure{Rule: rule, Detail: fmt.Sprintf(format, args...)})
}

// call lets happen what comes before a call.
func (i *invocation) call(c *connection) error {
	if i.made > 0 {
		if !apierrors.IsConflict(i.first) {
			i.violate("a call without a conflict", "the first attempt was answered %v", i.first)
		}
		i.calls++
	}
	if i.conn == nil {
		i.conn = c
	}
	if i.conn.server != c.server {
		i.violate("another cluster", "%s, and first %s", c.name, i.conn.name)
	}
	return i.w.fire(Point{When: BeforeStatusWrite, N: i.n, Inner: i.calls})
}

func (i *invocation) read(c *connection, read func() error) error {
	if i.made == 0 {
		i.violate("a read before the first attempt", "from %s", c.name)
	}
	if err := i.call(c); err != nil && err != errLost {
		return err
	}
	return read()
}

func (i *invocation) write(c *connection, db *v1.Database, send func() (*v1.Database, error)) error {
	failure := i.call(c)
	if !equal(db, i.sent, true) {
		i.violate("not the status that the program computed", "computed %s\nsent     %s", text(i.sent), text(db))
	}
	if i.made == 0 && !equal(db, i.sent, false) {
		i.violate("the first attempt is not the program's", "the program's %s\nsent %s", text(i.sent), text(db))
	}
	if i.refused[db.ResourceVersion] {
		i.violate("a refused resourceVersion sent again", "%s", db.ResourceVersion)
	}
	i.made++
	version := db.ResourceVersion
	arrived := false
	stored, err := i.w.attempt(failure, func() (*v1.Database, error) {
		stored, err := send()
		if arrived = err == nil; arrived {
			i.stored, i.at = stored, i.calls
		}
		return stored, err
	})
	if i.made == 1 {
		i.first = err
	}
	if apierrors.IsConflict(err) {
		i.refused[version] = true
	}
	if err == nil {
		answer(db, stored, true)
	}
	return err
}

func (i *invocation) end(err error) {
	i.w.open = nil
	switch {
	case i.made == 0:
		i.violate("nothing sent", "and returned %v", err)
	case i.made > 10:
		i.violate("too many attempts", "%d", i.made)
	}
	if err != nil {
		if err != i.first {
			i.violate("not the answer of the first attempt", "the answer %v\nreturned   %v", i.first, err)
		}
		if !equal(i.obj, i.sent, false) {
			i.violate("a failed write changed the object", "before %s\nafter  %s", text(i.sent), text(i.obj))
		}
	} else if i.stored == nil {
		i.violate("nothing stored", "and returned no error")
	} else if !equal(i.obj, i.stored, true) || i.obj.ResourceVersion != i.stored.ResourceVersion {
		i.violate("the object is not what was answered", "answered %s\nit is     %s", text(i.stored), text(i.obj))
	}
	if i.calls > 0 {
		r := resolution{Calls: i.calls, Done: err == nil, Base: i.base}
		if i.stored != nil {
			r.Stored = i.at
		}
		i.w.made[i.n] = r
	}
	name := "hub"
	if i.conn != nil {
		name = i.conn.name
	}
	i.w.note("status of "+name, i.sent, i.obj, err)
	_ = i.w.fire(Point{When: AfterStatusWrite, N: i.n})
}

// follow does to a status write of the original, which has failed with err, what
// status.Update did to it.
func (w *World) follow(r resolution, n int, c *connection, db *v1.Database, err error) error {
	if !apierrors.IsConflict(err) {
		w.violate("resolved what is no conflict", "status write %d of the original is answered %v", n, err)
		return err
	}
	for call := 1; call <= r.Calls; call++ {
		_ = w.fire(Point{When: BeforeStatusWrite, N: n, Inner: call})
		if call != r.Stored {
			continue
		}
		stored := c.server.current[db.Name]
		if stored == nil {
			w.violate("resolved though it is gone", "status write %d", n)
			return err
		}
		w.justify(n, c.server.at(db.Name, db.ResourceVersion), r.Base, stored)
		next, failure := c.server.replace(stored, db, true)
		if failure != nil {
			w.violate("stored what is refused", "status write %d: %v", n, failure)
			return err
		}
		if r.Done {
			answer(db, next, false) // into an empty object
			err = nil
		}
	}
	return err
}

// justify holds the resolution of a conflict to its rules: it is the same object,
// with the same status as where the program read it, and nothing but its metadata
// has changed since. A function that was given the object copies it as it comes, with
// what is pending: if the base is as new as the object, the status may be that of the
// base, which somebody else has then set to what the program was about to.
func (w *World) justify(n int, read, base, stored *v1.Database) {
	switch {
	case read == nil:
		w.violate("resolved for an object that was never read", "status write %d", n)
	case read.UID != stored.UID:
		w.violate("resolved for another object", "status write %d: %s is now %s", n, read.UID, stored.UID)
	case !equal(read, stored, true) && (base.ResourceVersion != read.ResourceVersion || !equal(base, stored, true)):
		w.violate("a foreign status undone", "status write %d: it was read as %s\nand became %s", n, text(read), text(stored))
	case read.Generation != stored.Generation:
		w.violate("resolved though something else is wanted", "status write %d: it was read as %s\nand became %s", n, text(read), text(stored))
	default:
		a, b := read.DeepCopy(), stored.DeepCopy()
		a.ResourceVersion, b.ResourceVersion = "", ""
		a.ManagedFields, b.ManagedFields = nil, nil
		if equal(a, b, false) {
			w.violate("resolved though nothing explains it", "status write %d: %s", n, text(stored))
		}
	}
}

// equal reports that two objects, or their statuses, are equal but for what no
// two runs agree on.
func equal(a, b *v1.Database, status bool) bool {
	a, b = plain(a), plain(b)
	if status && a != nil && b != nil {
		return equality.Semantic.DeepEqual(a.Status, b.Status)
	}
	return equality.Semantic.DeepEqual(a, b)
}
