package simtest

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/crossdock/crossdock/internal/state"
	"github.com/crossdock/crossdock/internal/state/statetest"
)

func TestContract(t *testing.T) {
	statetest.Run(t, func(t *testing.T) statetest.Platform {
		var mu sync.Mutex
		at := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
		now := func() time.Time {
			mu.Lock()
			defer mu.Unlock()
			return at
		}
		recs, fs, qs := newRecords(now), newFiles(now), newQueues(now)
		qs.add(statetest.SessionQueue, true, statetest.MaxDelivery)
		qs.add(statetest.PlainQueue, false, statetest.MaxDelivery)
		reader := &gate{process: 2}
		return statetest.Platform{
			Backend: replica{backend{&gate{process: 1}, recs}, backend{reader, recs}},
			Files:   fileDriver{&gate{}, fs},
			Queues:  queueDriver{&gate{}, qs},
			Now:     now,
			Advance: func(d time.Duration) {
				mu.Lock()
				at = at.Add(d)
				mu.Unlock()
				qs.mu.Lock()
				defer qs.mu.Unlock()
				qs.notify()
			},
			Stale:     func(on bool) { reader.lagging = on },
			Overwrite: func(_ *testing.T, path, content string) { fs.overwrite(path, []byte(content)) },
		}
	})
}

// replica commits as one process and reads as another.
type replica struct {
	backend
	reader backend
}

// Read implements state.Backend.
func (r replica) Read(ctx context.Context, key state.Key, token string, ids ...string) ([]state.Record, error) {
	return r.reader.Read(ctx, key, token, ids...)
}

// Scan implements state.Backend.
func (r replica) Scan(ctx context.Context, key state.Key, token, from, to, next string, limit int) (state.Page, error) {
	return r.reader.Scan(ctx, key, token, from, to, next, limit)
}

func TestReadsWithoutATokenLag(t *testing.T) {
	at := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	recs := newRecords(func() time.Time { return at })
	writer, reader := backend{&gate{process: 1, lagging: true}, recs}, backend{&gate{process: 2, lagging: true}, recs}
	key := state.Key{Tenant: "acme", Aggregate: "a"}
	receipt, err := writer.Commit(t.Context(), key, []state.Operation{{Verb: state.Put, Record: state.Record{ID: "r", Body: []byte("1")}}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	holds := func(b backend, token string, want int) {
		t.Helper()
		if got, err := b.Read(t.Context(), key, token, "r"); err != nil || len(got) != want {
			t.Errorf("read %d records, %v, want %d", len(got), err, want)
		}
	}
	holds(reader, "", 0)
	holds(writer, "", 1) // its own commits are seen at once
	holds(reader, receipt.Token, 1)
	at = at.Add(staleFor)
	holds(reader, "", 1)
}
