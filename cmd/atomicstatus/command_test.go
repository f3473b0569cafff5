package main

import (
	"context"
	"flag"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/atomicstatus/atomicstatus/passes/load"
)

// A listing that takes long says what it waits for.
func TestSlowListing(t *testing.T) {
	old := listingPatience
	defer func() { listingPatience = old }()
	for patience, want := range map[time.Duration]string{
		0:         `^atomicstatus: still listing packages: .* from GOPROXY=\S+; go mod download -x shows which\n$`,
		time.Hour: `^$`,
	} {
		listingPatience = patience
		var stderr strings.Builder
		c := &command{stderr: &stderr}
		if _, err := c.load(context.Background(), load.Config{Patterns: []string{"./internal/manager"}}); err != nil {
			t.Fatal(err)
		}
		said := strings.TrimPrefix(stderr.String(), "atomicstatus: nothing to analyse: 1 package, and none of them uses a client of Kubernetes\n")
		said, _, _ = strings.Cut(said, "atomicstatus: nothing")
		if !regexp.MustCompile(want).MatchString(said) {
			t.Errorf("after %v: %q, want %s", patience, said, want)
		}
	}
}

// Every subcommand has its flags where shells and the help look for them, and each
// flag of the command that it knows exists.
func TestSubcommands(t *testing.T) {
	c := &command{}
	c.defineFlags()
	for _, sub := range subcommands() {
		for _, name := range sub.takes() {
			if c.set.Lookup(name) == nil {
				t.Errorf("%s: no flag -%s", sub.name, name)
			}
		}
		if sub.own != nil {
			sub.own().VisitAll(func(f *flag.Flag) {
				if f.Usage == "" {
					t.Errorf("%s: -%s has no usage", sub.name, f.Name)
				}
			})
		}
	}
}
