package statuscallback

import (
	"fmt"

	"github.com/atomicstatus/atomicstatus/passes/internal/flow"
	"github.com/atomicstatus/atomicstatus/passes/statuswrites"
)

// wrongObjects reports what a callback does to objects that are not the ones
// that the retry reads and writes. The engine finds that where the callback is
// passed on, as only there it shows what its variables stand for.
func (c *check) wrongObjects(f *statuswrites.Func) {
	for _, found := range f.Findings {
		switch found.Kind {
		case flow.WrongObject:
			c.Report(c.writes.Around(found.Pos), fmt.Sprintf("%s of %s is changed here, but the retry reads and writes another object: the change is not written; change that one", found.Field(), found.Name))
		case flow.NestedWrite:
			c.Report(c.writes.Around(found.Pos), fmt.Sprintf("the status of %s is written here, and once more by the status manager that calls this; leave the write to the manager", found.Name))
		}
	}
}
