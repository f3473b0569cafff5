//go:build proof

package proof

import (
	"bytes"
	"context"
	"fmt"
	"strconv"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// metrics are those of the server, at one moment.
type metrics map[string]*dto.MetricFamily

func (c *cluster) metrics(ctx context.Context) (metrics, error) {
	text, err := c.crds.Discovery().RESTClient().Get().AbsPath("/metrics").DoRaw(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the metrics: %w", err)
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(bytes.NewReader(text))
	return families, err
}

// sum adds up the metric of that name over all labels that match.
func (m metrics) sum(name string, match func(labels map[string]string) bool) float64 {
	total := 0.0
	for _, metric := range m[name].GetMetric() {
		labels := map[string]string{}
		for _, pair := range metric.GetLabel() {
			labels[pair.GetName()] = pair.GetValue()
		}
		if match(labels) {
			total += metric.GetCounter().GetValue()
		}
	}
	return total
}

// calls returns how many requests for objects of the operator were answered.
func (m metrics) calls() map[call]int {
	counts := map[call]int{}
	for _, metric := range m["apiserver_request_total"].GetMetric() {
		labels := map[string]string{}
		for _, pair := range metric.GetLabel() {
			labels[pair.GetName()] = pair.GetValue()
		}
		code, err := strconv.Atoi(labels["code"])
		if labels["group"] != groupVersion.Group || err != nil {
			continue
		}
		switch labels["verb"] {
		case "LIST", "WATCH", "POST": // the informers', and ours
			continue
		}
		counts[call{Verb: labels["verb"], Resource: labels["resource"], Subresource: labels["subresource"], Code: code}] += int(metric.GetCounter().GetValue())
	}
	return counts
}

// cpu returns the processor time that the server and its etcd used, in
// milliseconds.
func (m metrics) cpu() int {
	return int(1000 * m.sum("process_cpu_seconds_total", func(map[string]string) bool { return true }))
}

// sent returns how many events the server has sent to all watchers of the
// operator's resources.
func (m metrics) sent() int {
	return int(m.sum("apiserver_watch_events_total", func(labels map[string]string) bool {
		return labels["group"] == groupVersion.Group
	}))
}
