// Package exchange is our side of the talk with a partner: it judges what the
// partner sent, applies what was accepted, and sends what the agreement asks
// for.
//
// Judge reads the whole file once and commits one verdict: the fate of every
// interchange, group and set, with the findings and the versions used. Nothing
// leaves and nothing is applied before the verdict is durable, and the
// acknowledgements are a function of the verdict alone. Apply makes the
// accepted sets orders, each in one commit, from a checkpoint. Every effect is
// keyed by the file and the place in it, so a file that is worked on twice, or
// at the same time, has its effect once.
package exchange

import (
	"context"

	"github.com/crossdock/crossdock/internal/state"
	"github.com/crossdock/crossdock/mappings"
)

// Catalogs gives the catalogue in force, and an earlier one by its version.
type Catalogs interface {
	Catalog(ctx context.Context) (*mappings.Catalog, error)
	CatalogAt(ctx context.Context, version string) (*mappings.Catalog, error)
}

// Exchange holds what the functions edi_receive and edi_send work with.
type Exchange struct {
	Store    *state.Store
	Catalogs Catalogs
	Options  Options

	draws drawLines
}

// catalog returns the catalogue that a verdict is made by, and pins it: what
// is published meanwhile changes nothing about a file once it is begun.
func (e *Exchange) catalog(ctx context.Context, v *Verdict) (*mappings.Catalog, error) {
	if v.Catalog != "" {
		return e.Catalogs.CatalogAt(ctx, v.Catalog)
	}
	c, err := e.Catalogs.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	v.Catalog = c.Version()
	return c, nil
}
