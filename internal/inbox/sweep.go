package inbox

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/crossdock/crossdock/internal/state"
)

// sweepAfter is how old an inbound file must be before the sweep looks at it:
// its own event has had its chance.
const sweepAfter = time.Minute

// Sweep goes through a tenant's inbound files that are older than a minute.
// One that was never recorded gets the event it never had; a finished one,
// whose release a crash cut short, is released.
func (in *Inbox) Sweep(ctx context.Context, tenant string) error {
	const page = 500
	prefix, after := "inbound/"+tenant+"/", ""
	for {
		infos, err := in.Store.Files().List(ctx, prefix, after, page)
		if err != nil {
			return fmt.Errorf("sweep of %s: %w", prefix, err)
		}
		b := in.Store.Batch(state.Key{Tenant: tenant, Aggregate: "inbox"})
		missed := 0
		for _, info := range infos {
			after = info.Path
			if Ignored(info.Path) || in.Store.Now().Sub(info.Modified) < sweepAfter {
				continue
			}
			f, err := Read(ctx, in.Store, tenant, fileID(info.Path, info.ETag))
			switch {
			case errors.Is(err, state.ErrNotFound):
				b.SendEvent(state.QueueFiles, state.Key{Tenant: tenant, Aggregate: arrival(info.Path)}, Event{Path: info.Path, ETag: info.ETag})
				missed++
			case err != nil:
				return err
			case f.Outcome != "":
				if err := Release(ctx, in.Store, f); err != nil {
					return err
				}
			}
			if missed == state.MaxBatchOperations-1 {
				break // the next sweep takes the rest
			}
		}
		if missed > 0 {
			b.Put("sweep", "sweep", 1, sweepNote{At: in.Store.Now(), Missed: missed})
			_, err := b.Commit(ctx)
			return err
		}
		if len(infos) < page {
			return nil
		}
	}
}

// sweepNote records the last sweep that found something.
type sweepNote struct {
	At     time.Time `json:"at"`
	Missed int       `json:"missed"`
}
