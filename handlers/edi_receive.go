package handlers

import (
	"context"

	"github.com/crossdock/crossdock/internal/state"
)

// EDIReceive judges a file and applies what was accepted.
func (a *App) EDIReceive(ctx context.Context, w state.Wake) error {
	return a.Exchange.Receive(ctx, w)
}
