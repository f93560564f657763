package state

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

var (
	// ErrNothingDue says that a wake-up found nothing to do: done before,
	// parked, or waiting for a later wake-up. It is a success.
	ErrNothingDue = errors.New("nothing due")
	// ErrNewer says that a record or message was written by a newer version
	// of the program: try later.
	ErrNewer = errors.New("written by a newer version")
)

// Target is what one queue's function owes an aggregate: the version wanted,
// the version done, and how the next one is faring. It is a record of the
// aggregate's partition, so it changes in the same batch as the aggregate.
type Target struct {
	Wanted    int       `json:"wanted"`
	Done      int       `json:"done"`
	Attempt   int       `json:"attempt,omitempty"`  // tries of version Done+1 that were postponed
	NotBefore time.Time `json:"notBefore,omitzero"` // when the next try may begin
	Parked    bool      `json:"parked,omitempty"`   // given up: a failure record says why, and a person decides
	Since     time.Time `json:"since,omitzero"`     // when Wanted last rose
}

const targetKind, targetVersion = "target", 1

// TargetID is the record id of a queue's target.
func TargetID(queue string) string { return ID("target", queue) }

// Due is what a wake-up found to do: the target and the records asked for.
type Due struct {
	Key     Key
	Queue   string
	Target  Target
	Records map[string]Record // by id; a record that does not exist is absent

	etag string
}

// Open reads a queue's target and the records named by ids in one read. The
// error is ErrNothingDue when there is no version to do now, and ErrNotFound
// when there is no target: the wake-up came before what it speaks of.
func (s *Store) Open(ctx context.Context, w Wake, queue string, ids ...string) (*Due, error) {
	recs, err := s.Read(ctx, w.Key(), w.Token, append([]string{TargetID(queue)}, ids...)...)
	if err != nil {
		return nil, err
	}
	d := &Due{Key: w.Key(), Queue: queue, Records: recs}
	rec, ok := recs[TargetID(queue)]
	if !ok {
		return nil, fmt.Errorf("target %s of %s: %w", queue, w.Aggregate, ErrNotFound)
	}
	if d.Target, err = DecodeTarget(rec); err != nil {
		return nil, err
	}
	d.etag = rec.ETag
	t := d.Target
	switch {
	case t.Done >= t.Wanted, t.Parked:
		return nil, ErrNothingDue
	case s.now().Before(t.NotBefore) && w.Attempt != t.Attempt:
		// The postponed try has a wake-up of its own, and overtaking it would
		// ignore what the other side asked for.
		return nil, ErrNothingDue
	}
	return d, nil
}

// Next is the version to do.
func (d *Due) Next() int { return d.Target.Done + 1 }

// Rec returns a record asked for, or ErrNotFound.
func (d *Due) Rec(id string) (Record, error) {
	rec, ok := d.Records[id]
	if !ok {
		return Record{}, fmt.Errorf("record %s of %s: %w", id, d.Key.Aggregate, ErrNotFound)
	}
	return rec, nil
}

// Reach marks version as done in the batch, which fails with ErrConflict if
// another run of the same wake-up was first. If more versions are wanted the
// target stays due, and the caller goes on or sends a wake-up.
func (d *Due) Reach(b *Batch, version int) {
	d.Target.Done, d.Target.Attempt, d.Target.NotBefore, d.Target.Parked = version, 0, time.Time{}, false
	b.replace(TargetID(d.Queue), targetKind, targetVersion, d.etag, d.Target)
}

// Keep writes the target unchanged, so that a checkpoint in the same batch
// fails with ErrConflict if another run of the same wake-up was first.
func (d *Due) Keep(b *Batch) {
	b.replace(TargetID(d.Queue), targetKind, targetVersion, d.etag, d.Target)
}

// Committed takes over the ETag of a batch whose first operation was Reach
// or Keep, so that the same Due can go on.
func (d *Due) Committed(r Receipt) { d.etag = r.ETags[0] }

// Want opens a target with versions 1 to wanted wanted.
func (b *Batch) Want(queue string, wanted int) {
	b.Create(TargetID(queue), targetKind, targetVersion, Target{Wanted: wanted, Since: b.store.now().UTC()})
}

// WantNext raises a target read before by one version.
func (b *Batch) WantNext(rec Record) error {
	var t Target
	if err := Decode(rec, targetKind, targetVersion, &t); err != nil {
		return err
	}
	t.Wanted++
	t.Since = b.store.now().UTC()
	b.replace(rec.ID, targetKind, targetVersion, rec.ETag, t)
	return nil
}

