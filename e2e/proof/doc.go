// Package proof measures what one status write a reconcile is worth: it runs the
// controllers of the example operator against a real API server, as they were first
// written and as all fixes leave them, counts what they ask of it, and compares what
// they leave behind. It is built with the
// tag proof only, as a whole API server takes minutes to compile; make proof
// runs it and writes docs/proof.md.
//
// Every request is counted by the client that makes it and by the server that
// answers it, every write by etcd and by a watcher too, and a run in which they
// do not agree fails.
package proof
