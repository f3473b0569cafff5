package drivers

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/textproto"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// patience is how long an answer may take on a loaded machine. No test passes
// or fails by how fast it comes.
const patience = 5 * time.Minute

// editor is a client of a language server, as an editor is.
type editor struct {
	t       *testing.T
	pid     int // of the server
	in      io.Writer
	buffers map[string]string // the text of the open files, by URI

	mu        sync.Mutex
	lastID    int
	versions  map[string]int
	answers   map[int]chan message
	published map[string]publication
	changed   chan struct{} // closed and made anew by each publication
}

// message is any message of JSON-RPC.
type message struct {
	JSONRPC string          `json:"jsonrpc"`
	ID      any             `json:"id,omitempty"`
	Method  string          `json:"method,omitempty"`
	Params  json.RawMessage `json:"params,omitempty"`
	Result  json.RawMessage `json:"result,omitempty"`
	Error   json.RawMessage `json:"error,omitempty"`
}

type (
	// publication is what the server says about one version of a file.
	publication struct {
		URI         string
		Version     int
		Diagnostics []diagnostic
	}
	diagnostic struct {
		Range           textRange `json:"range"`
		Severity        int       `json:"severity"`
		Code            string    `json:"code"`
		CodeDescription struct {
			Href string `json:"href"`
		} `json:"codeDescription"`
		Source  string `json:"source"`
		Message string `json:"message"`
		Related []struct {
			Location struct {
				URI   string    `json:"uri"`
				Range textRange `json:"range"`
			} `json:"location"`
			Message string `json:"message"`
		} `json:"relatedInformation,omitempty"`
		Data json.RawMessage `json:"data,omitempty"`
	}
	textRange struct {
		Start position `json:"start"`
		End   position `json:"end"`
	}
	position struct {
		Line      int `json:"line"`
		Character int `json:"character"`
	}
	textEdit struct {
		Range   textRange `json:"range"`
		NewText string    `json:"newText"`
	}
	codeAction struct {
		Title string          `json:"title"`
		Kind  string          `json:"kind"`
		Data  json.RawMessage `json:"data,omitempty"`
		Edit  struct {
			DocumentChanges []struct {
				TextDocument struct{ URI string }
				Edits        []textEdit
			}
		}
	}
)

// object is an object of JSON.
type object = map[string]any

// startEditor starts the server on the directory, with further variables in its
// environment.
func startEditor(t *testing.T, server, dir string, env ...string) *editor {
	t.Helper()
	cmd := exec.Command(server)
	cmd.Dir = dir
	cmd.Env = slices.Concat(os.Environ(), []string{"GOPLSCACHE=" + filepath.Join(toolsDir, "gopls-cache")}, env)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	e := &editor{
		t: t, in: in, pid: cmd.Process.Pid,
		buffers:   make(map[string]string),
		versions:  make(map[string]int),
		answers:   make(map[int]chan message),
		published: make(map[string]publication),
		changed:   make(chan struct{}),
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		e.read(out)
	}()
	t.Cleanup(func() {
		e.request("shutdown", nil, nil)
		e.notify("exit", nil)
		<-done
		if err := cmd.Wait(); err != nil {
			t.Errorf("the server ends with %v", err)
		}
	})
	e.request("initialize", object{
		"processId": os.Getpid(),
		"rootUri":   uri(dir),
		"workspaceFolders": []object{{
			"uri": uri(dir), "name": filepath.Base(dir),
		}},
		"capabilities": object{
			"workspace": object{"workspaceFolders": true},
			"textDocument": object{
				"publishDiagnostics": object{"relatedInformation": true, "versionSupport": true, "codeDescriptionSupport": true, "dataSupport": true},
				"codeAction": object{
					"codeActionLiteralSupport": object{"codeActionKind": object{"valueSet": []string{"quickfix"}}},
					"dataSupport":              true,
					"resolveSupport":           object{"properties": []string{"edit"}},
				},
			},
		},
	}, nil)
	e.notify("initialized", object{})
	return e
}

// read takes what the server sends until it ends.
func (e *editor) read(out io.Reader) {
	reader := textproto.NewReader(bufio.NewReader(out))
	for {
		header, err := reader.ReadMIMEHeader()
		if err != nil {
			return
		}
		length, err := strconv.Atoi(header.Get("Content-Length"))
		if err != nil {
			e.t.Errorf("the server sends no length: %v", header)
			return
		}
		data := make([]byte, length)
		if _, err := io.ReadFull(reader.R, data); err != nil {
			return
		}
		var m message
		if err := json.Unmarshal(data, &m); err != nil {
			e.t.Errorf("%v in: %s", err, data)
			return
		}
		e.receive(m)
	}
}

