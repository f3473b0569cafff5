package statusretry

import "errors"

// policy says which updates outside a conflict retry are reported.
type policy string

const (
	strict  policy = "strict"  // all of them
	requeue policy = "requeue" // those whose error is swallowed: the next reconcile is a retry too
)

// reported is set by the flag -statusretry.policy.
var reported = strict

// String returns the policy as the flag takes it.
func (p *policy) String() string { return string(*p) }

// Set sets the policy from the value of the flag.
func (p *policy) Set(value string) error {
	switch policy(value) {
	case strict, requeue:
		*p = policy(value)
		return nil
	}
	return errors.New("not one of strict, requeue")
}
