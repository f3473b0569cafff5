package analyzer

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"go/token"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/atomicstatus/atomicstatus/passes/fixes"
)

// Settings is what a project sets once for all its runs, in .atomicstatus.yaml
// or in the configuration of golangci-lint. The checks never read it: drivers
// keep results by the flags of the analyzers, so it is turned into flags.
type Settings struct {
	Checks         CheckSettings
	Fixes          string              // the level up to which drivers get fixes: "safe" or "review"; empty if not set
	Accept         map[string][]string // functions, by the kind of assumption that needs no review in them; nil if not set
	Managers       []string            // methods that count as status managers where they cannot be seen; nil if not set
	Entrypoints    []string            // functions that the report counts as reconcilers, besides those it knows by their types
	StatusMulti    MultiSettings
	StatusRetry    RetrySettings
	StatusCallback CallbackSettings
	StatusPhase    PhaseSettings
}

// CheckSettings adds checks to the default ones, and takes checks away.
type CheckSettings struct {
	Enable, Disable []string
}

// MultiSettings are those of statusmulti.
type MultiSettings struct {
	All bool // report each further write, not only the first
}

// RetrySettings are those of statusretry.
type RetrySettings struct {
	Policy string // "strict" or "requeue"; empty if not set
}

// CallbackSettings are those of statuscallback.
type CallbackSettings struct {
	Effects []string // functions that must not be called again; nil if not set
}

// PhaseSettings are those of statusphase; nil if not set.
type PhaseSettings struct {
	Phases     []string // status fields that hold a phase
	Validators []string // functions that validate a transition
}

// A Flag is the value of one flag of an analyzer.
type Flag struct {
	Name, Value string
}

// String returns the flag as it stands on a command line.
func (f Flag) String() string { return "-" + f.Name + "=" + f.Value }

// Flags returns the flags that mean the same as the settings, without those
// that select checks.
func (s Settings) Flags() []Flag {
	var flags []Flag
	if s.Managers != nil {
		flags = append(flags, Flag{"statuswrites.managers", strings.Join(s.Managers, ",")})
	}
	if s.Fixes != "" {
		flags = append(flags, Flag{"statuswrites.fixes", s.Fixes})
	}
	if s.Accept != nil {
		var all []string
		for _, kind := range fixes.Kinds() {
			for _, name := range s.Accept[string(kind)] {
				all = append(all, string(kind)+":"+name)
			}
		}
		flags = append(flags, Flag{"statuswrites.accept", strings.Join(all, ",")})
	}
	if s.StatusMulti.All {
		flags = append(flags, Flag{"statusmulti.all", "true"})
	}
	if s.StatusRetry.Policy != "" {
		flags = append(flags, Flag{"statusretry.policy", s.StatusRetry.Policy})
	}
	if s.StatusCallback.Effects != nil {
		flags = append(flags, Flag{"statuscallback.effects", strings.Join(s.StatusCallback.Effects, ",")})
	}
	if s.StatusPhase.Phases != nil {
		flags = append(flags, Flag{"statusphase.phases", strings.Join(s.StatusPhase.Phases, ",")})
	}
	if s.StatusPhase.Validators != nil {
		flags = append(flags, Flag{"statusphase.validators", strings.Join(s.StatusPhase.Validators, ",")})
	}
	return flags
}

// SetFlags gives each flag of the analyzers the value that is in the list, or
// else its default. It is for drivers without a command line.
func SetFlags(flags []Flag) error {
	values := make(map[string]string)
	for _, f := range flags {
		values[f.Name] = f.Value
	}
	var errs []error
	for _, a := range Analyzers() {
		a.Flags.VisitAll(func(f *flag.Flag) {
			name := a.Name + "." + f.Name
			value, ok := values[name]
			if !ok {
				value = f.DefValue
			}
			if err := f.Value.Set(value); err != nil {
				errs = append(errs, fmt.Errorf("invalid value %q for flag -%s: %w", value, name, err))
			}
			delete(values, name)
		})
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		errs = append(errs, fmt.Errorf("no analyzer has the flag -%s", name))
	}
	return errors.Join(errs...)
}

// Selected returns the checks that are to run.
func (s Settings) Selected() ([]Check, error) {
	selected := slices.DeleteFunc(Checks(), func(c Check) bool {
		return slices.Contains(s.Checks.Disable, c.Name) || !c.Default && !slices.Contains(s.Checks.Enable, c.Name)
	})
	if len(selected) == 0 {
		return nil, errors.New("checks.disable: it leaves no check")
	}
	return selected, nil
}

// SelectionFlags returns the flags by which go vet runs just these checks: none
// where they are those that it runs by itself.
func SelectionFlags(selected []Check) []Flag {
	isDefault := func(a, b Check) bool { return a.Name == b.Name }
	if defaults, err := Select(""); err == nil && slices.EqualFunc(selected, defaults, isDefault) {
		return nil
	}
	var flags []Flag
	for _, c := range selected {
		flags = append(flags, Flag{c.Name, "true"})
	}
	return flags
}

// DecodeYAML decodes the content of a settings file. Whatever it does not know
// is an error that names its path; all errors are joined.
func DecodeYAML(data []byte) (Settings, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var value any
	if err := decoder.Decode(&value); err != nil && err != io.EOF {
		return Settings{}, errors.New(strings.Join(strings.Fields(strings.TrimPrefix(err.Error(), "yaml: ")), " "))
	}
	if err := decoder.Decode(new(any)); err != io.EOF {
		return Settings{}, errors.New("it holds more than one document")
	}
	return Decode(value)
}

