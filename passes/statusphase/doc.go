// Package statusphase defines an analyzer that reports a phase changed without
// validating the transition.
//
// # Analyzer statusphase
//
// statusphase: a phase changed without validating the transition
//
// A phase is a state machine: a resource that has failed must not become pending
// because two reconciles crossed. A project that has a function which knows the
// transitions wants each assignment to come after a call of it.
//
// An assignment to a field of a status is reported if there is a path to it that
// calls no validator. The flag -statusphase.phases names the fields, Phase by
// default; -statusphase.validators names the functions: ValidateTransition,
// (*Machine).Validate, example.com/phase.Validate. The call may stand in the
// function itself, in a function that calls it on each of its paths, in all
// callers of an unexported function, before the call that a function literal is
// passed to, or anywhere in the status manager that the literal is passed to.
//
// It is silent where the phase is the one that it was already, where it is
// copied from the same field of another status, in an object that is being made,
// and in the elements of a list.
//
// # Bad
//
//	n.Status.Phase = v1.Sent // it may have failed before
//	return r.Status().Update(ctx, n)
//
// # Good
//
//	if err := phase.ValidateTransition(n.Status.Phase, v1.Sent); err != nil {
//		return err
//	}
//	n.Status.Phase = v1.Sent
//	return r.Status().Update(ctx, n)
//
// # Source
//
// https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md#typical-status-properties
package statusphase
