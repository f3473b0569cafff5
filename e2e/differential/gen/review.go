package gen

import "fmt"

// These are the programs that fixes for review are for: many writes of one status, by
// way of phases, helpers, packages and error exits. Only NewReview makes them.

// lasting is the body of a controller that writes its status more than once.
func (b *builder) lasting() []*Node {
	var nodes []*Node
	if b.chance(25) {
		nodes = append(nodes, b.deletion())
	}
	if b.chance(25) {
		nodes = append(nodes, b.finalizer())
	}
	if b.chance(20) {
		nodes = append(nodes, b.deferred())
	}
	if b.chance(30) {
		nodes = append(nodes, b.pending())
	}
	for range 2 + b.intn(3) {
		nodes = append(nodes, b.commented(b.piece()))
	}
	return append(nodes, b.ending()...)
}

// piece is a part of such a controller.
func (b *builder) piece() *Node {
	return b.weighted(
		choice{6, b.phases},
		choice{5, b.abroad},
		choice{4, b.shards},
		choice{4, b.failing},
		choice{4, b.written},
		choice{3, b.patched},
		choice{3, b.patchedInLoop},
		choice{3, b.handedOn},
		choice{3, b.helper},
		choice{2, b.early},
		choice{2, b.branch},
		choice{2, b.held},
		choice{2, b.again},
		choice{2, b.guarded},
		choice{1, b.metadata},
		choice{1, b.statement},
	)
}

// written is a change or two and a write.
func (b *builder) written() *Node {
	if b.quiet {
		return b.change()
	}
	return &Node{Blocks: []Block{{Body: append(b.some(1, 2, b.change), b.write()), Loose: true}}}
}

// phases is a phase in a method of its own, that ends the reconcile or not.
func (b *builder) phases() *Node {
	call := fmt.Sprintf(pick(b, "r.ensureStorage(ctx, %s)", "r.ensureAccess(ctx, %s)", "r.awaitShards(ctx, %s)"), b.object)
	switch b.intn(3) {
	case 0:
		return leaf("if done, err := "+call+"; err != nil || done {", "return ctrl.Result{}, err", "}")
	case 1:
		b.serial++
		done := fmt.Sprintf("done%d", b.serial)
		return leaf(done+", err := "+call, "if err != nil {", `return ctrl.Result{}, fmt.Errorf("reconcile: %w", err)`, "}",
			"if "+done+" {", "return ctrl.Result{RequeueAfter: time.Minute}, nil", "}")
	}
	return leaf("if done, err := "+call+"; err != nil {", `log.FromContext(ctx).Error(err, "unable to reconcile")`,
		"} else if done {", "return ctrl.Result{RequeueAfter: time.Minute}, nil", "}")
}

// abroad is code of another package, that gets the client.
func (b *builder) abroad() *Node {
	return leaf(b.handled(pick(b,
		fmt.Sprintf("steps.SetPhase(ctx, $V, %s, %s, %s)", b.object, b.phase(), b.message()),
		fmt.Sprintf("steps.PatchMessage(ctx, $V, %s, %s)", b.object, b.message()),
		fmt.Sprintf("steps.Observe(ctx, $V, %s)", b.object),
		fmt.Sprintf("(&steps.Accounts{Client: $V, Cloud: r.Cloud}).Reconcile(ctx, %s)", b.object),
		fmt.Sprintf("steps.Settle(ctx, steps.Accounts{Client: $V, Cloud: r.Cloud}, %s)", b.object),
	)))
}

// deferred writes at the end of all, whatever it is.
func (b *builder) deferred() *Node {
	b.serial++
	write := b.update()
	head := "defer func() {"
	if b.chance(50) {
		base := fmt.Sprintf("base%d", b.serial)
		head = base + " := db.DeepCopy()\n" + head
		write = fmt.Sprintf("$C.Status().Patch(ctx, %s, client.MergeFrom(%s))", b.object, base)
	}
	if b.named {
		return leaf(head, "if err := "+write+"; err != nil && reterr == nil {", "reterr = err", "}", "}()")
	}
	return leaf(head, "if err := "+write+"; err != nil {", `log.FromContext(ctx).Error(err, "unable to write the status")`, "}", "}()")
}

// patchedInLoop patches what each shard changes.
func (b *builder) patchedInLoop() *Node {
	if b.loop || b.quiet {
		return b.change()
	}
	b.serial++
	base := fmt.Sprintf("base%d", b.serial)
	b.loop = true
	body := []*Node{b.changeOfShard().needed()}
	if b.chance(40) {
		body = append(body, b.effect())
	}
	body = append(body, b.some(0, 1, b.change)...)
	b.loop = false
	return around("for _, shard := range db.Spec.Shards {\n"+base+" := db.DeepCopy()", body,
		b.handled(fmt.Sprintf("$C.Status().Patch(ctx, %s, client.MergeFrom(%s))", b.object, base)), "}")
}
