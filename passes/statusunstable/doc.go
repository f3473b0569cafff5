// Package statusunstable defines an analyzer that reports what is put in a status
// and comes out differently each time, although nothing has changed.
//
// # Analyzer statusunstable
//
// statusunstable: a status that comes out differently although nothing has changed
//
// A controller is woken by its own writes. If it computes the same status from the
// same objects, the second write changes nothing, or is left out, and there is
// peace. If the status comes out differently each time, no comparison ever finds
// it equal: each reconcile writes, each write wakes the controller and all who
// watch the object, and so on without end.
//
// Reported is the assignment, or the argument, that puts one of these in a status
// field or a condition: a list, or text made of one, in the order of a Go map, of
// an unsorted set, or of a list that comes from a cache (which goes through a map
// too); the element that a range over a map meets first; the time of now in a
// condition that takes the place of the old one as a whole, or in a field that is
// set on every path to a write.
//
// It is silent where the list is sorted anywhere, by slices.Sorted, by sets.List,
// in a callee or for the comparison only; for numbers, booleans and maps; where
// elements are merged by key; for meta.SetStatusCondition, which keeps the old time,
// and setters that ignore the message while the reason is the same; where the field
// was tested to be unset; and for the time under a test of the status, the
// generation or whatever tells of a change, or in what a timer calls.
//
// Where a loop does nothing but collect what has an order, in a list that is empty
// before, a fix sorts the list behind the loop.
//
// # Bad
//
//	var missing []string
//	for name, secret := range secrets { // in another order each time
//		if secret == nil {
//			missing = append(missing, name)
//		}
//	}
//	w.Status.Message = "missing: " + strings.Join(missing, ", ")
//	return r.Status().Update(ctx, w)
//
// # Good
//
//	var missing []string
//	for name, secret := range secrets {
//		if secret == nil {
//			missing = append(missing, name)
//		}
//	}
//	slices.Sort(missing)
//	w.Status.Message = "missing: " + strings.Join(missing, ", ")
//	return r.Status().Update(ctx, w)
//
// # Source
//
// https://go.dev/ref/spec#For_range
package statusunstable
