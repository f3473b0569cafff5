//go:build proof

package proof

import (
	"context"
	"fmt"
	"strconv"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// storm creates the one object of a storm, has a runner make it, and returns
// what the writers were told and which changes are in the object: the steps that
// they added to the list, and the counter that each of them added 1 to.
func (c *cluster) storm(ctx context.Context, runner, namespace string, args ...string) (report *runnerReport, steps, counter int, err error) {
	in := c.resource("workflowexecutions", namespace)
	storm := object(kinds["workflowexecutions"], "storm", map[string]any{"steps": []any{}})
	if _, err := in.Create(ctx, storm, metav1.CreateOptions{}); err != nil {
		return nil, 0, 0, err
	}
	if report, err = run(ctx, runner, c.server.Kubeconfig(), append(args, "-namespace="+namespace)...); err != nil {
		return nil, 0, 0, err
	}
	if storm, err = in.Get(ctx, "storm", metav1.GetOptions{}); err != nil {
		return nil, 0, 0, err
	}
	list, _, err := unstructured.NestedSlice(storm.Object, "status", "steps")
	if err != nil {
		return nil, 0, 0, err
	}
	names := map[string]bool{}
	for _, step := range list {
		names[fmt.Sprint(step.(map[string]any)["name"])] = true
	}
	if len(names) != len(list) {
		return nil, 0, 0, fmt.Errorf("of %d steps only %d are different", len(list), len(names))
	}
	if message, found, _ := unstructured.NestedString(storm.Object, "status", "message"); found {
		if counter, err = strconv.Atoi(message); err != nil {
			return nil, 0, 0, err
		}
	}
	return report, len(list), counter, nil
}
