package analyzer

// Severity is how much harm what a check finds may do, the most first.
type Severity int

const (
	// Lost is what nobody makes good: a status that is not written, or written wrong.
	Lost Severity = iota
	// Costly is what costs requests and conflicts, and is made good some time.
	Costly
	// Repeated is what is made good by running the whole reconcile again.
	Repeated
)

// Severity returns how much harm what the check finds may do. Of a single finding
// more may be known.
func (c Check) Severity() Severity {
	switch c.Name {
	case "statuslost", "statusstale", "statuscallback", "statusguard", "statusshared", "statusrefetch":
		return Lost
	case "statusretry":
		return Repeated
	}
	return Costly
}
