package local

import (
	"context"
	"fmt"
	"time"

	"github.com/crossdock/crossdock/internal/state"
	"zombiezen.com/go/sqlite"
)

// Records is state's Backend. Every read sees every answered commit, so it
// needs no session token.
type Records struct {
	now     func() time.Time
	writer  *writer
	readers *readers
	queues  *Queues
	recent  *recent
}

var _ state.Backend = (*Records)(nil)

func partitionOf(key state.Key) string { return key.Tenant + "/" + key.Aggregate }

// Read implements state.Backend. The records are of one moment.
func (r *Records) Read(ctx context.Context, key state.Key, _ string, ids ...string) ([]state.Record, error) {
	if err := state.CheckKey(key); err != nil {
		return nil, err
	}
	for _, id := range ids {
		if err := state.CheckID(id); err != nil {
			return nil, err
		}
	}
	partition, now := partitionOf(key), r.now().UnixNano()
	if recs, held := r.recent.get(partition, now, ids); held {
		return recs, ctx.Err()
	}
	recs, err := r.fromDisk(ctx, partition, now, ids)
	if err != nil {
		return nil, fmt.Errorf("read records: %w", err)
	}
	return recs, nil
}

func (r *Records) fromDisk(ctx context.Context, partition string, now int64, ids []string) (recs []state.Record, err error) {
	err = r.readers.read(ctx, len(ids) > 1, func(c *reader) error {
		recs = make([]state.Record, 0, len(ids))
		for _, id := range ids {
			s := c.read
			s.BindText(1, partition)
			s.BindText(2, id)
			row, err := s.Step()
			if err != nil {
				return err
			}
			if row {
				recs = appendRecord(recs, s, now)
			}
			if err := s.Reset(); err != nil {
				return err
			}
		}
		return nil
	})
	return recs, err
}

const maxPage = 1000

// Scan implements state.Backend.
func (r *Records) Scan(ctx context.Context, key state.Key, _, from, to, next string, limit int) (state.Page, error) {
	if err := state.CheckKey(key); err != nil {
		return state.Page{}, err
	}
	if limit <= 0 || limit > maxPage {
		limit = maxPage
	}
	if to == "" {
		to = "\x7f" // after every id: their last letter is the tilde
	}
	var page state.Page
	partition, now := partitionOf(key), r.now().UnixNano()
	err := r.readers.read(ctx, false, func(c *reader) error {
		page = state.Page{}
		s := c.scan
		if next != "" {
			s, from = c.scanAfter, next
		}
		s.BindText(1, partition)
		s.BindText(2, from)
		s.BindText(3, to)
		for {
			row, err := s.Step()
			if err != nil {
				return err
			}
			if !row {
				return s.Reset()
			}
			if len(page.Records) == limit {
				page.Next = page.Records[limit-1].ID
				return s.Reset()
			}
			page.Records = appendRecord(page.Records, s, now)
		}
	})
	if err != nil {
		return state.Page{}, fmt.Errorf("scan records: %w", err)
	}
	return page, nil
}

// appendRecord adds the statement's row unless it has expired.
func appendRecord(recs []state.Record, s *sqlite.Stmt, now int64) []state.Record {
	expires := s.ColumnInt64(4)
	if expires != 0 && expires <= now {
		return recs
	}
	return append(recs, state.Record{
		ID:      s.ColumnText(0),
		ETag:    formatNumber(s.ColumnInt64(1)),
		Kind:    s.ColumnText(2),
		Version: s.ColumnInt(3),
		Expires: fromNanos(expires),
		Body:    columnBytes(s, 5),
	})
}

// columnBytes copies a blob; no bytes are none.
func columnBytes(s *sqlite.Stmt, col int) []byte {
	n := s.ColumnLen(col)
	if n == 0 {
		return nil
	}
	b := make([]byte, n)
	s.ColumnBytes(col, b)
	return b
}

// Commit implements state.Backend. Messages and list rows are delivered in
// the same transaction, so the receipt says Sent. It returns once the change
// is on the disk, whatever becomes of ctx meanwhile: a change that is under
// way has a known end here.
func (r *Records) Commit(ctx context.Context, key state.Key, ops []state.Operation, out []state.Outgoing) (state.Receipt, error) {
	if err := ctx.Err(); err != nil {
		return state.Receipt{}, err
	}
	if err := state.CheckBatch(key, ops, out); err != nil {
		return state.Receipt{}, err
	}
	c, err := newCommit(r.queues, r.recent, partitionOf(key), ops, out)
	if err != nil {
		return state.Receipt{}, err
	}
	if err := r.writer.submit(c); err != nil {
		return state.Receipt{}, err
	}
	if err := <-c.ended; err != nil {
		return state.Receipt{}, err
	}
	return c.receipt(), nil
}

// Unsent implements state.Backend: nothing is, every commit delivers.
func (r *Records) Unsent(context.Context, time.Time, int) ([]state.Unsent, error) {
	return nil, nil
}
