package gen

import "fmt"

// update is an expression that writes the status directly.
func (b *builder) update() string {
	if b.chance(12) {
		return fmt.Sprintf(`$C.SubResource("status").Update(ctx, %s)`, b.object)
	}
	return fmt.Sprintf("$C.Status().Update(ctx, %s)", b.object)
}

// write is a status write and what becomes of its error.
func (b *builder) write() *Node {
	if b.client.status && b.chance(35) {
		return b.managed()
	}
	return b.commented(b.weighted(
		choice{60, func() *Node { return leaf(b.handled(b.update())) }},
		choice{10, func() *Node { return leaf(b.handled(fmt.Sprintf("r.updateStatus(ctx, %s)", b.object))) }},
		choice{10, func() *Node {
			return leaf(b.handled(fmt.Sprintf("r.setPhase(ctx, %s, %s, %s)", b.object, b.phase(), b.message())))
		}},
		choice{4, func() *Node { return leaf(b.handled(fmt.Sprintf("r.saveStatus(ctx, %s)", b.object))) }},
		choice{5, func() *Node {
			return around(fmt.Sprintf("if err := %s; err != nil {", b.update()), nil,
				"log.FromContext(ctx).Error(err, \"unable to update status\")",
				fmt.Sprintf("r.Recorder.Event(%s, \"Warning\", \"StatusUpdateFailed\", err.Error())", b.object),
				"return ctrl.Result{}, err", "}")
		}},
	))
}

// handled is a call with one of the ways to treat its error.
func (b *builder) handled(call string) string {
	head := "if err := " + call + "; err != nil {\n"
	switch n := b.intn(100); {
	case n < 38:
		return head + "return ctrl.Result{}, err\n}"
	case n < 54:
		return head + "return ctrl.Result{}, fmt.Errorf(\"update status: %w\", err)\n}"
	case n < 60:
		return head + "return ctrl.Result{}, fmt.Errorf(\"update status of %s: %v\", db.Name, err)\n}"
	case n < 70:
		return head + "log.FromContext(ctx).Error(err, \"unable to update status\")\n}"
	case n < 76:
		return "_ = " + call
	case n < 85:
		return head + "if apierrors.IsConflict(err) {\nreturn ctrl.Result{RequeueAfter: time.Second}, nil\n}\nreturn ctrl.Result{}, err\n}"
	case n < 92:
		return head + "return ctrl.Result{}, client.IgnoreNotFound(err)\n}"
	case n < 96:
		return head + "log.FromContext(ctx).Error(err, \"unable to update status\")\nreturn ctrl.Result{}, err\n}"
	}
	return head + "return ctrl.Result{RequeueAfter: 10 * time.Second}, nil\n}"
}

func (b *builder) within(body func() []*Node) []*Node {
	quiet := b.quiet
	b.quiet = true
	nodes := body()
	b.quiet = quiet
	return nodes
}

// managed writes through the status manager.
func (b *builder) managed() *Node {
	body := b.within(func() []*Node { return b.some(1, 3, b.change) })
	n := around(fmt.Sprintf("if err := r.Statuses.AtomicStatusUpdate(ctx, %s, func() error {", b.object), body,
		"return nil", "}); err != nil {", "return ctrl.Result{}, err", "}")
	if b.chance(25) { // the changes come before, where the manager's read undoes them
		before := b.within(func() []*Node { return b.some(1, 2, b.change) })
		return &Node{Blocks: []Block{{Body: append(before, n), Loose: true}}}
	}
	return n
}

// retried is a conflict retry, good or bad.
func (b *builder) retried() *Node {
	changes := b.within(func() []*Node { return b.some(1, 3, b.change) })
	read := fmt.Sprintf("if err := $C.Get(ctx, %s, %s); err != nil {\nreturn err\n}\n", b.key, b.object)
	ret := "return " + b.update()
	switch b.intn(4) {
	case 0:
		read = ""
	case 1:
		ret = "if err := " + b.update() + "; err != nil {\nreturn fmt.Errorf(\"update status: %v\", err)\n}\nreturn nil"
	}
	handle := "return ctrl.Result{}, err\n}"
	if b.chance(25) {
		handle = "log.FromContext(ctx).Error(err, \"unable to update status\")\n}"
	}
	outside := read == "" && b.chance(50)
	n := &Node{Tail: ret + "\n}); err != nil {\n" + handle}
	head := "if err := retry.RetryOnConflict(retry.DefaultRetry, func() error {\n" + read
	if outside {
		n.Blocks = []Block{{Body: changes}, {Head: head}}
		return n
	}
	n.Blocks = []Block{{Head: head, Body: changes}}
	return n
}

