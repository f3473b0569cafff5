package manager

import (
	"context"
	"errors"
	"fmt"
	"go/build"
	"go/constant"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/atomicstatus/atomicstatus/passes/load"
)

// The packages of controller-runtime that generated code cannot do without. The second
// came with v0.15.0, whose fake client forgets the resourceVersion of a status patch.
const (
	controllerRuntime  = "sigs.k8s.io/controller-runtime"
	forgetfulRuntime   = "v0.15.0"
	clientPackage      = controllerRuntime + "/pkg/client"
	interceptorPackage = clientPackage + "/interceptor"
)

// packageName returns the name of the package in dir, or the one that it will
// have, and whether there is such a package already.
func packageName(dir string) (name string, exists bool, err error) {
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return "", false, fmt.Errorf("%s is a file, not a directory", dir)
	}
	pkg, err := build.ImportDir(dir, 0)
	if err == nil {
		return pkg.Name, true, nil
	}
	if noGo := (*build.NoGoError)(nil); !errors.As(err, &noGo) && !errors.Is(err, os.ErrNotExist) && pkg.Name == "" {
		if _, statErr := os.Stat(dir); !errors.Is(statErr, os.ErrNotExist) {
			return "", false, oneLine(err)
		}
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", false, err
	}
	name = filepath.Base(abs)
	if !token.IsIdentifier(name) || name == "_" || name == "main" {
		return "", false, fmt.Errorf("the name of the directory %s cannot be the name of a package", dir)
	}
	return name, false, nil
}

// loader loads what the generated code is about.
type loader struct {
	ctx  context.Context
	tags string
}

func (l loader) load(mode packages.LoadMode, patterns ...string) ([]*packages.Package, error) {
	conf := &packages.Config{Context: l.ctx, Mode: mode}
	if l.tags != "" {
		conf.BuildFlags = []string{"-tags=" + l.tags}
	}
	pkgs, err := packages.Load(conf, patterns...)
	if err != nil {
		return nil, oneLine(err)
	}
	return pkgs, nil
}

// needControllerRuntime returns an error unless the module can import what the
// generated code does.
func (l loader) needControllerRuntime() error {
	pkgs, err := l.load(packages.NeedName|packages.NeedModule, clientPackage, interceptorPackage)
	if err != nil {
		return err
	}
	missing := make(map[string]bool)
	version := ""
	for _, pkg := range pkgs {
		missing[pkg.PkgPath] = len(pkg.Errors) > 0
		if pkg.Module != nil {
			version = pkg.Module.Version
		}
	}
	switch {
	case missing[clientPackage]:
		if root, err := load.ModuleRoot(l.ctx, "", nil); err == nil && root == "" {
			return errors.New("no go.mod found in this directory or above: run in a Go module, or name one with -C DIR")
		}
		return fmt.Errorf("the module does not require %s: run go get %s", controllerRuntime, controllerRuntime)
	case missing[interceptorPackage] || version == forgetfulRuntime:
		return fmt.Errorf("%s %s is too old to test a manager with: v0.15.1 is the first that will do", controllerRuntime, version)
	}
	return nil
}

// target is the resource type that the code is for.
type target struct {
	obj         *types.TypeName
	status      types.Type
	addToScheme types.Object // nil if its package has none
	own         bool         // its package is the one to write into
}

// resolve finds the type that text names, as PACKAGE.TYPE.
func (l loader) resolve(text, dir string) (*target, error) {
	dot := strings.LastIndex(text, ".")
	if dot <= 0 || dot < strings.LastIndex(text, "/") || !token.IsIdentifier(text[dot+1:]) {
		return nil, fmt.Errorf("-type %s: not of the form PACKAGE.TYPE", text)
	}
	path, name := text[:dot], text[dot+1:]
	pkgs, err := l.load(packages.NeedName|packages.NeedFiles, path)
	switch {
	case err != nil:
		return nil, fmt.Errorf("-type %s: %w", text, err)
	case len(pkgs) != 1:
		return nil, fmt.Errorf("-type %s: %s matches %d packages, want one", text, path, len(pkgs))
	case len(pkgs[0].Errors) > 0:
		return nil, fmt.Errorf("-type %s: %w", text, oneLine(pkgs[0].Errors[0]))
	case pkgs[0].Name == "main":
		return nil, fmt.Errorf("-type %s: %s is a program, which nothing can import", text, path)
	}
	t := &target{own: len(pkgs[0].GoFiles) > 0 && sameDir(filepath.Dir(pkgs[0].GoFiles[0]), dir)}
	imported, err := l.types(dir, pkgs[0].PkgPath, clientPackage)
	if err != nil {
		return nil, fmt.Errorf("-type %s: %w", text, err)
	}
	object, ok := imported[clientPackage].Scope().Lookup("Object").Type().Underlying().(*types.Interface)
	if !ok {
		return nil, fmt.Errorf("-type %s: %s.Object is no interface", text, clientPackage)
	}
	if err := t.find(imported[pkgs[0].PkgPath], name, object); err != nil {
		return nil, fmt.Errorf("-type %s: %w", text, err)
	}
	return t, nil
}

