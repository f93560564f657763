package worker

import (
	"context"

	"github.com/crossdock/crossdock/internal/state"
)

// quarantine records a message the function cannot take. Its id comes from
// the content, so that a redelivery is the same failure.
func (w *Worker) quarantine(ctx context.Context, c *call, body []byte, cause error) error {
	c.begin(w.trace(c.parent), state.Wake{})
	c.cause = cause
	queue := c.function.Queue
	f := state.Failure{
		ID:    state.ID("poison", queue, state.Hash(string(body))[:32]),
		Queue: queue, Class: "poison", Cause: brief(cause), Attempts: 1, Trace: c.trace, Payload: state.Payload(body),
	}
	ctx, cancel := context.WithTimeout(ctx, w.deadline)
	defer cancel()
	err := w.hold(ctx, c, func(ctx context.Context) error {
		_, err := w.store.Quarantine(ctx, f)
		return err
	})
	if err != nil {
		c.outcome = "unsettled"
		return err
	}
	c.outcome = "quarantined"
	return nil
}
