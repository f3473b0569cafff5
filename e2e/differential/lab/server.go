package lab

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strconv"

	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/controller-runtime/pkg/client"

	v1 "github.com/atomicstatus/atomicstatus/e2e/differential/api/v1"
)

// server is an API server that holds databases. It keeps what conflicts are
// about, which the fake client of controller-runtime does not: an update that
// changes nothing makes no version, a changed spec raises the generation, the
// UID is a precondition, a custom resource is not updated by force, and every
// version is remembered, for a cache that lags behind and to judge by.
type server struct {
	current  map[string]*v1.Database   // by name
	versions map[string][]*v1.Database // all of them; nil where it was gone
	version  int
	uids     int
	rejects  v1.Phase     // a status in this phase is invalid; none if empty
	origin   *v1.Database // what the one database is created from, again
}

func newServer(objects ...*v1.Database) *server {
	s := &server{current: map[string]*v1.Database{}, versions: map[string][]*v1.Database{}, version: 100}
	for _, db := range objects {
		s.create(db)
	}
	return s
}

func (s *server) create(db *v1.Database) {
	db = db.DeepCopy()
	s.uids++
	db.UID = types.UID("uid-" + strconv.Itoa(s.uids))
	s.keep(db.Name, db)
}

// keep makes db the current version.
func (s *server) keep(name string, db *v1.Database) {
	s.version++
	if db == nil {
		delete(s.current, name)
	} else {
		db.ResourceVersion = strconv.Itoa(s.version)
		s.current[name] = db
	}
	s.versions[name] = append(s.versions[name], db)
}

// at returns an object as it was at a resourceVersion, or nil.
func (s *server) at(name, version string) *v1.Database {
	for _, db := range s.versions[name] {
		if db != nil && db.ResourceVersion == version {
			return db
		}
	}
	return nil
}

var resource = schema.GroupResource{Group: v1.GroupVersion.Group, Resource: "databases"}

func notFound(name string) error { return apierrors.NewNotFound(resource, name) }

func conflict(name string) error {
	return apierrors.NewConflict(resource, name, errors.New("the object has been modified; please apply your changes to the latest version and try again"))
}

func invalid(name string) error {
	return apierrors.NewInvalid(v1.GroupVersion.WithKind("Database").GroupKind(), name,
		field.ErrorList{field.Invalid(field.NewPath("status", "phase"), "", "not one of those that are known")})
}

// update is a PUT: of the status, or of all but the status.
func (s *server) update(obj *v1.Database, status bool) (*v1.Database, error) {
	stored := s.current[obj.Name]
	if stored == nil {
		return nil, notFound(obj.Name)
	}
	if obj.UID != "" && obj.UID != stored.UID {
		return nil, apierrors.NewConflict(resource, obj.Name, fmt.Errorf("the UID of the precondition is %v, that of the object %v", obj.UID, stored.UID))
	}
	if obj.ResourceVersion == "" {
		return nil, apierrors.NewInvalid(v1.GroupVersion.WithKind("Database").GroupKind(), obj.Name,
			field.ErrorList{field.Invalid(field.NewPath("metadata", "resourceVersion"), 0, "must be specified for an update")})
	}
	if obj.ResourceVersion != stored.ResourceVersion {
		return nil, conflict(obj.Name)
	}
	return s.replace(stored, obj, status)
}

// replace stores the status of obj, or all but the status.
func (s *server) replace(stored, obj *v1.Database, status bool) (*v1.Database, error) {
	next := obj.DeepCopy()
	if status {
		if s.rejects != "" && obj.Status.Phase == s.rejects {
			return nil, invalid(obj.Name)
		}
		next = stored.DeepCopy()
		obj.Status.DeepCopyInto(&next.Status)
		for i := range next.Status.Conditions {
			next.Status.Conditions[i].LastTransitionTime = moment
		}
	} else {
		next.Status = stored.DeepCopy().Status
		next.UID, next.ResourceVersion, next.Generation, next.DeletionTimestamp = stored.UID, stored.ResourceVersion, stored.Generation, stored.DeletionTimestamp
		next.ManagedFields = stored.ManagedFields
		if !equality.Semantic.DeepEqual(next.Spec, stored.Spec) {
			next.Generation++
		}
	}
	if equality.Semantic.DeepEqual(next, stored) {
		return stored, nil
	}
	if next.DeletionTimestamp != nil && len(next.Finalizers) == 0 {
		s.keep(next.Name, nil)
		return next, nil
	}
	s.keep(next.Name, next)
	return next, nil
}

