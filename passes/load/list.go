package load

import (
	"context"
	"errors"
	"fmt"
	"go/types"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/tools/go/packages"
)

// maxMissing bounds how many missing modules are replaced: each costs a listing.
const maxMissing = 16

// list asks the go command for the packages.
//
// A module whose go.mod cannot be had stops the go command, whether or not a package
// needs it. So the packages are listed again with an empty module in its place: then
// only what imports something of it is broken. What is missing is told, a line each.
func list(conf *packages.Config, patterns []string) (initial []*packages.Package, missing []string, err error) {
	initial, err = packages.Load(conf, patterns...)
	if err == nil {
		return initial, nil, nil
	}
	first := err
	var stand *standIn
	defer func() { stand.remove() }()
	for len(missing) < maxMissing {
		mod, reason := missingModule(err)
		if mod.Path == "" || conf.Context.Err() != nil {
			break
		}
		if stand == nil {
			if stand, err = newStandIn(conf); err != nil {
				break
			}
		}
		if err = stand.replace(mod); err != nil {
			break
		}
		missing = append(missing, fmt.Sprintf("module %s is missing, and what imports it is not analysed: %s: run go mod download", mod, reason))
		again := *conf
		again.BuildFlags = append([]string{"-modfile=" + stand.gomod()}, conf.BuildFlags...)
		if initial, err = packages.Load(&again, patterns...); err == nil {
			for _, p := range initial {
				stand.forget(p)
			}
			return initial, missing, nil
		}
	}
	return nil, nil, listError(first)
}

// listFailed is what package packages puts around what the go command has said.
var listFailed = regexp.MustCompile(`^err: (.*): stderr: `)

// goSaid returns what the go command has against listing, cause first, without the
// downloads that it tells of before.
func goSaid(err error) string {
	var said []string
	for line := range strings.Lines(listFailed.ReplaceAllString(err.Error(), "")) {
		line = strings.TrimPrefix(strings.TrimSpace(line), "go: ")
		if line != "" && !strings.HasPrefix(line, "downloading ") && !strings.HasPrefix(line, "finding ") {
			said = append(said, line)
		}
	}
	return strings.Join(said, " ")
}

// listError turns an error of the go command into one line that says what is wrong,
// and what to run.
func listError(err error) error {
	if errors.Is(err, exec.ErrNotFound) {
		return ErrNoGo
	}
	said := goSaid(err)
	// Most of its errors name a command.
	for _, command := range []string{"go mod ", "go get ", "go work "} {
		if strings.Contains(said, command) {
			return fmt.Errorf("%s (go cannot list the packages)", said)
		}
	}
	return fmt.Errorf("%s (go cannot list the packages: run go list ./... to see more)", said)
}

// aboutModule begins what go says of a module that it cannot read.
var aboutModule = regexp.MustCompile(`(?:^|: )(\S+)@(v[^\s:]+): (.*)$`)

// missingModule returns the module that could not be had, and why; none if that is
// not what is wrong.
func missingModule(err error) (module.Version, string) {
	m := aboutModule.FindStringSubmatch(goSaid(err))
	if m == nil || module.CheckPath(m[1]) != nil || strings.Contains(m[3], "parsing go.mod") || strings.Contains(m[3], "SECURITY ERROR") {
		return module.Version{}, ""
	}
	reason, _, _ := strings.Cut(m[3], "; to add it")
	return module.Version{Path: m[1], Version: m[2]}, reason
}

// standIn is a copy of the go.mod and go.sum of a module in which empty modules stand
// for those that are missing.
type standIn struct {
	dir string
	mod *modfile.File
}

func newStandIn(conf *packages.Config) (*standIn, error) {
	root, err := ModuleRoot(conf.Context, conf.Dir, conf.Env)
	if err != nil || root == "" {
		return nil, errors.New("no module")
	}
	name := filepath.Join(root, "go.mod")
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	mod, err := modfile.Parse(name, text, nil)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "atomicstatus")
	if err != nil {
		return nil, err
	}
	s := &standIn{dir: dir, mod: mod}
	sum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "go.sum"), sum, 0o666)
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		s.remove()
		return nil, err
	}
	return s, nil
}

func (s *standIn) gomod() string { return filepath.Join(s.dir, "go.mod") }

func (s *standIn) replace(mod module.Version) error {
	empty := filepath.Join(s.dir, fmt.Sprint(len(s.mod.Replace)))
	if err := os.Mkdir(empty, 0o777); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(empty, "go.mod"), []byte("module "+mod.Path+"\n"), 0o666); err != nil {
		return err
	}
	if err := s.mod.AddReplace(mod.Path, mod.Version, empty, ""); err != nil {
		return err
	}
	text, err := s.mod.Format()
	if err != nil {
		return err
	}
	return os.WriteFile(s.gomod(), text, 0o666)
}

// forget takes the directories of the empty modules out of the errors of a package
// and its imports.
func (s *standIn) forget(root *packages.Package) {
	packages.Visit([]*packages.Package{root}, nil, func(p *packages.Package) {
		for i := range p.Errors {
			if before, _, found := strings.Cut(p.Errors[i].Msg, s.dir); found {
				p.Errors[i].Msg = strings.TrimRight(before, " (") + ")"
			}
		}
	})
}

func (s *standIn) remove() {
	if s != nil {
		os.RemoveAll(s.dir)
	}
}

// sizes returns the sizes of types for the architecture that packages are listed for.
// Package packages would tell them too, but then lets the go command run cgo.
func sizes(conf *packages.Config) (types.Sizes, error) {
	arch, err := GoEnv(conf.Context, conf.Dir, conf.Env, "GOARCH")
	if err != nil {
		return nil, err
	}
	if s := types.SizesFor("gc", arch); s != nil {
		return s, nil
	}
	return nil, fmt.Errorf("the sizes of types are not known for GOARCH=%s", arch)
}

// ModuleRoot returns the directory of the main module, or nothing where there is
// none, as in a workspace.
func ModuleRoot(ctx context.Context, dir string, env []string) (string, error) {
	gomod, err := GoEnv(ctx, dir, env, "GOMOD")
	if err != nil || gomod == "" || gomod == os.DevNull {
		return "", err
	}
	return filepath.Dir(gomod), nil
}

// GoEnv asks the go command for a variable, as it holds in a directory.
func GoEnv(ctx context.Context, dir string, env []string, name string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", "env", name)
	cmd.Dir, cmd.Env = dir, env
	out, err := cmd.Output()
	if errors.Is(err, exec.ErrNotFound) {
		return "", ErrNoGo
	}
	if err != nil {
		if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && len(exit.Stderr) > 0 {
			err = errors.New(oneLine(string(exit.Stderr)))
		}
		return "", fmt.Errorf("go env %s: %w", name, err)
	}
	return strings.TrimSpace(string(out)), nil
}
