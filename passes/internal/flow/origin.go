package flow

// origin is a field of a status that a value was read from, or computed from.
type origin struct {
	object *Term
	path   string
}
