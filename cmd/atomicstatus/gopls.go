package main

import (
	"bytes"
	"cmp"
	"context"
	"embed"
	"errors"
	"flag"
	"fmt"
	"go/version"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"text/template"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"

	"github.com/atomicstatus/atomicstatus/analyzer"
	"github.com/atomicstatus/atomicstatus/passes/fixes"
	"github.com/atomicstatus/atomicstatus/passes/load"
)

const (
	modulePath  = "github.com/atomicstatus/atomicstatus"
	goplsModule = "golang.org/x/tools/gopls"
	goplsName   = "gopls-atomicstatus"
)

// goplsFiles holds, for each version of Go, the go.mod and go.sum that pin the
// gopls that fits it and all that it is made of.
//
//go:embed gopls
var goplsFiles embed.FS

var goplsTemplates = sync.OnceValue(func() *template.Template {
	return template.Must(template.ParseFS(goplsFiles, "gopls/*.tmpl"))
})

// goplsFlags are the flags of the subcommand gopls.
type goplsFlags struct {
	output, source string
}

func (f *goplsFlags) define() *flag.FlagSet {
	set := newFlagSet("gopls")
	set.StringVar(&f.output, "o", "", "write to `file` instead of "+goplsName+" where go install writes")
	set.StringVar(&f.source, "source", "", "take the checks from the source in `dir`, not from the module proxy")
	return set
}

// gopls builds a gopls, and returns the exit code.
func (c *command) gopls(ctx context.Context, args []string) int {
	var flags goplsFlags
	rest, code, done := c.parse(flags.define(), args)
	switch {
	case done:
		return code
	case len(rest) > 0:
		return c.fail(fmt.Errorf("gopls takes no argument %s: it builds one gopls for all packages", rest[0]))
	}
	if err := c.buildGopls(ctx, flags.output, flags.source); err != nil {
		return c.failed(ctx, err)
	}
	return exitClean
}

// buildGopls builds a gopls that has the checks in it: gopls itself takes
// analyzers from nobody (golang/go#59869).
//
// It does so in a module of its own, of which gopls is a dependency, and where
// one file is added to the vendored gopls. No file of gopls is changed.
func (c *command) buildGopls(ctx context.Context, output, source string) error {
	checks, err := c.configure(ctx)
	if err != nil {
		return err
	}
	if err := c.offerReview(); err != nil {
		return err
	}
	goVersion, err := goVar(ctx, "GOVERSION")
	if err != nil {
		return err
	}
	pins, err := goplsFor(goVersion)
	if err != nil {
		return err
	}
	if err := pins.add(ctx, source); err != nil {
		return err
	}
	file, err := goplsOutput(ctx, output)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.stderr, "atomicstatus: building gopls %s with %s into %s for %s\n", pins.version, pins.checksFrom, file, goVersion)
	build := goplsBuild{pins, checks, changedFlags(), file}
	if err := build.run(ctx, c.note); err != nil {
		return err
	}
	return goplsTemplates().ExecuteTemplate(c.stdout, "editors.txt.tmpl", struct{ File, Version string }{
		filepath.ToSlash(file), pins.version, // editors read backslashes in strings in their own ways
	})
}

// offerReview lets an editor have the fixes for review too, unless the settings or the
// command line say otherwise: whoever applies one there has read its title.
func (c *command) offerReview() error {
	const name = "statuswrites.fixes"
	given := false
	c.set.Visit(func(f *flag.Flag) { given = given || f.Name == name })
	if given {
		return nil
	}
	return c.set.Set(name, string(fixes.Review))
}

// goplsPins is the module in which a gopls is built.
type goplsPins struct {
	mod        *modfile.File
	sum        []byte
	version    string // of gopls
	checksFrom string // for people: the module of the checks, with its version or directory
}

// goplsFor returns the gopls that fits a version of Go.
func goplsFor(goVersion string) (*goplsPins, error) {
	name := "gopls/" + version.Lang(goVersion)
	data, err := goplsFiles.ReadFile(name + ".mod")
	if err != nil {
		var known []string
		mods, _ := goplsFiles.ReadDir("gopls")
		for _, m := range mods {
			if lang, ok := strings.CutSuffix(m.Name(), ".mod"); ok {
				known = append(known, lang)
			}
		}
		slices.SortFunc(known, version.Compare)
		return nil, fmt.Errorf("no gopls is known here that fits %s: use %s", goVersion, strings.Join(known, " or "))
	}
	sum, err := goplsFiles.ReadFile(name + ".sum")
	if err != nil {
		return nil, err
	}
	mod, err := modfile.Parse(name+".mod", data, nil)
	if err != nil {
		return nil, err
	}
	pins := &goplsPins{mod: mod, sum: sum}
	for _, r := range mod.Require {
		if r.Mod.Path == goplsModule {
			pins.version = r.Mod.Version
		}
	}
	return pins, nil
}

// add requires the module of the checks: at the version of this binary, or else
// from its source, which the user may name.
func (p *goplsPins) add(ctx context.Context, source string) error {
	v, released := releasedVersion()
	if source == "" && !released {
		if source = ownSource(ctx); source == "" {
			return errors.New("this atomicstatus is no release: name the directory with its source by gopls -source DIR")
		}
	}
	if source == "" {
		p.checksFrom = modulePath + "@" + v
		return p.mod.AddRequire(modulePath, v)
	}
	dir, err := filepath.Abs(source)
	if err != nil {
		return err
	}
	data, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil {
		return fmt.Errorf("-source %s: no go.mod: %w", source, cause(err))
	}
	if path := modfile.ModulePath(data); path != modulePath {
		return fmt.Errorf("-source %s: its go.mod is that of %q, not of %s", source, path, modulePath)
	}
	p.checksFrom = dir
	const none = "v0.0.0" // of no meaning beside a replacement
	return errors.Join(p.mod.AddRequire(modulePath, none), p.mod.AddReplace(modulePath, none, dir, ""))
}

