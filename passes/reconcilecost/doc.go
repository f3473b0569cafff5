// Package reconcilecost counts the requests that a reconcile makes to the API
// server, status writes above all, on its worst path and on its best.
//
// # The abstraction
//
// A path is an execution of a reconciler from entry to return, callees included,
// on which every status write that was made succeeded, was not made, or failed
// for good: what a conflict makes run again is not counted, as it comes on top
// of any path. The cost of a path is a number of status writes, and of requests,
// as a polynomial over the turns of loops ([Expr]): calls in sequence add up, a
// loop multiplies its dearest turn by a symbol, branches take the maximum, and
// recursion is widened to the symbol "unbounded".
//
// The maximum over branches is no expression of its own: paths are ordered by
// their cost with ten turns a loop, status writes first, and the worst is kept
// as a trace of its steps. All figures are read off that one trace, so they
// belong to one path that a reader can follow.
//
// # The walk
//
// A function is walked once for each binding of its parameters that matters: the
// functions, the dynamic types and the bools that it is passed, and the variables that
// it captures. That makes callbacks and helpers over interfaces plain calls.
//
// Which paths there are is for the engine to say that the checks rest on. It has a graph
// of points that its paths go through ([flow.Paths]); the walk follows it, and holds for
// each point the worst and the best cost of the paths there. So the checks and the count
// agree on what is impossible, and the walk knows nothing of values itself. What it gives
// is the cost of each outcome that the engine tells apart: a "handled" bool or a nil error
// selects the cost that belongs to it. Of a function that the engine does not follow, as
// it writes nothing, all paths count.
//
// A loop is walked once for paths that have written as often before it, from all points
// that its head has: its turn is the dearest path back to its head.
//
// # What is not exact
//
// The worst cost can be too high: conditions that the engine does not understand,
// and states that it has joined, make the walk follow branches that exclude each
// other. It can be too low where a call cannot be seen through: one through a function
// value that is not known, or an interface without an implementation in the program. An
// interface with several counts as the dearest of them.
package reconcilecost