func (e *editor) receive(m message) {
	switch {
	case m.Method == "": // an answer
		e.mu.Lock()
		answer := e.answers[int(m.ID.(float64))]
		e.mu.Unlock()
		answer <- m
	case m.ID != nil: // a request, which this editor has nothing to say to
		e.send(message{ID: m.ID, Result: json.RawMessage("null")})
	case m.Method == "textDocument/publishDiagnostics":
		var p publication
		if err := json.Unmarshal(m.Params, &p); err != nil {
			e.t.Errorf("%v in: %s", err, m.Params)
		}
		e.log("server: publishes version %d of %s: %d diagnostics%s", p.Version, filepath.Base(p.URI), len(p.Diagnostics), lines(p.Diagnostics))
		e.mu.Lock()
		e.published[p.URI] = p
		close(e.changed)
		e.changed = make(chan struct{})
		e.mu.Unlock()
	}
}

// lines has a line for each diagnostic, after a line that is there.
func lines(all []diagnostic) string {
	var text strings.Builder
	for _, d := range all {
		fmt.Fprintf(&text, "\n  %s: %s (%s)", d.Range.Start, d.Message, d.Source)
	}
	return text.String()
}

func (e *editor) send(m message) {
	m.JSONRPC = "2.0"
	data, err := json.Marshal(m)
	if err != nil {
		e.t.Error(err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if _, err := fmt.Fprintf(e.in, "Content-Length: %d\r\n\r\n%s", len(data), data); err != nil {
		e.t.Error(err)
	}
}

// request sends a request, and decodes the result of the answer.
func (e *editor) request(method string, params, result any) {
	e.t.Helper()
	e.mu.Lock()
	e.lastID++
	id := e.lastID
	answer := make(chan message, 1)
	e.answers[id] = answer
	e.mu.Unlock()
	e.log("editor: %s", method)
	e.send(message{ID: id, Method: method, Params: encode(e.t, params)})
	select {
	case m := <-answer:
		if m.Error != nil {
			e.t.Fatalf("%s: %s", method, m.Error)
		}
		if result != nil {
			e.log("server: %s", m.Result)
			if err := json.Unmarshal(m.Result, result); err != nil {
				e.t.Fatalf("%s: %v in: %s", method, err, m.Result)
			}
		}
	case <-time.After(patience):
		e.t.Fatalf("no answer to %s", method)
	}
}

func (e *editor) notify(method string, params any) {
	e.t.Helper()
	e.log("editor: %s", method)
	e.send(message{Method: method, Params: encode(e.t, params)})
}

// log writes the transcript that go test -v shows.
func (e *editor) log(format string, args ...any) {
	e.t.Helper()
	e.t.Logf(format, args...)
}

// open opens a file as it is on disk, and returns its URI.
func (e *editor) open(name string) string {
	e.t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		e.t.Fatal(err)
	}
	u := uri(name)
	e.buffers[u] = string(data)
	e.versions[u] = 1
	e.notify("textDocument/didOpen", object{"textDocument": object{
		"uri": u, "languageId": "go", "version": 1, "text": string(data),
	}})
	return u
}

// change gives an open file another text.
func (e *editor) change(u, text string) {
	e.t.Helper()
	e.buffers[u] = text
	e.versions[u]++
	e.notify("textDocument/didChange", object{
		"textDocument":   object{"uri": u, "version": e.versions[u]},
		"contentChanges": []object{{"text": text}},
	})
}

// await waits for diagnostics of the current text of a file that are as wanted.
func (e *editor) await(u, what string, wanted func([]diagnostic) bool) []diagnostic {
	e.t.Helper()
	for deadline := time.After(patience); ; {
		e.mu.Lock()
		p, changed := e.published[u], e.changed
		e.mu.Unlock()
		if p.Version == e.versions[u] && wanted(p.Diagnostics) {
			return p.Diagnostics
		}
		select {
		case <-changed:
		case <-deadline:
			e.t.Fatalf("the server never publishes %s for %s: the last is %+v", what, u, p)
		}
	}
}

// apply returns the text with the edits made, which are in order and apart.
func apply(t *testing.T, text string, edits []textEdit) string {
	t.Helper()
	var b strings.Builder
	last := 0
	for _, edit := range edits {
		b.WriteString(text[last:offset(text, edit.Range.Start)])
		b.WriteString(edit.NewText)
		last = offset(text, edit.Range.End)
	}
	return b.String() + text[last:]
}

// offset finds a position, in a text of ASCII alone on the lines that matter.
func offset(text string, p position) int {
	at := 0
	for range p.Line {
		at += strings.IndexByte(text[at:], '\n') + 1
	}
	return at + p.Character
}

func (p position) String() string { return fmt.Sprintf("%d:%d", p.Line+1, p.Character+1) }

func uri(name string) string {
	name = filepath.ToSlash(name)
	if !strings.HasPrefix(name, "/") {
		name = "/" + name // a drive of Windows
	}
	return (&url.URL{Scheme: "file", Path: name}).String()
}

func fileOf(t *testing.T, u string) string {
	t.Helper()
	parsed, err := url.Parse(u)
	if err != nil {
		t.Fatal(err)
	}
	return filepath.FromSlash(parsed.Path)
}

func encode(t *testing.T, value any) json.RawMessage {
	t.Helper()
	if value == nil {
		return nil
	}
	data, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
