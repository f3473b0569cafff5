// Package gen makes random reconcile functions that read like those of real
// controllers. All of it follows from the seed.
package gen

import (
	"fmt"
	"go/format"
	"math/rand/v2"
	"slices"
	"strings"
)

// Program is one reconciler. Its text is made from a tree, so that a failing
// one can be reduced by taking nodes away.
type Program struct {
	Seed uint64
	Name string // of the reconciler's type is "Reconciler" + Name

	client  client
	pointer bool // db is a *v1.Database, and not a v1.Database
	split   bool // the body is a method that gets db as a parameter
	named   bool // the results have names
	Body    []*Node
}

// Node is a statement, or a few that belong together. Each declares what it
// uses, so that taking one away leaves a program that compiles.
type Node struct {
	Blocks []Block
	Tail   string
	// Needed is set where the program does not compile without the node.
	Needed bool
}

// Block is text and the nodes after it.
type Block struct {
	Head string
	Body []*Node
	// Loose is set where the body can stand in the place of the node.
	Loose bool
}

func leaf(lines ...string) *Node {
	return &Node{Blocks: []Block{{Head: strings.Join(lines, "\n")}}}
}

// around is a node with a body: an if, a loop, a callback.
func around(head string, body []*Node, tail ...string) *Node {
	return &Node{Blocks: []Block{{Head: head, Body: body}}, Tail: strings.Join(tail, "\n")}
}

func (n *Node) loose() *Node {
	for i := range n.Blocks {
		n.Blocks[i].Loose = true
	}
	return n
}

func (n *Node) needed() *Node {
	n.Needed = true
	return n
}

func render(out *strings.Builder, nodes []*Node) {
	for _, n := range nodes {
		for _, b := range n.Blocks {
			if b.Head != "" {
				out.WriteString(b.Head + "\n")
			}
			render(out, b.Body)
		}
		if n.Tail != "" {
			out.WriteString(n.Tail + "\n")
		}
	}
}

// client is how a reconciler holds its clients.
type client struct {
	fields string // of the reconciler
	wire   string // and their values, from a world w
	expr   string // what reads and writes
	value  string // and as an argument
	reader bool   // there is an APIReader
	status bool   // there is a status manager
	spoke  string // what reads and writes in another cluster, if anything does
}

const managers = "Statuses: status.NewManager[v1.Database](w.Client, w.APIReader)"

var clients = []client{
	{fields: "client.Client", wire: "Client: w.Client", expr: "r", value: "r.Client"},
	{fields: "client.Client", wire: "Client: w.Client", expr: "r.Client", value: "r.Client"},
	{fields: "Client client.Client", wire: "Client: w.Client", expr: "r.Client", value: "r.Client"},
	{fields: "kube client.Client", wire: "kube: w.Client", expr: "r.kube", value: "r.kube"},
	{fields: "client.Client\nAPIReader client.Reader", wire: "Client: w.Client, APIReader: w.APIReader", expr: "r", value: "r.Client", reader: true},
	{fields: "Client client.Client\nreader client.Reader", wire: "Client: w.Client, reader: w.APIReader", expr: "r.Client", value: "r.Client", reader: true},
	{fields: "client.Client\nStatuses *status.Manager[v1.Database, *v1.Database]", wire: "Client: w.Client, " + managers, expr: "r", value: "r.Client", status: true},
	{fields: "client.Client\nStatuses updater§", wire: "Client: w.Client, " + managers, expr: "r", value: "r.Client", status: true},
	{fields: "Hub client.Client\nSpoke client.Client", wire: "Hub: w.Client, Spoke: w.Spoke", expr: "r.Hub", value: "r.Hub", spoke: "r.Spoke"},
	{fields: "client.Client\nHub client.Client\nSpokeReader client.Reader", wire: "Client: w.Spoke, Hub: w.Client, SpokeReader: w.Spoke", expr: "r.Hub", value: "r.Hub", spoke: "r"},
	{fields: "client.Client\nRemote client.Client\nSnapshot client.Reader", wire: "Client: w.Client, Remote: w.Spoke, Snapshot: w.Spoke", expr: "r", value: "r.Client", spoke: "r.Remote"},
}

// New generates the program of a seed.
func New(seed uint64) *Program {
	b := &builder{random: rand.New(rand.NewPCG(seed, 0x5eed))}
	p := b.frame(seed)
	p.Body = b.reconcile()
	return p
}

// NewReview generates the program of a seed that writes one status many times.
func NewReview(seed uint64) *Program {
	b := &builder{random: rand.New(rand.NewPCG(seed, 0x4ee7))}
	p := b.frame(seed)
	p.named = b.chance(30)
	b.named = p.named
	body := b.reconcile
	if b.chance(80) {
		body = b.lasting
	}
	p.Body = body()
	return p
}

// frame is a program without a body, which b is to make.
func (b *builder) frame(seed uint64) *Program {
	p := &Program{Seed: seed, Name: fmt.Sprintf("%06d", seed)}
	p.client = clients[b.intn(len(clients))]
	p.pointer = b.chance(40)
	p.split = b.chance(45)
	b.client = p.client
	b.object = "&db"
	if p.pointer || p.split {
		b.object = "db"
	}
	b.key = "req.NamespacedName"
	if p.split {
		b.key = "client.ObjectKeyFromObject(" + b.object + ")"
	}
	return p
}

