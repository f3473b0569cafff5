package unstable

import "testing"

// Two values that got their flows from a third one keep their own.
func TestEach(t *testing.T) {
	var given flows
	for i := range 3 { // one by one, so that there is room for more behind them
		given.add(flow{param: i})
	}
	same := func(f flow) (flow, bool) { return f, true }
	a, b := given.each(same), given.each(same)
	a.add(flow{param: 10})
	b.add(flow{param: 11})
	if !a.has(flow{param: 10}) || a.has(flow{param: 11}) || len(given) != 3 {
		t.Errorf("of %v became %v and %v", given, a, b)
	}
}
