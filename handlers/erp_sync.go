package handlers

import (
	"context"

	"github.com/crossdock/crossdock/internal/state"
)

// ERPSync brings the tenant's ERP to the wanted version of a document.
func (a *App) ERPSync(ctx context.Context, w state.Wake) error {
	return a.ERP.Push(ctx, w)
}
