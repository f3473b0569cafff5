// Package parts declares parts of a status, apart from the objects that have it.
package parts

// Drive is what is known of what drives a gear.
type Drive struct {
	Volume string `json:"volume,omitempty"`
	Pods   []Pod  `json:"pods,omitempty"`
	Since  string `json:"since,omitempty"`
}

// Pod is a pod that drives it.
type Pod struct {
	Name  string `json:"name"`
	Phase string `json:"phase"`
}
