// Package state is what Crossdock remembers: records in partitions, files,
// outgoing messages and lists, as portable types over narrow drivers.
//
// A capability only writes state. A message or a list row leaves as an
// outgoing record in the same atomic batch as the change that caused it; the
// [Store] sends it after the commit and removes it, and Sweep sends what a
// crash left behind. So nothing is lost between a change and its message, and
// no message speaks of a change that did not happen.
//
// The package does not know which platform it runs on: [Backend], [Files] and
// [Queues] are implemented by internal/local, internal/remote, internal/azure
// and internal/simtest, and statetest holds all of them to one contract.
package state
