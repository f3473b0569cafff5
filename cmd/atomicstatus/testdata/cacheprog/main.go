// Command cacheprog is the least that GOCACHEPROG asks for: a cache of the go
// command in a directory, which machines could share. See go doc cmd/go/internal/cacheprog.
package main

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"strings"
	"time"
)

type request struct {
	ID                 int64
	Command            string
	ActionID, OutputID []byte
	BodySize           int64
}

type response struct {
	ID            int64
	Err           string     `json:",omitempty"`
	KnownCommands []string   `json:",omitempty"`
	Miss          bool       `json:",omitempty"`
	OutputID      []byte     `json:",omitempty"`
	Size          int64      `json:",omitempty"`
	Time          *time.Time `json:",omitempty"`
	DiskPath      string     `json:",omitempty"`
}

func main() {
	dir := os.Args[1]
	in := json.NewDecoder(bufio.NewReader(os.Stdin))
	out := json.NewEncoder(os.Stdout)
	reply := func(r response) {
		if err := out.Encode(r); err != nil {
			log.Fatal(err)
		}
	}
	reply(response{KnownCommands: []string{"get", "put", "close"}})
	for {
		var req request
		if err := in.Decode(&req); err == io.EOF {
			return
		} else if err != nil {
			log.Fatal(err)
		}
		var body []byte
		if req.Command == "put" && req.BodySize > 0 { // it follows, in base64
			if err := in.Decode(&body); err != nil {
				log.Fatal(err)
			}
		}
		res, err := answer(dir, req, body)
		if err != nil {
			res = response{Err: err.Error()}
		}
		res.ID = req.ID
		reply(res)
		if req.Command == "close" {
			return
		}
	}
}

func answer(dir string, req request, body []byte) (response, error) {
	action := filepath.Join(dir, hex.EncodeToString(req.ActionID)+".action")
	switch req.Command {
	case "put":
		output := filepath.Join(dir, hex.EncodeToString(req.OutputID)+".output")
		if err := replace(output, body); err != nil {
			return response{}, err
		}
		return response{DiskPath: output}, replace(action, []byte(filepath.Base(output)))
	case "get":
		name, err := os.ReadFile(action)
		if err != nil {
			return response{Miss: true}, nil
		}
		id, err := hex.DecodeString(strings.TrimSuffix(string(name), ".output"))
		if err != nil {
			return response{}, err
		}
		output := filepath.Join(dir, string(name))
		info, err := os.Stat(output)
		if err != nil {
			return response{}, err
		}
		written := info.ModTime()
		return response{OutputID: id, Size: info.Size(), Time: &written, DiskPath: output}, nil
	case "close":
		return response{}, nil
	}
	return response{}, fmt.Errorf("unknown command %q", req.Command)
}

// replace writes a file unless it is there: what is stored under an output ID
// never changes, and may be in use.
func replace(name string, data []byte) error {
	if old, err := os.ReadFile(name); err == nil && bytes.Equal(old, data) {
		return nil
	}
	return os.WriteFile(name, data, 0o666)
}
