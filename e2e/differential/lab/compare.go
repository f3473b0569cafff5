package lab

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	v1 "github.com/atomicstatus/atomicstatus/e2e/differential/api/v1"
)

// Program is one reconcile function before and after the fixes.
type Program struct {
	Name          string
	Seed          uint64 // of its scenarios
	Before, After New
	// Exact is set where no fix may change a call: all that was done is that
	// status writes go through status.Update.
	Exact bool
	// Review is set where fixes may rest on assumptions.
	Review bool
}

// Failure is a difference that must not be.
type Failure struct {
	Program  string
	Rule     string // which one was broken, in a few words
	Scenario string
	Detail   string
}

// Tally counts what the scenarios came to.
type Tally struct {
	Scenarios int // that both halves were run through
	Conflicts int // that status.Update met
	Resolved  int // of them
	Steady    int // resolved, and compared with what the original ends at
}

func (t *Tally) add(other Tally) {
	t.Scenarios += other.Scenarios
	t.Conflicts += other.Conflicts
	t.Resolved += other.Resolved
	t.Steady += other.Steady
}

// schedules is how many scenarios with several events each program meets.
const schedules = 24

// Compare runs both halves of p through its scenarios and returns the first
// failure of each rule. See the head of the test for what is compared, and why.
func Compare(p Program) ([]Failure, Tally) {
	c := &comparison{program: p, seen: map[string]bool{}, random: rand.New(rand.NewPCG(p.Seed, 0xfa17))}
	if p.Review {
		c.review()
		return c.failures, c.tally
	}
	var made counts // without an event, the most
	for i, start := range starts {
		for j, cloudFails := range [][]int{nil, {1}, {2, 4}} {
			s := Scenario{Start: start, Live: (i+j)%2 == 1, Wakes: j == 0, CloudFails: cloudFails}
			c.same(s)
			made = made.most(drive(p.After, s, nil).counts)
		}
	}
	for _, what := range slices.Concat(aside, inside) {
		c.withEvent(what)
	}
	if p.Exact {
		for _, what := range gone {
			c.withEvent(what)
		}
		for range schedules {
			c.same(c.schedule(made))
		}
	}
	return c.failures, c.tally
}

func (c counts) most(other counts) counts {
	return counts{
		max(c.statusWrites, other.statusWrites), max(c.writes, other.writes), max(c.reads, other.reads),
		max(c.effects, other.effects), max(c.runs, other.runs),
	}
}

type comparison struct {
	program  Program
	random   *rand.Rand
	failures []Failure
	seen     map[string]bool
	tally    Tally
}

func (c *comparison) fail(rule string, s Scenario, format string, args ...any) {
	if c.seen[rule] {
		return
	}
	c.seen[rule] = true
	c.failures = append(c.failures, Failure{
		Program: c.program.Name, Rule: rule, Scenario: s.String(), Detail: fmt.Sprintf(format, args...),
	})
}

func (c *comparison) intn(n int) int { return c.random.IntN(n) }

func pick[T any](c *comparison, from []T) T { return from[c.intn(len(from))] }

