package kube_test

import (
	"go/token"
	"go/types"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/buildssa"
	"golang.org/x/tools/go/ssa"

	"github.com/atomicstatus/atomicstatus/passes/internal/casetest"
	"github.com/atomicstatus/atomicstatus/passes/internal/kube"
)

// The programs under testdata/calls say what each call is known to do.
func TestCalls(t *testing.T) {
	casetest.Told(t, "calls", func(pass *analysis.Pass, say func(token.Pos, string)) {
		for _, fn := range pass.ResultOf[buildssa.Analyzer].(*buildssa.SSA).SrcFuncs {
			for _, b := range fn.Blocks {
				for _, instr := range b.Instrs {
					if call, ok := instr.(ssa.CallInstruction); ok {
						for _, view := range does(call.Common()) {
							say(call.Pos(), view)
						}
					}
				}
			}
		}
	}, buildssa.Analyzer)
}

var (
	ops = map[kube.Op]string{
		kube.StatusWriter: "status writer", kube.OtherWriter: "other writer", kube.Accessor: "leads to a client",
		kube.StatusUpdate: "status update", kube.StatusPatch: "status patch", kube.StatusApply: "status apply",
		kube.Get: "get", kube.Update: "update", kube.Patch: "patch", kube.Create: "create", kube.Delete: "delete", kube.List: "list",
	}
	repeats = map[kube.Repeat]string{
		kube.Once: "runs it", kube.OnConflict: "runs it again on a conflict", kube.OnError: "runs it again on an error",
		kube.WhileFalse: "runs it until true", kube.Always: "runs it many times", kube.Async: "runs it aside", kube.EventLoop: "runs it for each event",
	}
	caches = map[kube.Cached]string{
		kube.CachedObject: "cached object", kube.CachedElements: "cached elements", kube.CachedInside: "filled from the cache",
	}
)

// does lists what the views of the table and of the types say of a call.
func does(c *ssa.CallCommon) []string {
	var out []string
	add := func(ok bool, what string) {
		if ok {
			out = append(out, what)
		}
	}
	call := kube.Classify(c)
	add(call.Op != kube.None, ops[call.Op])
	add(call.Typed, "typed")
	add(call.Op != kube.None && kube.Conflicts(c), "conflicts")
	for _, back := range kube.Callbacks(c, func(*types.Func) bool { return false }) {
		out = append(out, repeats[back.Repeat])
	}
	cached := kube.FromCache(c)
	add(cached != kube.NotCached, caches[cached])
	if ch, ok := kube.ChangeOf(c); ok {
		add(ch.Path != "", "changes "+ch.Path)
		add(ch.Path == "", "changes it")
		add(ch.Told, "tells whether it did")
		add(ch.Releases, "releases")
	}
	_, compares := kube.Compares(c)
	add(compares, "compares")
	name, asks := kube.ErrorPredicate(c)
	add(asks, "asks "+name)
	ignored, ignores := kube.Ignores(c)
	add(ignores, "ignores "+ignored)
	_, tests := kube.TestedError(c)
	add(tests, "tests an error")
	base, diffs := kube.PatchBase(c)
	add(diffs && base != nil, "patch from a base")
	_, raw := kube.RawPatch(c)
	add(raw, "raw patch")
	key, _ := kube.KeyOf(c)
	add(key != "", "its "+key)
	add(kube.Reads(c), "reads")
	add(kube.Waits(c), "waits")
	add(kube.Event(c), "event")
	add(kube.Outside(c) == kube.Nothing, "no effect")
	add(kube.Outside(c) == kube.Acts, "acts")
	_, sorts := kube.Sorts(c)
	add(sorts, "sorts")
	_, sets := kube.SetsMetadata(c)
	add(sets, "sets metadata")
	add(len(c.Args) > 0 && kube.InStatus(c.Args[0].Type()), "of a status")
	into, fills := kube.Filled(c)
	add(fills && into != nil, "fills")
	if fn := kube.Func(c); fn != nil {
		add(kube.NoReturn(fn), "does not return")
		add(kube.MakesError(fn), "makes an error")
		add(kube.JoinsErrors(fn), "joins errors")
		_, wraps := kube.WrapsError(fn)
		add(wraps, "wraps an error")
		add(kube.Getter(fn), "getter")
		add(kube.Decodes(fn), "decodes")
		add(kube.Copies(fn), "copies")
		add(kube.CopiesInto(fn), "copies into")
		add(kube.IsZero(fn), "zero test")
		add(kube.DeletionTime(fn), "deletion time")
		add(kube.SetsVersion(fn), "sets the version")
		add(kube.SetsCondition(fn), "sets a condition")
	}
	return out
}
