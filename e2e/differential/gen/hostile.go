package gen

import "fmt"

// These are the programs that a careless fix breaks: what they decide by is
// changed by others, and what they write is handed about.

// wanted does what the object asks for and has not yet. What was done is noted
// from the object, and may by then be another wish.
func (b *builder) wanted() *Node {
	if b.quiet {
		return b.change()
	}
	switch b.intn(6) {
	case 0:
		return around(`if db.Status.ObservedGeneration == db.Generation && db.Status.Phase == v1.PhaseReady {`, nil, `return ctrl.Result{}, nil`, `}`)
	case 1:
		return around(`if db.Status.Versions["engine"] != db.Spec.Version {`, []*Node{
			leaf(`if err := r.Cloud.Upgrade(ctx, db.Spec.Version); err != nil {`, `return ctrl.Result{}, err`, `}`),
			leaf(`db.Status.Versions = map[string]string{"engine": db.Spec.Version}`), b.write(),
		}, `}`).loose()
	case 2:
		return around(`if at := db.Annotations[lab.Restart]; at != db.Status.RestartedAt {`, []*Node{
			leaf(`if err := r.Cloud.Notify(ctx, "restart of "+at); err != nil {`, `return ctrl.Result{}, err`, `}`),
			leaf(`db.Status.RestartedAt = db.Annotations[lab.Restart]`), b.write(),
		}, `}`)
	case 3:
		return around(`if db.Status.Owner == "" {`, []*Node{
			leaf(`db.Status.Owner = "this replica"`), b.write(),
			leaf(`if err := r.Cloud.EnsureUser(ctx, db.Status.Owner); err != nil {`, `return ctrl.Result{}, err`, `}`),
		}, `}`).loose()
	case 4:
		b.serial++
		version := fmt.Sprintf("version%d", b.serial)
		body := append(b.some(0, 2, b.statement), leaf(fmt.Sprintf(`if err := r.Cloud.Upgrade(ctx, %s); err != nil {`, version), `return ctrl.Result{}, err`, `}`).needed())
		return around(version+` := db.Spec.Version`, body)
	}
	return around(`if db.Status.Attempts >= 3 {`, []*Node{leaf(`db.Status.Phase = v1.PhaseFailed`), b.write()}, `return ctrl.Result{}, nil`, `}`)
}

// handedOn hands the object, with changes that are not written yet, to code that
// writes it.
func (b *builder) handedOn() *Node {
	if b.quiet {
		return b.change()
	}
	before := b.some(0, 2, b.change)
	call := leaf(pick(b,
		fmt.Sprintf("if result, err := (&networks§{$V, r.Cloud}).Reconcile(ctx, %s); err != nil || !result.IsZero() {\nreturn result, err\n}", b.object),
		fmt.Sprintf("for _, step := range []step§{&upgrades§{$V, r.Cloud}, &users§{$V, r.Cloud}} {\nif err := step.Run(ctx, %s); err != nil {\nreturn ctrl.Result{}, err\n}\n}", b.object),
		b.handled(fmt.Sprintf("(writer§{$V}).save(ctx, %s)", b.object))))
	return &Node{Blocks: []Block{{Body: append(before, call), Loose: true}}}
}

// held writes an object that a struct or a closure holds.
func (b *builder) held() *Node {
	if b.quiet {
		return b.change()
	}
	b.serial++
	name := fmt.Sprintf("held%d", b.serial)
	body := b.some(0, 2, b.statement)
	switch b.intn(3) {
	case 0:
		return around(name+" := "+fmt.Sprintf("func() error {\nreturn %s\n}", b.update()), append(body, leaf(b.handled(name+"()")).needed()))
	case 1:
		return leaf("defer func() {", "if err := "+b.update()+"; err != nil {", `log.FromContext(ctx).Error(err, "unable to update status")`, "}", "}()")
	}
	body = append(body, leaf(name+`.ready("all is done")`))
	return around(fmt.Sprintf("%s := &scope§{client: $V, db: %s}", name, b.object), append(body, leaf(b.handled(name+".close(ctx)")).needed()))
}

// others writes the elements of a list, the object itself among them or not.
func (b *builder) others() *Node {
	if b.quiet || b.loop {
		return b.change()
	}
	b.serial++
	list := fmt.Sprintf("list%d", b.serial)
	head := fmt.Sprintf("for i := range %s.Items {\nother := &%s.Items[i]\n", list, list)
	other := "other"
	switch b.intn(3) {
	case 0:
		head, other = fmt.Sprintf("for _, other := range %s.Items {\n", list), "&other"
	case 1:
		head, other = fmt.Sprintf("for i, other := range %s.Items {\n", list), fmt.Sprintf("&%s.Items[i]", list)
	}
	if b.chance(60) {
		head += "if other.Name == db.Name {\ncontinue\n}\n"
	}
	change := "other.Status.Message = \"beside \" + db.Name"
	if other != "other" && other != "&other" {
		change = list + ".Items[i].Status.Message = other.Name + \" beside \" + db.Name"
	}
	return leaf("var "+list+" v1.DatabaseList", "if err := $C.List(ctx, &"+list+"); err != nil {", "return ctrl.Result{}, err", "}",
		head+change, "if err := $C.Status().Update(ctx, "+other+"); err != nil {", "return ctrl.Result{}, err", "}", "}")
}

// remote reads, and perhaps writes, in another cluster.
func (b *builder) remote() *Node {
	if b.quiet || b.client.spoke == "" {
		return b.change()
	}
	b.serial++
	remote := fmt.Sprintf("remote%d", b.serial)
	n := around(remote+" := &v1.Database{}\n"+fmt.Sprintf("if err := %s.Get(ctx, %s, %s); err != nil {\nreturn ctrl.Result{}, err\n}", b.client.spoke, b.key, remote),
		[]*Node{leaf("db.Status.Replicas = " + remote + ".Status.Replicas").needed()})
	if b.chance(40) {
		n.Tail = fmt.Sprintf("%s.Status.Message = \"seen by \" + db.Name\nif err := %s.Status().Update(ctx, %s); err != nil {\nreturn ctrl.Result{}, err\n}", remote, b.client.spoke, remote)
	}
	return n
}
