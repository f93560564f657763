package handlers

import (
	"context"

	"github.com/crossdock/crossdock/internal/state"
)

// ERPSync brings the tenant's ERP to the wanted version of an order.
func (a *App) ERPSync(ctx context.Context, w state.Wake) error {
	return a.Pusher.Push(ctx, w)
}
