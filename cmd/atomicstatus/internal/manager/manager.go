// Package manager writes the source of a status manager: the function through
// which a controller updates the status of a resource once, safely, and its
// tests.
package manager

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"go/format"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"text/template"

	"golang.org/x/tools/go/ast/astutil"
)

// Config says what to generate.
type Config struct {
	Dir         string      // of the package to write into, which need not exist
	Type        string      // the resource type, as PACKAGE.TYPE; the code is generic if empty
	PhaseField  string      // path of the field that Transitions are about, like Status.Phase
	Transitions Transitions // the phases that may follow each other; not validated if empty
	Metrics     bool        // count the writes and the conflicts
	Batch       bool        // with Batch, which makes one write of those of a reconcile
	Tags        string      // build tags, comma-separated
}

// File is one generated file.
type File struct {
	Name    string // its path, in Config.Dir
	Content []byte
	// Before is what it holds without Config.Batch, nil if there is no such file then: a
	// file like that holds nothing that somebody has written by hand.
	Before []byte
}

// Generate returns the files of a status manager. It writes nothing. An error
// is one line, and says what is wrong with the Config, or with the module of the
// current directory.
func Generate(ctx context.Context, cfg Config) ([]File, error) {
	if len(cfg.Transitions) > 0 && cfg.Type == "" {
		return nil, errors.New("-transitions need -type: the phase is a field of one type")
	}
	l := loader{ctx: ctx, tags: cfg.Tags}
	name, exists, err := packageName(cfg.Dir)
	if err != nil {
		return nil, err
	}
	if err := l.needControllerRuntime(); err != nil {
		return nil, err
	}
	g := &generator{cfg: cfg, packageName: name, document: !exists || onlyOurs(cfg.Dir)}
	if cfg.Type != "" {
		if g.target, err = l.resolve(cfg.Type, cfg.Dir); err != nil {
			return nil, err
		}
	}
	if len(cfg.Transitions) > 0 {
		if err := g.findPhases(); err != nil {
			return nil, err
		}
	}
	code, err := g.code()
	if err != nil {
		return nil, err
	}
	test, err := g.test(testTemplate())
	if err != nil {
		return nil, err
	}
	files := []File{
		{Name: filepath.Join(cfg.Dir, "manager.go"), Content: code},
		{Name: filepath.Join(cfg.Dir, "manager_test.go"), Content: test},
	}
	if cfg.Batch {
		before := *g
		before.cfg.Batch = false
		if files[0].Before, err = before.code(); err != nil {
			return nil, err
		}
		if files[1].Before, err = before.test(testTemplate()); err != nil {
			return nil, err
		}
		batch, err := g.batch()
		if err != nil {
			return nil, err
		}
		test, err := g.test(batchTestTemplate())
		if err != nil {
			return nil, err
		}
		files = append(files,
			File{Name: filepath.Join(cfg.Dir, "batch.go"), Content: batch},
			File{Name: filepath.Join(cfg.Dir, "batch_test.go"), Content: test},
		)
	}
	if cfg.Metrics {
		metrics, err := g.metrics()
		if err != nil {
			return nil, err
		}
		files = append(files,
			File{Name: filepath.Join(cfg.Dir, "metrics.go"), Content: metrics},
			File{Name: filepath.Join(cfg.Dir, "dashboard.json"), Content: dashboard},
		)
	}
	return files, verify(ctx, cfg, files)
}

// generator holds what the two files have in common.
type generator struct {
	cfg         Config
	packageName string
	document    bool    // the package has no documentation of its own
	target      *target // nil for generic code

	phase     *types.Var              // nil without transitions
	constants map[string]*types.Const // of the type of phase, by value
}

// findPhases looks up the field of the phases, and what they are called.
func (g *generator) findPhases() error {
	var err error
	if g.phase, err = g.target.phaseField(g.cfg.PhaseField); err != nil {
		return err
	}
	g.constants = g.target.phaseConstants(g.phase.Type())
	if len(g.constants) == 0 {
		return nil
	}
	for _, phase := range g.cfg.Transitions.phases() {
		if g.constants[phase] == nil && phase != "" {
			return fmt.Errorf("-transitions: no constant of type %s is %q", g.phase.Type(), phase)
		}
	}
	return nil
}

// data is what the templates are executed on.
type data struct {
	Package  string
	Document bool
	Imports  []string
	Generic  bool
	Metrics  bool
	Batch    bool
	Type     string // the resource type
	Kind     string // its name alone
	Pointer  string // the type of a pointer to it
	Phase    *phaseData

	// Of the tests only.
	Instance     string // the type arguments of NewManager
	AddToScheme  string // a function; empty if there is none
	GroupVersion string // of the type, if the code is generic
	Set          string // a statement that changes obj.Status
	Other        string // one that changes another field; empty if there is none
	Count        string // text in the status that can be added to; empty if there is none
}

