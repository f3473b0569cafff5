package withtests

import (
	"context"
	"testing"

	myv1 "example.com/cases/api/v1"
)

// TestTwice calls it twice: test files get no reports.
func TestTwice(t *testing.T) {
	r, widget := &Reconciler{}, &myv1.Widget{}
	if r.Client == nil {
		t.Skip("there is no client")
	}
	if err := r.Twice(context.Background(), widget); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := r.Status().Update(context.Background(), widget); err != nil {
			t.Fatal(err)
		}
	}
}
