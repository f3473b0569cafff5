package differential

import (
	"fmt"
	"path/filepath"
	"slices"

	"github.com/atomicstatus/atomicstatus/e2e/differential/gen"
	"github.com/atomicstatus/atomicstatus/e2e/differential/lab"
)

// maxReductions bounds the rounds of a reduction.
const maxReductions = 25

// Reduce takes statements from a program for as long as it still fails by the
// same rule, and returns what is left. All that can be done in one step is
// tried in one run, each as a program of its own; so a round costs no more than
// a run of a few hundred programs, and there are few rounds.
func (t Trial) Reduce(dir string, p *gen.Program, rule string) (*gen.Program, error) {
	for round := range maxReductions {
		candidates := p.Smaller()
		if len(candidates) == 0 {
			break
		}
		for i, c := range candidates {
			c.Name = fmt.Sprintf("%06dr%dc%d", p.Seed, round, i)
		}
		result, err := t.Run(filepath.Join(dir, fmt.Sprintf("round%d", round)), candidates)
		if err != nil {
			return nil, err
		}
		var best *gen.Program
		for _, c := range candidates {
			fails := slices.ContainsFunc(result.Failures, func(f lab.Failure) bool { return f.Program == c.Name && f.Rule == rule })
			if fails && (best == nil || c.Size() < best.Size()) {
				best = c
			}
		}
		if best == nil {
			break
		}
		p = best
	}
	return p, nil
}
