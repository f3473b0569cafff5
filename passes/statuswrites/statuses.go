package statuswrites

import (
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
)

// Statuses is the fact of a package that lists the types of which it, or a
// package that it imports, shows that they have a status subresource: only then
// does a write of the whole object leave the status behind.
type Statuses struct{ Types []string }

// AFact marks the type as a fact.
func (*Statuses) AFact() {}

func (f *Statuses) String() string { return "statuses of " + strings.Join(f.Types, ", ") }

// HasStatus reports whether the type of that name is known to have a status
// subresource.
func (r *Result) HasStatus(name string) bool {
	// The types of Kubernetes itself that have a status all have it as a
	// subresource.
	return name != "" && (r.statuses[name] || kube.BuiltIn(name))
}

// statuses collects the types that have a status subresource: those that are
// declared so, and those whose status somebody writes.
func statuses(pass *analysis.Pass, written []string) map[string]bool {
	known := map[string]bool{}
	for _, imp := range pass.Pkg.Imports() {
		var fact Statuses
		if pass.ImportPackageFact(imp, &fact) {
			for _, name := range fact.Types {
				known[name] = true
			}
		}
	}
	for _, name := range declared(pass) {
		known[name] = true
	}
	for _, name := range written {
		known[name] = true
	}
	return known
}

func exportStatuses(pass *analysis.Pass, known map[string]bool) {
	if len(known) == 0 {
		return
	}
	fact := &Statuses{}
	for name := range known {
		fact.Types = append(fact.Types, name)
	}
	slices.Sort(fact.Types)
	pass.ExportPackageFact(fact)
}

// written are the types whose status the package writes.
func (p *program) written() []string {
	var names []string
	for _, r := range p.found {
		for _, v := range r.Visits {
			if v.Direct && v.Resource.Type != "" && !kube.AnyKind(v.Resource.Type) {
				names = append(names, v.Resource.Type)
			}
		}
	}
	return names
}

// declared are the types of the package whose declaration carries a marker of
// controller-gen or client-gen for the status subresource.
func declared(pass *analysis.Pass) []string {
	if !kube.DeclaresObjects(pass.Pkg) {
		return nil
	}
	var names []string
	for _, f := range pass.Files {
		var last token.Pos
		for _, d := range f.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.TYPE {
				last = d.End()
				continue
			}
			for _, spec := range g.Specs {
				spec := spec.(*ast.TypeSpec)
				// Markers may stand apart from the comment of the type.
				var markers []string
				for _, c := range f.Comments {
					if c.Pos() > last && c.End() < spec.Pos() {
						markers = append(markers, markersIn(c)...)
					}
				}
				if marksStatus(markers, spec) {
					names = append(names, fmt.Sprintf("%s.%s", pass.Pkg.Path(), spec.Name.Name))
				}
				last = spec.End()
			}
			last = d.End()
		}
	}
	return names
}

func markersIn(group *ast.CommentGroup) []string {
	var markers []string
	for _, c := range group.List {
		if text := strings.TrimSpace(strings.TrimPrefix(c.Text, "//")); strings.HasPrefix(text, "+") {
			markers = append(markers, text)
		}
	}
	return markers
}

// marksStatus reports whether markers declare a status subresource. The one of
// client-gen does so only where controller-gen has no say: its UpdateStatus is
// generated whether or not the subresource is enabled.
func marksStatus(markers []string, spec *ast.TypeSpec) bool {
	has := func(prefix string) bool {
		return slices.ContainsFunc(markers, func(m string) bool { return strings.HasPrefix(m, prefix) })
	}
	switch {
	case has("+kubebuilder:subresource:status"):
		return true
	case has("+kubebuilder:"):
		return false
	}
	return slices.Contains(markers, "+genclient") && hasStatusField(spec)
}

func hasStatusField(spec *ast.TypeSpec) bool {
	st, ok := spec.Type.(*ast.StructType)
	if !ok {
		return false
	}
	return slices.ContainsFunc(st.Fields.List, func(f *ast.Field) bool {
		return slices.ContainsFunc(f.Names, func(n *ast.Ident) bool { return n.Name == "Status" })
	})
}
