package worker

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/crossdock/crossdock/internal/state"
)

// call is one invocation: what its log line says.
type call struct {
	function  *Function
	id        string // the host's; for logs, since it repeats across retries in the host
	parent    string // traceparent of the request
	started   time.Time
	until     time.Time
	trace     string
	tenant    string
	aggregate string
	attempt   int
	held      int // tries while state was unreachable
	outcome   string
	cause     error // of an outcome that is not an error to the host
}

func (c *call) begin(trace string, wake state.Wake) {
	c.trace, c.tenant, c.aggregate, c.attempt = trace, wake.Tenant, wake.Aggregate, wake.Attempt
}

// Deliver runs a message or timer function as its POST does, without HTTP:
// body is the message's. Nil completes the message, an error abandons it.
func (w *Worker) Deliver(ctx context.Context, function string, body []byte) error {
	f := w.byName[function]
	if f == nil || f.Trigger == OnRequest {
		return fmt.Errorf("function %q: %w", function, state.ErrNotFound)
	}
	return w.invoke(ctx, &call{function: f}, body, Tick{})
}

// invoke runs one invocation and logs it.
func (w *Worker) invoke(ctx context.Context, c *call, body []byte, tick Tick) error {
	w.running.Add(1)
	defer w.running.Add(-1)
	c.started = w.now()
	err := protect(func() error {
		if c.function.Trigger == OnTime {
			return w.ticked(ctx, c, tick)
		}
		return w.message(ctx, c, body)
	})
	if p := (*panicked)(nil); c.outcome == "" && errors.As(err, &p) {
		c.outcome = "panicked" // before the function ran
	}
	w.line(c, err)
	return err
}

// ticked runs a timer function. There is no message to postpone: the next
// tick finds what this one left.
func (w *Worker) ticked(ctx context.Context, c *call, tick Tick) error {
	c.until = c.started.Add(w.deadline)
	c.trace = w.trace(c.parent)
	ctx, cancel := context.WithTimeout(context.WithValue(ctx, traceKey{}, c.trace), w.deadline)
	defer cancel()
	err := w.hold(ctx, c, func(ctx context.Context) error {
		return protect(func() error { return c.function.tick(ctx, tick) })
	})
	switch {
	case err == nil:
		c.outcome = "done"
	case errors.Is(err, state.ErrNothingDue):
		c.outcome, err = "nothing_due", nil
	case errors.Is(err, state.ErrUnavailable):
		c.outcome = "unavailable"
	default:
		c.outcome = "failed"
	}
	return err
}

// line writes the one log line of an invocation. It carries no content of
// the message: an event may hold what only the tenant may see.
func (w *Worker) line(c *call, err error) {
	e := w.log.Info()
	switch c.outcome {
	case "postponed", "superseded", "cancelled", "newer":
		e = w.log.Warn()
	case "done", "nothing_due":
	default:
		e = w.log.Error()
	}
	e = e.Str("function", c.function.Name).Str("outcome", c.outcome)
	if c.tenant != "" {
		e = e.Str("tenant", c.tenant).Str("aggregate", c.aggregate).Int("attempt", c.attempt)
	}
	if c.held > 0 {
		e = e.Int("held", c.held)
	}
	if c.id != "" {
		e = e.Str("invocation", c.id)
	}
	var p *panicked
	switch {
	case errors.As(err, &p):
		e = e.Str("error", p.Error()).Bytes("stack", p.stack)
	case err != nil:
		e = e.Str("error", brief(err))
	case c.cause != nil:
		e = e.Str("error", brief(c.cause))
	}
	e.Str("trace_id", traceID(c.trace)).Dur("ms", w.now().Sub(c.started)).Msg("invocation")
}
