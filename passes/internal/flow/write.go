package flow

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
)

// request is a call to an API server, with what is known of what it sends.
type request struct {
	kube.Call
	instr            ssa.CallInstruction
	client, obj, res *Term
	args             []*Term
	out              []*Term // the results
}

// kube brings a state over a call to an API server.
func (e *exec) kube(s *state, instr ssa.CallInstruction, c *ssa.CallCommon, k kube.Call, static *ssa.Function, fn *Term, args []*Term) ([]*state, bool) {
	r := &request{Call: k, instr: instr, args: args}
	if k.Client != nil {
		r.client = e.operand(s, c, k.Client, fn, args)
	}
	switch k.Op {
	case kube.StatusWriter, kube.OtherWriter, kube.Accessor:
		return []*state{s}, e.clientOf(s, r)
	case kube.List:
		if k.Object != nil {
			e.lose(s, e.operand(s, c, k.Object, fn, args))
		}
		e.result(s, instr, e.opaque(instr)...)
		return []*state{s}, true
	}
	// A method of the project's own that does more than forward is judged by
	// what it does.
	if static != nil && k.Patcher == nil {
		if sum := e.prog.Summary(static); sum != nil && (sum.Thin == nil || !sum.Thin.Forward) {
			return nil, false
		}
		if e.prog.Interesting(static) && e.prog.Summary(static) == nil {
			return nil, true // recursive, nothing known yet
		}
	}
	if k.Writer && r.client.Kind == resource.Pure && r.client.Name == "SubResource" {
		return nil, false // the writer of another subresource
	}
	if k.Object != nil {
		r.obj = e.operand(s, c, k.Object, fn, args)
	}
	r.res = e.resourceOf(s, c, k, r.client, r.obj, fn, args)
	ok, failed := e.ends(s, r)
	switch {
	case k.Op != kube.Get && failed != nil && s.hasEnded(r):
		return []*state{failed}, true
	case k.Op.IsStatusWrite():
		e.writeStatus(s, ok, failed, r, c, fn)
	case k.Op == kube.Get && r.obj != nil:
		e.readInto(ok, r)
	case k.Op == kube.Update || k.Op == kube.Patch || k.Op == kube.Create:
		e.sendObject(instr, k, ok, failed, r.obj, r.res, r.out)
		ok.madeGood(e, r.res)
	case k.Op == kube.Delete && r.obj != nil:
		o := ok.objects.get(r.obj)
		o.deleted = true
		ok.put(r.obj, o)
	}
	if k.Typed && len(r.out) > 1 {
		ok.res.set(r.out[0], r.res)
		if k.Op == kube.Get { // the response to a write is nothing to send again after a conflict
			ok.put(r.out[0], object{read: true})
			e.refresh(ok, r.out[0])
			e.nameResult(r.res, instr, 0)
		}
	}
	if failed == nil {
		return []*state{ok}, true
	}
	return []*state{ok, failed}, true
}

// clientOf names the client, or the writer, that a call returns, and reports that it has
// a name.
func (e *exec) clientOf(s *state, r *request) bool {
	c := r.instr.Common()
	name := "Status"
	switch r.Op {
	case kube.OtherWriter:
		name = "SubResource"
	case kube.Accessor:
		name = "#" + callName(c)
	}
	t := e.tab.PureOf(name, c.Signature().Results().At(0).Type(), append([]*Term{r.client}, argsAfter(c, r.args)...)...)
	if t == nil {
		return false
	}
	e.result(s, r.instr, t)
	return true
}

// ends forks a state by how a request ends. There is no failed state where the call
// returns no error.
func (e *exec) ends(s *state, r *request) (ok, failed *state) {
	ok, failed = s, s.clone()
	r.out = e.opaque(r.instr)
	n := len(r.out)
	if n == 0 || !isErrorType(r.out[n-1].Typ) {
		e.result(ok, r.instr, r.out...)
		return ok, nil
	}
	failed.facts.set(r.out[n-1], fact{ne: []*Term{e.tab.Nil}})
	e.result(failed, r.instr, r.out...)
	good := slices.Clone(r.out)
	good[n-1] = e.tab.Nil
	if n > 1 { // a typed client returns the object
		ok.facts.set(good[0], fact{ne: []*Term{e.tab.Nil}})
	}
	e.result(ok, r.instr, good...)
	e.endEither(ok, failed)
	return ok, failed
}

