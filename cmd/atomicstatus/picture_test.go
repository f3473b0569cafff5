package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"text/template"

	"github.com/atomicstatus/atomicstatus/cmd/atomicstatus/internal/report"
)

var updatePicture = flag.Bool("update-picture", false, "draw the picture of the README anew")

// The picture of the README shows what the command says of the example and of what its
// fixes make of it.
func TestPicture(t *testing.T) {
	const name = "../../docs/reconcile.svg"
	want, err := filepath.Abs(name)
	if err != nil {
		t.Fatal(err)
	}
	templates, err := template.ParseFiles("testdata/picture.svg.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../../testdata/operator")); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	t.Setenv("ATOMICSTATUS_CACHE", "off")
	before := reported(t)
	ends(t, exitClean, exitFindings, "-fix=review", "-force", "./internal/before")
	after := reported(t)

	var svg bytes.Buffer
	if err := templates.Execute(&svg, draw(
		panelOf("Before", before, "a write after each step, and one at the end"),
		panelOf("After -fix=review", after, "the same steps, kept in memory and written once"),
	)); err != nil {
		t.Fatal(err)
	}
	if *updatePicture {
		if err := os.WriteFile(want, svg.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	old, err := os.ReadFile(want)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(bytes.ReplaceAll(old, []byte("\r\n"), []byte("\n")), svg.Bytes()) {
		t.Errorf("%s is not what the command says: run make docs", name)
	}
}

// ends runs the command, and fails where it ends otherwise than with one of two codes.
func ends(t *testing.T, one, other int, args ...string) string {
	t.Helper()
	var stdout, stderr strings.Builder
	code := (&command{stdout: &stdout, stderr: &stderr}).run(t.Context(), args)
	if code != one && code != other {
		t.Fatalf("%q ends with %d: %s", args, code, &stderr)
	}
	return stdout.String()
}

// reported returns what the command says of the controller in the picture.
func reported(t *testing.T) *report.Controller {
	t.Helper()
	made, err := report.Decode([]byte(ends(t, exitClean, exitClean, "report", "-f", "json", "./internal/before")))
	if err != nil {
		t.Fatal(err)
	}
	found := made.Find("NotificationReconciler")
	if len(found) != 1 {
		t.Fatalf("there are %d controllers of the name", len(found))
	}
	return found[0]
}

// Distances in a panel of the picture.
const (
	panelWidth = 400
	panelFrom  = 40 // where an arrow begins
	panelTop   = 72
	panelRow   = 44
)

type picture struct {
	Width, Height, PanelWidth, PanelHeight  int
	From, To, Tip, Middle, Right, LoopWidth int
	Bottom, Caption                         int
	Panels                                  []*panel
}

type panel struct {
	X                     int
	Title, Count, Caption string
	Arrows                []arrow
	Loops                 []loopBox
	y                     int // how far it is drawn
}

type arrow struct {
	Y           int
	Class, Text string
}

type loopBox struct {
	Y, Height int
	Text      string
}

func draw(panels ...*panel) picture {
	p := picture{
		PanelWidth: panelWidth, From: panelFrom, To: panelWidth - panelFrom, Tip: panelWidth - panelFrom - 8,
		Middle: panelWidth / 2, Right: panelWidth - 20, LoopWidth: panelWidth - 40, Panels: panels,
	}
	for i, panel := range panels {
		panel.X = 10 + i*(panelWidth+12)
		p.Bottom = max(p.Bottom, panel.y+14)
	}
	p.Caption = p.Bottom + 28
	p.PanelHeight = p.Caption + 18
	p.Width = len(panels)*(panelWidth+12) + 8
	p.Height = p.PanelHeight + 20
	return p
}

func panelOf(title string, c *report.Controller, caption string) *panel {
	p := &panel{Title: title, Caption: caption, y: panelTop}
	short := func(count report.Count) string {
		text := count.Text
		for _, loop := range c.Loops {
			text = strings.ReplaceAll(text, loop.Symbol, "n")
		}
		return text
	}
	p.Count = fmt.Sprintf("status writes %s, requests %s", short(c.Writes), short(c.Calls))
	p.steps(c.Path)
	return p
}

// steps draws the requests among the steps of a path.
func (p *panel) steps(steps []report.Step) {
	for _, step := range steps {
		switch step.Kind {
		case "request", "status write":
			class := "read"
			if step.Kind == "status write" {
				class = "write"
			}
			p.y += panelRow
			p.Arrows = append(p.Arrows, arrow{p.y, class, step.Text})
		case "loop":
			top := p.y + 14
			p.y += panelRow - 8
			p.steps(step.Steps)
			p.y += 14
			p.Loops = append(p.Loops, loopBox{top, p.y - top, "n times"})
		default:
			p.steps(step.Steps)
		}
	}
}
