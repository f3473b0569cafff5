package main

import (
	"runtime"
	"runtime/debug"
)

// collectLate has garbage collected seldom until the heap has grown to so many bytes, and
// then as usual. A vet tool is started for each package and ends with it: most never need
// that much, and spent a fifth of their time on collecting.
func collectLate(size uint64) {
	const seldom, usual = 400, 100
	debug.SetGCPercent(seldom)
	var afterNext func()
	afterNext = func() {
		runtime.AddCleanup(new([64]byte), func(struct{}) {
			var stats runtime.MemStats
			if runtime.ReadMemStats(&stats); stats.NextGC > size {
				debug.SetGCPercent(usual)
				return
			}
			afterNext()
		}, struct{}{})
	}
	afterNext()
}
