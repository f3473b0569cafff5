package analyzer_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/atomicstatus/atomicstatus/analyzer"
)

// FuzzSettings holds that a settings file is either understood or told to be
// wrong in lines that can be printed, and that what is understood can be set.
func FuzzSettings(f *testing.F) {
	for _, text := range []string{
		"",
		"checks:\n  disable: [statusretry]\n  enable: [statusphase]\n",
		"managers: [AtomicStatusUpdate]\nentrypoints: [sync, (*Controller).sync]\n",
		"statusmulti: {all: true}\nstatusretry: {policy: requeue}\n",
		"statuscallback:\n  effects: [(*Mailer).Send, example.com/mail.Send]\n",
		"statusphase:\n  phases: [Phase]\n  validators: [ValidateTransition, phase.Machine.Allows]\n",
		"checks: &a {disable: *a}\n",
		"managers: [1, null, {}]\n? [a]\n: b\n",
		"<<: {managers: []}\n---\n",
		"managers: !!binary gIGC\n",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		settings, err := analyzer.DecodeYAML(data)
		again, err2 := analyzer.DecodeYAML(data)
		if !reflect.DeepEqual(settings, again) || (err == nil) != (err2 == nil) {
			t.Fatalf("read twice: %+v, %v and %+v, %v", settings, err, again, err2)
		}
		if err != nil {
			if err.Error() != err2.Error() {
				t.Errorf("two errors: %v and %v", err, err2)
			}
			for line := range strings.SplitSeq(err.Error(), "\n") {
				if strings.TrimSpace(line) == "" || strings.ContainsFunc(line, func(r rune) bool { return r < ' ' }) {
					t.Errorf("a line of the error is %q", line)
				}
			}
			return
		}
		if _, err := settings.Selected(); err != nil {
			t.Errorf("no check is selected: %v", err)
		}
		defer func() {
			if err := analyzer.SetFlags(nil); err != nil {
				t.Error(err)
			}
		}()
		if err := analyzer.SetFlags(settings.Flags()); err != nil {
			t.Errorf("its flags cannot be set: %v", err)
		}
	})
}
