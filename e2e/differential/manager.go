package differential

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/atomicstatus/atomicstatus/e2e/internal/module"
)

// statusDir is where the module has the package that the command writes.
const statusDir = "status"

// writeManager has the command write the package into the module in dir, with the
// form for one write a reconcile or without.
func writeManager(command, dir string, batch bool) error {
	// It refuses a module that has no Go file to say what it needs.
	if err := module.WriteFile(filepath.Join(dir, "main.go"), []byte("package main\n\nimport _ \"sigs.k8s.io/controller-runtime\"\n\nfunc main() {}\n")); err != nil {
		return err
	}
	cmd := exec.Command(command, "manager", statusDir)
	if batch {
		cmd.Args = append(cmd.Args, "-batch")
	}
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", cmd, err, out)
	}
	return nil
}

// mutant is a mistake that status.Update could have made.
type mutant struct {
	name     string
	old, new string // text in the package that the command writes
}

// trace has the lab told of each call of status.Update, and puts mutants of it
// beside it, in packages of their own.
func (m *generated) trace(mutants ...mutant) error {
	file := filepath.Join(m.dir, statusDir, "manager.go")
	source, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var cases, imports bytes.Buffer
	for i, mutant := range mutants {
		if bytes.Count(source, []byte(mutant.old)) != 1 {
			return fmt.Errorf("mutant %q: %q is not in the package once", mutant.name, mutant.old)
		}
		name := fmt.Sprintf("mutant%d", i)
		if err := module.WriteFile(filepath.Join(m.dir, name, "manager.go"), bytes.Replace(source, []byte(mutant.old), []byte(mutant.new), 1)); err != nil {
			return err
		}
		fmt.Fprintf(&imports, "%s %q\n", name, "example.com/programs/"+name)
		fmt.Fprintf(&cases, "case %q:\nerr = %s.Update(ctx, c, obj, base, opts...)\n", mutant.name, name)
	}
	traced, err := traced(source, imports.String(), cases.String())
	if err != nil {
		return err
	}
	return os.WriteFile(file, traced, 0o644)
}

// labImport is the import of what watches the programs.
const labImport = `"github.com/atomicstatus/atomicstatus/e2e/differential/lab"`

// traced puts another Update before the one in source.
func traced(source []byte, imports, cases string) ([]byte, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "manager.go", source, 0)
	if err != nil {
		return nil, err
	}
	for _, decl := range file.Decls {
		update, ok := decl.(*ast.FuncDecl)
		if !ok || update.Name.Name != "Update" || update.Recv != nil {
			continue
		}
		at := fset.Position(update.Name.Pos()).Offset
		var out bytes.Buffer
		out.Write(source[:at])
		out.WriteString("untraced")
		out.Write(source[at+len("Update"):])
		fmt.Fprintf(&out, `
func Update[O client.Object](ctx context.Context, c Client, obj, base O, opts ...client.SubResourceUpdateOption) error {
	end := lab.Begin(ctx, obj, base)
	var err error
	switch lab.Mutant {
	%sdefault:
		err = untraced(ctx, c, obj, base, opts...)
	}
	end(err)
	return err
}
`, cases)
		text := strings.Replace(out.String(), "import (\n", "import (\n"+imports+labImport+"\n", 1)
		return format.Source([]byte(text))
	}
	return nil, errors.New("the package that the command writes has no Update")
}