type phaseData struct {
	Field string // its path from the resource
	Type  string
	Rows  []rowData

	// Of the tests only.
	From, Legal          string
	IllegalFrom, Illegal string
	SetsPhase            bool // the change that tests make is one of the phase
}

type rowData struct {
	From string
	To   []string
}

// own is the path of the package that the files are in, if the target is in it
// too: nothing else needs to know it.
func (g *generator) own() string {
	if g.target != nil && g.target.own {
		return g.target.obj.Pkg().Path()
	}
	return ""
}

func (g *generator) typeName(imports *imports, t types.Type) string {
	return types.TypeString(t, imports.name)
}

// expr is the Go expression for a phase.
func (g *generator) expr(imports *imports, phase string) string {
	c := g.constants[phase]
	if c == nil {
		return strconv.Quote(phase)
	}
	if name := imports.name(c.Pkg()); name != "" {
		return name + "." + c.Name()
	}
	return c.Name()
}

func (g *generator) code() ([]byte, error) {
	imports := newImports(g.own(),
		"bytes", "context", "encoding/json", "errors", "fmt", "reflect",
		"k8s.io/apimachinery/pkg/api/equality",
		"apierrors k8s.io/apimachinery/pkg/api/errors",
		"k8s.io/apimachinery/pkg/types",
		"k8s.io/client-go/util/retry",
		clientPackage,
	)
	d := data{Package: g.packageName, Document: g.document, Generic: g.target == nil, Metrics: g.cfg.Metrics, Batch: g.cfg.Batch, Pointer: "P"}
	if g.target != nil {
		d.Type = g.typeName(imports, g.target.obj.Type())
		d.Pointer = "*" + d.Type
		d.Kind = g.target.obj.Name()
	}
	if g.phase != nil {
		d.Phase = &phaseData{Field: g.cfg.PhaseField, Type: g.typeName(imports, g.phase.Type())}
		for _, row := range g.cfg.Transitions {
			r := rowData{From: g.expr(imports, row.From)}
			for _, to := range row.To {
				r.To = append(r.To, g.expr(imports, to))
			}
			d.Phase.Rows = append(d.Phase.Rows, r)
		}
	}
	return execute(codeTemplate(), d, imports)
}

// metrics is the file with the counters of the code.
func (g *generator) metrics() ([]byte, error) {
	imports := newImports(g.own(),
		"errors", "reflect",
		"github.com/prometheus/client_golang/prometheus",
		"apierrors k8s.io/apimachinery/pkg/api/errors",
		clientPackage,
		controllerRuntime+"/pkg/metrics",
	)
	d := data{Package: g.packageName, Generic: g.target == nil}
	if g.target != nil {
		d.Pointer = "*" + g.typeName(imports, g.target.obj.Type())
		d.Kind = g.target.obj.Name()
	}
	return execute(metricsTemplate(), d, imports)
}

// batch is the file that makes one write of those of a reconcile.
func (g *generator) batch() ([]byte, error) {
	imports := newImports(g.own(),
		"bytes", "context", "encoding/json", "errors", "reflect", "sync", "time",
		"apierrors k8s.io/apimachinery/pkg/api/errors",
		"k8s.io/apimachinery/pkg/api/meta",
		"k8s.io/apimachinery/pkg/runtime",
		"k8s.io/apimachinery/pkg/types",
		clientPackage,
		controllerRuntime+"/pkg/reconcile",
	)
	d := data{Package: g.packageName, Generic: g.target == nil, Metrics: g.cfg.Metrics}
	if g.target != nil {
		d.Type = g.typeName(imports, g.target.obj.Type())
		d.Pointer = "*" + d.Type
	}
	return execute(batchTemplate(), d, imports)
}