// probePosition is a place in a file that the user has not written.
var probePosition = regexp.MustCompile(`^\S*probe\.go:\d+:\d+: `)

// types returns packages with their types, as a package in dir can import them.
// They are loaded as the imports of a file in memory, in a package of its own
// as that in dir may not be sound. So nothing needs to be compiled.
func (l loader) types(dir string, paths ...string) (map[string]*types.Package, error) {
	dir, err := filepath.Abs(filepath.Join(dir, "atomicstatusprobe"))
	if err != nil {
		return nil, err
	}
	var source strings.Builder
	source.WriteString("package probe\n")
	for _, path := range paths {
		fmt.Fprintf(&source, "import _ %q\n", path)
	}
	prog, err := load.Load(l.ctx, load.Config{
		Patterns: []string{dir},
		Tags:     l.tags,
		Overlay:  map[string][]byte{filepath.Join(dir, "probe.go"): []byte(source.String())},
	})
	if err != nil {
		return nil, err
	}
	if len(prog.Broken) > 0 {
		return nil, errors.New(probePosition.ReplaceAllString(prog.Broken[0].Reason, ""))
	}
	imported := make(map[string]*types.Package)
	for _, pkg := range prog.Roots[0].Types.Imports() {
		imported[pkg.Path()] = pkg
	}
	return imported, nil
}

func (t *target) find(pkg *types.Package, name string, object *types.Interface) error {
	found := pkg.Scope().Lookup(name)
	if found == nil {
		return fmt.Errorf("package %s declares no %s", pkg.Path(), name)
	}
	obj, ok := found.(*types.TypeName)
	if !ok {
		return fmt.Errorf("%s is no type", name)
	}
	if !t.own && !obj.Exported() {
		return fmt.Errorf("%s cannot be imported", name)
	}
	if named, ok := obj.Type().(*types.Named); ok && named.TypeParams().Len() > 0 {
		return fmt.Errorf("%s is generic, and a resource type is not", name)
	}
	if method, _ := types.MissingMethod(types.NewPointer(obj.Type()), object, true); method != nil {
		return fmt.Errorf("*%s is no client.Object: it lacks the method %s", name, method.Name())
	}
	status := field(obj.Type(), "Status")
	if status == nil {
		return fmt.Errorf("%s has no field Status", name)
	}
	if meta := field(obj.Type(), "ObjectMeta"); meta == nil || !meta.Embedded() {
		return fmt.Errorf("%s does not embed metav1.ObjectMeta", name)
	}
	t.obj, t.status = obj, status.Type()
	if add := pkg.Scope().Lookup("AddToScheme"); add != nil {
		if _, ok := add.Type().Underlying().(*types.Signature); ok {
			t.addToScheme = add
		}
	}
	return nil
}

// field returns a field of a struct that the struct itself has, or nil.
func field(t types.Type, name string) *types.Var {
	fields, ok := t.Underlying().(*types.Struct)
	if !ok {
		return nil
	}
	for f := range fields.Fields() {
		if f.Name() == name {
			return f
		}
	}
	return nil
}

// phaseField finds the field with the phase, by a path like Status.Phase.
func (t *target) phaseField(path string) (*types.Var, error) {
	var last *types.Var
	at := t.obj.Type()
	where := t.obj.Name()
	for _, name := range strings.Split(path, ".") {
		f := field(at, name)
		if f == nil {
			return nil, fmt.Errorf("-phase-field %s: %s has no field %q", path, where, name)
		}
		last, at = f, f.Type()
		where += "." + name
		if _, ok := at.Underlying().(*types.Pointer); ok {
			return nil, fmt.Errorf("-phase-field %s: %s is a pointer, which may be nil", path, where)
		}
	}
	if b, ok := at.Underlying().(*types.Basic); !ok || b.Kind() != types.String {
		return nil, fmt.Errorf("-phase-field %s: its type is %s, not one of strings", path, at)
	}
	if !strings.HasPrefix(path, "Status.") {
		return nil, fmt.Errorf("-phase-field %s: not a field of Status", path)
	}
	return last, nil
}

// phaseConstants returns the constants of the type of a phase by their values;
// there are none for a plain string.
func (t *target) phaseConstants(phase types.Type) map[string]*types.Const {
	constants := make(map[string]*types.Const)
	named, ok := types.Unalias(phase).(*types.Named)
	if !ok {
		return constants
	}
	pkg := named.Obj().Pkg()
	for _, name := range pkg.Scope().Names() {
		c, ok := pkg.Scope().Lookup(name).(*types.Const)
		if !ok || !types.Identical(c.Type(), phase) || !c.Exported() && !(t.own && pkg == t.obj.Pkg()) {
			continue
		}
		if value := constant.StringVal(c.Val()); constants[value] == nil {
			constants[value] = c
		}
	}
	return constants
}

func sameDir(a, b string) bool {
	x, err := os.Stat(a)
	if err != nil {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}

// oneLine drops what a tool says beyond the first line that tells something.
func oneLine(err error) error {
	for line := range strings.SplitSeq(err.Error(), "\n") {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			line, _, _ = strings.Cut(strings.TrimPrefix(line, "-: "), "; to add it:")
			return errors.New(line)
		}
	}
	return err
}
