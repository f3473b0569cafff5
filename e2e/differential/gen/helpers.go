package gen

// helper is a function that a program has if it uses it.
type helper struct {
	use  string // the text of a call
	decl string
	rest string
}

// helpers are the methods and functions that the nodes call; § is the name of
// the program and $C its client.
var helpers = []helper{
	{"r.observe(", "(r *Reconciler§) observe(", `db *v1.Database) {
	db.Status.ObservedGeneration = db.Generation
	db.Status.Replicas = db.Spec.Replicas
}`},
	{"markProgress§(", "markProgress§(", `db *v1.Database, message string) {
	db.Status.Message = message
	meta.SetStatusCondition(&db.Status.Conditions, metav1.Condition{Type: "Progressing", Status: metav1.ConditionTrue, Reason: "Working", Message: message})
}`},
	{"setCondition§(", "setCondition§(", `db *v1.Database, kind string, status metav1.ConditionStatus, reason string) {
	meta.SetStatusCondition(&db.Status.Conditions, metav1.Condition{
		Type:               kind,
		Status:             status,
		Reason:             reason,
		ObservedGeneration: db.Generation,
	})
}`},
	{"slicesClone§(", "slicesClone§(", `list []string) []string {
	return append([]string(nil), list...)
}`},
	{"shardsOf§(", "shardsOf§(", `db *v1.Database) []v1.ShardStatus {
	var shards []v1.ShardStatus
	for _, name := range db.Spec.Shards {
		state := "Pending"
		if db.HasShard(name) {
			state = "Ready"
		}
		shards = append(shards, v1.ShardStatus{Name: name, State: state})
	}
	return shards
}`},
	{"phaseOf§(", "phaseOf§(", `db *v1.Database) v1.Phase {
	if len(db.Status.Shards) >= len(db.Spec.Shards) {
		return v1.PhaseReady
	}
	return v1.PhaseProvisioning
}`},
	{"r.healthy(", "(r *Reconciler§) healthy(", `db *v1.Database) bool {
	return db.Status.Phase != v1.PhaseFailed && db.Status.Replicas == db.Spec.Replicas
}`},
	{"r.updateStatus(", "(r *Reconciler§) updateStatus(", `ctx context.Context, db *v1.Database) error {
	return $C.Status().Update(ctx, db)
}`},
	{"r.saveStatus(", "(r *Reconciler§) saveStatus(", `ctx context.Context, db *v1.Database) error {
	stored := &v1.Database{}
	if err := $C.Get(ctx, client.ObjectKeyFromObject(db), stored); err != nil {
		return client.IgnoreNotFound(err)
	}
	if equality.Semantic.DeepEqual(stored.Status, db.Status) {
		return nil
	}
	return $C.Status().Update(ctx, db)
}`},
	{"r.setPhase(", "(r *Reconciler§) setPhase(", `ctx context.Context, db *v1.Database, phase v1.Phase, message string) error {
	db.Status.Phase = phase
	db.Status.Message = message
	if err := $C.Status().Update(ctx, db); err != nil {
		return fmt.Errorf("set phase %s: %w", phase, err)
	}
	return nil
}`},
	{"r.fail(", "(r *Reconciler§) fail(", `ctx context.Context, db *v1.Database, cause error) (ctrl.Result, error) {
	db.Status.Phase = v1.PhaseFailed
	db.Status.Message = cause.Error()
	db.Status.Attempts++
	if err := $C.Status().Update(ctx, db); err != nil {
		return ctrl.Result{}, err
	}
	return ctrl.Result{}, cause
}`},
	{"r.ensureBackup(", "(r *Reconciler§) ensureBackup(", `ctx context.Context, db *v1.Database) error {
	id, err := r.Cloud.Backup(ctx, db.Name)
	if err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	db.Status.BackupID = id
	return nil
}`},
	{"r.provision(", "(r *Reconciler§) provision(", `ctx context.Context, db *v1.Database) error {
	if err := r.Cloud.EnsureVolume(ctx, db.Name); err != nil {
		return err
	}
	db.Status.Phase = v1.PhaseProvisioning
	return $C.Status().Update(ctx, db)
}`},
	{"r.syncShards(", "(r *Reconciler§) syncShards(", `ctx context.Context, db *v1.Database) error {
	for _, shard := range db.Spec.Shards {
		if db.HasShard(shard) {
			continue
		}
		if err := r.Cloud.EnsureVolume(ctx, shard); err != nil {
			return err
		}
		db.Status.Shards = append(db.Status.Shards, v1.ShardStatus{Name: shard, State: "Ready"})
		if err := $C.Status().Update(ctx, db); err != nil {
			return err
		}
	}
	return nil
}`},
	{"r.finish(", "(r *Reconciler§) finish(", `ctx context.Context, db *v1.Database) error {
	db.Status.ObservedGeneration = db.Generation
	db.Status.SetPhase(v1.PhaseReady, "all is well")
	return r.updateStatus(ctx, db)
}`},
}
