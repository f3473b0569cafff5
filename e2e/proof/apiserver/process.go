//go:build proof

// Package apiserver runs the API server of Kubernetes, with an etcd, in a child
// process: the program that imports it, run once more. Custom resources are all
// it serves, and it needs no cluster, no root and no network but loopback.
package apiserver

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"k8s.io/apimachinery/pkg/util/uuid"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// childEnv holds the childOptions as JSON, and so tells a child what it is.
const childEnv = "ATOMICSTATUS_PROOF_APISERVER"

type childOptions struct {
	Dir     string
	Address string // host:port to listen on
	Token   string // of the one user
}

// readyLine is what a child prints once it answers.
type readyLine struct {
	Address, EtcdURL string
}

// startTimeout is generous: the machine may be busy with other things.
const startTimeout = 2 * time.Minute

// Main is the child. A program that calls Start must call it before anything
// else; it returns false at once in the parent, and true at the end of the
// child, which then should exit with the code.
func Main() (code int, child bool) {
	text, child := os.LookupEnv(childEnv)
	if !child {
		return 0, false
	}
	var o childOptions
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		fmt.Fprintf(os.Stderr, "apiserver: %s: %v\n", childEnv, err)
		return 2, true
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	// However the parent ends, its end of the pipe is closed.
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	ready := func(address, etcdURL string) error {
		return json.NewEncoder(os.Stdout).Encode(readyLine{Address: address, EtcdURL: etcdURL})
	}
	if err := serve(ctx, o, ready); err != nil {
		fmt.Fprintln(os.Stderr, "apiserver:", err)
		return 1, true
	}
	return 0, true
}

// Server is an API server in a child process.
type Server struct {
	options childOptions
	etcdURL string
	cmd     *exec.Cmd
	stdin   io.Closer
	log     *os.File
}

// Start starts a server that keeps its data in dir, and its log as server.log.
// It waits until the server answers.
func Start(dir string) (*Server, error) {
	s := &Server{options: childOptions{Dir: dir, Address: "127.0.0.1:0", Token: string(uuid.NewUUID())}}
	if err := s.start(); err != nil {
		return nil, err
	}
	if err := s.writeKubeconfig(); err != nil {
		s.Kill()
		return nil, err
	}
	return s, nil
}

func (s *Server) start() (err error) {
	options, err := json.Marshal(s.options)
	if err != nil {
		return err
	}
	executable, err := os.Executable()
	if err != nil {
		return err
	}
	s.log, err = os.OpenFile(filepath.Join(s.options.Dir, "server.log"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	s.cmd = exec.Command(executable)
	s.cmd.Env = append(os.Environ(), childEnv+"="+string(options))
	s.cmd.Stderr = s.log
	if s.stdin, err = s.cmd.StdinPipe(); err != nil {
		return err
	}
	stdout, err := s.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := s.cmd.Start(); err != nil {
		return err
	}
	lines := make(chan []byte, 1)
	go func() {
		line, _ := bufio.NewReader(stdout).ReadBytes('\n')
		lines <- line
	}()
	var ready readyLine
	select {
	case line := <-lines:
		err = json.Unmarshal(line, &ready)
	case <-time.After(startTimeout):
		err = fmt.Errorf("not ready after %v", startTimeout)
	}
	if err != nil {
		s.Kill()
		log, _ := os.ReadFile(s.log.Name())
		return fmt.Errorf("start the API server: %w\n%s", err, log)
	}
	s.options.Address, s.etcdURL = ready.Address, ready.EtcdURL
	return nil
}

// Restart starts a server that has been stopped or killed once more, with its
// data and at its address.
func (s *Server) Restart() error { return s.start() }

// Stop ends the server and waits for it. It returns an error unless the server
// ended well.
func (s *Server) Stop() error {
	defer s.log.Close()
	return errors.Join(s.stdin.Close(), s.cmd.Wait())
}

// Kill ends the server at once, as a crash would.
func (s *Server) Kill() {
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
	_ = s.stdin.Close()
	_ = s.log.Close()
}

// EtcdURL returns where clients reach the etcd of the server.
func (s *Server) EtcdURL() string { return s.etcdURL }

// Kubeconfig returns the path of a kubeconfig for the server.
func (s *Server) Kubeconfig() string { return filepath.Join(s.options.Dir, "kubeconfig") }

// Config returns a client configuration without a limit on requests.
func (s *Server) Config() (*rest.Config, error) {
	config, err := clientcmd.BuildConfigFromFlags("", s.Kubeconfig())
	if err != nil {
		return nil, err
	}
	config.QPS = -1
	return config, nil
}

func (s *Server) writeKubeconfig() error {
	const name = "proof"
	config := clientcmdapi.NewConfig()
	config.Clusters[name] = &clientcmdapi.Cluster{
		Server: "https://" + s.options.Address,
		// The certificate signs itself.
		CertificateAuthority: filepath.Join(s.options.Dir, certDir, certName+".crt"),
	}
	config.AuthInfos[name] = &clientcmdapi.AuthInfo{Token: s.options.Token}
	config.Contexts[name] = &clientcmdapi.Context{Cluster: name, AuthInfo: name}
	config.CurrentContext = name
	return clientcmd.WriteToFile(*config, s.Kubeconfig())
}
