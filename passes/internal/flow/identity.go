package flow

import (
	"go/types"
	"slices"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
)

// identity is the domain of which resource objects stand for.
type identity struct {
	res rows[*Term, *Term] // pointers and struct values: the resource they stand for, if not themselves
}

func (i *identity) share() { i.res.share() }

func (i *identity) size() int { return i.res.len() }

func (i *identity) key(_ *exec, _ *state, in detail, d *digest) {
	if in != all {
		return
	}
	for p, r := range i.res.all() {
		d.add('r', p.ID, r.ID)
	}
}

func (i *identity) join(_ *exec, a, b, _ *state) {
	for p, r := range a.res.all() {
		if b.res.get(p) != r {
			i.res.del(p)
		}
	}
}

// forget leaves to the earlier value what it stood for.
func (i *identity) forget(_ *exec, _ *state, v *renewal) {
	var stood *Term
	same := true
	for p, r := range i.res.all() {
		if v.gone(p) && !v.gone(r) && p.Kind == resource.Value {
			same = same && (stood == nil || stood == r)
			stood = r
		}
	}
	for p, r := range i.res.all() {
		if v.gone(p) || v.gone(r) {
			i.res.del(p)
		}
	}
	if stood != nil && same {
		i.res.set(v.old, stood)
	}
}

func (i *identity) tell(x *ending, o *Outcome) {
	for p, r := range i.res.all() {
		if x.visible(p) && x.visible(r) && p != r {
			o.Same = append(o.Same, Same{p, r})
		}
	}
	for _, t := range inOrder(x.outs) {
		if r := x.s.resOf(x.e, t); r != t && x.visible(r) {
			o.Same = append(o.Same, Same{x.outs[t], r})
		}
	}
}

func (i *identity) mark(*collector) {}

func (i *identity) sweep(c *collector) {
	i.res.keep(func(p, _ *Term) bool { return c.has(p) || c.reached(p) })
}

// resOf is the resource that a pointer or struct value stands for: the one it
// was read or copied from, else the one that it is.
func (s *state) resOf(e *exec, t *Term) *Term {
	if r := s.res.get(t); r != nil {
		return r
	}
	switch t.Kind {
	case resource.Load:
		if _, ok := structOf(t.Typ); ok {
			return s.resOf(e, t.Args[0])
		}
	case resource.Value:
		// A variable that holds a copy of the struct.
		if v := s.mem.get(t); v != nil && isLocal(t) {
			if _, ok := structOf(v.Typ); ok && v != t {
				return s.resOf(e, v)
			}
		}
		if r := s.madeFor(e, t); r != nil {
			return r
		}
	}
	return t
}

// madeFor is the resource that a literal was made for: the one whose name it
// carries, or whose content, converted, it holds.
func (s *state) madeFor(e *exec, t *Term) *Term {
	if !isLocal(t) {
		return nil
	}
	var made *Term // the first of several
	is := func(r *Term) {
		if made == nil || r.ID < made.ID {
			made = r
		}
	}
	for a, v := range s.mem.after(t) {
		if a.Kind != resource.Field {
			continue
		}
		if metadataName(a) == "name" && metadataOwner(a) == t && v.Kind == resource.Pure && v.Name == "name" && ownerType(v.Args[0]) == t.Type {
			is(v.Args[0])
		}
		if a.Name == "ObjectMeta" && a.Args[0] == t && v.Kind == resource.Load && wholeObject(v.Args[0]).Type == t.Type {
			is(s.resOf(e, wholeObject(v.Args[0])))
		}
		if a.Name == "ObjectMeta" && a.Args[0] == t && v.Kind == resource.Struct && len(v.Args) > 0 {
			if n := v.Args[0]; n.Kind == resource.Pure && n.Name == "name" && ownerType(n.Args[0]) == t.Type {
				is(n.Args[0])
			}
		}
		if a.Name == "Object" && a.Args[0] == t && kube.AnyKind(t.Type) && s.res.get(v) != nil {
			is(s.res.get(v))
		}
	}
	return made
}

// metadataName reports that an address is that of an object's name or
// namespace: they belong to the resource, however often it is read.
func metadataName(addr *Term) string {
	if addr.Kind != resource.Field || addr.Args[0].Kind != resource.Field || addr.Args[0].Name != "ObjectMeta" {
		return ""
	}
	switch addr.Name {
	case "Name":
		return "name"
	case "Namespace":
		return "namespace"
	}
	return ""
}

func metadataOwner(addr *Term) *Term { return addr.Args[0].Args[0] }

// renamed notes that an object is given another name or namespace: from then on
// it stands for another resource. A literal has none until it is read or written.
func (e *exec) renamed(s *state, addr, val *Term) {
	what := metadataName(addr)
	if what == "" {
		return
	}
	obj := metadataOwner(addr)
	if !e.isAPIObject(obj) || isLocal(obj) && s.res.get(obj) == nil && s.mem.get(obj) == nil {
		return
	}
	res := s.resOf(e, obj)
	if val == e.tab.Pure(what, res) || res.Kind == resource.Keyed && res.Args[1].Kind == resource.Struct && slices.Contains(res.Args[1].Args, val) {
		return
	}
	if val.Kind == resource.Pure && val.Name == what && ownerType(val.Args[0]) == ownerType(res) {
		s.res.set(obj, val.Args[0])
		return
	}
	namespace, name := e.tab.Pure("namespace", res), e.tab.Pure("name", res)
	if what == "name" {
		name = val
	} else {
		namespace = val
	}
	if r := e.named(namespace, name, ownerType(res)); r != nil {
		s.res.set(obj, r)
	}
}