// patch is a PATCH with a merge patch.
func (s *server) patch(obj *v1.Database, patch client.Patch, status bool) (*v1.Database, error) {
	stored := s.current[obj.Name]
	if stored == nil {
		return nil, notFound(obj.Name)
	}
	change, err := patch.Data(obj)
	if err != nil {
		return nil, err
	}
	next, err := merged(stored, change)
	if err != nil {
		return nil, err
	}
	if next.ResourceVersion != stored.ResourceVersion {
		return nil, conflict(obj.Name)
	}
	return s.replace(stored, next, status)
}

func merged(stored *v1.Database, change []byte) (*v1.Database, error) {
	data, err := json.Marshal(stored)
	if err != nil {
		return nil, err
	}
	var into, from any
	if err := errors.Join(json.Unmarshal(data, &into), json.Unmarshal(change, &from)); err != nil {
		return nil, err
	}
	if data, err = json.Marshal(mergePatch(into, from)); err != nil {
		return nil, err
	}
	next := &v1.Database{}
	return next, json.Unmarshal(data, next)
}

// mergePatch is that of RFC 7386.
func mergePatch(into, from any) any {
	change, ok := from.(map[string]any)
	if !ok {
		return from
	}
	next, ok := into.(map[string]any)
	if !ok {
		next = map[string]any{}
	}
	next = maps.Clone(next)
	for key, value := range change {
		if value == nil {
			delete(next, key)
			continue
		}
		next[key] = mergePatch(next[key], value)
	}
	return next
}

// delete begins the deletion of an object, or ends it where nobody holds it.
func (s *server) delete(name string) {
	stored := s.current[name]
	switch {
	case stored == nil || stored.DeletionTimestamp != nil:
	case len(stored.Finalizers) == 0:
		s.keep(name, nil)
	default:
		next := stored.DeepCopy()
		now := moment
		next.DeletionTimestamp = &now
		next.Generation++
		s.keep(name, next)
	}
}

// cache is what a client reads from: the server as it was some versions ago.
type cache struct {
	server *server
	frozen bool
	seen   int // versions of the one database that have arrived, while frozen
}

func (c *cache) freeze() { c.frozen, c.seen = true, len(c.server.versions[Key.Name]) }

// advance lets one more version arrive, and reports whether there was one.
func (c *cache) advance() bool {
	if !c.frozen || c.seen == len(c.server.versions[Key.Name]) {
		return false
	}
	c.seen++
	return true
}

// thaw ends the lag, and reports whether there was one.
func (c *cache) thaw() bool {
	behind := c.frozen && c.seen < len(c.server.versions[Key.Name])
	c.frozen = false
	return behind
}

func (c *cache) get(name string) *v1.Database {
	if c.frozen && name == Key.Name {
		return c.server.versions[name][c.seen-1]
	}
	return c.server.current[name]
}

// answer puts into obj what a server answers, or a cache holds. A cache replaces
// obj; of an answer, decoding leaves alone what the server omits.
func answer(obj, stored *v1.Database, decode bool) {
	if !decode {
		stored.DeepCopyInto(obj)
		return
	}
	data, err := json.Marshal(stored)
	if err == nil {
		err = json.Unmarshal(data, obj)
	}
	if err != nil {
		panic(err)
	}
}

// interfere has somebody else write, the status or all but the status.
func (s *server) interfere(status bool, change func(db *v1.Database)) {
	stored := s.current[Key.Name]
	if stored == nil {
		return
	}
	next := stored.DeepCopy()
	change(next)
	rejects := s.rejects
	s.rejects = ""
	if _, err := s.replace(stored, next, status); err != nil {
		panic(fmt.Errorf("lab: the foreign writer failed: %w", err))
	}
	s.rejects = rejects
}

// manage has somebody else apply what is there already: only who did is noted.
func (s *server) manage() {
	if stored := s.current[Key.Name]; stored != nil {
		next := stored.DeepCopy()
		next.ManagedFields = append(next.ManagedFields, metav1.ManagedFieldsEntry{Manager: "kubectl"})
		s.keep(next.Name, next)
	}
}
