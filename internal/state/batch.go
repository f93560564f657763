package state

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// Batch is one atomic change of one aggregate, with the messages and list
// rows that leave because of it. It is used once, by one goroutine.
type Batch struct {
	store *Store
	key   Key
	trace string
	ops   []Operation
	out   []Outgoing
	err   error
}

// Batch begins a change of an aggregate.
func (s *Store) Batch(key Key) *Batch { return &Batch{store: s, key: key} }

// Create adds a record; the commit is ErrConflict if its id exists.
func (b *Batch) Create(id, kind string, version int, body any) {
	b.add(Create, id, kind, version, "", body)
}

// Put writes a record whatever is there.
func (b *Batch) Put(id, kind string, version int, body any) {
	b.add(Put, id, kind, version, "", body)
}

// Replace writes body over rec as it was read; the commit is ErrConflict if
// it changed since.
func (b *Batch) Replace(rec Record, body any) {
	b.replace(rec.ID, rec.Kind, rec.Version, rec.ETag, body)
}

// Remove deletes a record, if it is there.
func (b *Batch) Remove(id string) {
	b.ops = append(b.ops, Operation{Verb: Delete, Record: Record{ID: id}})
}

// ExpireAfter lets the record added last expire.
func (b *Batch) ExpireAfter(d time.Duration) {
	b.ops[len(b.ops)-1].Record.Expires = b.store.now().UTC().Add(d)
}

func (b *Batch) replace(id, kind string, version int, etag string, body any) {
	b.add(Replace, id, kind, version, etag, body)
}

func (b *Batch) add(verb Verb, id, kind string, version int, etag string, body any) {
	raw, err := json.Marshal(body)
	if err != nil && b.err == nil {
		b.err = fmt.Errorf("record %s: %w", id, err)
	}
	b.ops = append(b.ops, Operation{Verb: verb, Record: Record{ID: id, Kind: kind, Version: version, ETag: etag, Body: raw}})
}

// Trace gives the wake-ups of the batch their W3C traceparent.
func (b *Batch) Trace(traceparent string) { b.trace = traceparent }

// Send wakes queue's function for this aggregate after the commit.
func (b *Batch) Send(queue string) { b.SendAt(queue, time.Time{}) }

// SendAt wakes queue's function for this aggregate at a time.
func (b *Batch) SendAt(queue string, at time.Time) {
	if err := b.send(queue, Wake{Tenant: b.key.Tenant, Aggregate: b.key.Aggregate}, at); err != nil && b.err == nil {
		b.err = err
	}
}

// SendEvent sends queue's function a wake-up that carries an event, for an
// aggregate state need not know yet.
func (b *Batch) SendEvent(queue string, to Key, event any) {
	raw, err := json.Marshal(event)
	if err == nil {
		err = b.send(queue, Wake{Tenant: to.Tenant, Aggregate: to.Aggregate, Event: raw}, time.Time{})
	}
	if err != nil && b.err == nil {
		b.err = err
	}
}

func (b *Batch) send(queue string, w Wake, at time.Time) error {
	if w.Trace == "" {
		w.Trace = b.trace
	}
	m, err := b.store.message(queue, w, at)
	if err != nil {
		return err
	}
	b.out = append(b.out, Outgoing{ID: m.ID, Message: m})
	return nil
}

// Post adds a row to a list after the commit, if it is not there.
func (b *Batch) Post(list, id string, at time.Time, body any) {
	raw, err := json.Marshal(body)
	if err != nil && b.err == nil {
		b.err = fmt.Errorf("row %s of list %s: %w", id, list, err)
	}
	b.out = append(b.out, Outgoing{ID: b.store.newID(), Row: &Row{Tenant: b.key.Tenant, List: list, ID: id, At: at.UTC(), Body: raw}})
}

// Strike removes a row from a list after the commit, if it is there. id and
// at are those it was posted with.
func (b *Batch) Strike(list, id string, at time.Time) {
	b.out = append(b.out, Outgoing{ID: b.store.newID(), Strike: &Row{Tenant: b.key.Tenant, List: list, ID: id, At: at.UTC()}})
}

// Commit applies the batch, whole or not at all, and sends what leaves with
// it. An error after the commit does not come back: what was not sent stays
// an outgoing record, and Sweep sends it.
func (b *Batch) Commit(ctx context.Context) (Receipt, error) {
	if b.err != nil {
		return Receipt{}, b.err
	}
	if err := CheckKey(b.key); err != nil {
		return Receipt{}, err
	}
	r, err := b.store.backend.Commit(ctx, b.key, b.ops, b.out)
	if err != nil {
		return Receipt{}, fmt.Errorf("commit to %s: %w", b.key.Aggregate, err)
	}
	if !r.Sent && len(b.out) > 0 {
		b.store.dispatch(ctx, b.key, r.Token, b.out)
	}
	return r, nil
}
