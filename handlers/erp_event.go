package handlers

import (
	"context"

	"github.com/crossdock/crossdock/internal/state"
)

// ERPEvent takes what the tenant's ERP has to say to partners.
func (a *App) ERPEvent(ctx context.Context, w state.Wake) error {
	return a.ERP.Poll(ctx, w)
}
