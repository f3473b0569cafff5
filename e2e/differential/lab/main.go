package lab

import (
	"encoding/json"
	"os"
	"runtime/debug"
	"sync"
)

// workers is more than there are processors, as a retry sleeps.
const workers = 32

// MutantEnv is the variable that names the mutant of status.Update to run.
const MutantEnv = "ATOMICSTATUS_MUTANT"

// Mutant is what it names; empty for status.Update as it is.
var Mutant = os.Getenv(MutantEnv)

// Result is what came of all programs.
type Result struct {
	Failures []Failure
	Tally    Tally
}

// Main compares all programs and writes the result to stdout as JSON.
func Main(programs []Program) {
	debug.SetGCPercent(400) // all that a scenario makes dies with it
	work := make(chan Program)
	var done sync.WaitGroup
	var mu sync.Mutex
	var result Result
	for range workers {
		done.Go(func() {
			for p := range work {
				failures, tally := Compare(p)
				mu.Lock()
				result.Failures = append(result.Failures, failures...)
				result.Tally.add(tally)
				mu.Unlock()
			}
		})
	}
	for _, p := range programs {
		work <- p
	}
	close(work)
	done.Wait()
	if err := json.NewEncoder(os.Stdout).Encode(result); err != nil {
		panic(err)
	}
}
