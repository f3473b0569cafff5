package statuscallback

import (
	"fmt"

	"github.com/atomicstatus/atomicstatus/passes/statuswrites"
)

// wrongObjects reports what a callback does to objects that are not the ones that the
// retry reads and writes. That is told where the callback is passed on, as only there it
// shows what its variables stand for.
func (c *check) wrongObjects(f *statuswrites.Func) {
	for _, b := range f.Beside {
		c.Report(c.writes.Around(b.Pos), fmt.Sprintf("%s of %s is changed here, but the retry reads and writes another object: the change is not written; change that one", b.Field(), b.Name))
	}
	for _, n := range f.Nested {
		c.Report(c.writes.Around(n.Pos), fmt.Sprintf("the status of %s is written here, and once more by the status manager that calls this; leave the write to the manager", n.Name))
	}
}
