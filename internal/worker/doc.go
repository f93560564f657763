// Package worker is the handler's side of the Functions custom-handler
// protocol: it takes the host's POST for each invocation, runs the function
// under a deadline, and answers what the host understands.
//
// Attempts live here and nowhere else. A function returns an error; the
// worker decides by its kind whether the invocation is held while state is
// unreachable, tried later with a committed wake-up, or given up with a
// failure record. It knows no capability and no platform.
//
// A 200 means that the outcome of the message is durable; anything else means
// that the broker must deliver it again. Metadata the host sends is never
// trusted: identity and tenancy come from the wake-up in the message body.
package worker
