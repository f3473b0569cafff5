// Package health declares conditions of its own, as a library does that API types of
// several projects use. It imports nothing by which its code would be looked at.
package health

// Condition is one aspect of an object.
type Condition struct {
	Type    string `json:"type"`
	Status  string `json:"status"`
	Message string `json:"message,omitempty"`
}

func (in *Condition) DeepCopyInto(out *Condition) { *out = *in }

// SetCondition sets a condition.
func SetCondition(list *[]Condition, c Condition) {
	for i := range *list {
		if (*list)[i].Type == c.Type {
			(*list)[i] = c
			return
		}
	}
	*list = append(*list, c)
}

// SetIfChanged tells whether it had anything to set.
func SetIfChanged(list *[]Condition, c Condition) bool {
	for _, old := range *list {
		if old == c {
			return false
		}
	}
	SetCondition(list, c)
	return true
}

// FindCondition finds a condition.
func FindCondition(list []Condition, typ string) *Condition {
	for i := range list {
		if list[i].Type == typ {
			return &list[i]
		}
	}
	return nil
}