// writeStatus brings the two states over a status write.
func (e *exec) writeStatus(s, ok, failed *state, r *request, c *ssa.CallCommon, fn *Term) {
	prone := !batched(r.client) && e.isProne(s, r.Call, r.obj, c, fn, r.args)
	paths := ok.objects.get(r.obj).statusPaths()
	differs := s.differs(e, r.res)
	if r.Patcher != nil {
		e.sendDifference(r.instr, r.Call, ok, failed, r.obj, e.operand(s, c, r.Patcher, fn, r.args))
	} else {
		e.sendStatus(r.instr, r.Call, ok, failed, r.obj, r.res, prone, r.out)
	}
	e.tryAgain(s, r.instr, r.res)
	is := Visit{Call: r.instr, Resource: r.res, Client: canonicalClient(r.client), Name: e.objectName(s, r.instr, r.Call, r.obj, r.res), Direct: true}.sent(e, r.client, r.args)
	if r.Patcher != nil && !differs {
		e.visitIfChanged(ok, is)
	} else {
		e.visit(ok, is)
	}
	ok.wrote(r.res, paths)
	ok.madeGood(e, r.res)
	if !batched(r.client) { // by that it is what Update does
		e.direct[r.instr] = r.Op
	}
	if prone {
		e.prone[r.instr] = true
		if failed != nil {
			failed.failed.set(e.site(r.instr), failure{res: r.res, err: r.out[len(r.out)-1], open: true})
		}
	}
}

// readInto notes that an object was read.
func (e *exec) readInto(s *state, r *request) {
	s.res.set(r.obj, r.res)
	e.overwrite(s, r.obj, r.instr, overwriting{by: Step{Pos: r.instr.Pos()}})
	e.refresh(s, r.obj)
	o := s.objects.get(r.obj)
	o.read = true
	s.put(r.obj, o)
	e.lose(s, r.obj)
	if e.names[r.res] == "" {
		e.names[r.res] = e.describe(r.obj)
	}
}

// sendStatus tells what a status write does to objects in memory: ok is the
// state where it succeeds, failed, if there is one, where it does not.
func (e *exec) sendStatus(instr ssa.CallInstruction, k kube.Call, ok, failed *state, obj, res *Term, prone bool, out []*Term) {
	if k.Patch != nil && obj != nil && k.Op == kube.StatusPatch {
		e.patches(ok, instr, obj, e.value(ok, k.Patch))
	}
	ok.follows(res)
	if prone {
		e.trying(ok, instr, obj, res)
		e.tried(ok, instr, obj, res, nil)
		if failed != nil {
			e.tried(failed, instr, obj, res, out[len(out)-1])
		}
	}
	for _, s := range []*state{ok, failed} {
		switch {
		case s == nil:
		case obj != nil:
			e.send(s, obj, statusPart)
		default:
			e.sendResource(s, res, []string{""})
		}
	}
	switch {
	case obj == nil:
	case k.Typed:
		ok.staleAfter(obj, instr)
	default:
		o := ok.objects.get(obj)
		o.stale = nil
		ok.put(obj, o)
		e.decodeStatus(ok, obj, instr)
	}
}

// sendObject is sendStatus for a write of the whole object.
func (e *exec) sendObject(instr ssa.CallInstruction, k kube.Call, ok, failed *state, obj, res *Term, out []*Term) {
	if obj == nil || !e.isAPIObject(obj) {
		return
	}
	o := ok.objects.get(obj)
	changed := o.has(otherPart)
	by := overwriting{by: Step{Pos: instr.Pos()}}
	if !changed && !o.touched && o.entry != settled && (k.Op == kube.Update || k.Op == kube.Patch && k.Patch != nil && e.baseOf(ok, e.value(ok, k.Patch)) != nil) {
		by.bare = callName(instr.Common())
	}
	if k.Op == kube.Update {
		e.trying(ok, instr, obj, res)
		e.tried(ok, instr, obj, res, nil)
		if failed != nil {
			e.tried(failed, instr, obj, res, out[len(out)-1])
		}
	}
	for _, s := range []*state{ok, failed} {
		if s != nil {
			e.sendWhole(s, obj)
			e.send(s, obj, otherPart)
		}
	}
	if k.Typed {
		if k.Op == kube.Update {
			ok.staleAfter(obj, instr)
		}
		return
	}
	e.overwrite(ok, obj, instr, by)
	if k.Op == kube.Create {
		e.loseStatus(ok, obj)
	}
	if changed && k.Op != kube.Create {
		e.outdate(ok, obj, instr)
	}
}

// loseStatus notes that the API server has filled in the status of an object: of one that
// it makes, as it answers what a review asks.
func (e *exec) loseStatus(s *state, obj *Term) {
	st, ok := structOf(elem(obj.Typ))
	if !ok {
		return
	}
	status := kube.StatusField(elem(obj.Typ))
	for i := range st.NumFields() {
		if st.Field(i) == status {
			e.loseField(s, obj, i)
		}
	}
}

func callName(c *ssa.CallCommon) string {
	if c.IsInvoke() {
		return c.Method.Name()
	}
	return c.StaticCallee().Name()
}

