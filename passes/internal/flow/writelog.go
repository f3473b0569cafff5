package flow

import (
	"maps"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/resource"
)

// writeLog is the domain of the successful status writes of the path.
type writeLog struct {
	writes rows[*Term, write] // resources whose status was written
	forgot bool               // that of others was, too (see maxGroups)
}

// write tells of the successful status writes of one resource on the path.
type write struct {
	first  ssa.CallInstruction // an earlier write; nil where only goroutines wrote
	client *Term               // what it was sent through
	paths  []string            // what was changed of the status and sent, ascending
	// ifChanged: it was a patcher's, which has sent something only if the status had
	// changed before the function was called.
	ifChanged bool
	// loops holds, for each call inside a loop that wrote, the innermost loop
	// that the path has not left since.
	loops map[ssa.CallInstruction]*loop
}

// wrote adds the paths that a write sent.
func (l *writeLog) wrote(res *Term, paths []string) {
	w, ok := l.writes.find(res)
	if !ok {
		return
	}
	w.paths = slices.Concat(w.paths, paths)
	slices.Sort(w.paths)
	w.paths = slices.Compact(w.paths)
	l.writes.set(res, w)
}

func (l *writeLog) share() { l.writes.share() }

func (l *writeLog) size() int { return l.writes.len() }

func (l *writeLog) key(e *exec, _ *state, in detail, d *digest) {
	d.add('F', flag(l.forgot, 0))
	for r, w := range l.writes.all() {
		if in != turns {
			d.add('w', r.ID, flag(w.first != nil, 0)|flag(w.ifChanged, 1))
		}
		if in == counts {
			continue
		}
		for c, l := range w.loops {
			d.add('W', r.ID, e.callIndex(c), l.index)
		}
	}
}

// join drops the writes that only one of the paths has made. That is done only where too
// many are kept apart (see maxGroups), and noted.
func (l *writeLog) join(_ *exec, a, b, _ *state) {
	for r, w := range a.writes.all() {
		if with, ok := b.writes.find(r); !ok {
			l.writes.del(r)
		} else if !w.same(with) {
			l.writes.set(r, w.join(with))
		}
	}
	l.forgot = a.forgot || b.forgot || l.writes.len() < max(a.writes.len(), b.writes.len())
}

// same reports that a join with another write changes nothing.
func (w write) same(o write) bool {
	return maps.Equal(w.loops, o.loops) && w.ifChanged == o.ifChanged && (o.first != nil || w.first == nil)
}

func (w write) join(o write) write {
	if o.first == nil {
		w.first = nil
	}
	w.ifChanged = w.ifChanged || o.ifChanged
	loops := map[ssa.CallInstruction]*loop{}
	for c, l := range w.loops {
		if o.loops[c] == l {
			loops[c] = l
		}
	}
	w.loops = loops
	return w
}

func (l *writeLog) forget(_ *exec, _ *state, v *renewal) {
	for r, w := range l.writes.all() {
		if v.gone(r) || isItem(w.client) && v.gone(w.client) { // the next one is sent to another cluster
			l.writes.del(r)
		}
	}
}

// isItem reports that a client is an element of a list.
func isItem(client *Term) bool {
	return client != nil && client.Kind == resource.Load && client.Args[0].Kind == resource.Index
}

func (l *writeLog) tell(x *ending, o *Outcome) {
	for res, w := range l.writes.all() {
		if w.first == nil {
			continue
		}
		if len(o.Writes) >= maxWrites {
			break
		}
		name := res
		if !x.visible(res) {
			if name = x.outs[res]; name == nil {
				continue
			}
		}
		v := x.e.visits[visitKey{w.first, res}]
		o.Writes = append(o.Writes, Write{name, x.client(w.client), v.Context, v.Noted, allUnnamed(w.paths), v.steps(), w.ifChanged})
	}
}

func (l *writeLog) mark(*collector) {}

// sweep drops the loops that the path has left.
func (l *writeLog) sweep(c *collector) {
	for r, w := range l.writes.all() {
		loops, left := c.e.flow.stillIn(w.loops, c.at)
		switch {
		case w.first == nil && len(loops) == 0:
			l.writes.del(r)
		case left:
			w.loops = loops
			l.writes.set(r, w)
		}
	}
}
