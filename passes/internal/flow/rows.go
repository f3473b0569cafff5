package flow

import (
	"iter"
	"slices"
)

// rows are a map in the order of its keys, in which they are visited: what the
// engine says must not depend on any other. Those of a state are few, and it is
// copied far more often than most of them change: copies share them until one does.
type rows[K ordered, V any] struct {
	list   []row[K, V]
	shared bool
}

type row[K ordered, V any] struct {
	order int
	key   K
	val   V
}

// ordered keys are equal if their order is.
type ordered interface{ Order() int }

// share tells that a copy is made, which costs nothing before either is changed.
func (r *rows[K, V]) share() { r.shared = true }

// len is how many there are.
func (r *rows[K, V]) len() int { return len(r.list) }

// search is the place of a key, or where it belongs, and whether it is there.
func (r *rows[K, V]) search(order int) (int, bool) {
	lo, hi := 0, len(r.list)
	for lo < hi {
		if mid := int(uint(lo+hi) >> 1); r.list[mid].order < order {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo, lo < len(r.list) && r.list[lo].order == order
}

// find is the value of a key, and whether there is one.
func (r *rows[K, V]) find(k K) (V, bool) {
	i, ok := r.search(k.Order())
	if !ok {
		var none V
		return none, false
	}
	return r.list[i].val, true
}

// get is the value of a key, or the zero value.
func (r *rows[K, V]) get(k K) V {
	v, _ := r.find(k)
	return v
}

// own makes the rows this copy's alone, with room for more.
func (r *rows[K, V]) own(more int) {
	if r.shared {
		r.list, r.shared = append(make([]row[K, V], 0, len(r.list)+more), r.list...), false
	}
}

// set gives a key a value.
func (r *rows[K, V]) set(k K, v V) {
	order := k.Order()
	i, ok := r.search(order)
	if ok {
		r.own(0)
		r.list[i].val = v
		return
	}
	r.own(4)
	r.list = slices.Insert(r.list, i, row[K, V]{order, k, v})
}

// del drops a key.
func (r *rows[K, V]) del(k K) {
	if i, ok := r.search(k.Order()); ok {
		r.own(0)
		r.list = slices.Delete(r.list, i, i+1)
	}
}

// keep drops the rows for which it returns false.
func (r *rows[K, V]) keep(which func(K, V) bool) {
	for i := range r.list {
		if which(r.list[i].key, r.list[i].val) {
			continue
		}
		r.own(0)
		to := i
		for _, x := range r.list[i+1:] {
			if which(x.key, x.val) {
				r.list[to] = x
				to++
			}
		}
		clear(r.list[to:])
		r.list = r.list[:to]
		return
	}
}

// bound drops those in the middle of more than that many: what the path came to know
// first and last is kept.
func (r *rows[K, V]) bound(most int, dropped func(K)) {
	more := len(r.list) - most
	if more <= 0 {
		return
	}
	r.own(0)
	for _, x := range r.list[most/2 : most/2+more] {
		dropped(x.key)
	}
	r.list = slices.Delete(r.list, most/2, most/2+more)
}

// all are the rows as they are now, whatever becomes of them meanwhile.
func (r *rows[K, V]) all() iter.Seq2[K, V] {
	return func(yield func(K, V) bool) { r.visit(0, yield) }
}

// after are those whose keys come after one. What is made of a term, such as the
// address of its field, always comes after it.
func (r *rows[K, V]) after(k K) iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		i, _ := r.search(k.Order() + 1)
		r.visit(i, yield)
	}
}

// visit yields the rows from a place on.
func (r *rows[K, V]) visit(i int, yield func(K, V) bool) {
	list, shared := r.list, r.shared
	r.shared = true
	for ; i < len(list); i++ {
		if !yield(list[i].key, list[i].val) {
			break
		}
	}
	if len(r.list) == len(list) && (len(list) == 0 || &r.list[0] == &list[0]) {
		r.shared = shared
	}
}

// first is the first key of those that will do.
func (r *rows[K, V]) first(will func(K, V) bool) (k K, ok bool) {
	for i := range r.list {
		if will(r.list[i].key, r.list[i].val) {
			return r.list[i].key, true
		}
	}
	return k, false
}

// marks are a set of terms. It is cleared without a walk over it.
type marks struct {
	at  []uint32 // by the terms' order: the clearing after which one was added last
	now uint32
}

func (m *marks) clear() {
	if m.now++; m.now == 0 {
		clear(m.at)
		m.now = 1
	}
}

func (m *marks) add(t *Term) {
	if t.ID >= len(m.at) {
		m.at = append(m.at, make([]uint32, t.ID+1-len(m.at))...)
	}
	m.at[t.ID] = m.now
}

func (m *marks) has(t *Term) bool { return t.ID < len(m.at) && m.at[t.ID] == m.now }
