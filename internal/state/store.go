package state

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Sender is the part of Queues the Store needs.
type Sender interface {
	Send(ctx context.Context, msgs ...Message) error
}

// Options of a Store; the zero value works.
type Options struct {
	Shards func(tenant string) int // sessions a tenant's messages are spread over; nil: 16
	Now    func() time.Time        // nil: time.Now
	NewID  func() string           // nil: RandomID
}

// Store is the portable state: what every capability reads and writes.
type Store struct {
	backend Backend
	files   Files
	queues  Sender
	shards  func(string) int
	now     func() time.Time
	newID   func() string
}

// New returns a Store over the drivers of one platform.
func New(b Backend, f Files, q Sender, o Options) *Store {
	s := &Store{backend: b, files: f, queues: q, shards: o.Shards, now: o.Now, newID: o.NewID}
	if s.shards == nil {
		s.shards = func(string) int { return 16 }
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.newID == nil {
		s.newID = RandomID
	}
	return s
}

// Files is the platform's file driver.
func (s *Store) Files() Files { return s.files }

// Now is the store's clock: the one every capability goes by.
func (s *Store) Now() time.Time { return s.now().UTC() }

// NewID is a fresh id, for what needs a name nobody else has.
func (s *Store) NewID() string { return s.newID() }

// Read returns the records of key that exist among ids, by id.
func (s *Store) Read(ctx context.Context, key Key, token string, ids ...string) (map[string]Record, error) {
	if err := CheckKey(key); err != nil {
		return nil, err
	}
	recs, err := s.backend.Read(ctx, key, token, ids...)
	if err != nil {
		return nil, fmt.Errorf("read of %s: %w", key.Aggregate, err)
	}
	m := make(map[string]Record, len(recs))
	for _, r := range recs {
		m[r.ID] = r
	}
	return m, nil
}

// ReadInto reads one record into v: ErrNotFound if it does not exist.
func (s *Store) ReadInto(ctx context.Context, key Key, id, kind string, version int, v any) (Record, error) {
	recs, err := s.Read(ctx, key, "", id)
	if err != nil {
		return Record{}, err
	}
	rec, ok := recs[id]
	if !ok {
		return Record{}, fmt.Errorf("record %s of %s: %w", id, key.Aggregate, ErrNotFound)
	}
	return rec, Decode(rec, kind, version, v)
}

// Decode reads a record's body into v. A record of another kind is a bug; one
// of a newer version is ErrNewer.
func Decode(rec Record, kind string, version int, v any) error {
	if rec.Kind != kind {
		return fmt.Errorf("record %s: kind %q, want %q", rec.ID, rec.Kind, kind)
	}
	if rec.Version > version {
		return fmt.Errorf("record %s: version %d, this program knows %d: %w", rec.ID, rec.Version, version, ErrNewer)
	}
	if err := json.Unmarshal(rec.Body, v); err != nil {
		return fmt.Errorf("record %s: %w", rec.ID, err)
	}
	return nil
}

// Event is an outside event as it came, and the aggregate it is about.
type Event struct {
	About Key
	Body  json.RawMessage
}

// SendEvents hands outside events to a queue, each in the session of its
// aggregate. It is for platforms that raise events; what a capability sends
// leaves with a Batch.
func (s *Store) SendEvents(ctx context.Context, queue string, events ...Event) error {
	msgs := make([]Message, len(events))
	for i, e := range events {
		msgs[i] = Message{ID: s.newID(), Queue: queue, Session: s.session(e.About.Tenant, e.About.Aggregate), Body: e.Body}
	}
	if err := s.queues.Send(ctx, msgs...); err != nil {
		return fmt.Errorf("events to %s: %w", queue, err)
	}
	return nil
}

// OutgoingID is the record id under which a driver stores an outgoing that
// it cannot deliver in the same transaction.
func OutgoingID(id string) string { return "~out." + id }

// OutgoingKind is the kind of such a record; its body is the Outgoing.
const OutgoingKind = "outgoing"

// Sweep sends what was left unsent before the given time: a process died
// between a commit and its dispatch. It returns how many it sent. What cannot
// be sent holds up nothing else.
func (s *Store) Sweep(ctx context.Context, before time.Time) (int, error) {
	const page = 100
	sent := 0
	stuck := map[string]bool{} // by id of the outgoing
	var errs []error
	for {
		left, err := s.backend.Unsent(ctx, before, page+len(stuck))
		if err != nil {
			return sent, errors.Join(append(errs, fmt.Errorf("unsent: %w", err))...)
		}
		more := len(left) == page+len(stuck)
		left = slices.DeleteFunc(left, func(u Unsent) bool { return stuck[u.Outgoing.ID] })
		for len(left) > 0 {
			first, out := left[0], []Outgoing{}
			for len(left) > 0 && left[0].Key == first.Key {
				out, left = append(out, left[0].Outgoing), left[1:]
			}
			if err := s.deliver(ctx, first.Key, first.Token, out); err != nil {
				errs = append(errs, err)
				for _, o := range out {
					stuck[o.ID] = true
				}
				continue
			}
			sent += len(out)
		}
		if !more {
			return sent, errors.Join(errs...)
		}
	}
}

// dispatch delivers what a commit left; what fails stays for Sweep.
func (s *Store) dispatch(ctx context.Context, key Key, token string, out []Outgoing) {
	// The caller's deadline must not turn a finished commit into a failure,
	// so the error ends here: the outgoing records are the memory of it.
	_ = s.deliver(ctx, key, token, out)
}

func (s *Store) deliver(ctx context.Context, key Key, token string, out []Outgoing) error {
	// Rows first: a message may be worked on at once, and what that strikes
	// from a list must have been posted before.
	var msgs []Message
	for _, o := range out {
		if o.Message != nil {
			msgs = append(msgs, withToken(*o.Message, token))
		}
		if err := s.record(ctx, o); err != nil {
			return err
		}
	}
	if len(msgs) > 0 {
		if err := s.queues.Send(ctx, msgs...); err != nil {
			return fmt.Errorf("send from %s: %w", key.Aggregate, err)
		}
	}
	done := make([]Operation, len(out))
	for i, o := range out {
		done[i] = Operation{Verb: Delete, Record: Record{ID: OutgoingID(o.ID)}}
	}
	for part := range slices.Chunk(done, MaxBatchOperations) {
		if _, err := s.backend.Commit(ctx, key, part, nil); err != nil {
			return fmt.Errorf("clear outgoing of %s: %w", key.Aggregate, err)
		}
	}
	return nil
}

// record posts or strikes a list row; both are harmless when repeated.
func (s *Store) record(ctx context.Context, o Outgoing) error {
	var row *Row
	var op Operation
	switch {
	case o.Row != nil:
		row, op = o.Row, Operation{Verb: Create, Record: RowRecord(*o.Row)}
	case o.Strike != nil:
		row, op = o.Strike, Operation{Verb: Delete, Record: Record{ID: RowRecord(*o.Strike).ID}}
	default:
		return nil
	}
	_, err := s.backend.Commit(ctx, RowKey(*row), []Operation{op}, nil)
	if err != nil && !errors.Is(err, ErrConflict) {
		return fmt.Errorf("row %s of list %s: %w", row.ID, row.List, err)
	}
	return nil
}

// ScanAll returns every record of a partition in the order of their ids. It
// is for partitions known to be small.
func (s *Store) ScanAll(ctx context.Context, key Key) ([]Record, error) {
	var all []Record
	next := ""
	for {
		page, err := s.backend.Scan(ctx, key, "", "", "", next, 500)
		if err != nil {
			return nil, fmt.Errorf("scan of %s: %w", key.Aggregate, err)
		}
		all = append(all, page.Records...)
		if next = page.Next; next == "" {
			return all, nil
		}
	}
}
