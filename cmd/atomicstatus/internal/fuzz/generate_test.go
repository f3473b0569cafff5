package fuzz_test

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// preamble is what the generated functions call.
const preamble = `package created

import (
	"context"
	"errors"
	"reflect"

	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	myv1 "example.com/cases/api/v1"
	"example.com/cases/helpers"
)

var (
	_ = errors.New
	_ = reflect.DeepEqual
	_ = equality.Semantic
	_ = apierrors.IsConflict
	_ = meta.SetStatusCondition
	_ metav1.Condition
	_ = retry.OnError
)

type reconciler struct {
	client.Client
	reader   client.Reader
	statuses *helpers.Manager
	saver    saver
	held     *myv1.Widget
	queue    []*myv1.Widget
	hook     func(context.Context, *myv1.Widget) error
}

type saver interface{ Save(context.Context, *myv1.Widget) error }

func (r *reconciler) Save(ctx context.Context, w *myv1.Widget) error {
	return r.Status().Update(ctx, w)
}

func update[T client.Object](ctx context.Context, c client.Client, obj T, change func(T)) error {
	change(obj)
	return c.Status().Update(ctx, obj)
}

func each[T any](list []T) func(func(int, *T) bool) {
	return func(yield func(int, *T) bool) {
		for i := range list {
			if !yield(i, &list[i]) {
				return
			}
		}
	}
}
`

// header is the beginning of each function. It declares all variables, so that
// any statement may stand anywhere, and labels may be jumped to.
const header = `
func (r *reconciler) f¶(ctx context.Context, w *myv1.Widget, n int) (done bool, err error) {
	var v myv1.Widget
	var old *myv1.Widget
	var status myv1.WidgetStatus
	var list myv1.WidgetList
	var change func() error
	key, ch := client.ObjectKeyFromObject(w), make(chan error, 1)
	_, _, _, _, _, _, _ = v, old, status, list, change, key, ch
`

// Of the words in what follows, $O is an object and $P a pointer to one, $C a
// condition, $E a call that returns an error, $V a string, and $F a generated
// function. § are statements, and ¶ a number of its own.
var (
	objects    = []string{"w", "v", "old", "r.held", "list.Items[0]", "list.Items[n]", "r.queue[0]"}
	pointers   = []string{"w", "&v", "old", "r.held", "&list.Items[0]", "&list.Items[n]", "r.queue[n]", "w.DeepCopy()", "new(myv1.Widget)"}
	conditions = []string{
		"err != nil", "err == nil", "done", "!done", "n > 3", "n == 0", "true", "false", "w == nil", "w != &v", "w == old",
		`$O.Status.Phase == $V`, `$O.Status.Phase != ""`, "$O.Spec.Paused", "apierrors.IsConflict(err)", "apierrors.IsNotFound($E)",
		"equality.Semantic.DeepEqual($O.Status, status)", "reflect.DeepEqual(&$O.Status, old)", "$O.DeletionTimestamp.IsZero()",
		"len($O.Status.Steps) > n", "meta.IsStatusConditionTrue($O.Status.Conditions, $V)", "$C && $C", "$C || $C", "!($C)", "$E == nil",
		`errors.Is(err, helpers.ErrNotReady)`,
	}
	calls = []string{
		"r.Status().Update(ctx, $P)", "r.Client.Status().Update(ctx, $P)", "r.Get(ctx, key, $P)",
		"r.Get(ctx, client.ObjectKeyFromObject($P), $P)", "r.reader.Get(ctx, key, $P)", "r.Update(ctx, $P)",
		"r.Status().Patch(ctx, $P, client.MergeFrom($P))", "r.Patch(ctx, $P, client.MergeFrom($P))", "r.List(ctx, &list)",
		`r.SubResource("status").Update(ctx, $P)`, "r.Save(ctx, $P)", "r.saver.Save(ctx, $P)", "r.hook(ctx, $P)", "change()", "<-ch",
		"update(ctx, r, $P, func(w *myv1.Widget) { w.Status.Phase = $V })", "helpers.UpdateStatus(ctx, r, $P)",
		"helpers.WritePhase(ctx, r.Client, $P, $V)", "helpers.Admit(ctx, r, $P)", "r.Create(ctx, $P)", "r.Delete(ctx, $P)",
		"r.statuses.AtomicStatusUpdate(ctx, $P, change)", "retry.RetryOnConflict(retry.DefaultRetry, change)",
		"helpers.UpdateWidget(ctx, r, key, func(w *myv1.Widget) { w.Status.Message = $V })", "ctx.Err()", `errors.New($V)`,
		"func() error { _, err := $F(ctx, $P, n-1); return err }()",
		"func(err error) error { if err != nil { return err }; return $E }(err)",
	}
	values     = []string{`""`, `"A"`, "myv1.PhaseReady", "w.Name", "$O.Status.Phase", "$O.Status.Message", "$O.Spec.Owner"}
	statements = []string{
		"$O.Status.Phase = $V",
		"$O.Status.Message, err = $V, $E",
		"$O.Status.Attempts++",
		"$O.Status.Attempts = n",
		"n = $O.Status.Attempts + 1",
		"$O.Status.Steps = append($O.Status.Steps, myv1.StepStatus{Name: $V})",
		"$O.Status.Steps[n].Phase = $V",
		"$O.Status = myv1.WidgetStatus{Phase: $V}",
		"$O.Status = status",
		"status = $O.Status",
		"status = *$O.Status.DeepCopy()",
		"meta.SetStatusCondition(&$O.Status.Conditions, metav1.Condition{Type: $V})",
		"$O.Labels = map[string]string{$V: $V}",
		"helpers.SetPhase($P, $V)",
		"old = $P",
		"old = w.DeepCopy()",
		"w = $P",
		"v = *w",
		"w.DeepCopyInto(&v)",
		"r.held = $P",
		"r.queue = append(r.queue, $P)",
		"key.Name = $V",
		"key = client.ObjectKeyFromObject($P)",
		"err = $E",
		"_ = $E",
		"ch <- $E",
		"done = $C",
		"done, err = $F(ctx, $P, n-1)",
		"if err = $E; err != nil {\n$R\n}",
		"if err := $E; err != nil {\n$R\n}",
		"if err := $E; client.IgnoreNotFound(err) != nil {\n$R\n}",
		"go $F(ctx, $P, n)",
		"$R",
		"change = func() error { return $E }",
		"panic($V)",
		";",
	}
	blocks = []string{
		"if $C {\n§\n}",
		"if $C {\n§\n} else if $C {\n§\n} else {\n§\n}",
		"for $C {\n§\n}",
		"for {\n§\nif $C {\nbreak\n}\n§\n}",
		"for n = range 5 {\n§\nif $C {\ncontinue\n}\n§\n}",
		"for i := range list.Items {\nw := &list.Items[i]\n§\n_ = w\n}",
		"for _, w := range each(list.Items) {\n§\n_ = w\n}",
		"for n, w = range r.queue {\n§\n}",
		"for _, name := range w.Spec.Steps {\n§\n$O.Status.Message = name\n}",
		"l¶:\nfor {\nswitch {\ncase n < 9 && $C:\n§\ncontinue l¶\ncase n > 1 && $C:\n§\nbreak l¶\n}\n§\n}",
		"{\nl¶:\n§\nif $C {\ngoto l¶\n}\n}",
		"{\nif $C {\ngoto l¶\n}\n§\nl¶:\n§\n}",
		"switch $O.Status.Phase {\ncase myv1.PhasePending, \"\":\n§\nfallthrough\ncase myv1.PhaseReady:\n§\ndefault:\n§\n}",
		"switch x := any($P).(type) {\ncase *myv1.Widget:\nw := x\n§\n_ = w\ncase client.Object, nil:\n§\n}",
		"select {\ncase err = <-ch:\n§\ncase <-ctx.Done():\n§\ncase ch <- $E:\n§\n}",
		"func() {\n¤\n}()",
		"defer func() {\n¤\n}()",
		"defer func() {\nif x := recover(); x != nil {\n¤\n}\n}()",
		"go func() {\n¤\n}()",
		"change = func() error {\nif $C {\n¥\n}\nreturn $E\n}",
		"if err := retry.RetryOnConflict(retry.DefaultRetry, func() error {\n¥\nreturn $E\n}); err != nil {\n$R\n}",
		"err = r.statuses.AtomicStatusUpdate(ctx, $P, func() error {\n¥\nreturn nil\n})",
		"for i := 0; i < 3; i++ {\nif err = $E; !apierrors.IsConflict(err) {\nbreak\n}\n§\n}",
		"{\nw, v := $P, list.Items[0]\n§\n_, _ = w, v\n}",
	}
)

