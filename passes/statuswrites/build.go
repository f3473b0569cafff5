package statuswrites

import (
	"go/ast"
	"go/token"
	"go/types"
	"regexp"
	"slices"
)

// handwritten leaves out the bodies of what the generators of Kubernetes write beside
// API types: most of the code of such a package, none of which sends anything.
func handwritten(files []*ast.File) []*ast.File {
	out := slices.Clone(files)
	for i, f := range files {
		if !ast.IsGenerated(f) {
			continue
		}
		file := *f
		file.Decls = slices.Clone(f.Decls)
		for j, d := range file.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && generatorWrites.MatchString(fn.Name.Name) {
				bodyless := *fn
				bodyless.Body = nil
				file.Decls[j] = &bodyless
			}
		}
		out[i] = &file
	}
	return out
}

// generatorWrites are the functions of deepcopy-gen, conversion-gen, defaulter-gen and
// openapi-gen of k8s.io/code-generator and k8s.io/kube-openapi.
var generatorWrites = regexp.MustCompile(`^(DeepCopy|Convert_|autoConvert_|SetObjectDefaults_|schema_|(RegisterConversions|RegisterDefaults|GetOpenAPIDefinitions)$)`)

// mentioned are the functions and variables of other packages that the source
// names. go/ssa makes members of an imported package of all that it exports, which
// is far more, and which a driver with export data would have to decode.
type mentioned struct {
	info  types.Info
	names map[*types.Package][]*ast.Ident
}

func mentions(info *types.Info) *mentioned {
	m := &mentioned{types.Info{Defs: map[*ast.Ident]types.Object{}}, map[*types.Package][]*ast.Ident{}}
	seen := map[types.Object]bool{}
	for id, obj := range info.Uses {
		switch o := obj.(type) {
		case *types.Func:
			if recv := o.Signature().Recv(); recv != nil && types.IsInterface(recv.Type()) {
				continue
			}
			obj = o.Origin()
		case *types.Var:
			if o.Kind() != types.PackageVar {
				continue
			}
		default:
			continue
		}
		if !seen[obj] {
			seen[obj] = true
			m.info.Defs[id] = obj
			m.names[obj.Pkg()] = append(m.names[obj.Pkg()], id)
		}
	}
	return m
}

// file declares the mentioned members of a package, as constants: of these go/ssa
// expects no syntax to go with them.
func (m *mentioned) file(pkg *types.Package) *ast.File {
	return &ast.File{Decls: []ast.Decl{&ast.GenDecl{Tok: token.CONST, Specs: []ast.Spec{&ast.ValueSpec{Names: m.names[pkg]}}}}}
}
