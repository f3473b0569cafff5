// Package scale generates operators of any size, and measures what it costs to
// analyse them.
package scale

import (
	_ "embed"
	"fmt"
	"go/format"
	"path/filepath"
	"strings"

	"github.com/atomicstatus/atomicstatus/e2e/internal/module"
)

// Module is the path of the module of generated operators.
const Module = "example.com/scale"

// Operator is one generated operator.
type Operator struct {
	Parameter
	Size int // times the unit
}

// N is how many the operator has of its parameter.
func (o Operator) N() int { return o.Size * o.Unit }

// Dir is the directory of its packages in the module.
func (o Operator) Dir() string {
	return fmt.Sprintf("%s/x%d", strings.ReplaceAll(o.Name, " ", ""), o.Size)
}

//go:embed api.go.txt
var api []byte

// Write writes a module with the operators to a directory.
func Write(dir string, operators []Operator) error {
	if err := module.Write(dir, Module); err != nil {
		return err
	}
	if err := module.WriteFile(filepath.Join(dir, "api/v1/types.go"), api); err != nil {
		return err
	}
	for _, o := range operators {
		for i, body := range o.packages(o.N()) {
			text, err := format.Source([]byte(source(Module+"/"+o.Dir(), i, body)))
			if err != nil {
				return fmt.Errorf("%s: %w", o.Dir(), err)
			}
			if err := module.WriteFile(filepath.Join(dir, o.Dir(), fmt.Sprintf("p%d/reconciler.go", i)), text); err != nil {
				return err
			}
		}
	}
	return nil
}