// returns end a function, by what it returns. None is without values where an
// err of its own could be in scope.
var returns = map[rune][]string{
	'§': {"return done, err", "return $C, $E", "return false, nil"},
	'¤': {"return"},
	'¥': {"return nil", "return err", "return $E"},
}

// generator writes a program that follows from a tape and is always sound.
type generator struct {
	tape   *tape
	serial int  // of the labels
	funcs  int  // how many functions there are
	within rune // the mark of the function that a statement is in
}

func generate(t *tape) []byte {
	g := &generator{tape: t, funcs: 1 + t.choose(3), within: '§'}
	var out strings.Builder
	out.WriteString(preamble)
	for i := range g.funcs {
		out.WriteString(strings.ReplaceAll(header, "¶", fmt.Sprint(i)))
		out.WriteString(g.list(0))
		out.WriteString("\nreturn\n}\n")
	}
	return []byte(out.String())
}

// list is up to four statements; the deeper, the fewer.
func (g *generator) list(depth int) string {
	var out []string
	for range 1 + g.tape.choose(max(4-depth, 1)) {
		if depth < 3 && g.tape.choose(5) < 2 {
			g.serial++
			block := blocks[g.tape.choose(len(blocks))]
			out = append(out, g.block(strings.ReplaceAll(block, "¶", fmt.Sprint(g.serial)), depth))
		} else {
			out = append(out, g.fill(statements[g.tape.choose(len(statements))], 0))
		}
	}
	return strings.Join(out, "\n")
}

// block fills in the statements of a block.
func (g *generator) block(text string, depth int) string {
	i := strings.IndexAny(text, "§¤¥")
	if i < 0 {
		return g.fill(text, 0)
	}
	before := g.fill(text[:i], 0)
	mark, size := utf8.DecodeRuneInString(text[i:])
	outer := g.within
	if mark != '§' {
		g.within = mark
	}
	list := g.list(depth + 1)
	g.within = outer
	return before + list + g.block(text[i+size:], depth)
}

// fill replaces the words of a text. What is deep is taken from the beginning of
// each table, which needs no more words.
func (g *generator) fill(text string, depth int) string {
	before, after, ok := strings.Cut(text, "$")
	if !ok {
		return text
	}
	word := ""
	if after[0] == 'F' {
		word = fmt.Sprintf("r.f%d", g.tape.choose(g.funcs))
	} else {
		from := map[byte][]string{'O': objects, 'P': pointers, 'C': conditions, 'E': calls, 'V': values, 'R': returns[g.within]}[after[0]]
		if depth > 2 {
			from = from[:min(len(from), 4)]
		}
		word = g.fill(from[g.tape.choose(len(from))], depth+1)
	}
	return before + word + g.fill(after[1:], depth)
}
