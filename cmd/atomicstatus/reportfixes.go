package main

import (
	"context"
	"errors"

	"github.com/atomicstatus/atomicstatus/cmd/atomicstatus/internal/apply"
	"github.com/atomicstatus/atomicstatus/cmd/atomicstatus/internal/report"
	"github.com/atomicstatus/atomicstatus/passes/fixes"
	"github.com/atomicstatus/atomicstatus/passes/load"
)

// managerDir is where the package that fixes call goes, if nobody says otherwise.
const managerDir = "internal/status"

// addFixes adds to a report what its controllers cost after the safe fixes, and after all.
// No file changes.
func (c *command) addFixes(ctx context.Context, patterns []string, made *report.Report) error {
	r, err := c.reporter(ctx)
	if err != nil {
		return err
	}
	c.again = true // what there is to tell of the program has been told
	c.progress.start()
	defer c.progress.stop()
	safe, err := c.fixed(ctx, r, patterns, fixes.Safe)
	if err != nil {
		return err
	}
	review, err := c.fixed(ctx, r, patterns, fixes.Review)
	if err != nil {
		return err
	}
	made.AddFixes(safe, review)
	return nil
}

// fixed reports on what the fixes of a level make of the program, in memory.
func (c *command) fixed(ctx context.Context, r *reporter, patterns []string, level fixes.Level) (*report.Report, error) {
	by := map[*apply.Result]*report.Report{} // there may be more than one try
	run := func() (*apply.Result, error) {
		result, err := apply.Run(ctx, level, func(ctx context.Context, overlay map[string][]byte) (apply.Round, error) {
			round, _, err := c.reportRound(ctx, r, patterns, overlay, false)
			return round, err
		}, c.prepare)
		if err != nil {
			return nil, err
		}
		// The round that is kept need not be the last one.
		overlay := map[string][]byte{}
		for _, file := range result.Files {
			overlay[file.Name] = file.New
		}
		_, in, err := c.reportRound(ctx, r, patterns, overlay, false)
		if err != nil {
			return nil, err
		}
		by[result] = report.New(in)
		return result, nil
	}
	if fixable() {
		result, err := run()
		return by[result], err
	}
	l, result, err := c.lending(ctx, managerDir, level, run)
	if err == nil {
		err = l.takeBack()
	} else if ctx.Err() == nil { // there is no such package for this module
		result, err = run()
	}
	return by[result], err
}

// reportRound analyses the program with the files of the overlay, for fixes and for a
// report. Replace says whether the fixes are to be written.
func (c *command) reportRound(ctx context.Context, r *reporter, patterns []string, overlay map[string][]byte, replace bool) (apply.Round, report.Input, error) {
	prog, in, errs, err := c.analyseWhole(ctx, r, load.Config{Patterns: patterns, Overlay: overlay})
	if err == nil && len(in.Reconcilers) == 0 {
		err = errors.Join(errors.Join(problems(prog.Broken, errs)...), noReconciler(prog))
	}
	if err != nil {
		return apply.Round{}, report.Input{}, err
	}
	return apply.Round{Diagnostics: in.Findings, Broken: prog.Broken, Errors: errs, Editable: editable(prog.Sources, replace)}, in, nil
}
