package lab

import (
	"encoding/json"
	"os"
	"sync"
)

// workers is more than there are processors, as a retry sleeps.
const workers = 32

// Main compares all programs and writes the failures to stdout as JSON, one a
// line.
func Main(programs []Program) {
	work := make(chan Program)
	var done sync.WaitGroup
	var mu sync.Mutex
	out := json.NewEncoder(os.Stdout)
	for range workers {
		done.Go(func() {
			for p := range work {
				failures := Compare(p)
				mu.Lock()
				for _, f := range failures {
					if err := out.Encode(f); err != nil {
						panic(err)
					}
				}
				mu.Unlock()
			}
		})
	}
	for _, p := range programs {
		work <- p
	}
	close(work)
	done.Wait()
}
