package follows

import (
	myv1 "example.com/cases/api/v1"
	"example.com/cases/shared/elsewhere"
)

// Asked changes it only if it is told so.
func (c *Controller) Asked() int {
	widget, _ := c.lister.Widgets("here").Get("one")
	return count(widget, false) + elsewhere.Marks(widget, false)
}

func (c *Controller) Told() int {
	widget, _ := c.lister.Widgets("here").Get("one")
	return count(widget, true) // want statusshared:"widget"
}

func (c *Controller) ToldElsewhere() int {
	widget, _ := c.lister.Widgets("here").Get("one")
	return elsewhere.Marks(widget, true) // want statusshared:"widget"
}

func (c *Controller) ToldBy(take bool) int {
	widget, _ := c.lister.Widgets("here").Get("one")
	return count(widget, take) // want statusshared:"widget"
}

func count(widget *myv1.Widget, take bool) int { return marks(widget, !take) }

func marks(widget *myv1.Widget, keep bool) int {
	n := len(widget.Annotations)
	if !keep {
		widget.Annotations["marks"] = ""
	}
	return n
}

// Anyway changes it on both ways.
func (c *Controller) Anyway() {
	widget, _ := c.lister.Widgets("here").Get("one")
	either(widget, false) // want statusshared:"widget"
}

func either(widget *myv1.Widget, more bool) {
	if more {
		widget.Annotations["more"] = ""
	}
	widget.Annotations["seen"] = ""
}