// argsAfter are the arguments of a method call without the receiver.
func argsAfter(c *ssa.CallCommon, args []*Term) []*Term {
	if c.IsInvoke() || len(args) == 0 {
		return args
	}
	return args[1:]
}

// resourceOf is the resource that an API call is about.
func (e *exec) resourceOf(s *state, c *ssa.CallCommon, k kube.Call, client, obj, fn *Term, args []*Term) *Term {
	if k.Own {
		return e.keyed(s, client, client, "", nil)
	}
	if k.Op == kube.Get || obj == nil {
		key := e.operand(s, c, k.Key, fn, args)
		if obj == nil {
			typ := ""
			if r := c.Signature().Results(); r.Len() > 0 {
				typ = resource.TypeName(r.At(0).Type())
			}
			return e.keyed(s, client, key, typ, nil)
		}
		now := s.resOf(e, obj)
		if t := e.keyTerm(key); t.Kind == resource.Pure && t.Name == "key" {
			owner := t.Args[0]
			if owner == now || e.kindOf(s, obj) == e.tab.Pure("gvk", owner) && e.kindOf(s, obj) != nil {
				return owner
			}
		}
		typ, like := s.kindLike(e, obj)
		if typ == "" && k.Object != nil {
			typ = resource.TypeName(kube.Unboxed(k.Object).Type())
		}
		if kube.AnyKind(typ) {
			if kind := e.kindOf(s, obj); kind != nil {
				typ += "#" + kind.String()
			} else {
				typ += "#" + obj.String()
			}
		}
		return e.keyed(s, client, key, typ, like)
	}
	return s.resOf(e, obj)
}

// kindOf is the kind that was set on an unstructured object, if one was.
func (e *exec) kindOf(s *state, obj *Term) *Term {
	if f := e.tab.Field(obj, -1, "#kind", nil); f != nil {
		return s.mem.get(f)
	}
	return nil
}

// isProne reports that a status write fails with a conflict when the object
// is stale.
func (e *exec) isProne(s *state, k kube.Call, obj *Term, c *ssa.CallCommon, fn *Term, args []*Term) bool {
	switch k.Op {
	case kube.StatusUpdate:
		if obj == nil {
			return true
		}
		if s.mem.get(e.versionOf(obj)) == e.tab.Empty {
			return false
		}
		for a, v := range s.mem.after(obj) {
			if a.Kind == resource.Field && a.Name == "ResourceVersion" && v == e.tab.Empty && a.Args[0].Kind == resource.Field && a.Args[0].Args[0] == obj {
				return false
			}
		}
		return true
	case kube.StatusPatch:
		if k.Patch == nil {
			return false
		}
		t := e.operand(s, c, k.Patch, fn, args)
		call, ok := t.At.(*ssa.Call)
		return t.Kind == resource.Value && ok && kube.CarriesLock(&call.Call)
	}
	return false
}

// manager brings a state over a call of a status manager that cannot be seen.
func (e *exec) manager(s *state, instr ssa.CallInstruction, c *ssa.CallCommon, args []*Term) ([]*state, bool) {
	var obj *Term
	for i, a := range c.Args {
		if kube.IsAPIObject(kube.Unboxed(a).Type()) {
			obj = args[i]
			break
		}
	}
	if obj == nil {
		return nil, false
	}
	out := e.opaque(instr)
	e.settle(s, obj)
	failed := s.clone()
	states := []*state{s}
	for i, a := range args {
		if a.Kind != resource.Closure && a.Kind != resource.Func {
			continue
		}
		var next []*state
		for _, s := range states {
			for _, r := range e.outcomes(s, instr, a, nil, i) {
				if n := len(r.results); n == 0 || !isErrorType(a.Fn.Signature.Results().At(n-1).Type()) || r.s.equal(e, r.results[n-1], e.tab.Nil) != isFalse {
					next = append(next, r.s)
				}
			}
		}
		states = next
	}
	res := failed.resOf(e, obj)
	for _, s := range states {
		good := append([]*Term{}, out...)
		if n := len(good); n > 0 && isErrorType(good[n-1].Typ) {
			good[n-1] = e.tab.Nil
		}
		e.result(s, instr, good...)
		e.settle(s, obj)
		e.paths.end(s, e.forking, Ending{})
		e.visit(s, Visit{Call: instr, Resource: res, Name: e.describe(obj)})
	}
	if n := len(out); n > 0 && isErrorType(out[n-1].Typ) {
		failed.facts.set(out[n-1], fact{ne: []*Term{e.tab.Nil}})
	}
	e.result(failed, instr, out...)
	e.paths.end(failed, e.forking, Ending{Failed: true})
	return append(states, failed), true
}
