package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// Table compares the tools on one operator.
type Table struct {
	*Operator
	Rows []*Row
}

// Row is what one tool cost: with no results of before, with all, and with those
// from before a file was edited.
type Row struct {
	Tool
	Cold, Warm, Edit Cost
	base             *Row
}

// compareAll runs all tools on all operators that have that in their name.
func compareAll(ctx context.Context, dir, operator string, runs int) ([]*Table, error) {
	tools, err := buildTools(ctx, filepath.Join(dir, "tools"))
	if err != nil {
		return nil, err
	}
	operators, err := prepare(ctx, filepath.Join(dir, "operators"), operator)
	if err != nil {
		return nil, err
	}
	var tables []*Table
	for _, o := range operators {
		table, err := compare(ctx, o, tools, runs)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", o.Name, err)
		}
		tables = append(tables, table)
	}
	return tables, nil
}

// compare runs all tools on an operator, one after the other, several times.
func compare(ctx context.Context, o *Operator, tools []Tool, runs int) (*Table, error) {
	t := &Table{Operator: o}
	costs := make([][3][]Cost, len(tools))
	edits := 0
	for n := range runs {
		for i, tool := range tools {
			fmt.Fprintf(os.Stderr, "%s, run %d: %s\n", o.Name, n+1, tool.Name)
			cache, err := os.MkdirTemp("", "bench-cache")
			if err != nil {
				return nil, err
			}
			defer os.RemoveAll(cache)
			for when := range 3 {
				if when > 0 && !tool.Cache {
					break // as before
				}
				if when == 2 {
					edits++
					if err := o.edit(edits); err != nil {
						return nil, err
					}
				}
				cost, err := tool.run(ctx, o, cache)
				if err != nil {
					return nil, err
				}
				costs[i][when] = append(costs[i][when], cost)
			}
		}
	}
	for i, tool := range tools {
		row := &Row{Tool: tool, Cold: median(costs[i][0])}
		if row.Warm, row.Edit = row.Cold, row.Cold; tool.Cache {
			row.Warm, row.Edit = median(costs[i][1]), median(costs[i][2])
		}
		t.Rows = append(t.Rows, row)
		row.base = t.Rows[0]
	}
	return t, nil
}

// These are the cells of the table. All are ratios to the cold run of the first
// tool but for those in seconds and megabytes.
func (r *Row) ColdRatio() string { return ratio(r.Cold, r.base.Cold) }
func (r *Row) WarmRatio() string { return ratio(r.Warm, r.base.Cold) }
func (r *Row) EditRatio() string { return ratio(r.Edit, r.base.Cold) }
func (r *Row) MemoryRatio() string {
	return number(float64(r.Cold.Memory) / float64(r.base.Cold.Memory))
}
func (r *Row) Seconds() string  { return fmt.Sprintf("%.1f", r.Cold.CPU.Seconds()) }
func (r *Row) Megabytes() int64 { return r.Cold.Memory >> 20 }

func ratio(a, b Cost) string { return number(a.CPU.Seconds() / b.CPU.Seconds()) }

func number(x float64) string { return fmt.Sprintf("%.2f", x) }
