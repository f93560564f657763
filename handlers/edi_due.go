package handlers

import (
	"context"

	"github.com/crossdock/crossdock/internal/state"
)

// EDIDue looks whether what was owed by now for a document has come.
func (a *App) EDIDue(ctx context.Context, w state.Wake) error {
	return a.Exchange.Due(ctx, w)
}