// named is the resource of a type that has a name in a namespace, whoever may
// read or write it: that of an object which has both.
func (e *exec) named(namespace, name *Term, typ string) *Term {
	namespace, name = e.part("namespace", namespace), e.part("name", name)
	if namespace == nil || name == nil {
		return nil
	}
	if name.Kind == resource.Pure && name.Name == "name" && ownerType(name.Args[0]) == typ && namespace == e.tab.Pure("namespace", name.Args[0]) {
		return name.Args[0]
	}
	key := e.tab.Struct([]*Term{namespace, name}, nil)
	if key == nil {
		return nil
	}
	return e.tab.KeyedOf(e.tab.Nil, key, typ, nil)
}

// part is the namespace or the name of a resource that is known by both.
func (e *exec) part(what string, t *Term) *Term {
	i := slices.Index([]string{"namespace", "name"}, what) // in the key
	for t != nil && t.Kind == resource.Pure && t.Name == what && t.Args[0].Kind == resource.Keyed {
		r := t.Args[0]
		switch key := r.Args[1]; {
		case r.Args[0] == e.tab.Nil:
			t = key.Args[i]
		case key.Kind == resource.Pure && key.Name == "key":
			t = e.tab.Pure(what, key.Args[0])
		default:
			return t
		}
	}
	return t
}

// keyTerm brings the key of a read to its normal form: the key of the resource
// whose name it holds, where it does.
func (e *exec) keyTerm(key *Term) *Term {
	name := key
	if key.Kind == resource.Struct && len(key.Args) == 2 {
		name = key.Args[1]
	}
	if name.Kind == resource.Pure && name.Name == "name" {
		if t := e.tab.Pure("key", name.Args[0]); t != nil {
			return t
		}
	}
	return key
}

// keyed is the resource that a client reads under a key: that of the object
// whose key it is, if the object is of the same type and was not read through
// another client, nor may be what another cluster has under that key.
func (e *exec) keyed(s *state, client, key *Term, typ string, object *Term) *Term {
	key = e.keyTerm(key)
	client = canonicalClient(client)
	if key.Kind == resource.Pure && key.Name == "key" {
		owner := key.Args[0]
		if ownerType(owner) == typ && typ != "" && sameClient(owner, client) && (owner == object || !e.oneOfSeveral(client)) {
			return owner
		}
	}
	made := e.tab.KeyedOf(client, key, typ, object)
	// An API reader beside the client reads the same resources.
	known := made
	consider := func(r *Term) {
		if r.Kind == resource.Keyed && r.Name == typ && typ != "" && r.Args[1] == key && sameClient(r, client) && r.ID < known.ID {
			known = r
		}
	}
	for r := range s.writes.all() {
		consider(r)
	}
	for _, r := range s.res.all() {
		consider(r)
	}
	return known
}

// kindLike is the type that an object is of where that is known, else what is of the
// same type as it: what it was copied from, whatever was read into it since.
func (s *state) kindLike(e *exec, obj *Term) (typ string, like *Term) {
	if obj.Type != "" {
		return obj.Type, obj
	}
	like = s.resOf(e, obj)
	if like.Kind == resource.Keyed && len(like.Args) > 2 {
		like = like.Args[2]
	}
	return ownerType(like), like
}

func ownerType(r *Term) string {
	if r.Kind == resource.Keyed {
		return r.Name
	}
	return r.Type
}

// Batched names a client that is made of another, by which writes become part of the
// batch of the context that they are sent with.
const Batched = "Batched"

// batched reports that a client, or a writer of one, has writes become part of a batch.
func batched(c *Term) bool {
	for c != nil && c.Kind == resource.Pure && c.Name == "Status" {
		c = c.Args[0]
	}
	return c != nil && c.Kind == resource.Pure && c.Name == Batched
}

// canonicalClient is the client itself where a value is made of one.
func canonicalClient(c *Term) *Term {
	for c != nil && c.Kind == resource.Pure && (c.Name == "Status" || c.Name == "SubResource" || c.Name == Batched) {
		c = c.Args[0]
	}
	return c
}

// otherClient reports that two writes of one object went through two clients
// that the program keeps side by side: two fields of one struct, two parameters.
// A client that a helper holds is taken to be the one of its owner.
func otherClient(a, b *Term) bool {
	if a == nil || b == nil || a == b || readsOnly(a) || readsOnly(b) {
		return false
	}
	if a.Kind == resource.Param && b.Kind == resource.Param {
		return a.Typ != nil && b.Typ != nil && types.IsInterface(a.Typ) && types.IsInterface(b.Typ)
	}
	field := func(t *Term) bool { return t.Kind == resource.Load && t.Args[0].Kind == resource.Field }
	if field(a) && field(b) {
		return a.Args[0].Args[0] == b.Args[0].Args[0]
	}
	return false
}

// sameClient reports that the owner may have been read through the client:
// it was not read in sight, or through the same one, or one of the two can
// only read (an API reader beside the cached client).
func sameClient(owner, client *Term) bool {
	if owner.Kind != resource.Keyed {
		return true
	}
	c := owner.Args[0]
	return c == client || readsOnly(c) || readsOnly(client)
}

// oneOfSeveral reports that the function gets a client beside another of the same type:
// an object that it gets may be of either cluster.
func (e *exec) oneOfSeveral(client *Term) bool {
	if client == nil || client.Kind != resource.Param || client.Typ == nil || !types.IsInterface(client.Typ) {
		return false
	}
	n := 0
	for _, p := range e.fn.Params {
		if types.Identical(p.Type(), client.Typ) {
			n++
		}
	}
	return n > 1
}

func readsOnly(c *Term) bool {
	return c.Typ != nil && types.IsInterface(c.Typ) && !kube.CanWrite(c.Typ)
}
