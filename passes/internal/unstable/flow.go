package unstable

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// flow is one way in which a value, or a part of it, is not stable.
type flow struct {
	kind  Kind
	path  string // the part
	param int    // it is so if the argument for this parameter is; else own
	sub   string // the part of that argument
	from  Origin
	may   bool // it is made of errors
	loop  *loop
	site  site
}

// own is the param of a flow that depends on no argument.
const own = -1

// site is where a flow was put in a struct of a status, or handed to a callee that
// does so: there a report stands.
type site struct {
	pos  token.Pos
	arg  Argument
	done bool // it is a status already: there it is judged
}

func (s site) known() bool { return s.pos.IsValid() || s.arg.Call != nil }

// flows are those of one value, without repetition.
type flows []flow

// maxFlows bounds what is remembered of one value: more reasons for one finding
// tell nothing new.
const maxFlows = 12

func (fs flows) has(f flow) bool {
	for _, g := range fs {
		if f == g {
			return true
		}
	}
	return false
}

func (fs *flows) add(more ...flow) bool {
	if len(*fs) == 0 {
		*fs = slices.Grow(*fs, min(len(more), maxFlows))
	}
	grown := false
	for _, f := range more {
		if len(*fs) < maxFlows && !fs.has(f) {
			*fs = append(*fs, f)
			grown = true
		}
	}
	return grown
}

// each is what a function makes of each flow: the same list, where that is the same.
func (fs flows) each(change func(flow) (flow, bool)) flows {
	for i, f := range fs {
		g, ok := change(f)
		if ok && g == f {
			continue
		}
		out := slices.Clone(fs[:i])
		if ok {
			out.add(g)
		}
		for _, f := range fs[i+1:] {
			if g, ok := change(f); ok {
				out.add(g)
			}
		}
		return out
	}
	return slices.Clip(fs)
}

// A path names a part of a value: fields and [] for an element, with slashes
// between.
const (
	element  = "[]"
	maxParts = 6
)

func join(path, rest string) string {
	switch {
	case path == "":
		return rest
	case rest == "":
		return path
	}
	return path + "/" + rest
}

// below is the rest of a path that leads from a part.
func below(path, part string) (rest string, ok bool) {
	switch {
	case part == "":
		return path, true
	case path == part:
		return "", true
	}
	return strings.CutPrefix(path, part+"/")
}

func deep(path string) bool { return strings.Count(path, "/") >= maxParts }

// part is the flow as one of a part of its value.
func (f flow) part(path string) (flow, bool) {
	if rest, ok := below(f.path, path); ok {
		f.path = rest
		return f, true
	}
	rest, ok := below(path, f.path)
	if !ok {
		return flow{}, false
	}
	switch f.kind {
	case Given:
		if deep(join(f.sub, rest)) {
			return flow{}, false
		}
		f.sub = join(f.sub, rest)
	case Order:
		return flow{}, false // one element is what it is; only loops see the order
	}
	f.path = ""
	return f, true
}

// in is the flow as one of what holds its value as a part.
func (f flow) in(path string) (flow, bool) {
	f.path = join(path, f.path)
	return f, !deep(f.path)
}

// whole is the flow as one of text that is made of all of its value.
func (f flow) whole() (flow, bool) {
	f.path = ""
	return f, true
}

// holds reports that a value of a type can be unstable in this way.
func (f flow) holds(t types.Type) bool {
	switch t := t.Underlying().(type) {
	case *types.Basic:
		if f.kind == Clock {
			return t.Info()&types.IsBoolean == 0
		}
		return t.Info()&types.IsString != 0
	case *types.Signature:
		return f.kind == Order // an iterator
	case *types.Chan:
		return false
	}
	return true
}

// lasting leaves out the flows that a value of a type cannot have.
func (fs flows) lasting(t types.Type) flows {
	return fs.each(func(f flow) (flow, bool) { return f, f.holds(t) })
}

// place is a part of what a value is or points at; pointers on the way are followed.
type place struct {
	root ssa.Value
	path string
}

func (p place) part(path string) place { return place{p.root, join(p.path, path)} }

// stored is a flow that a part of the memory behind a root got.
type stored struct {
	flow
	at ssa.Instruction
}