// Postpone commits that a try failed and when the next one comes, with its
// wake-up. It does nothing if the work was done or postponed meanwhile: ok
// tells. A target that does not exist yet (an event from outside) is made.
func (s *Store) Postpone(ctx context.Context, w Wake, queue string, at time.Time) (ok bool, err error) {
	return s.retarget(ctx, w, queue, func(t *Target, b *Batch) error {
		t.Attempt, t.NotBefore = w.Attempt+1, at.UTC()
		next := w
		next.Attempt = t.Attempt
		return b.send(queue, next, at)
	})
}

// Failure is the record of work that was given up: what failed, why, how
// often it was tried, and where its input is.
type Failure struct {
	ID        string          `json:"id"`
	Tenant    string          `json:"tenant"`
	Aggregate string          `json:"aggregate,omitempty"`
	Queue     string          `json:"queue"`
	Class     string          `json:"class"` // exhausted, refused, bug, poison, dead-letter
	Cause     string          `json:"cause"`
	Attempts  int             `json:"attempts"`
	Trace     string          `json:"trace,omitempty"`
	At        time.Time       `json:"at"`
	Payload   json.RawMessage `json:"payload,omitempty"` // the message, when nothing else holds it
}

const failureKind, failureVersion = "failure", 1

// Park gives the wake-up's work up: the target is parked and the failure is
// recorded and listed, in one commit.
func (s *Store) Park(ctx context.Context, w Wake, queue string, f Failure) (ok bool, err error) {
	f.Tenant, f.Aggregate, f.Queue, f.At = w.Tenant, w.Aggregate, queue, s.now().UTC()
	f.ID = ID("failure", queue, w.Aggregate)
	if f.Payload = nil; len(w.Event) > 0 { // else the aggregate holds it all
		f.Payload = Payload(w.Event)
	}
	return s.retarget(ctx, w, queue, func(t *Target, b *Batch) error {
		t.Parked, t.NotBefore = true, time.Time{}
		b.Put(ID("failure", queue), failureKind, failureVersion, f)
		b.Post(ListFailures, f.ID, f.At, f)
		return nil
	})
}

// Quarantine records a message that no function can take (it does not parse,
// or the broker gave it up) under an id the caller derives from the message,
// so that a repeat is one failure. ok is false when it was recorded before.
func (s *Store) Quarantine(ctx context.Context, f Failure) (ok bool, err error) {
	if !ValidTenant(f.Tenant) {
		f.Tenant = House
	}
	f.At = s.now().UTC()
	b := s.Batch(Key{Tenant: f.Tenant, Aggregate: f.ID})
	b.Create("failure", failureKind, failureVersion, f)
	b.Post(ListFailures, f.ID, f.At, f)
	if _, err := b.Commit(ctx); err != nil {
		if errors.Is(err, ErrConflict) {
			return false, nil
		}
		return false, err
	}
	return true, nil
}

// Settle forgets the target of an event from outside once its work is done.
func (s *Store) Settle(ctx context.Context, w Wake, queue string) error {
	b := s.Batch(w.Key())
	b.Remove(TargetID(queue))
	_, err := b.Commit(ctx)
	return err
}

// retarget changes a target for the wake-up w; false if nothing is owed to it
// any more. A target is changed by others too, such as a new version that is
// wanted: a conflict alone does not say that another run of the work was first.
func (s *Store) retarget(ctx context.Context, w Wake, queue string, change func(*Target, *Batch) error) (bool, error) {
	const tries = 5
	done := 0
	for try := 1; ; try++ {
		recs, err := s.Read(ctx, w.Key(), w.Token, TargetID(queue))
		if err != nil {
			return false, err
		}
		t, b := Target{Wanted: 1, Since: s.now().UTC()}, s.Batch(w.Key())
		rec, exists := recs[TargetID(queue)]
		if exists {
			if err := Decode(rec, targetKind, targetVersion, &t); err != nil {
				return false, err
			}
			if t.Done >= t.Wanted || t.Parked || t.Attempt > w.Attempt {
				return false, nil
			}
		}
		if try > 1 && t.Done > done {
			return false, nil // another run goes on with its own message
		}
		done = t.Done
		if err := change(&t, b); err != nil {
			return false, err
		}
		if exists {
			b.replace(rec.ID, targetKind, targetVersion, rec.ETag, t)
		} else {
			b.Create(TargetID(queue), targetKind, targetVersion, t)
		}
		_, err = b.Commit(ctx)
		switch {
		case err == nil:
			return true, nil
		case !errors.Is(err, ErrConflict) || try == tries:
			return false, err
		}
	}
}

// DecodeTarget reads a target record for showing it.
func DecodeTarget(rec Record) (Target, error) {
	var t Target
	err := Decode(rec, targetKind, targetVersion, &t)
	return t, err
}
