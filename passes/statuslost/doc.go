// Package statuslost defines an analyzer that reports changes in memory that
// never reach the API server.
//
// # Analyzer statuslost
//
// statuslost: changes in memory that never reach the API server
//
// A read into an object replaces all that it held. So does the response to
// Update, Patch and Create of a controller-runtime client, which is decoded into
// the object: if the type has a status subresource, the API server ignores the
// status in such a request and answers with the one that it has. A condition
// that was set before a finalizer is added and the object updated is gone, and
// nobody is told.
//
// Reported are:
//
//   - a call that overwrites an object in memory while changes to its status
//     have not been written, for a type that is known to have a status
//     subresource;
//   - a status write whose response overwrites changes of the metadata or spec
//     (a finalizer, a label) which a later write of the whole object was to send;
//   - a status patch whose base was copied after the change, here or in the helper
//     that sends it, so that the change is not in the patch; or that is always empty,
//     as its base is the object itself or a copy with nothing changed since;
//   - a change of the copy that range makes of an element, a struct of a status or
//     an API object, if the copy is not put back or used as a whole after that;
//   - the last change of an object that the function read itself, and that is
//     dropped at a return without an error;
//   - a batch (see docs/manager.md) whose flush is not deferred in the next line, with
//     the address of a named result: what was noted in it may never be written, and
//     nobody be told.
//
// A reconcile that ends with an error makes most changes anew in its next attempt.
// Then what is lost is reported only if the status is written later all the same, or
// if Update or Patch was to send nothing but the status.
//
// It is silent where the changes were written, or a write of them was attempted;
// where they are kept and put back, or made anew, afterwards, also by the function
// that is called; where the object went to code that cannot be seen, other than a
// setter of its metadata; where the object is being deleted; and where
// the overwriting call sets a state of its own in their place. Typed clients do
// not decode into their argument.
//
// # Bad
//
//	meta.SetStatusCondition(&db.Status.Conditions, ready)
//	controllerutil.AddFinalizer(db, finalizer)
//	if err := r.Update(ctx, db); err != nil { // the response has the old conditions
//		return ctrl.Result{}, err
//	}
//	return ctrl.Result{}, r.Status().Update(ctx, db)
//
// # Good
//
//	controllerutil.AddFinalizer(db, finalizer)
//	if err := r.Update(ctx, db); err != nil {
//		return ctrl.Result{}, err
//	}
//	meta.SetStatusCondition(&db.Status.Conditions, ready)
//	return ctrl.Result{}, r.Status().Update(ctx, db)
//
// # Source
//
// https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#status-subresource
package statuslost
