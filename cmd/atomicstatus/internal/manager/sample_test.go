package manager

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
	"testing"
)

// What is set must compile, and must survive the way to the server and back.
func TestSample(t *testing.T) {
	tests := map[string]struct{ declarations, want string }{
		"plain text first":     {"type Status struct { Count int; Phase Phase; Message string }", `obj.Status.Message = "changed"`},
		"number":               {"type Status struct { Phase Phase; Count int32 }", "obj.Status.Count = 1"},
		"named string":         {"type Status struct { Items []string; Phase Phase }", `obj.Status.Phase = "changed"`},
		"bool":                 {"type Status struct { Ready bool }", "obj.Status.Ready = true"},
		"slice":                {"type Status struct { Items []string }", `obj.Status.Items = []string{"changed"}`},
		"slice of structs":     {"type Status struct { Items []Item }", `obj.Status.Items = []api.Item{{Name: "changed"}}`},
		"slice of pointers":    {"type Status struct { Items []*Item }", `obj.Status.Items = []*api.Item{{Name: "changed"}}`},
		"map":                  {"type Status struct { Items map[Phase]Item }", `obj.Status.Items = map[api.Phase]api.Item{"changed": {Name: "changed"}}`},
		"pointer to a struct":  {"type Status struct { Item *Item }", `obj.Status.Item = &api.Item{Name: "changed"}`},
		"embedded struct":      {"type Status struct { Item }", `obj.Status.Item = api.Item{Name: "changed"}`},
		"not in JSON":          {"type Status struct { Message string `json:\"-\"`; Count int }", "obj.Status.Count = 1"},
		"unexported":           {"type Status struct { message string; Count int }", "obj.Status.Count = 1"},
		"JSON of its own":      {"type Status struct { Special Special; Items []string }", `obj.Status.Items = []string{"changed"}`},
		"endless":              {"type Status struct { Tree *Tree }\ntype Tree struct { Left, Right *Tree }", ""},
		"bytes are not plain":  {"type Status struct { Data []byte }", ""},
		"nothing":              {"type Status struct {}", ""},
		"pointer to the whole": {"type Status = *status\ntype status struct { Message string }", ""},
	}
	const common = `package api
type Phase string
type Item struct { Name string }
type Special struct { Text string }
func (Special) MarshalJSON() ([]byte, error) { return nil, nil }
`
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			pkg := checkSource(t, common+test.declarations)
			imports := newImports("")
			status := pkg.Scope().Lookup("Status").Type()
			if got := (&sample{imports: imports}).statement(status); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}

	pkg := checkSource(t, "package api\ntype Status struct { Phase string; Inner Inner }\ntype Inner struct { Phase string; Count int }")
	status, inner := pkg.Scope().Lookup("Status").Type(), pkg.Scope().Lookup("Inner").Type()
	s := &sample{imports: newImports(""), avoid: []*types.Var{field(status, "Phase")}}
	if got, want := s.statement(status), `obj.Status.Inner = api.Inner{Phase: "changed"}`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	s.avoid = []*types.Var{field(inner, "Phase")}
	if got, want := s.statement(types.NewPointer(status)), `obj.Status = &api.Status{Phase: "changed"}`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got, want := s.value(inner), "api.Inner{Count: 1}"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func checkSource(t *testing.T, source string) *types.Package {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "api.go", source, 0)
	if err != nil {
		t.Fatal(err)
	}
	pkg, err := new(types.Config).Check("example.com/api", fset, []*ast.File{file}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return pkg
}

func TestImportNames(t *testing.T) {
	imports := newImports("example.com/own", "context", "metav1 k8s.io/apimachinery/pkg/apis/meta/v1", "sigs.k8s.io/controller-runtime/pkg/client")
	tests := []struct{ path, name, want string }{
		{"k8s.io/apimachinery/pkg/apis/meta/v1", "v1", "metav1"},
		{"k8s.io/api/apps/v1", "v1", "appsv1"},
		{"example.com/op/api/v1alpha1", "v1alpha1", "v1alpha1"},
		{"example.com/other/api/v1alpha1", "v1alpha1", "v1alpha12"},
		{"example.com/op/client", "client", "client2"},
		{"example.com/op/obj", "obj", "obj2"},       // a parameter
		{"example.com/op/error", "error", "error2"}, // predeclared
		{"example.com/own", "own", ""},
	}
	for _, test := range tests {
		if got := imports.name(types.NewPackage(test.path, test.name)); got != test.want {
			t.Errorf("%s is imported as %q, want %q", test.path, got, test.want)
		}
	}
	specs := strings.Join(imports.specs(), "\n")
	for _, want := range []string{`"example.com/op/api/v1alpha1"`, `client2 "example.com/op/client"`, `"sigs.k8s.io/controller-runtime/pkg/client"`} {
		if !strings.Contains("\n"+specs+"\n", "\n"+want+"\n") {
			t.Errorf("no import %s in\n%s", want, specs)
		}
	}
}