// Of returns the program with a body of the given statements: its db is a
// pointer, its reconciler r has an embedded client and an APIReader, and the error
// that it returns is reterr.
func Of(seed uint64, statements ...string) *Program {
	p := &Program{Seed: seed, Name: fmt.Sprintf("%06d", seed), pointer: true, named: true}
	for _, c := range clients {
		if c.reader && c.expr == "r" {
			p.client = c
		}
	}
	for _, s := range statements {
		p.Body = append(p.Body, leaf(s))
	}
	p.Body = append(p.Body, leaf("return ctrl.Result{}, nil").needed())
	return p
}

// imports are the packages that a program may use, by the name before the dot.
var imports = []struct{ name, path string }{
	{"context", ""},
	{"fmt", ""},
	{"time", ""},
	{"equality", "k8s.io/apimachinery/pkg/api/equality"},
	{"apierrors", "k8s.io/apimachinery/pkg/api/errors"},
	{"meta", "k8s.io/apimachinery/pkg/api/meta"},
	{"metav1", "k8s.io/apimachinery/pkg/apis/meta/v1"},
	{"record", "k8s.io/client-go/tools/record"},
	{"retry", "k8s.io/client-go/util/retry"},
	{"ctrl", "sigs.k8s.io/controller-runtime"},
	{"client", "sigs.k8s.io/controller-runtime/pkg/client"},
	{"controllerutil", "sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"},
	{"log", "sigs.k8s.io/controller-runtime/pkg/log"},
	{"reconcile", "sigs.k8s.io/controller-runtime/pkg/reconcile"},
	{"v1", module + "/api/v1"},
	{"cloud", module + "/cloud"},
	{"lab", module + "/lab"},
	{"steps", module + "/steps"},
	{"status", Module + "/status"},
}

// Module is the path of the module that the programs are in. It has a package
// status, as the command writes it.
const Module = "example.com/programs"

const module = "github.com/atomicstatus/atomicstatus/e2e/differential"

// named are the imports whose name is not the last part of their path.
var named = []string{"apierrors", "metav1", "ctrl"}

// Source is the file of the program, in a package of that name.
func (p *Program) Source(pkg string) ([]byte, error) {
	var body strings.Builder
	p.body(&body)
	text := body.String()
	for used := true; used; {
		used = false
		for _, h := range helpers {
			if !strings.Contains(text, h.decl) && strings.Contains(text, h.use) {
				text += "\n" + h.decl + h.rest + "\n"
				used = true
			}
		}
	}
	text = strings.NewReplacer("§", p.Name, "$C", p.client.expr, "$V", p.client.value).Replace(text)

	var file strings.Builder
	fmt.Fprintf(&file, "package %s\n\nimport (\n", pkg)
	group := 0
	for _, i := range imports {
		if !uses(text, i.name) {
			continue
		}
		next := 1
		switch {
		case i.path == "":
			next = 0
		case strings.HasPrefix(i.path, module), strings.HasPrefix(i.path, Module):
			next = 2
		}
		if next != group {
			file.WriteString("\n")
			group = next
		}
		switch {
		case i.path == "":
			fmt.Fprintf(&file, "%q\n", i.name)
		case slices.Contains(named, i.name):
			fmt.Fprintf(&file, "%s %q\n", i.name, i.path)
		default:
			fmt.Fprintf(&file, "%q\n", i.path)
		}
	}
	file.WriteString(")\n\n" + text)
	source, err := format.Source([]byte(file.String()))
	if err != nil {
		return nil, fmt.Errorf("seed %d: %w in\n%s", p.Seed, err, file.String())
	}
	return source, nil
}

// uses reports whether text has name followed by a dot as a word of its own.
func uses(text, name string) bool {
	for at := 0; ; {
		i := strings.Index(text[at:], name+".")
		if i < 0 {
			return false
		}
		at += i
		if at == 0 || !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.\"", rune(text[at-1])) {
			return true
		}
		at += len(name)
	}
}

func (p *Program) body(out *strings.Builder) {
	fmt.Fprintf(out, "type Reconciler§ struct {\n%s\nCloud cloud.Provider\nRecorder record.EventRecorder\nNow func() metav1.Time\n}\n\n", p.client.fields)
	fmt.Fprintf(out, "// New§ returns the reconciler of a world.\nfunc New§(w *lab.World) reconcile.Reconciler {\nreturn &Reconciler§{%s, Cloud: w.Cloud, Recorder: w.Recorder, Now: w.Now}\n}\n\n", p.client.wire)
	results := "(ctrl.Result, error)"
	if p.named {
		results = "(result ctrl.Result, reterr error)"
	}
	fmt.Fprintf(out, "func (r *Reconciler§) Reconcile(ctx context.Context, req ctrl.Request) %s {\n", results)
	object := "&db"
	if p.pointer {
		object = "db"
		out.WriteString("db := &v1.Database{}\n")
	} else {
		out.WriteString("var db v1.Database\n")
	}
	fmt.Fprintf(out, "if err := $C.Get(ctx, req.NamespacedName, %s); err != nil {\nreturn ctrl.Result{}, client.IgnoreNotFound(err)\n}\n", object)
	if p.split {
		fmt.Fprintf(out, "return r.reconcileDatabase(ctx, %s)\n}\n\n", object)
		fmt.Fprintf(out, "func (r *Reconciler§) reconcileDatabase(ctx context.Context, db *v1.Database) %s {\n", results)
	}
	render(out, p.Body)
	out.WriteString("}\n")
}
