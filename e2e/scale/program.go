package scale

import (
	"fmt"
	"slices"
	"strings"
)

// Parameter is one way in which an operator grows.
type Parameter struct {
	Name string
	Unit int // what an operator of size 1 has of it
	Text string
	// packages are the bodies of the packages of an operator that has n, in the
	// order in which they import each other: the last one imports the one before.
	packages func(n int) []string
}

// Parameters are the ways in which operators grow.
func Parameters() []Parameter {
	return []Parameter{
		{"functions", 16, "functions that write twice each", alone(functions)},
		{"packages", 1, "packages that each call the one before", chain},
		{"depth", 4, "functions that each call the next, down to the write", alone(depth)},
		{"recursion", 4, "functions that call each other in a ring", alone(recursion)},
		{"calls", 16, "calls of one helper that writes, in one function", alone(calls)},
		{"steps", 16, "steps of one function that may fail, each with a write of the failure", alone(steps)},
		{"writes", 16, "writes of one resource in one function", alone(writes)},
		{"swallowed", 16, "writes whose failure is only logged", alone(swallowed)},
		{"branches", 32, "branches in one function", alone(branches)},
		{"flags", 16, "variables that branches set and the end of the function reads", alone(flags)},
		{"nesting", 4, "branches within each other", alone(nesting)},
		{"cases", 80, "cases of one switch", alone(cases)},
		{"states", 16, "states of a machine: a switch in a loop", alone(states)},
		{"loops", 16, "loops, one after the other", alone(loops)},
		{"nested loops", 1, "loops within each other", alone(nestedLoops)},
		{"resources", 8, "resources that one function reads and writes", alone(resources)},
		{"choices", 8, "resources that one function writes or leaves, each for itself", alone(choices)},
		{"fields", 16, "fields of a status that one function sets", alone(fields)},
		{"conditions", 16, "conditions that one function sets", alone(conditions)},
		{"retries", 8, "conflict retries in one function", alone(retries)},
		{"deferred", 8, "deferred calls in one function", alone(deferred)},
	}
}

func alone(body func(n int) string) func(n int) []string {
	return func(n int) []string { return []string{body(n)} }
}

// code joins lines of Go.
type code struct{ strings.Builder }

func (c *code) line(format string, args ...any) { fmt.Fprintf(c, format+"\n", args...) }

// repeat writes the lines for each number below n.
func (c *code) repeat(n int, format string) {
	for i := range n {
		c.line("%s", strings.ReplaceAll(format, "$", fmt.Sprint(i)))
	}
}

const (
	reconciler = `type Reconciler struct{ client.Client }`
	open       = `func (r *Reconciler) Reconcile(ctx context.Context, job *v1.Job) error {`
	update     = `if err := r.Status().Update(ctx, job); err != nil { return err }`
	closing    = `return r.Status().Update(ctx, job) }`
)

// one is a reconciler whose one function has these lines, n times.
func one(n int, lines string) string {
	var c code
	c.line(reconciler)
	c.line(open)
	c.repeat(n, lines)
	c.line(closing)
	return c.String()
}

func functions(n int) string {
	var c code
	c.line(reconciler)
	c.repeat(n, `func (r *Reconciler) Reconcile$(ctx context.Context, job *v1.Job) error {
		job.Status.Phase = v1.Running
		`+update+`
		if job.Spec.Replicas > 1 { job.Status.Message = "many" }
		job.Status.Phase = v1.Done
		`+closing)
	return c.String()
}

func chain(n int) []string {
	all := []string{one(1, `job.Status.Message = "$"`)}
	for i := 1; i < n; i++ {
		all = append(all, fmt.Sprintf(`%s
			%s
			if err := (&p%d.Reconciler{Client: r.Client}).Reconcile(ctx, job); err != nil { return err }
			job.Status.Message = "%d"
			%s`, reconciler, open, i-1, i, closing))
	}
	return all
}

func depth(n int) string {
	var c code
	c.line(reconciler)
	for i := range n {
		c.line(`func (r *Reconciler) step%d(ctx context.Context, job *v1.Job) error {
			if err := r.step%d(ctx, job); err != nil { return fmt.Errorf("step %d: %%w", err) }
			job.Status.Replicas++
			return nil }`, i, i+1, i)
	}
	c.line(`func (r *Reconciler) step%d(ctx context.Context, job *v1.Job) error { %s`, n, closing)
	return c.String()
}

func recursion(n int) string {
	var c code
	c.line(reconciler)
	for i := range n {
		c.line(`func (r *Reconciler) step%d(ctx context.Context, job *v1.Job) error {
			if job.Spec.Replicas > %d { return r.step%d(ctx, job) }
			%s`, i, i, (i+1)%n, closing)
	}
	return c.String()
}

func calls(n int) string {
	return one(n, `if err := r.set(ctx, job, "$"); err != nil { return err }`) + `
		func (r *Reconciler) set(ctx context.Context, job *v1.Job, message string) error {
			if job.Status.Message == message { return nil }
			job.Status.Message = message
			` + closing
}