// schedule is a scenario with several events. Most begin with what a conflict
// can be resolved of, as everything else is the easier case, and many have more
// happen while that is done.
func (c *comparison) schedule(made counts) Scenario {
	s := Scenario{Start: pick(c, starts), Live: c.intn(2) == 0, Wakes: c.intn(3) == 0}
	if c.intn(4) == 0 {
		s.CloudFails = []int{1 + c.intn(3)}
	}
	if c.intn(8) == 0 {
		s.Rejects = pick(c, []v1.Phase{v1.PhaseReady, v1.PhaseFailed, v1.PhaseProvisioning})
	}
	write := 1 + c.intn(max(1, made.statusWrites))
	inner := func() Point { return Point{When: BeforeStatusWrite, N: write, Inner: c.intn(5)} }
	add := func(what What, at Point) { s.Events = append(s.Events, Event{what, at}) }
	before := Point{When: BeforeStatusWrite, N: write}
	switch c.intn(5) {
	case 0: // a second conflict, which the cache does not know of
		add(pick(c, aside), before)
		add(Freeze, Point{When: BeforeStatusWrite, N: write, Inner: 1})
		add(pick(c, aside), Point{When: BeforeStatusWrite, N: write, Inner: 2})
		add(Thaw, Point{When: AfterRun, N: 1})
		return s
	case 1: // a conflict over both
		add(pick(c, aside), before)
		add(pick(c, inside), before)
		return s
	}
	if c.intn(5) > 0 {
		at := before
		if c.intn(3) == 0 {
			at = c.point(made)
		}
		add(pick(c, aside), at)
	}
	for range 1 + c.intn(3) {
		at := inner()
		if c.intn(2) == 0 {
			at = c.point(made)
		}
		switch n := c.intn(100); {
		case n < 25:
			add(pick(c, aside), at)
		case n < 55:
			add(pick(c, inside), at)
		case n < 65:
			add(pick(c, gone), at)
		case n < 80:
			add(pick(c, failed), inner())
		default:
			add(Freeze, c.point(made))
			add(pick(c, lags), at)
			add(pick(c, lags), inner())
			add(Thaw, Point{When: AfterRun, N: 1 + c.intn(2)})
		}
	}
	return s
}

// point is a moment of those that come, if nothing happens before.
func (c *comparison) point(made counts) Point {
	switch c.intn(5) {
	case 0:
		return Point{When: BeforeStatusWrite, N: 1 + c.intn(max(1, made.statusWrites))}
	case 1:
		return Point{When: AfterStatusWrite, N: 1 + c.intn(max(1, made.statusWrites))}
	case 2:
		return Point{When: BeforeWrite, N: 1 + c.intn(max(1, made.writes))}
	case 3:
		return Point{When: AfterRead, N: 1 + c.intn(max(1, made.reads))}
	}
	return Point{When: DuringEffect, N: 1 + c.intn(max(1, made.effects))}
}

// same holds the two to do the same, and returns what the fixed program came to.
// If the fixes changed no call, it is call by call, with what was sent and
// answered: the server of the original resolves those conflicts by itself that
// status.Update has resolved. Otherwise it is what can be seen: answers, effects
// and the object, with no more status writes, and no more runs, as each write may
// wake. Then nobody can say which conflict of the original is which: where one came,
// as the program writes an object twice that it has read once, nothing is compared.
func (c *comparison) same(s Scenario) outcome {
	c.tally.Scenarios++
	after := drive(c.program.After, s, nil)
	script := after.made
	if !c.program.Exact {
		script = nil
	}
	before := drive(c.program.Before, s, script)
	for _, v := range append(after.violations, before.violations...) {
		c.fail(v.Rule, s, "%s", v.Detail)
	}
	for _, r := range after.made {
		c.tally.Conflicts++
		if r.Done {
			c.tally.Resolved++
		}
	}
	if after.panicked() && !before.panicked() {
		c.fail("panic", s, "%s", after.Runs[len(after.Runs)-1].Answer)
	}
	if after.counts.statusWrites > before.counts.statusWrites {
		c.fail("more status writes", s, "before %d, after %d", before.counts.statusWrites, after.counts.statusWrites)
	}
	if !c.program.Exact && len(after.made) > 0 {
		return after
	}
	for k := range min(len(before.Runs), len(after.Runs)) {
		c.sameRun(s, k, before.Runs[k], after.Runs[k])
	}
	if more := len(after.Runs) - len(before.Runs); more > 0 || more < 0 && c.program.Exact {
		c.fail("number of runs", s, "before %d, after %d", len(before.Runs), len(after.Runs))
	}
	return after
}

func (c *comparison) sameRun(s Scenario, k int, before, after run) {
	if before.Answer != after.Answer {
		c.fail("answer", s, "run %d\nbefore %s\nafter  %s", k+1, before.Answer, after.Answer)
	}
	b, a := effectsOf(before.Log), effectsOf(after.Log)
	if !slices.Equal(b, a) {
		c.fail("effects", s, "run %d\nbefore %s\nafter  %s", k+1, strings.Join(b, "; "), strings.Join(a, "; "))
	}
	if before.After != after.After {
		c.fail("persisted object", s, "run %d\nbefore %s\nafter  %s", k+1, before.After, after.After)
	}
	if !c.program.Exact {
		return
	}
	for i := range min(len(before.Log), len(after.Log)) {
		if b, a := before.Log[i], after.Log[i]; !a.equals(b) {
			c.fail("calls", s, "run %d, call %d\nbefore %s\nafter  %s", k+1, i+1, b, a)
			return
		}
	}
	if len(before.Log) != len(after.Log) {
		c.fail("calls", s, "run %d\nbefore %d, after %d", k+1, len(before.Log), len(after.Log))
	}
}

