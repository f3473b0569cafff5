package gen

import (
	"fmt"
	"math/rand/v2"
)

// builder makes the nodes of one program.
type builder struct {
	random *rand.Rand
	client client
	object string // db as an argument
	key    string // of db
	serial int
	loop   bool // in a loop over the shards
	quiet  bool // in a callback: changes only
	named  bool // the results have names
}

func (b *builder) intn(n int) int          { return b.random.IntN(n) }
func (b *builder) chance(percent int) bool { return b.intn(100) < percent }

func pick[T any](b *builder, from ...T) T { return from[b.intn(len(from))] }

// choice is one way to go on, and how often it is taken.
type choice struct {
	weight int
	make   func() *Node
}

func (b *builder) weighted(choices ...choice) *Node {
	sum := 0
	for _, c := range choices {
		sum += c.weight
	}
	n := b.intn(sum)
	for _, c := range choices {
		if n -= c.weight; n < 0 {
			return c.make()
		}
	}
	panic("gen: no choice")
}

// reconcile is the body after the object was read. Most controllers are of one
// of a few shapes; the last is a mixture.
func (b *builder) reconcile() []*Node {
	var body []*Node
	if b.chance(25) {
		body = append(body, b.deletion())
	}
	if b.chance(15) {
		body = append(body, leaf(`if db.Spec.Paused {`, `return ctrl.Result{}, nil`, `}`))
	}
	if b.chance(25) {
		body = append(body, b.finalizer())
	}
	switch b.intn(8) {
	case 0:
		body = append(body, b.steps()...)
	case 1:
		body = append(body, b.perShard()...)
	case 2:
		body = append(body, b.machine())
		body = append(body, b.some(0, 2, b.statement)...)
	case 3:
		body = append(body, b.some(0, 2, b.statement)...)
		body = append(body, b.guarded())
	case 4:
		body = append(body, b.some(0, 1, b.effect)...)
		body = append(body, b.some(1, 3, b.change)...)
		body = append(body, b.write())
	case 5:
		body = append(body, b.computed())
	default:
		body = append(body, b.some(2, 6, b.statement)...)
	}
	return append(body, b.ending()...)
}

func (b *builder) some(least, most int, what func() *Node) []*Node {
	var nodes []*Node
	for range least + b.intn(most-least+1) {
		nodes = append(nodes, b.commented(what()))
	}
	return nodes
}

var comments = []string{
	"// Users look at this first.",
	"// The spec may have changed since.",
	"// Keep what was seen, for the next run.",
	"// Others wait for this.",
	"// See the runbook for what it means.",
}

// commented puts a comment before some nodes; a fix has to keep it.
func (b *builder) commented(n *Node) *Node {
	if b.chance(12) && n.Blocks[0].Head != "" {
		b.serial++
		c := pick(b, comments...)
		n.Blocks[0].Head = fmt.Sprintf("%s (%d)\n%s", c, b.serial, n.Blocks[0].Head)
	}
	return n
}

// statement is anything.
func (b *builder) statement() *Node {
	if b.quiet {
		return b.change()
	}
	return b.weighted(
		choice{24, b.change},
		choice{18, b.write},
		choice{12, b.effect},
		choice{8, b.branch},
		choice{6, b.shards},
		choice{5, b.guarded},
		choice{5, b.failing},
		choice{4, b.helper},
		choice{4, b.computed},
		choice{3, b.reading},
		choice{3, b.metadata},
		choice{3, b.early},
		choice{3, b.retried},
		choice{2, b.again},
		choice{2, b.patched},
		choice{4, b.wanted},
		choice{4, b.handedOn},
		choice{3, b.held},
		choice{2, b.others},
		choice{3, b.remote},
	)
}

// steps is the controller that writes the status after each step.
func (b *builder) steps() []*Node {
	var nodes []*Node
	if b.chance(50) {
		nodes = append(nodes, b.pending())
	}
	for range 1 + b.intn(3) {
		nodes = append(nodes, b.failing())
		nodes = append(nodes, b.some(1, 2, b.change)...)
		if b.chance(70) {
			nodes = append(nodes, b.write())
		}
	}
	nodes = append(nodes, b.some(1, 2, b.change)...)
	return append(nodes, b.write())
}

// perShard is the controller that writes the status in a loop and once more.
func (b *builder) perShard() []*Node {
	nodes := b.some(0, 2, b.change)
	nodes = append(nodes, b.shards())
	nodes = append(nodes, b.some(0, 2, b.change)...)
	if b.chance(75) {
		nodes = append(nodes, b.write())
	}
	return nodes
}

// pending sets the first phase and writes it.
func (b *builder) pending() *Node {
	body := append([]*Node{leaf(`db.Status.Phase = v1.PhasePending`)}, b.some(0, 1, b.change)...)
	return around(`if db.Status.Phase == "" {`, append(body, b.write()), `}`).loose()
}

// machine is a switch over the phase.
func (b *builder) machine() *Node {
	n := &Node{Tail: "}"}
	heads := []string{`case "", v1.PhasePending:`, `case v1.PhaseProvisioning:`, `case v1.PhaseDegraded, v1.PhaseFailed:`, `default:`}
	next := []string{"Provisioning", "Ready", "Provisioning", "Degraded"}
	for i, head := range heads {
		if i == 0 {
			head = "switch db.Status.Phase {\n" + head
		}
		var body []*Node
		if b.chance(60) {
			body = append(body, b.failing())
		}
		body = append(body, leaf("db.Status.Phase = v1.Phase"+next[i]))
		body = append(body, b.some(0, 2, b.change)...)
		body = append(body, b.write())
		if b.chance(30) && i < len(heads)-1 { // or nothing after the switch might be reached
			body = append(body, leaf(pick(b, `return ctrl.Result{RequeueAfter: time.Minute}, nil`, `return ctrl.Result{}, nil`)))
		}
		n.Blocks = append(n.Blocks, Block{Head: head, Body: body})
	}
	return n
}

// ending is how the function returns.
func (b *builder) ending() []*Node {
	switch b.intn(6) {
	case 0:
		return append(b.some(0, 2, b.change), leaf("return ctrl.Result{}, "+b.update()).needed())
	case 1:
		return []*Node{
			leaf(`if !db.Status.Ready && db.Status.Attempts < 3 {`, `return ctrl.Result{RequeueAfter: 30 * time.Second}, nil`, `}`),
			leaf(`return ctrl.Result{}, nil`).needed(),
		}
	case 2:
		return []*Node{
			leaf(`if db.Status.Phase == v1.PhaseReady {`, `r.Recorder.Event(`+b.object+`, "Normal", "Ready", "the database is ready")`, `}`),
			leaf(`return ctrl.Result{}, nil`).needed(),
		}
	}
	return []*Node{leaf(`return ctrl.Result{}, nil`).needed()}
}
