package handlers

import (
	"context"

	"github.com/crossdock/crossdock/internal/state"
)

// EDISend sends a partner what the aggregate owes it.
func (a *App) EDISend(ctx context.Context, w state.Wake) error {
	return a.Exchange.Send(ctx, w)
}
