package gen

import "fmt"

// change is a change of the status in memory, and nothing else.
func (b *builder) change() *Node {
	if b.loop && b.chance(60) {
		return b.changeOfShard()
	}
	return b.weighted(
		choice{10, func() *Node { return leaf("db.Status.Phase = " + b.phase()) }},
		choice{8, func() *Node { return leaf("db.Status.Message = " + b.message()) }},
		choice{8, b.condition},
		choice{6, func() *Node { return leaf(`db.Status.ObservedGeneration = db.Generation`) }},
		choice{6, func() *Node {
			return leaf(pick(b, `db.Status.Replicas = db.Spec.Replicas`, `db.Status.Replicas = int32(len(db.Spec.Shards))`))
		}},
		choice{5, func() *Node { return leaf(`db.Status.Attempts++`) }},
		choice{3, func() *Node { return leaf(`db.Status.RestartedAt = db.Annotations[lab.Restart]`) }},
		choice{5, func() *Node { return leaf("db.Status.History = append(db.Status.History, " + b.message() + ")") }},
		choice{4, func() *Node {
			return leaf(pick(b, `db.Status.Ready = true`, `db.Status.Ready = false`, `db.Status.Ready = db.Status.Replicas == db.Spec.Replicas`))
		}},
		choice{4, func() *Node {
			return leaf(`if db.Status.Versions == nil {`, `db.Status.Versions = map[string]string{}`, `}`,
				fmt.Sprintf(`db.Status.Versions[%q] = db.Spec.Version`, pick(b, "engine", "proxy")))
		}},
		choice{3, func() *Node {
			return leaf(`if db.Status.StartedAt == nil {`, `now := r.Now()`, `db.Status.StartedAt = &now`, `}`)
		}},
		choice{3, func() *Node {
			return leaf(`if len(db.Spec.Shards) > 0 {`, `primary := db.Spec.Shards[0]`, `db.Status.Primary = &primary`, `}`)
		}},
		choice{3, func() *Node {
			return leaf(pick(b, `db.Status.Message = ""`, `db.Status.Primary = nil`, `db.Status.Versions = nil`, `db.Status.Attempts = 0`, `db.Status.History = nil`,
				`meta.RemoveStatusCondition(&db.Status.Conditions, "Ready")`))
		}},
		choice{5, func() *Node {
			return leaf(fmt.Sprintf("db.Status.SetPhase(%s, %s)", b.phase(), b.message()))
		}},
		choice{4, func() *Node { return leaf(fmt.Sprintf("r.observe(%s)", b.object)) }},
		choice{3, func() *Node { return leaf(fmt.Sprintf("markProgress§(%s, %s)", b.object, b.message())) }},
		choice{4, func() *Node {
			if b.loop {
				return leaf(`db.Status.Attempts++`)
			}
			return leaf(`for _, shard := range db.Spec.Shards {`, `if !db.HasShard(shard) {`,
				`db.Status.Shards = append(db.Status.Shards, v1.ShardStatus{Name: shard})`, `}`, `}`)
		}},
		choice{4, func() *Node {
			return around("if "+b.test()+" {", []*Node{leaf("db.Status.Phase = " + b.phase())}, "}").loose()
		}},
		choice{2, func() *Node {
			n := around("if db.Spec.Replicas > 1 {", []*Node{leaf("db.Status.Message = " + b.message())}, "}").loose()
			n.Blocks = append(n.Blocks, Block{Head: "} else {", Body: []*Node{leaf("db.Status.Message = " + b.message())}, Loose: true})
			return n
		}},
	)
}

func (b *builder) changeOfShard() *Node {
	return pick(b,
		leaf(`db.Status.Shards = append(db.Status.Shards, v1.ShardStatus{Name: shard, State: "Ready"})`),
		leaf(`db.Status.History = append(db.Status.History, "provisioned "+shard)`),
		leaf(`db.Status.Message = "working on " + shard`),
		leaf(`db.Status.Replicas++`, `db.Status.Message = shard + " is up"`),
		leaf(`if !db.HasShard(shard) {`, `db.Status.Shards = append(db.Status.Shards, v1.ShardStatus{Name: shard, State: "Ready"})`, `}`),
		leaf(`meta.SetStatusCondition(&db.Status.Conditions, metav1.Condition{Type: shard, Status: metav1.ConditionTrue, Reason: "Provisioned"})`),
	)
}

func (b *builder) phase() string {
	return pick(b, "v1.PhasePending", "v1.PhaseProvisioning", "v1.PhaseReady", "v1.PhaseReady", "v1.PhaseDegraded", "v1.PhaseFailed")
}

func (b *builder) message() string {
	return pick(b, `"creating volumes"`, `"all shards are up"`, `"waiting for users"`, `"running version " + db.Spec.Version`,
		`fmt.Sprintf("%d of %d replicas", db.Status.Replicas, db.Spec.Replicas)`,
		`fmt.Sprintf("attempt %d", db.Status.Attempts)`)
}

func (b *builder) condition() *Node {
	kind := pick(b, "Ready", "Available", "Progressing")
	status := pick(b, "metav1.ConditionTrue", "metav1.ConditionFalse")
	reason := pick(b, "Provisioned", "Waiting", "Reconciled")
	if b.chance(30) {
		return leaf(fmt.Sprintf("setCondition§(%s, %q, %s, %q)", b.object, kind, status, reason))
	}
	more := ""
	if b.chance(50) {
		more = ", Message: " + b.message()
	}
	if b.chance(50) {
		more += ", ObservedGeneration: db.Generation"
	}
	return leaf(fmt.Sprintf("meta.SetStatusCondition(&db.Status.Conditions, metav1.Condition{Type: %q, Status: %s, Reason: %q%s})", kind, status, reason, more))
}

// test is a condition without a side effect.
func (b *builder) test() string {
	return pick(b, "db.Spec.Paused", `db.Status.Phase == ""`, "db.Status.Phase != v1.PhaseReady", "db.Status.Attempts < 2",
		"db.Status.ObservedGeneration != db.Generation", "db.IsReady()", "!db.IsReady()", "r.healthy("+b.object+")",
		`meta.IsStatusConditionTrue(db.Status.Conditions, "Ready")`, "len(db.Status.Shards) > 1", "db.DeletionTimestamp.IsZero()")
}

// computed works out a value from the old status, well before it is stored.
func (b *builder) computed() *Node {
	b.serial++
	name := fmt.Sprintf("%s%d", pick(b, "attempts", "next"), b.serial)
	body := b.some(0, 2, b.statement)
	compute, store := "db.Status.Attempts + 1", "db.Status.Attempts = "+name
	switch b.intn(4) {
	case 0:
		compute, store = `append(slicesClone§(db.Status.History), "seen")`, "db.Status.History = "+name
	case 1:
		compute, store = "shardsOf§("+b.object+")", "db.Status.Shards = "+name
	case 2:
		compute, store = "phaseOf§("+b.object+")", "db.Status.Phase = "+name
	}
	tail := []string{store}
	n := around(name+" := "+compute, body, tail...)
	if b.quiet || b.chance(30) {
		return n
	}
	return &Node{Blocks: []Block{{Head: "", Body: []*Node{n, b.write()}, Loose: true}}}
}
