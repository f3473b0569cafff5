package shared

import (
	"strconv"
	"strings"
)

// path leads from a value to a reference: each step is a field of a struct, what a
// pointer points at, or an element of a list or map. A list or map and its elements
// are told apart by the last step alone, as no step leads to the memory of a list.
type path string

// The steps other than to a field.
const (
	behind path = "/*"
	item   path = "/[]"
)

func fieldStep(f int) path { return path("/" + strconv.Itoa(f)) }

func (p path) len() int { return strings.Count(string(p), "/") }

// cut is the rest of a path that begins with another one.
func (p path) cut(prefix path) (rest path, ok bool) {
	s, ok := strings.CutPrefix(string(p), string(prefix))
	if !ok || s != "" && s[0] != '/' {
		return "", false
	}
	return path(s), true
}

// references are the paths to the references that a path goes through on its way.
func (p path) references() []path {
	var out []path
	for i := range p {
		if rest := p[i:]; strings.HasPrefix(string(rest), string(behind)) || strings.HasPrefix(string(rest), string(item)) {
			out = append(out, p[:i])
		}
	}
	return out
}
