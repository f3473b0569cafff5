// Package statusshared defines an analyzer that reports changes of objects of a
// shared cache.
//
// # Analyzer statusshared
//
// statusshared: an object of a shared cache is changed
//
// What a lister, an indexer or an informer's store hands out is the very object
// that the cache holds, not a copy. A controller that changes it tells everybody
// who reads the cache of something that no API server has stored. A guard that
// compares the new status with the cached one finds them equal and writes
// nothing; and when the write fails, the next attempt finds its own change in the
// cache, takes it for stored, and returns early. Change a DeepCopy.
//
// Reported is a change through an object that came from Get or List of a lister,
// from an indexer or store of client-go, from the events of a watch, or from a
// client that was told client.UnsafeDisableDeepCopy: a store, an assignment to a
// map or a delete, a sort in place, a condition that is set, a setter of its
// metadata, decoding into it, and the call of a function that does one of these.
// The object is followed through functions, other packages among them, through
// elements of lists and maps and through fields of the program's own structs. It
// is reported once an object and function, on the first change.
//
// It is silent where a DeepCopy lies between, about the list that a lister
// returned (only its elements are shared), about fields of a shallow copy of the
// struct (but not about what its maps, lists and pointers refer to), where the
// object may be another one, made here or read live, and about what unstructured
// objects return for their labels and annotations.
//
// # Bad
//
//	widget, err := c.lister.Widgets(namespace).Get(name)
//	if err != nil {
//		return err
//	}
//	widget.Status.Phase = v1.Ready // the cache says so now, stored or not
//	_, err = c.client.Widgets(namespace).UpdateStatus(ctx, widget, metav1.UpdateOptions{})
//	return err
//
// # Good
//
//	widget, err := c.lister.Widgets(namespace).Get(name)
//	if err != nil {
//		return err
//	}
//	widget = widget.DeepCopy()
//	widget.Status.Phase = v1.Ready
//	_, err = c.client.Widgets(namespace).UpdateStatus(ctx, widget, metav1.UpdateOptions{})
//	return err
//
// # Source
//
// https://pkg.go.dev/k8s.io/client-go/tools/cache#SharedInformer
package statusshared
