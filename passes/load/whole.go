package load

// Whole is what is found out about all packages of a program together, as by somebody
// who follows calls through them. Where the cache has it, less is to be loaded; where it
// has not, each package that matters has syntax, whatever else is known of it.
type Whole struct {
	Key   string // all that it depends on besides the packages
	Value any    // a pointer, for package gob to encode and decode
	Known bool   // the cache had it
}

// recallWhole takes what is known of all packages together from the cache, and reports
// whether nobody has to find it out.
func (m *memory) recallWhole() bool {
	if m.whole == nil {
		return true
	}
	k, known := m.wholeKey()
	m.whole.Known = known && m.cache.get(k, m.whole.Value)
	return m.whole.Known
}

// wholeKey is the key of what is known of all packages together.
func (m *memory) wholeKey() (k key, known bool) {
	parts := []any{m.cache.tool, m.whole.Key}
	known = true
	for _, n := range m.graph.order {
		if n.root {
			parts = append(parts, n.content.key)
			known = known && n.content.known
		}
	}
	return newKey("whole", parts...), known
}

// Remember hands [Config.Whole] to the cache, once its value has been found out. That of
// a program with errors is not kept.
func (prog *Program) Remember() {
	m := prog.memory
	if m == nil || m.whole == nil {
		return
	}
	for _, n := range m.graph.order {
		if (n.root || n.relevant) && !n.clean {
			return
		}
	}
	if k, known := m.wholeKey(); known {
		m.cache.put(k, m.whole.Value)
	}
}
