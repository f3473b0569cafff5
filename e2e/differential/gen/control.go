package gen

import "fmt"

// effect is a call that others notice, with its error returned.
func (b *builder) effect() *Node {
	if b.quiet {
		return b.change()
	}
	if b.chance(35) {
		return b.event()
	}
	return around("if err := "+b.call()+"; err != nil {", nil, pick(b,
		"return ctrl.Result{}, err",
		"return ctrl.Result{}, fmt.Errorf(\"provision: %w\", err)",
		"log.FromContext(ctx).Error(err, \"unable to provision\")",
		"return ctrl.Result{RequeueAfter: time.Minute}, nil"), "}")
}

// call is the call of an effect that returns an error only.
func (b *builder) call() string {
	if b.loop && b.chance(75) {
		return pick(b, "r.Cloud.EnsureVolume(ctx, shard)", "r.Cloud.EnsureUser(ctx, shard)", "r.Cloud.Notify(ctx, \"working on \"+shard)")
	}
	b.serial++
	return pick(b,
		fmt.Sprintf("r.Cloud.EnsureVolume(ctx, \"data-%d\")", b.serial),
		fmt.Sprintf("r.Cloud.EnsureUser(ctx, \"admin-%d\")", b.serial),
		"r.Cloud.Notify(ctx, string(db.Status.Phase))",
		"r.Cloud.Notify(ctx, "+b.message()+")",
		fmt.Sprintf("r.ensureBackup(ctx, %s)", b.object))
}

func (b *builder) event() *Node {
	return leaf(pick(b,
		fmt.Sprintf(`r.Recorder.Event(%s, "Normal", "Reconciled", "the database was reconciled")`, b.object),
		fmt.Sprintf(`r.Recorder.Eventf(%s, "Normal", "Phase", "the phase is %%s", db.Status.Phase)`, b.object),
		fmt.Sprintf(`r.Recorder.Eventf(%s, "Normal", "Attempt", "attempt %%d", db.Status.Attempts)`, b.object)))
}

// failing is an effect whose failure is put into the status and written.
func (b *builder) failing() *Node {
	if b.quiet {
		return b.change()
	}
	body := []*Node{leaf(pick(b, "db.Status.Phase = v1.PhaseFailed", "db.Status.Phase = v1.PhaseDegraded")), leaf("db.Status.Message = err.Error()")}
	body = append(body, b.some(0, 1, b.change)...)
	ret := "return ctrl.Result{}, err"
	switch b.intn(5) {
	case 0:
		return around("if err := "+b.call()+"; err != nil {", nil, fmt.Sprintf("return r.fail(ctx, %s, err)", b.object), "}")
	case 1:
		body = append(body, leaf("if updateErr := "+b.update()+"; updateErr != nil {",
			"log.FromContext(ctx).Error(updateErr, \"unable to update status\")", "}"))
	case 2:
		body = append(body, leaf("if updateErr := "+b.update()+"; updateErr != nil {", "return ctrl.Result{}, updateErr", "}"))
	case 3:
		body = append(body, leaf("_ = "+b.update()))
	case 4:
		ret = "log.FromContext(ctx).Error(err, \"unable to provision\")"
	}
	return around("if err := "+b.call()+"; err != nil {", body, ret, "}")
}

// branch is an if with anything in it.
func (b *builder) branch() *Node {
	n := around("if "+b.test()+" {", b.some(1, 3, b.statement), "}").loose()
	if b.chance(35) {
		n.Blocks = append(n.Blocks, Block{Head: "} else {", Body: b.some(1, 2, b.statement), Loose: true})
	}
	return n
}

// early returns early, with a write or without.
func (b *builder) early() *Node {
	var body []*Node
	if b.chance(60) {
		body = append(b.some(1, 2, b.change), b.write())
	}
	return around("if "+b.test()+" {", body, pick(b, "return ctrl.Result{}, nil", "return ctrl.Result{RequeueAfter: time.Minute}, nil"), "}")
}

// shards is a loop, with effects or without, that writes on each turn or not.
func (b *builder) shards() *Node {
	if b.loop || b.quiet {
		return b.change()
	}
	b.loop = true
	var body []*Node
	if b.chance(25) {
		body = append(body, leaf("if db.HasShard(shard) {", "continue", "}"))
	}
	switch b.intn(5) {
	case 0:
		body = append(body, b.failing())
	case 1:
		body = append(body, b.effect())
	case 2:
		body = append(body, b.checked())
	}
	body = append(body, b.changeOfShard().needed()) // it uses shard
	body = append(body, b.some(0, 2, b.change)...)
	if b.chance(70) {
		body = append(body, b.write())
	}
	if b.chance(15) {
		body = append(body, leaf("if db.Status.Phase == v1.PhaseFailed {", "break", "}"))
	}
	b.loop = false
	head, tail := "for _, shard := range db.Spec.Shards {", "}"
	if b.chance(15) {
		head = "for i := range db.Spec.Shards {\nshard := db.Spec.Shards[i]"
	}
	return around(head, body, tail)
}

// checked is an effect with a result that goes into the status.
func (b *builder) checked() *Node {
	b.serial++
	return leaf(fmt.Sprintf("healthy%d, err := r.Cloud.Healthy(ctx, shard)", b.serial), "if err != nil {", "return ctrl.Result{}, err", "}",
		fmt.Sprintf("if !healthy%d {", b.serial), "db.Status.Phase = v1.PhaseDegraded", "}")
}

// reading looks at the status between whatever comes before and after.
func (b *builder) reading() *Node {
	if b.quiet {
		return b.change()
	}
	return leaf(pick(b,
		"log.FromContext(ctx).Info(\"reconciling\", \"phase\", db.Status.Phase)",
		"if db.Status.Phase == v1.PhaseReady {\nr.Recorder.Event("+b.object+", \"Normal\", \"Ready\", \"the database is ready\")\n}",
		"if len(db.Status.Shards) < len(db.Spec.Shards) {\nif err := r.Cloud.Notify(ctx, fmt.Sprintf(\"%d shards\", len(db.Status.Shards))); err != nil {\nreturn ctrl.Result{}, err\n}\n}"))
}

// helper calls a method that does several things.
func (b *builder) helper() *Node {
	if b.quiet {
		return b.change()
	}
	call := pick(b, "r.provision(ctx, %s)", "r.syncShards(ctx, %s)", "r.finish(ctx, %s)")
	return leaf(b.handled(fmt.Sprintf(call, b.object)))
}
