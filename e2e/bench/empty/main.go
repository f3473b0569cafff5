// Command empty is a vet tool with one analyzer that does nothing but export a
// fact for each package: what any tool with facts costs at least.
package main

import (
	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/unitchecker"
)

type seen struct{ Yes bool }

func (*seen) AFact() {}

func main() {
	unitchecker.Main(&analysis.Analyzer{
		Name:      "empty",
		Doc:       "export a fact for each package",
		FactTypes: []analysis.Fact{(*seen)(nil)},
		Run: func(pass *analysis.Pass) (any, error) {
			pass.ExportPackageFact(&seen{true})
			return nil, nil
		},
	})
}
