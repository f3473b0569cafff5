package main

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// progress shows on one line of a terminal what goes on. A nil progress shows
// nothing.
type progress struct {
	out      io.Writer
	patience time.Duration // how long a run may take before it shows what it does

	mu      sync.Mutex
	current string
	timer   *time.Timer
	shown   bool // the patience is over
	over    bool
}

func newProgress(out io.Writer) *progress {
	return &progress{out: out, patience: time.Second}
}

func (p *progress) start() {
	if p == nil {
		return
	}
	p.timer = time.AfterFunc(p.patience, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.shown = true
		p.draw()
	})
}

// stage says what goes on from now on.
func (p *progress) stage(what string) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.current = what
	if p.shown {
		p.draw()
	}
}

// stop clears the line. It may be called more than once, and without start.
func (p *progress) stop() {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.timer != nil {
		p.timer.Stop()
	}
	if p.shown && !p.over {
		fmt.Fprint(p.out, "\r\x1b[K")
	}
	p.over = true
}

// above clears the line while print prints others.
func (p *progress) above(print func()) {
	if p == nil {
		print()
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.shown && !p.over {
		fmt.Fprint(p.out, "\r\x1b[K")
	}
	print()
	if p.shown {
		p.draw()
	}
}

func (p *progress) draw() {
	if !p.over && p.current != "" {
		fmt.Fprintf(p.out, "\r\x1b[Katomicstatus: %s...", p.current)
	}
}