// test is one of the files with the tests.
func (g *generator) test(tmpl *template.Template) ([]byte, error) {
	imports := newImports(g.own(),
		"context", "encoding/json", "errors", "fmt", "strings", "sync", "testing",
		"k8s.io/apimachinery/pkg/api/equality",
		"apierrors k8s.io/apimachinery/pkg/api/errors",
		"metav1 k8s.io/apimachinery/pkg/apis/meta/v1",
		"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured",
		"k8s.io/apimachinery/pkg/runtime",
		"k8s.io/apimachinery/pkg/runtime/schema",
		"k8s.io/apimachinery/pkg/types",
		"k8s.io/client-go/util/retry",
		clientPackage,
		clientPackage+"/fake",
		interceptorPackage,
		controllerRuntime+"/pkg/metrics",
		controllerRuntime+"/pkg/reconcile",
	)
	d := data{Package: g.packageName, Generic: g.target == nil, Metrics: g.cfg.Metrics}
	if g.target == nil {
		// A resource that every cluster has, and whose package is in the
		// module graph of every controller.
		pod := types.NewPackage("k8s.io/api/core/v1", "v1")
		d.Type = imports.name(pod) + ".Pod"
		d.Instance = "[" + d.Type + "]"
		d.AddToScheme = imports.name(pod) + ".AddToScheme"
		d.GroupVersion = imports.name(pod) + ".SchemeGroupVersion"
		d.Set = `obj.Status.Message = "changed"`
		d.Other = `obj.Status.Reason = "changed"`
		d.Count = "obj.Status.Message"
		return execute(tmpl, d, imports)
	}

	d.Type = g.typeName(imports, g.target.obj.Type())
	if add := g.target.addToScheme; add != nil {
		d.AddToScheme = add.Name()
		if name := imports.name(add.Pkg()); name != "" {
			d.AddToScheme = name + "." + add.Name()
		}
	}
	d.Set, d.Other = g.changes(imports)
	if g.phase != nil {
		d.Phase = g.phaseTests(imports)
		if start := g.cfg.Transitions.row(""); d.Set == "" && len(start.To) > 0 {
			d.Phase.SetsPhase = true
			d.Set = fmt.Sprintf("obj.%s = %s", g.cfg.PhaseField, g.expr(imports, start.To[0]))
		}
	}
	if d.Set == "" {
		return nil, fmt.Errorf("-type %s: no field of its status is of a kind that generated tests can set", g.cfg.Type)
	}
	return execute(tmpl, d, imports)
}

// changes returns a statement that changes the status, and one that changes
// another field of it. Either is empty if there is none.
func (g *generator) changes(imports *imports) (set, other string) {
	s := &sample{imports: imports}
	if g.phase != nil {
		s.avoid = append(s.avoid, g.phase)
	}
	set = s.statement(g.target.status)
	if fields, ok := g.target.status.Underlying().(*types.Struct); ok && set != "" {
		for f := range fields.Fields() {
			if strings.HasPrefix(set, "obj.Status."+f.Name()+" ") {
				s.avoid = append(s.avoid, f)
			}
		}
		other = s.statement(g.target.status)
	}
	return set, other
}

func (g *generator) phaseTests(imports *imports) *phaseData {
	d := &phaseData{Field: g.cfg.PhaseField, Type: g.typeName(imports, g.phase.Type())}
	from, to, ok := g.cfg.Transitions.legal()
	if !ok { // nothing may change
		to = from
	}
	d.From, d.Legal = g.expr(imports, from), g.expr(imports, to)
	if from, to, ok = g.cfg.Transitions.illegal(); !ok {
		from, to = g.cfg.Transitions[0].From, "no phase of the table"
	}
	d.IllegalFrom, d.Illegal = g.expr(imports, from), g.expr(imports, to)
	return d
}

var (
	//go:embed manager.go.tmpl
	codeText string
	//go:embed manager_test.go.tmpl
	testText string
	//go:embed batch.go.tmpl
	batchText string
	//go:embed batch_test.go.tmpl
	batchTestText string
	//go:embed metrics.go.tmpl
	metricsText string
	//go:embed dashboard.json
	dashboard []byte

	codeTemplate      = parsed("manager.go", codeText)
	testTemplate      = parsed("manager_test.go", testText)
	batchTemplate     = parsed("batch.go", batchText)
	batchTestTemplate = parsed("batch_test.go", batchTestText)
	metricsTemplate   = parsed("metrics.go", metricsText)
)

// parsed returns a template when it is asked for: whatever else the command does, it does
// without.
func parsed(name, text string) func() *template.Template {
	return sync.OnceValue(func() *template.Template { return template.Must(template.New(name).Parse(text)) })
}

// execute returns the source that a template makes of d, with those imports
// that it uses.
func execute(tmpl *template.Template, d data, imports *imports) ([]byte, error) {
	d.Imports = imports.specs()
	var source bytes.Buffer
	if err := tmpl.Execute(&source, d); err != nil {
		return nil, err
	}
	file, err := parser.ParseFile(token.NewFileSet(), tmpl.Name(), source.Bytes(), 0)
	if err != nil {
		return nil, err
	}
	for path := range imports.names {
		if !astutil.UsesImport(file, path) {
			delete(imports.names, path)
		}
	}
	d.Imports = imports.specs()
	source.Reset()
	if err := tmpl.Execute(&source, d); err != nil {
		return nil, err
	}
	return format.Source(source.Bytes())
}

// onlyOurs reports whether the package has no other files than those that are
// generated, so that its documentation is to be there.
func onlyOurs(dir string) bool {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return false
	}
	for _, entry := range entries {
		name := entry.Name()
		if strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") && !slices.Contains([]string{"manager.go", "metrics.go", "batch.go"}, name) {
			return false
		}
	}
	return true
}
