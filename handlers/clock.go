package handlers

import (
	"context"

	"github.com/crossdock/crossdock/internal/worker"
)

// Tick sends the wake-ups of the schedules that are due.
func (a *App) Tick(ctx context.Context, _ worker.Tick) error {
	return a.Clock.Tick(ctx)
}
