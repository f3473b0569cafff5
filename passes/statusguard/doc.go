// Package statusguard defines an analyzer that reports comparisons that guard a
// status write and always come out the same.
//
// # Analyzer statusguard
//
// statusguard: a guard around a status write that never changes its mind
//
// A reconcile that compares the status with what it was before, and writes it
// only if something changed, spares the API server a request and its watchers an
// event. If the comparison always comes out the same, the guard does nothing, or
// worse.
//
// A T compared with a *T is never equal, as the functions that compare take any
// two values and begin with their types: every reconcile writes, each write wakes
// the controller, and so on without end. A value compared with itself, or with a
// copy that shares the slice, the map or the pointer that was changed, is always
// equal: the change is never written.
// Values of two types are never equal either, though one may be assigned to a
// variable of the other.
//
// Reported are reflect.DeepEqual, equality.Semantic.DeepEqual, cmp.Equal, == and
// != of API objects, of their status and of parts of it, where a status write is
// reached on one side of the comparison and left out on the other. The answer may
// be kept in a variable, or be that of a function of the package. It may decide
// what goes on a list, into a map or a channel, if a loop over that writes a status
// for each. Where whole objects are compared as T and *T, it is enough that one side
// sends the object.
//
// It is silent where the copy may be a real one: after DeepCopy, and as soon as a
// field is assigned to, a list is replaced or appended to, or the object is passed
// to code that may do so.
//
// # Bad
//
//	old := w.Status.DeepCopy()
//	w.Status.Phase = phaseOf(job)
//	if equality.Semantic.DeepEqual(w.Status, old) { // a struct and a pointer
//		return nil
//	}
//	return r.Status().Patch(ctx, w, client.MergeFrom(base))
//
// # Good
//
//	old := w.Status.DeepCopy()
//	w.Status.Phase = phaseOf(job)
//	if equality.Semantic.DeepEqual(w.Status, *old) {
//		return nil
//	}
//	return r.Status().Patch(ctx, w, client.MergeFrom(base))
//
// # Source
//
// https://github.com/kubernetes/apimachinery/blob/master/pkg/api/equality/semantic.go
package statusguard
