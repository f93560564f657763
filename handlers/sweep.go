package handlers

import (
	"context"
	"errors"
	"time"

	"github.com/crossdock/crossdock/internal/state"
	"github.com/crossdock/crossdock/internal/worker"
)

// unsentAfter is how old an outgoing record is before sweep takes it for
// forgotten: its own commit is done with it long before.
const unsentAfter = time.Minute

// Sweep sends what crashes left unsent, and makes what the broker gave up a
// failure that an operator sees.
func (a *App) Sweep(ctx context.Context, _ worker.Tick) error {
	_, unsent := a.Store.Sweep(ctx, a.Store.Now().Add(-unsentAfter))
	_, dead := a.Store.Drain(ctx, a.Queues, state.QueueNames())
	return errors.Join(unsent, dead)
}
