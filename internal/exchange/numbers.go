package exchange

import (
	"context"
	"errors"
	"time"

	"github.com/crossdock/crossdock/internal/state"
	"github.com/crossdock/crossdock/mappings"
)

// drawn are the control numbers of one outgoing interchange, and the time it
// bears: what makes a second try write the same bytes.
type drawn struct {
	Interchange int64     `json:"interchange"`
	Group       int64     `json:"group"`
	At          time.Time `json:"at"`
}

// counter holds the numbers given out last to one partner; 0 is none yet.
type counter struct {
	Interchange int64 `json:"interchange"`
	Group       int64 `json:"group"`
}

// drawLife is how long a draw is remembered: longer than any outgoing
// document is tried.
const drawLife = 90 * 24 * time.Hour

// draw gives an outgoing document its control numbers, once: the counter and
// the draw are one commit, keyed by the document, so a second try finds the
// numbers of the first. After the range's last number comes its first again.
func (e *Exchange) draw(ctx context.Context, tenant, partner, document string, r mappings.NumberRange) (drawn, error) {
	key := state.Key{Tenant: tenant, Aggregate: state.ID("numbers", "x12", partner)}
	id := state.ID("draw", document)
	for {
		recs, err := e.Store.Read(ctx, key, "", "counter", id)
		if err != nil {
			return drawn{}, err
		}
		var d drawn
		if rec, ok := recs[id]; ok {
			err := state.Decode(rec, "draw", 1, &d)
			return d, err
		}
		var c counter
		rec, exists := recs["counter"]
		if exists {
			if err := state.Decode(rec, "counter", 1, &c); err != nil {
				return drawn{}, err
			}
		}
		c.Interchange, c.Group = after(c.Interchange, r), after(c.Group, r)
		d = drawn{Interchange: c.Interchange, Group: c.Group, At: e.Store.Now()}
		b := e.Store.Batch(key)
		if exists {
			b.Replace(rec, c)
		} else {
			b.Create("counter", "counter", 1, c)
		}
		b.Create(id, "draw", 1, d)
		b.ExpireAfter(drawLife)
		_, err = b.Commit(ctx)
		if err == nil {
			return d, nil
		}
		if !errors.Is(err, state.ErrConflict) {
			return drawn{}, err
		}
		// Somebody else drew first, and that is progress: try again at once.
		if err := ctx.Err(); err != nil {
			return drawn{}, err
		}
	}
}

func after(n int64, r mappings.NumberRange) int64 {
	if n < r.First || n >= r.Last {
		return r.First
	}
	return n + 1
}
