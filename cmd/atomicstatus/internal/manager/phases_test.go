package manager

import (
	"fmt"
	"testing"
)

func TestParseTransitions(t *testing.T) {
	tests := map[string]struct{ text, want string }{
		"rows": {
			"Pending=Running,Failed;Running=Succeeded,Failed",
			"[{ [Pending]} {Pending [Running Failed]} {Running [Succeeded Failed]}]",
		},
		"lines": {
			"# phases of a job\n\nPending = Running, Failed # to begin with\n Running=Failed;\n",
			"[{ [Pending]} {Pending [Running Failed]} {Running [Failed]}]",
		},
		"empty phase given": {"=Running;Pending=Running", "[{ [Running]} {Pending [Running]}]"},
		"final phase given": {"Pending=Done;Done=", "[{ [Pending]} {Pending [Done]} {Done []}]"},
		"first follows only itself": {
			"Pending=Pending,Done", "[{ [Pending]} {Pending [Pending Done]}]",
		},
		"nothing":      {" \n# none\n", "1: no row of the form FROM=TO,TO"},
		"no table":     {"A=B\nPending", `2: "Pending" is not of the form FROM=TO,TO`},
		"two signs":    {"A=B=C", `1: "A=B=C" is not of the form FROM=TO,TO`},
		"second row":   {"A=B\nA=C", `2: a second row for the phase "A"`},
		"phase twice":  {"A=B,B", `1: the phase "B" twice after = in "A=B,B"`},
		"empty target": {"A=B,,C", `1: an empty phase after = in "A=B,,C"`},
		"no start":     {"A=B;B=A", "1: no phase to start with, as each follows another: say which may come first with a row =PHASE"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			table, err := ParseTransitions(test.text)
			got := fmt.Sprint([]Row(table))
			if err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// The generated tests try a change that the table allows and one that it does
// not.
func TestExamples(t *testing.T) {
	tests := []struct{ text, legal, illegal string }{
		{"Pending=Running;Running=Done", " to Pending", "Done to "},
		{"=A;A=A,B", " to A", "B to "},
		{"=A,B;A=B;B=A", " to A", "B to "},
		{"=", "none", "none"},
	}
	for _, test := range tests {
		table, err := ParseTransitions(test.text)
		if err != nil {
			t.Fatal(err)
		}
		show := func(from, to string, ok bool) string {
			if !ok {
				return "none"
			}
			return from + " to " + to
		}
		if got := show(table.legal()); got != test.legal {
			t.Errorf("%s: legal: %s, want %s", test.text, got, test.legal)
		}
		if got := show(table.illegal()); got != test.illegal {
			t.Errorf("%s: illegal: %s, want %s", test.text, got, test.illegal)
		}
	}
}