func steps(n int) string {
	return one(n, `if err := r.step(ctx, "$"); err != nil {
			job.Status.Phase = v1.Failed
			if err := r.Status().Update(ctx, job); err != nil { return err }
			return fmt.Errorf("step $: %w", err)
		}`) + `
		func (r *Reconciler) step(ctx context.Context, name string) error { return ctx.Err() }`
}

func writes(n int) string { return one(n, "job.Status.Message = \"$\"\n"+update) }

func swallowed(n int) string {
	return one(n, `job.Status.Message = "$"
		if err := r.Status().Update(ctx, job); err != nil { log.FromContext(ctx).Error(err, "update") }`)
}

func branches(n int) string {
	return one(n, `if job.Spec.Replicas > $ { job.Status.Message = "$" }`)
}

func flags(n int) string {
	var c code
	c.line(reconciler)
	c.line(open)
	c.repeat(n, `flag$ := false
		if job.Spec.Labels["$"] != "" { flag$ = true }`)
	c.repeat(n, `if flag$ { job.Status.Replicas++ }`)
	c.line(closing)
	return c.String()
}

func nesting(n int) string {
	return one(1, strings.ReplaceAll(strings.Repeat("if job.Spec.Labels[\"#\"] != \"\" {\njob.Status.Replicas++\n", n)+update+strings.Repeat("}\n", n), "#", "x"))
}

func cases(n int) string {
	var c code
	c.line(reconciler)
	c.line(open)
	c.line("switch job.Spec.Image {")
	c.repeat(n, "case \"$\":\njob.Status.Message = \"is $\"")
	c.line("}")
	c.line(closing)
	return c.String()
}

func states(n int) string {
	var c code
	c.line(reconciler)
	c.line(open)
	c.line("for {\nswitch job.Status.Phase {")
	for i := range n {
		c.line("case \"%d\":\njob.Status.Phase = \"%d\"\n%s", i, i+1, update)
	}
	c.line("default:\nreturn nil\n}}}")
	return c.String()
}

func loops(n int) string {
	return one(n, `for range job.Spec.Replicas { job.Status.Replicas++ }`)
}

func nestedLoops(n int) string {
	return one(1, strings.Repeat("for range job.Spec.Replicas {\njob.Status.Replicas++\n", n)+update+strings.Repeat("}\n", n))
}

func resources(n int) string {
	return one(n, `other$ := &v1.Job{}
		if err := r.Get(ctx, types.NamespacedName{Namespace: job.Namespace, Name: "$"}, other$); err != nil { return err }
		other$.Status.Phase = v1.Done
		if err := r.Status().Update(ctx, other$); err != nil { return err }`)
}

func choices(n int) string {
	return one(n, `other$ := &v1.Job{}
		other$.Name, other$.Namespace = "$", job.Namespace
		if job.Spec.Labels["$"] != "" {
			if err := r.Status().Update(ctx, other$); err != nil { return err }
		}`)
}

func fields(n int) string {
	var c code
	c.line(`type Status struct {`)
	c.repeat(n, `Field$ string`)
	c.line(`}
		type Wide struct { v1.Job; Status Status }
		%s
		func (r *Reconciler) Reconcile(ctx context.Context, job *Wide) error {`, reconciler)
	c.repeat(n, `job.Status.Field$ = job.Spec.Image`)
	c.line(closing)
	return c.String()
}

func conditions(n int) string {
	return one(n, `meta.SetStatusCondition(&job.Status.Conditions, metav1.Condition{Type: "$", Status: metav1.ConditionTrue, Reason: "Done"})`)
}

func retries(n int) string {
	return one(n, `if err := retry.RetryOnConflict(retry.DefaultRetry, func() error {
			if err := r.Get(ctx, client.ObjectKeyFromObject(job), job); err != nil { return err }
			job.Status.Message = "$"
			return r.Status().Update(ctx, job)
		}); err != nil { return err }`)
}

func deferred(n int) string {
	return one(n, `defer func() { job.Status.Replicas++ }()`)
}

// imports are the packages that programs name.
var imports = map[string]string{
	"context": "context",
	"fmt":     "fmt",
	"meta":    "k8s.io/apimachinery/pkg/api/meta",
	"metav1":  "k8s.io/apimachinery/pkg/apis/meta/v1",
	"types":   "k8s.io/apimachinery/pkg/types",
	"retry":   "k8s.io/client-go/util/retry",
	"client":  "sigs.k8s.io/controller-runtime/pkg/client",
	"log":     "sigs.k8s.io/controller-runtime/pkg/log",
	"v1":      Module + "/api/v1",
}

// source is the file of package number i of an operator at that path.
func source(path string, i int, body string) string {
	var c code
	c.line("package p%d\n\nimport (", i)
	var names []string
	for name := range imports {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if strings.Contains(body, name+".") {
			c.line("%s %q", name, imports[name])
		}
	}
	if before := fmt.Sprintf("p%d", i-1); strings.Contains(body, before+".") {
		c.line("%q", path+"/"+before)
	}
	c.line(")\n\n%s", body)
	return c.String()
}
