package lab

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	v1 "github.com/atomicstatus/atomicstatus/e2e/differential/api/v1"
)

// connection is a client: writes go to a server, and reads to a cache of it.
// What the programs have no use for is not there.
type connection struct {
	client.Client
	w      *World
	name   string
	server *server
	cache  *cache
	live   bool // what is read is decoded too, and replaces nothing
}

func (c *connection) Scheme() *runtime.Scheme { return scheme() }

func (c *connection) Get(_ context.Context, key client.ObjectKey, obj client.Object, _ ...client.GetOption) error {
	db := obj.(*v1.Database)
	c.overwrites(db)
	read := func() error {
		stored := c.cache.get(key.Name)
		if stored == nil {
			return notFound(key.Name)
		}
		answer(db, stored, c.live)
		return nil
	}
	if c.w.open != nil {
		return c.w.open.read(c, read)
	}
	c.w.counts.reads++
	err := read()
	c.w.note("get from "+c.name, nil, db, err)
	_ = c.w.fire(Point{When: AfterRead, N: c.w.counts.reads})
	return err
}

func (c *connection) List(_ context.Context, list client.ObjectList, _ ...client.ListOption) error {
	c.w.counts.reads++
	items := &list.(*v1.DatabaseList).Items
	*items = nil
	for _, name := range slices.Sorted(maps.Keys(c.server.current)) {
		if stored := c.cache.get(name); stored != nil {
			*items = append(*items, *stored.DeepCopy())
		}
	}
	c.w.note(fmt.Sprintf("list %d from %s", len(*items), c.name), nil, nil, nil)
	_ = c.w.fire(Point{When: AfterRead, N: c.w.counts.reads})
	return nil
}

func (c *connection) Update(_ context.Context, obj client.Object, _ ...client.UpdateOption) error {
	db := obj.(*v1.Database)
	return c.write("update", db, func() (*v1.Database, error) { return c.server.update(db, false) })
}

func (c *connection) Patch(_ context.Context, obj client.Object, patch client.Patch, _ ...client.PatchOption) error {
	db := obj.(*v1.Database)
	return c.write("patch", db, func() (*v1.Database, error) { return c.server.patch(db, patch, false) })
}

// write is a write of all but the status.
func (c *connection) write(what string, db *v1.Database, send func() (*v1.Database, error)) error {
	if c.w.open != nil {
		c.w.violate("more than the status written", "%s in status.Update", what)
	}
	c.w.counts.writes++
	c.overwrites(db)
	sent := db.DeepCopy()
	stored, err := c.w.attempt(c.w.fire(Point{When: BeforeWrite, N: c.w.counts.writes}), send)
	if err == nil {
		answer(db, stored, true)
	}
	c.w.note(what+" "+c.name, sent, db, err)
	return err
}

// overwrites notes that a program has an answer put in the place of a status that it has
// changed and not written.
func (c *connection) overwrites(db *v1.Database) {
	read := c.server.at(db.Name, db.ResourceVersion)
	if read != nil && !equality.Semantic.DeepEqual(plain(read).Status, plain(db).Status) {
		c.w.overwrote = true
	}
}

func (c *connection) Status() client.SubResourceWriter { return c.SubResource("status") }

func (c *connection) SubResource(name string) client.SubResourceClient {
	if name != "status" {
		panic("lab: there is no subresource " + name)
	}
	return statusConnection{c: c}
}

type statusConnection struct {
	client.SubResourceClient
	c *connection
}

func (s statusConnection) Update(_ context.Context, obj client.Object, _ ...client.SubResourceUpdateOption) error {
	db := obj.(*v1.Database)
	return s.c.writeStatus("update", db, func() (*v1.Database, error) { return s.c.server.update(db, true) })
}

func (s statusConnection) Patch(_ context.Context, obj client.Object, patch client.Patch, _ ...client.SubResourcePatchOption) error {
	db := obj.(*v1.Database)
	s.c.w.patched = true
	return s.c.writeStatus("patch", db, func() (*v1.Database, error) { return s.c.server.patch(db, patch, true) })
}

// writeStatus is a status write: by the program itself, or in a status.Update of
// it.
func (c *connection) writeStatus(what string, db *v1.Database, send func() (*v1.Database, error)) error {
	if c.w.open != nil {
		return c.w.open.write(c, db, send)
	}
	c.w.counts.statusWrites++
	n := c.w.counts.statusWrites
	sent := db.DeepCopy()
	stored, err := c.w.attempt(c.w.fire(Point{When: BeforeStatusWrite, N: n}), send)
	if err == nil {
		answer(db, stored, true)
	}
	if r, ok := c.w.script[n]; ok {
		err = c.w.follow(r, n, c, db, err)
	}
	if what == "update" && apierrors.IsConflict(err) {
		c.w.conflicts++
		if from := c.w.scenario.Resolves; from > 0 && c.w.conflicts >= from {
			err = c.resolve(db, err)
		}
	}
	c.w.note("status of "+c.name, sent, db, err)
	_ = c.w.fire(Point{When: AfterStatusWrite, N: n})
	return err
}

// resolve writes a status that was refused to what is there now, if nothing but its
// metadata has changed since the program read it.
func (c *connection) resolve(db *v1.Database, conflict error) error {
	read, stored := c.server.at(db.Name, db.ResourceVersion), c.server.current[db.Name]
	if read == nil || stored == nil || read.UID != stored.UID || read.Generation != stored.Generation || !equal(read, stored, true) {
		return conflict
	}
	next, err := c.server.replace(stored, db, true)
	if err != nil {
		return conflict
	}
	answer(db, next, false)
	return nil
}
