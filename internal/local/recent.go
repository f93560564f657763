package local

import (
	"slices"
	"sync"

	"github.com/crossdock/crossdock/internal/state"
)

const (
	// recentBytes bounds what is kept of aggregates that were made lately.
	recentBytes = 16 << 20

	// recordBytes is what a record takes beside its body, about.
	recordBytes = 512
)

// recent holds the aggregates that this process made, whole, while they are
// young: most reads of an aggregate come in the moments after it was made, and
// each of its commits makes the database's own cache of a reader worthless.
//
// Every commit passes here before it is answered, so what is held is what the
// last answered commit left. An aggregate of which anything is in doubt is let
// go, and read from the disk.
type recent struct {
	mu    sync.Mutex
	made  map[string]*aggregate // by partition
	order []string              // of their making; may name one that was let go
	size  int
}

func newRecent() *recent { return &recent{made: map[string]*aggregate{}} }

// aggregate is all records of one partition.
type aggregate struct {
	records map[string]state.Record
	size    int
}

// get returns those of ids that exist, if the partition is held.
func (r *recent) get(partition string, now int64, ids []string) ([]state.Record, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	a := r.made[partition]
	if a == nil {
		return nil, false
	}
	recs := make([]state.Record, 0, len(ids))
	for _, id := range ids {
		rec, ok := a.records[id]
		if !ok || !rec.Expires.IsZero() && rec.Expires.UnixNano() <= now {
			continue
		}
		rec.Body = slices.Clone(rec.Body) // the caller's own, as from the disk
		recs = append(recs, rec)
	}
	return recs, true
}

// committed takes over what a commit did.
func (r *recent) committed(c *commit) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range c.rows {
		r.drop(c.rows[i].partition)
	}
	a := r.made[c.partition]
	switch {
	case a == nil && !c.fresh:
		return
	case a == nil:
		a = &aggregate{records: map[string]state.Record{}}
		r.made[c.partition] = a
		r.order = append(r.order, c.partition)
	}
	for i := range c.ops {
		op := &c.ops[i]
		before := a.size
		if old, ok := a.records[op.Record.ID]; ok {
			a.size -= len(old.Body) + recordBytes
			delete(a.records, op.Record.ID)
		}
		if op.Verb != state.Delete {
			rec := op.Record
			rec.ETag, rec.Body = formatNumber(c.etags[i]), slices.Clone(rec.Body)
			rec.Expires = fromNanos(nanos(rec.Expires))
			a.records[rec.ID] = rec
			a.size += len(rec.Body) + recordBytes
		}
		r.size += a.size - before
	}
	for r.size > recentBytes {
		r.drop(r.order[0])
		r.order = r.order[1:]
	}
}

// forget lets a partition go whose state is in doubt.
func (r *recent) forget(partition string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.drop(partition)
}

func (r *recent) drop(partition string) {
	if a := r.made[partition]; a != nil {
		r.size -= a.size
		delete(r.made, partition)
	}
}

// clear lets everything go.
func (r *recent) clear() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.made, r.order, r.size = map[string]*aggregate{}, nil, 0
}