func (e entry) equals(other entry) bool {
	return e.What == other.What && e.Err == other.Err && equal(e.Sent, other.Sent, false) && equal(e.Got, other.Got, false)
}

func (e entry) String() string {
	s := e.What
	if e.Sent != nil {
		s += "\n  sent " + text(e.Sent)
	}
	if e.Got != nil {
		s += "\n  got  " + text(e.Got)
	}
	if e.Err != "" {
		s += "\n  error " + e.Err
	}
	return s
}

// withEvent lets one thing happen at each status write of the fixed program, and
// holds that to be something that the original might have come to, had the same
// happened at another moment.
func (c *comparison) withEvent(what What) {
	base := Scenario{Live: c.intn(2) == 0, Wakes: c.intn(2) == 0}
	if c.intn(4) == 0 {
		base.CloudFails = []int{1 + c.intn(3)}
	}
	writes, itself := 0, false
	for _, i := range c.random.Perm(len(starts)) { // one that it has something to do with
		base.Start = starts[i]
		alone := drive(c.program.After, base, nil)
		writes, itself = alone.counts.statusWrites, len(alone.made) > 0
		if writes > 0 {
			break
		}
	}
	// Where a program meets a conflict that nobody else has caused, nobody can say in which
	// of its writes the other one would have met it, nor how often.
	if c.program.Review && (itself || drive(c.program.Before, base, nil).failsToWrite()) {
		return
	}
	words := c.program.Exact || !c.program.Review && !itself
	var possible *possibilities
	for n := range min(writes, maxWrites) {
		s := base
		s.Events = []Event{{what, Point{When: BeforeStatusWrite, N: n + 1}}}
		var after outcome
		if c.program.Exact {
			after = c.same(s)
			if !after.resolved() {
				continue // it was the same, and so it ends at the same
			}
		} else {
			c.tally.Scenarios++
			after = drive(c.program.After, s, nil)
		}
		if possible == nil {
			possible = c.possibilities(base, what, words)
		}
		found := c.judge(after, possible)
		for len(found) > 0 && possible.more() {
			found = c.judge(after, possible)
		}
		if possible.steady {
			c.tally.Steady++
		}
		for _, f := range found {
			c.fail(f.Rule, s, "%s", f.Detail)
		}
	}
}

// maxWrites bounds the status writes of a program that an event is tried at, and
// maxResolves the conflicts from which on a server is tried that resolves them.
const (
	maxWrites   = 8
	maxResolves = 3
)

func (o outcome) resolved() bool {
	for _, r := range o.made {
		if r.Done {
			return true
		}
	}
	return false
}

// possibilities are what the original comes to if an event happens, at whatever
// moment. Not all are found at once: more of them only ever allow more, so what some
// explain needs no others.
type possibilities struct {
	original New
	base     Scenario
	what     What
	open     []Point // moments that are still to be tried

	answers []string // of the first run
	words   bool     // the errors among them are told apart
	finals  []string
	always  []string // the effects of all
	ever    []string // and of any
	steady  bool     // all of them
	panics  bool
	// swallows is set where a run returns no error though a write of it has failed.
	swallows bool
}

func (c *comparison) possibilities(base Scenario, what What, words bool) *possibilities {
	p := &possibilities{original: c.program.Before, base: base, what: what, words: words, steady: true}
	p.open = p.moments()
	p.more()
	return p
}

