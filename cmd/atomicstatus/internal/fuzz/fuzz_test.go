// Package fuzz_test runs the whole suite, its report and its fixes over programs
// that nobody would write. In a run of go test these are the seeds and what was
// found with
//
//	go test -fuzz=FuzzMutated -parallel=1 ./cmd/atomicstatus/internal/fuzz
package fuzz_test

import (
	"strings"
	"testing"
)

// TestFound holds what fuzzing has found, as small as it gets: bodies of a function
// with the header of a generated one, and what follows it.
func TestFound(t *testing.T) {
	b := newBench(t)
	for name, body := range map[string]string{
		"type switch over an object that is updated": `
			for i := range list.Items {
				w := &list.Items[i]
				switch x := any(w).(type) {
				case *myv1.Widget:
					_ = x
				}
				err = r.Status().Update(ctx, w)
			}
			return`,
		"functions of a retry that call each other": `
			return true, retry.RetryOnConflict(retry.DefaultRetry, func() error {
				_ = r.first(ctx, w)
				return nil
			})
		}

		func (r *reconciler) first(ctx context.Context, w *myv1.Widget) error {
			go r.Get(ctx, client.ObjectKeyFromObject(w), w)
			if err := r.Update(ctx, w); err != nil {
				return err
			}
			return r.second(ctx, w)
		}

		func (r *reconciler) second(ctx context.Context, w *myv1.Widget) error {
			return r.first(ctx, w)`,
		"retry around functions that call each other": `
			return true, r.first(ctx, w)
		}

		func (r *reconciler) first(ctx context.Context, w *myv1.Widget) error {
			go r.Get(ctx, client.ObjectKeyFromObject(w), w)
			if err := r.Update(ctx, w); err != nil {
				return err
			}
			_, err := r.f0(ctx, w, 0)
			return err
		}

		func (r *reconciler) start(ctx context.Context, w *myv1.Widget) error {
			return retry.RetryOnConflict(retry.DefaultRetry, func() error { return r.first(ctx, w) })`,
		"literal that passes itself on": `
			change = func() error {
				if n > 3 {
					for _, w := range each(list.Items) {
						ch <- r.statuses.AtomicStatusUpdate(ctx, &list.Items[n], change)
						_ = w
					}
					n = list.Items[0].Status.Attempts
					for n < 9 {
						if err := r.Update(ctx, r.queue[n]); err != nil {
							return nil
						}
						r.held.Status.Attempts++
					}
					v.Status.Attempts++
				}
				return r.Get(ctx, key, w)
			}
			return true, retry.RetryOnConflict(retry.DefaultRetry, change)`,
	} {
		t.Run(name, func(t *testing.T) {
			text := preamble + strings.ReplaceAll(header, "¶", "0") + body + "\n}\n"
			b.judge(t, b.created, map[string][]byte{b.created.GoFiles[0]: []byte(text)})
		})
	}
}

// FuzzMutated changes a function of testdata/cases in up to eight places. Only
// changes that leave a sound program are kept.
func FuzzMutated(f *testing.F) {
	for i := range 40 {
		f.Add([]byte{byte(i * 37), byte(i), byte(i * 3), byte(i), 0, byte(i % 10), byte(i), 1, byte(i * 7), byte(i), 0, byte(7 + i%3), byte(i), 0})
	}
	b := newBench(f) // not in the fuzz function, which has ten seconds
	f.Fuzz(func(t *testing.T, data []byte) {
		tape := &tape{data}
		pkg := b.pkgs[tape.choose(len(b.pkgs))]
		name := pkg.GoFiles[tape.choose(len(pkg.GoFiles))]
		texts := map[string][]byte{name: b.texts[name]}
		count := countFunctions(b.parsed[name])
		if b.texts[name] == nil || count == 0 {
			return
		}
		index := tape.choose(count)
		changed := false
		for serial := 0; serial < 8 && !tape.empty(); serial++ {
			p, _ := b.check(pkg, texts)
			for i, file := range p.GoFiles {
				if file != name {
					continue
				}
				next := map[string][]byte{name: readFunction(texts[name], p, p.Syntax[i], index).mutate(tape, serial)}
				if next[name] == nil {
					break
				}
				q, errs := b.check(pkg, next)
				b.forget(q)
				if len(errs) == 0 {
					texts, changed = next, true
				}
			}
			b.forget(p)
		}
		if changed {
			b.judge(t, pkg, texts)
		}
	})
}

// FuzzGenerated makes a program of statements that may stand in any order.
func FuzzGenerated(f *testing.F) {
	b := newBench(f)
	for i := range 40 {
		seed := make([]byte, 30+i)
		for j := range seed {
			seed[j] = byte(i*31 + j*j*7 + j)
		}
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		text := generate(&tape{data})
		if len(text) > len(preamble)+1<<12 { // ten seconds are not much on a busy machine
			return
		}
		b.judge(t, b.created, map[string][]byte{b.created.GoFiles[0]: text})
	})
}