// Decode decodes settings that were read from YAML or JSON into plain values:
// map[string]any, []any, string, bool. It is as strict as [DecodeYAML].
func Decode(value any) (Settings, error) {
	var s Settings
	var d decoder
	accept := make(map[string]field)
	for _, kind := range fixes.Kinds() {
		accept[string(kind)] = func(path string, v any) {
			var names []string
			if d.list(&names, function)(path, v); s.Accept == nil {
				s.Accept = make(map[string][]string)
			}
			s.Accept[string(kind)] = names
		}
	}
	d.object("", value, map[string]field{
		"checks": func(path string, v any) {
			d.object(path, v, map[string]field{
				"enable":  d.list(&s.Checks.Enable, checkName),
				"disable": d.list(&s.Checks.Disable, checkName),
			})
		},
		"fixes":       d.oneOf(&s.Fixes, string(fixes.Safe), string(fixes.Review)),
		"accept":      func(path string, v any) { d.object(path, v, accept) },
		"managers":    d.list(&s.Managers, identifier),
		"entrypoints": d.list(&s.Entrypoints, function),
		"statusmulti": func(path string, v any) {
			d.object(path, v, map[string]field{"all": d.bool(&s.StatusMulti.All)})
		},
		"statusretry": func(path string, v any) {
			d.object(path, v, map[string]field{"policy": d.oneOf(&s.StatusRetry.Policy, "strict", "requeue")})
		},
		"statuscallback": func(path string, v any) {
			d.object(path, v, map[string]field{"effects": d.list(&s.StatusCallback.Effects, function)})
		},
		"statusphase": func(path string, v any) {
			d.object(path, v, map[string]field{
				"phases":     d.list(&s.StatusPhase.Phases, fieldName),
				"validators": d.list(&s.StatusPhase.Validators, function),
			})
		},
	})
	for _, name := range s.Checks.Enable {
		if slices.Contains(s.Checks.Disable, name) {
			d.fail("checks", "%s is both enabled and disabled", name)
		}
	}
	if d.errs == nil {
		if _, err := s.Selected(); err != nil {
			d.errs = append(d.errs, err)
		}
	}
	return s, errors.Join(d.errs...)
}

// field decodes the value found at a path.
type field func(path string, value any)

// decoder collects the errors of all fields.
type decoder struct {
	errs []error
}

func (d *decoder) fail(path, format string, args ...any) {
	msg := fmt.Sprintf(format, args...)
	if path != "" {
		msg = path + ": " + msg
	}
	d.errs = append(d.errs, errors.New(msg))
}

// object decodes a mapping. No value at all is an empty one.
func (d *decoder) object(path string, value any, fields map[string]field) {
	if value == nil {
		return
	}
	object, ok := value.(map[string]any)
	if !ok {
		d.fail(path, "%s is not a mapping", show(value))
		return
	}
	for _, key := range slices.Sorted(maps.Keys(object)) {
		keyPath := strings.TrimPrefix(path+"."+key, ".")
		if decode := fields[key]; decode != nil {
			decode(keyPath, object[key])
		} else {
			d.fail(keyPath, "unknown key, not one of %s", strings.Join(slices.Sorted(maps.Keys(fields)), ", "))
		}
	}
}

// list decodes a list of strings that valid accepts.
func (d *decoder) list(to *[]string, valid func(string) error) field {
	return func(path string, value any) {
		values, ok := value.([]any)
		if !ok {
			d.fail(path, "%s is not a list", show(value))
			return
		}
		*to = []string{} // an empty list is set, too
		for i, value := range values {
			elem := fmt.Sprintf("%s[%d]", path, i)
			if name, ok := value.(string); !ok {
				d.fail(elem, "%s is not a string", show(value))
			} else if err := valid(name); err != nil {
				d.fail(elem, "%v", err)
			} else {
				*to = append(*to, name)
			}
		}
	}
}

func (d *decoder) bool(to *bool) field {
	return func(path string, value any) {
		var ok bool
		if *to, ok = value.(bool); !ok {
			d.fail(path, "%s is not true or false", show(value))
		}
	}
}

func (d *decoder) oneOf(to *string, allowed ...string) field {
	return func(path string, value any) {
		text, ok := value.(string)
		if !ok || !slices.Contains(allowed, text) {
			d.fail(path, "%s is not one of %s", show(value), strings.Join(allowed, ", "))
			return
		}
		*to = text
	}
}

func checkName(name string) error {
	_, err := Find(name)
	return err
}

func identifier(name string) error {
	if !token.IsIdentifier(name) {
		return fmt.Errorf("%q is not the name of a method", name)
	}
	return nil
}

func fieldName(name string) error {
	if !token.IsIdentifier(name) {
		return fmt.Errorf("%q is not the name of a field", name)
	}
	return nil
}

// functionName matches a function as a setting names it: Notify, Mailer.Send,
// (*Mailer).Send, example.com/mail.Send.
var functionName = regexp.MustCompile(`^([\w.~-]+/)*([\w-]+\.)?(\(\*\w+\)\.|\w+\.)?[\pL_][\pL\pN_]*$`)

func function(name string) error {
	if !functionName.MatchString(name) {
		return fmt.Errorf("%q is not the name of a function", name)
	}
	return nil
}

// show names a value in a message.
func show(value any) string {
	switch value := value.(type) {
	case nil:
		return "an empty value"
	case string:
		return strconv.Quote(value)
	case map[string]any, map[any]any:
		return "a mapping"
	case []any:
		return "a list"
	default:
		return fmt.Sprint(value)
	}
}