// moments are all at which the event may happen, but those of very long programs.
func (p *possibilities) moments() []Point {
	made := drive(p.original, p.base, nil).counts
	points := []Point{{When: BeforeAll}}
	for _, calls := range []Point{
		{When: BeforeStatusWrite, N: made.statusWrites}, {When: AfterStatusWrite, N: made.statusWrites}, {When: BeforeWrite, N: made.writes},
		{When: AfterRead, N: made.reads}, {When: DuringEffect, N: made.effects}, {When: AfterRun, N: made.runs},
	} {
		for i := range min(calls.N, 2*maxWrites) {
			points = append(points, Point{When: calls.When, N: i + 1})
		}
	}
	return points
}

// more adds what the original comes to if the event happens at one moment more, and
// reports that there was one.
//
// Behind the moments of a server that resolves no conflict come those of servers that do:
// what was computed before the event is stored then, and the rest of the run sees what has
// changed. A program may go on after a conflict that it only logs, and have the next one
// resolved.
func (p *possibilities) more() bool {
	if len(p.open) == 0 {
		if p.base.Resolves == maxResolves {
			return false
		}
		p.base.Resolves++
		p.open = p.moments()
	}
	s := p.base
	s.Events = []Event{{p.what, p.open[0]}}
	s.Again = true // whom the conflict no longer has begin again may be woken all the same
	p.open = p.open[1:]
	woken := drive(p.original, s, nil)
	o := woken.settled()
	effects := p.effects(o)
	if len(p.answers) == 0 {
		p.always = effects
	}
	p.always = slices.DeleteFunc(slices.Clone(p.always), func(e string) bool { return !slices.Contains(effects, e) })
	p.ever = append(p.ever, p.effects(woken)...)
	p.answers = append(p.answers, p.answer(o))
	p.finals = append(p.finals, o.final(), woken.final())
	p.steady, p.panics, p.swallows = p.steady && o.Steady, p.panics || o.panicked(), p.swallows || o.swallows()
	return true
}

// answer is that of the first run, as far as it is compared.
func (p *possibilities) answer(o outcome) string {
	if p.words {
		return o.Runs[0].Answer
	}
	return loose(o.Runs[0])
}

// effects are those of all runs, as far as they are compared.
func (p *possibilities) effects(o outcome) []string {
	if p.words {
		return o.effects()
	}
	return wordless(o.effects())
}

func (c *comparison) judge(after outcome, possible *possibilities) (found []Failure) {
	fail := func(rule, format string, args ...any) {
		found = append(found, Failure{Rule: rule, Detail: fmt.Sprintf(format, args...)})
	}
	if after.panicked() && !possible.panics {
		fail("panic under a fault", "%s", after.Runs[len(after.Runs)-1].Answer)
	}
	if a := possible.answer(after); !slices.Contains(possible.answers, a) && !(c.program.Review && toldElsewhere(after.Runs[0])) {
		fail("answer under a fault", "before %s\nafter  %s", distinct(possible.answers), a)
	}
	if !possible.steady || c.program.Review && (possible.swallows && after.swallows() || after.patched && possible.what == ForeignSame) {
		return found // a patch is without a lock: what of a foreign write of its own fields it undoes, depends on when
	}
	if !after.Steady {
		if c.program.Review && possible.swallows && toldElsewhere(after.Runs[0]) {
			return found // it tries again, where the original has given up
		}
		fail("steady no more", "after %d runs", len(after.Runs))
		return found
	}
	unwritten := c.program.Review && possible.what == ForeignPause && after.Runs[0].failsToWrite()
	if a := after.final(); !slices.ContainsFunc(possible.finals, func(f string) bool {
		return f == a || unwritten && withoutStatus(f) == withoutStatus(a)
	}) {
		fail("steady at another object", "before %s\nafter  %s", distinct(possible.finals), a)
	}
	effects := possible.effects(after)
	for _, e := range possible.always {
		if !slices.Contains(effects, e) {
			fail("effect missing", "%s\nbefore, whenever it happens: %s\nafter %s", e, strings.Join(possible.always, "; "), strings.Join(effects, "; "))
		}
	}
	for _, e := range effects {
		if !slices.Contains(possible.ever, e) {
			fail("new effect", "%s\nbefore at most %s", e, distinct(possible.ever))
		}
	}
	return found
}

func distinct(list []string) string {
	list = slices.Clone(list)
	slices.Sort(list)
	return strings.Join(slices.Compact(list), "\n   or  ")
}