// guarded writes only if something has changed, or means to.
func (b *builder) guarded() *Node {
	if b.quiet {
		return b.change()
	}
	b.serial++
	old := fmt.Sprintf("old%d", b.serial)
	decl, test := old+" := db.DeepCopy()", fmt.Sprintf("!equality.Semantic.DeepEqual(%s.Status, db.Status)", old)
	switch b.intn(6) {
	case 0:
		decl, test = old+" := db.Status.DeepCopy()", fmt.Sprintf("!equality.Semantic.DeepEqual(*%s, db.Status)", old)
	case 1: // never equal: a pointer and a struct
		decl, test = old+" := db.Status.DeepCopy()", fmt.Sprintf("!equality.Semantic.DeepEqual(%s, db.Status)", old)
	case 2: // never equal
		decl, test = old+" := db.Status.DeepCopy()", fmt.Sprintf("!equality.Semantic.DeepEqual(db.Status, %s)", old)
	case 3: // right, by chance, for all that a change replaces
		decl, test = old+" := db.Status", fmt.Sprintf("!equality.Semantic.DeepEqual(%s, db.Status)", old)
	}
	body := append(b.some(1, 4, b.statement), around("if "+test+" {", []*Node{b.write()}, "}").needed())
	return around(decl, body)
}

// patched writes by a patch against a copy.
func (b *builder) patched() *Node {
	b.serial++
	base := fmt.Sprintf("base%d", b.serial)
	patch := "client.MergeFrom(" + base + ")"
	if b.chance(40) {
		patch = "client.MergeFromWithOptions(" + base + ", client.MergeFromWithOptimisticLock{})"
	}
	changes := b.within(func() []*Node { return b.some(1, 3, b.change) })
	return around(base+" := db.DeepCopy()", changes, b.handled(fmt.Sprintf("$C.Status().Patch(ctx, %s, %s)", b.object, patch)))
}

// again reads the object in the middle of everything.
func (b *builder) again() *Node {
	return leaf(fmt.Sprintf("if err := $C.Get(ctx, %s, %s); err != nil {", b.key, b.object), "return ctrl.Result{}, client.IgnoreNotFound(err)", "}")
}

// metadata writes the whole object.
func (b *builder) metadata() *Node {
	if b.chance(50) {
		return b.finalizer()
	}
	return leaf(`if db.Labels["app"] == "" {`, `if db.Labels == nil {`, `db.Labels = map[string]string{}`, `}`, `db.Labels["app"] = db.Name`,
		fmt.Sprintf("if err := $C.Update(ctx, %s); err != nil {", b.object), `return ctrl.Result{}, err`, `}`, `}`)
}

func (b *builder) finalizer() *Node {
	return leaf(fmt.Sprintf("if controllerutil.AddFinalizer(%s, lab.Finalizer) {", b.object),
		fmt.Sprintf("if err := $C.Update(ctx, %s); err != nil {", b.object), `return ctrl.Result{}, err`, `}`, `}`)
}

// deletion is the branch of an object that is being deleted.
func (b *builder) deletion() *Node {
	var body []*Node
	if b.chance(50) {
		body = append(b.some(1, 2, b.change), b.write())
	}
	if b.chance(60) {
		body = append(body, leaf(`if err := r.Cloud.Release(ctx, db.Name); err != nil {`, `return ctrl.Result{}, err`, `}`))
	}
	return around("if !db.DeletionTimestamp.IsZero() {", body,
		fmt.Sprintf("if controllerutil.RemoveFinalizer(%s, lab.Finalizer) {", b.object),
		fmt.Sprintf("return ctrl.Result{}, client.IgnoreNotFound($C.Update(ctx, %s))", b.object), "}",
		"return ctrl.Result{}, nil", "}")
}
