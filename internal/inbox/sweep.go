package inbox

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/crossdock/crossdock/internal/state"
)

// tidied is how far back the sweep tidies lists: longer than any outage that
// lets a row come late.
const tidied = 7 * 24 * time.Hour

// sweepAfter is how old an inbound file must be before the sweep looks at it:
// its own event has had its chance.
const sweepAfter = time.Minute

// Sweep goes through a tenant's inbound files that are older than a minute.
// One that was never recorded gets the event it never had; a finished one,
// whose release a crash cut short, is released. It also tidies the list of
// the unfinished. A file that makes trouble holds up no other.
func (in *Inbox) Sweep(ctx context.Context, tenant string) error {
	if err := in.tidy(ctx, tenant); err != nil {
		return err
	}
	const page = 500
	prefix, after := "inbound/"+tenant+"/", ""
	var failed []error
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
			owner := tenant
			if _, ok := in.locate(info.Path); !ok {
				owner = state.House // whose records tell of what is misplaced
			}
			f, err := Read(ctx, in.Store, owner, fileID(info.Path, info.ETag))
			switch {
			case errors.Is(err, state.ErrNotFound):
				b.SendEvent(state.QueueFiles, state.Key{Tenant: tenant, Aggregate: arrival(info.Path)}, Event{Path: info.Path, ETag: info.ETag})
				missed++
			case err != nil:
				failed = append(failed, err)
			case f.Outcome != "":
				if err := Release(ctx, in.Store, f); err != nil {
					failed = append(failed, err)
				}
			}
			if missed == state.MaxBatchOperations-1 {
				break // the next sweep takes the rest
			}
		}
		if missed > 0 {
			b.Put("sweep", "sweep", 1, sweepNote{At: in.Store.Now(), Missed: missed})
			_, err := b.Commit(ctx)
			return errors.Join(append(failed, err)...)
		}
		if len(infos) < page {
			return errors.Join(failed...)
		}
	}
}

// tidy strikes finished files from the list of the unfinished. A row whose
// posting a crash cut short is posted by a later sweep, and then the file may
// have had its outcome and its strike already.
func (in *Inbox) tidy(ctx context.Context, tenant string) error {
	rows, err := in.Store.List(ctx, state.ListQuery{Tenant: tenant, List: state.ListUnfinished, Since: in.Store.Now().Add(-tidied)})
	if err != nil {
		return err
	}
	for _, row := range rows {
		if in.Store.Now().Sub(row.At) < sweepAfter {
			continue
		}
		f, err := Read(ctx, in.Store, tenant, row.ID)
		if err != nil && !errors.Is(err, state.ErrNotFound) {
			return err
		}
		if err != nil || f.Outcome == "" {
			continue
		}
		b := in.Store.Batch(f.Key())
		b.Strike(state.ListUnfinished, row.ID, row.At)
		if _, err := b.Commit(ctx); err != nil {
			return err
		}
	}
	return nil
}

// sweepNote records the last sweep that found something.
type sweepNote struct {
	At     time.Time `json:"at"`
	Missed int       `json:"missed"`
}
