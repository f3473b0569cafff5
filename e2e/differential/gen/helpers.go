package gen

// helper is a function or a type that a program has if it uses it.
type helper struct {
	use  string // the text of a call
	decl string // how its declaration begins
	rest string
}

// helpers are the methods and functions that the nodes call; § is the name of
// the program, $C its client, and
// $V that as an argument.
var helpers = []helper{
	{"r.observe(", "func (r *Reconciler§) observe(", `db *v1.Database) {
	db.Status.ObservedGeneration = db.Generation
	db.Status.Replicas = db.Spec.Replicas
}`},
	{"markProgress§(", "func markProgress§(", `db *v1.Database, message string) {
	db.Status.Message = message
	meta.SetStatusCondition(&db.Status.Conditions, metav1.Condition{Type: "Progressing", Status: metav1.ConditionTrue, Reason: "Working", Message: message})
}`},
	{"setCondition§(", "func setCondition§(", `db *v1.Database, kind string, status metav1.ConditionStatus, reason string) {
	meta.SetStatusCondition(&db.Status.Conditions, metav1.Condition{
		Type:               kind,
		Status:             status,
		Reason:             reason,
		ObservedGeneration: db.Generation,
	})
}`},
	{"slicesClone§(", "func slicesClone§(", `list []string) []string {
	return append([]string(nil), list...)
}`},
	{"shardsOf§(", "func shardsOf§(", `db *v1.Database) []v1.ShardStatus {
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
	{"phaseOf§(", "func phaseOf§(", `db *v1.Database) v1.Phase {
	if len(db.Status.Shards) >= len(db.Spec.Shards) {
		return v1.PhaseReady
	}
	return v1.PhaseProvisioning
}`},
	{"r.healthy(", "func (r *Reconciler§) healthy(", `db *v1.Database) bool {
	return db.Status.Phase != v1.PhaseFailed && db.Status.Replicas == db.Spec.Replicas
}`},
	{"r.updateStatus(", "func (r *Reconciler§) updateStatus(", `ctx context.Context, db *v1.Database) error {
	return $C.Status().Update(ctx, db)
}`},
	{"r.saveStatus(", "func (r *Reconciler§) saveStatus(", `ctx context.Context, db *v1.Database) error {
	stored := &v1.Database{}
	if err := $C.Get(ctx, client.ObjectKeyFromObject(db), stored); err != nil {
		return client.IgnoreNotFound(err)
	}
	if equality.Semantic.DeepEqual(stored.Status, db.Status) {
		return nil
	}
	return $C.Status().Update(ctx, db)
}`},
	{"r.setPhase(", "func (r *Reconciler§) setPhase(", `ctx context.Context, db *v1.Database, phase v1.Phase, message string) error {
	db.Status.Phase = phase
	db.Status.Message = message
	if err := $C.Status().Update(ctx, db); err != nil {
		return fmt.Errorf("set phase %s: %w", phase, err)
	}
	return nil
}`},
	{"r.fail(", "func (r *Reconciler§) fail(", `ctx context.Context, db *v1.Database, cause error) (ctrl.Result, error) {
	db.Status.Phase = v1.PhaseFailed
	db.Status.Message = cause.Error()
	db.Status.Attempts++
	if err := $C.Status().Update(ctx, db); err != nil {
		return ctrl.Result{}, err
	}
	return ctrl.Result{}, cause
}`},
	{"r.ensureBackup(", "func (r *Reconciler§) ensureBackup(", `ctx context.Context, db *v1.Database) error {
	id, err := r.Cloud.Backup(ctx, db.Name)
	if err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	db.Status.BackupID = id
	return nil
}`},
	{"r.provision(", "func (r *Reconciler§) provision(", `ctx context.Context, db *v1.Database) error {
	if err := r.Cloud.EnsureVolume(ctx, db.Name); err != nil {
		return err
	}
	db.Status.Phase = v1.PhaseProvisioning
	return $C.Status().Update(ctx, db)
}`},
	{"r.syncShards(", "func (r *Reconciler§) syncShards(", `ctx context.Context, db *v1.Database) error {
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
	{"r.finish(", "func (r *Reconciler§) finish(", `ctx context.Context, db *v1.Database) error {
	db.Status.ObservedGeneration = db.Generation
	db.Status.SetPhase(v1.PhaseReady, "all is well")
	return r.updateStatus(ctx, db)
}`},
	{"r.ensureStorage(", "func (r *Reconciler§) ensureStorage(", `ctx context.Context, db *v1.Database) (bool, error) {
	if db.Status.Phase == v1.PhaseReady {
		return false, nil
	}
	db.Status.Phase = v1.PhaseProvisioning
	if err := $C.Status().Update(ctx, db); err != nil {
		return false, err
	}
	for _, shard := range db.Spec.Shards {
		if err := r.Cloud.EnsureVolume(ctx, "storage of "+shard); err != nil {
			db.Status.Phase = v1.PhaseFailed
			db.Status.Message = err.Error()
			if updateErr := $C.Status().Update(ctx, db); updateErr != nil {
				return false, updateErr
			}
			return false, err
		}
	}
	setCondition§(db, "Storage", metav1.ConditionTrue, "Created")
	return false, $C.Status().Update(ctx, db)
}`},
	{"r.ensureAccess(", "func (r *Reconciler§) ensureAccess(", `ctx context.Context, db *v1.Database) (done bool, err error) {
	base := db.DeepCopy()
	defer func() {
		if patchErr := $C.Status().Patch(ctx, db, client.MergeFrom(base)); patchErr != nil && err == nil {
			err = patchErr
		}
	}()
	if err := r.Cloud.EnsureUser(ctx, "access"); err != nil {
		setCondition§(db, "Access", metav1.ConditionFalse, "Failed")
		return false, err
	}
	if db.Status.Owner == "" {
		db.Status.Owner = "this replica"
		r.Recorder.Event(db, "Normal", "Owned", "the database has an owner")
	}
	setCondition§(db, "Access", metav1.ConditionTrue, "Granted")
	return db.Spec.Paused, nil
}`},
	{"r.awaitShards(", "func (r *Reconciler§) awaitShards(", `ctx context.Context, db *v1.Database) (bool, error) {
	ready := 0
	for _, shard := range db.Spec.Shards {
		ok, err := r.Cloud.Healthy(ctx, shard)
		if err != nil {
			return false, err
		}
		if ok {
			ready++
		}
	}
	db.Status.Replicas = int32(ready)
	if ready < len(db.Spec.Shards) && !db.Status.Ready {
		if err := r.setPhase(ctx, db, v1.PhaseDegraded, fmt.Sprintf("%d of %d shards", ready, len(db.Spec.Shards))); err != nil {
			return false, err
		}
		return true, nil
	}
	db.Status.Ready = true
	return false, r.updateStatus(ctx, db)
}`},
	{"updater§", "type updater§", ` interface {
	AtomicStatusUpdate(ctx context.Context, db *v1.Database, change func() error) error
}`},
	{"networks§{", "type networks§ struct", ` {
	client.Client
	Cloud cloud.Provider
}

// Reconcile makes the network of the database.
func (n *networks§) Reconcile(ctx context.Context, db *v1.Database) (ctrl.Result, error) {
	if err := n.Cloud.EnsureVolume(ctx, "network of version "+db.Spec.Version); err != nil {
		return ctrl.Result{}, err
	}
	meta.SetStatusCondition(&db.Status.Conditions, metav1.Condition{Type: "Network", Status: metav1.ConditionTrue, Reason: "Created"})
	if err := n.Status().Update(ctx, db); err != nil {
		return ctrl.Result{}, err
	}
	return ctrl.Result{}, nil
}`},
	{"step§{", "type step§ interface", ` {
	Run(ctx context.Context, db *v1.Database) error
}

type upgrades§ struct {
	kube  client.Client
	Cloud cloud.Provider
}

// Run installs the version that is wanted.
func (u *upgrades§) Run(ctx context.Context, db *v1.Database) error {
	if db.Status.Versions["engine"] == db.Spec.Version {
		return nil
	}
	if err := u.Cloud.Upgrade(ctx, db.Spec.Version); err != nil {
		return err
	}
	if db.Status.Versions == nil {
		db.Status.Versions = map[string]string{}
	}
	db.Status.Versions["engine"] = db.Spec.Version
	return u.kube.Status().Update(ctx, db)
}

type users§ struct {
	kube  client.Client
	Cloud cloud.Provider
}

// Run makes the user that owns it.
func (u *users§) Run(ctx context.Context, db *v1.Database) error {
	if err := u.Cloud.EnsureUser(ctx, "owner"); err != nil {
		db.Status.Phase = v1.PhaseFailed
		_ = u.kube.Status().Update(ctx, db)
		return err
	}
	db.Status.Owner = "owner"
	return nil
}`},
	{"scope§{", "type scope§ struct", ` {
	client client.Client
	db     *v1.Database
}

func (s *scope§) ready(message string) {
	s.db.Status.Phase = v1.PhaseReady
	s.db.Status.Message = message
}

// close writes what has become of the database.
func (s *scope§) close(ctx context.Context) error {
	s.db.Status.ObservedGeneration = s.db.Generation
	return s.client.Status().Update(ctx, s.db)
}`},
	{"writer§{", "type writer§ struct", `{ client.Client }

// save writes what is known.
func (w writer§) save(ctx context.Context, db *v1.Database) error {
	if err := w.Status().Update(ctx, db); err != nil {
		return fmt.Errorf("save status: %w", err)
	}
	return nil
}`},
}
