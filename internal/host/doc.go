// Package host is an embedded Functions host: it reads the same host.json and
// function.json as the one in the cloud and drives the same handler over the
// same custom-handler protocol, with state's drivers in the place of the
// broker.
//
// It does Service Bus queue triggers with and without sessions, timers and
// HTTP. It does not know what a function does or what a message says, and it
// has no retries, batches or output bindings but those to HTTP and queues.
//
// Where the real host is known to be silent about a mistake in configuration
// this one fails at start; otherwise it behaves as that one does, unpleasant
// traits included.
package host