// ownSource returns the directory with the source that this binary was built from, or
// nothing: that of a clone, or the module that the current one has chosen.
func ownSource(ctx context.Context) string {
	if _, file, _, ok := runtime.Caller(0); ok {
		dir := filepath.Dir(filepath.Dir(filepath.Dir(file)))
		if data, err := os.ReadFile(filepath.Join(dir, "go.mod")); err == nil && modfile.ModulePath(data) == modulePath {
			return dir
		}
	}
	out, err := goCommand(ctx, "", nil, "list", "-m", "-f", "{{.Dir}}", modulePath)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

// write writes the module into an empty directory.
func (p *goplsPins) write(dir string) error {
	p.mod.Cleanup()
	mod, err := p.mod.Format()
	if err != nil {
		return err
	}
	// The imports make go vendor the command and the checks.
	imports := fmt.Sprintf("package main\n\nimport (\n\t_ %q\n\t_ %q\n)\n", goplsModule, modulePath+"/analyzer")
	for name, data := range map[string][]byte{"go.mod": mod, "go.sum": p.sum, "imports.go": []byte(imports)} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o666); err != nil {
			return err
		}
	}
	return nil
}

// releasedVersion returns the version of the module that this binary was built
// from, and whether others can have it: a build of a working tree has none, or
// one that only names its commit.
func releasedVersion() (string, bool) {
	info := builtFrom()
	if info.Main.Path != modulePath || info.Main.Replace != nil {
		return "", false
	}
	v := info.Main.Version
	tagged := semver.IsValid(v) && semver.Build(v) == "" && !module.IsPseudoVersion(v)
	return v, tagged || info.Main.Sum != "" // which only a module from a proxy has
}

// goplsOutput returns the path of the binary: beside the binaries of go install,
// unless the user names a file or a directory.
func goplsOutput(ctx context.Context, name string) (string, error) {
	binary := goplsName
	if runtime.GOOS == "windows" {
		binary += ".exe"
	}
	if name != "" {
		if info, err := os.Stat(name); err == nil && info.IsDir() {
			name = filepath.Join(name, binary)
		}
		return filepath.Abs(name)
	}
	dir, err := goVar(ctx, "GOBIN")
	if err != nil {
		return "", err
	}
	if dir == "" {
		path, err := goVar(ctx, "GOPATH")
		if err != nil {
			return "", err
		}
		dir = filepath.Join(filepath.SplitList(path)[0], "bin")
	}
	return filepath.Join(dir, binary), nil
}

// goplsBuild is what one gopls is built from.
type goplsBuild struct {
	pins   *goplsPins
	Checks []analyzer.Check // that are on
	Flags  []analyzer.Flag  // of the analyzers
	file   string           // to write
}

// run builds it, and tells of each step: they take minutes.
func (b *goplsBuild) run(ctx context.Context, tell func(string)) error {
	dir, err := os.MkdirTemp("", goplsName)
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := b.pins.write(dir); err != nil {
		return err
	}
	var checks bytes.Buffer
	if err := goplsTemplates().ExecuteTemplate(&checks, "checks.go.tmpl", b); err != nil {
		return err
	}

	// All of go.sum is here but for the module of the checks. go verifies that as
	// any other when it adds it.
	tell("1 of 2: getting the source")
	for _, args := range [][]string{{"mod", "download", modulePath}, {"mod", "vendor"}} {
		if _, err := goCommand(ctx, dir, []string{"GOFLAGS=-mod=mod"}, args...); err != nil {
			return fmt.Errorf("cannot get the source of gopls %s and %s: %w", b.pins.version, b.pins.checksFrom, err)
		}
	}
	added := filepath.Join(dir, "vendor", filepath.FromSlash(goplsModule), "internal", "settings", "atomicstatus.go")
	if err := os.WriteFile(added, checks.Bytes(), 0o666); err != nil {
		return err
	}
	tell("2 of 2: compiling, which takes some minutes the first time")
	// With -trimpath go keeps what it compiles, whatever the temporary directory.
	_, err = goCommand(ctx, dir, []string{"GOFLAGS=-mod=vendor"}, "build", "-trimpath",
		"-ldflags=-X main.version="+b.pins.version+"+atomicstatus", "-o", b.file, goplsModule)
	if err != nil {
		return fmt.Errorf("cannot build gopls: %w", err)
	}
	return nil
}

// goVar returns a variable of go env.
func goVar(ctx context.Context, name string) (string, error) {
	out, err := goCommand(ctx, "", nil, "env", name)
	return strings.TrimSpace(string(out)), err
}

// goCommand runs go outside of any workspace, and returns what it prints. Its
// error is what go says is wrong.
func goCommand(ctx context.Context, dir string, env []string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	cmd.Env = slices.Concat(os.Environ(), []string{"GOWORK=off"}, env)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	switch {
	case err == nil:
		return out, nil
	case errors.Is(err, exec.ErrNotFound):
		return nil, load.ErrNoGo
	}
	return nil, errors.New(cmp.Or(firstError(stderr.String()), err.Error()))
}

// firstError returns in one line the first error that go tells of. Its lines go
// on where they are indented, or name a package.
func firstError(said string) string {
	var first []string
	for line := range strings.SplitSeq(said, "\n") {
		switch {
		case line == "" || strings.HasPrefix(line, "go: downloading "):
			continue
		case len(first) > 0 && line[0] != '\t' && first[len(first)-1][0] != '#':
			return strings.Join(first, " ") + " (and more)"
		}
		first = append(first, strings.TrimSpace(line))
	}
	return strings.Join(first, " ")
}
