package simtest

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/crossdock/crossdock/internal/state"
)

// records is what all processes of a world have in common of state.Backend:
// partitions in memory. A commit cannot deliver, as with Cosmos DB, so what
// leaves stands in the partition until the Store has sent it.
type records struct {
	mu    sync.Mutex // guards the rest
	now   func() time.Time
	parts map[state.Key]*partition
	last  int64 // number of the last commit; ETags and tokens are made of it
}

// partition holds one aggregate as it is, and as it was before the last
// commit: what a replica may still answer.
type partition struct {
	now    map[string]state.Record
	before map[string]state.Record
	writer int // who made the last commit
	at     time.Time
	made   map[string]stamp // of outgoing records
}

// stamp is when an outgoing record was stored, and its place among all.
type stamp struct {
	n     int64
	at    time.Time
	token string
}

func newRecords(now func() time.Time) *records {
	return &records{now: now, parts: map[state.Key]*partition{}}
}

// staleFor is how long a replica may lag behind.
const staleFor = 5 * time.Second

// view is the partition's records as reader sees them; stale asks for the
// state before the last commit, which nobody gets who made it himself.
func (r *records) view(key state.Key, reader int, stale bool) map[string]state.Record {
	p := r.parts[key]
	switch {
	case p == nil:
		return nil
	case stale && p.writer != reader && r.now().Sub(p.at) < staleFor:
		return p.before
	}
	return p.now
}

// lags reports whether a stale read of key would see anything else.
func (r *records) lags(key state.Key, reader int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	p := r.parts[key]
	return p != nil && p.writer != reader && r.now().Sub(p.at) < staleFor
}

func (r *records) alive(rec state.Record, ok bool) bool {
	return ok && (rec.Expires.IsZero() || r.now().Before(rec.Expires))
}

func (r *records) read(key state.Key, reader int, stale bool, ids []string) ([]state.Record, error) {
	if err := state.CheckKey(key); err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	view := r.view(key, reader, stale)
	var found []state.Record
	for _, id := range ids {
		if !state.ValidID(id) {
			return nil, invalid("record id %q", id)
		}
		if rec, ok := view[id]; r.alive(rec, ok) {
			found = append(found, rec)
		}
	}
	return found, nil
}

func (r *records) scan(key state.Key, reader int, stale bool, from, to, next string, limit int) (state.Page, error) {
	if err := state.CheckKey(key); err != nil {
		return state.Page{}, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	view := r.view(key, reader, stale)
	var page state.Page
	for _, id := range slices.Sorted(maps.Keys(view)) {
		rec := view[id]
		if id < from || to != "" && id >= to || next != "" && id < next || !r.alive(rec, true) {
			continue
		}
		if len(page.Records) == limit {
			page.Next = id
			break
		}
		page.Records = append(page.Records, rec)
	}
	return page, nil
}

func (r *records) commit(key state.Key, writer int, ops []state.Operation, out []state.Outgoing) (state.Receipt, error) {
	if err := state.CheckBatch(key, ops, out); err != nil {
		return state.Receipt{}, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	p := r.parts[key]
	if p == nil {
		p = &partition{made: map[string]stamp{}}
	}
	after := maps.Clone(p.now)
	if after == nil {
		after = map[string]state.Record{}
	}
	r.last++
	token := strconv.FormatInt(r.last, 10)
	receipt := state.Receipt{Token: token}
	for i, op := range ops {
		etag := fmt.Sprintf("%s.%d", token, i)
		if err := r.apply(after, op, etag); err != nil {
			return state.Receipt{}, fmt.Errorf("record %s of %s: %w", op.Record.ID, key.Aggregate, err)
		}
		if op.Verb == state.Delete {
			etag = ""
		}
		receipt.ETags = append(receipt.ETags, etag)
	}
	for i, o := range out {
		body, err := json.Marshal(o)
		if err != nil {
			return state.Receipt{}, fmt.Errorf("outgoing %s: %w", o.ID, err)
		}
		id := state.OutgoingID(o.ID)
		after[id] = state.Record{ID: id, Kind: state.OutgoingKind, Version: 1, ETag: fmt.Sprintf("%s.o%d", token, i), Body: body}
		p.made[id] = stamp{r.last<<16 + int64(i), r.now(), token}
	}
	p.before, p.now, p.writer, p.at = p.now, after, writer, r.now()
	r.parts[key] = p
	return receipt, nil
}

func (r *records) apply(recs map[string]state.Record, op state.Operation, etag string) error {
	id := op.Record.ID
	known, ok := recs[id]
	if ok && !r.alive(known, true) {
		delete(recs, id)
		ok = false
	}
	switch {
	case op.Verb == state.Create && ok,
		op.Verb == state.Replace && (!ok || known.ETag != op.Record.ETag),
		op.Verb == state.Delete && op.Record.ETag != "" && (!ok || known.ETag != op.Record.ETag):
		return state.ErrConflict
	case op.Verb == state.Delete:
		delete(recs, id)
		return nil
	}
	rec := op.Record
	rec.ETag, rec.Body = etag, slices.Clone(rec.Body)
	recs[id] = rec
	return nil
}

func (r *records) unsent(before time.Time, limit int) ([]state.Unsent, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	type left struct {
		stamp
		unsent state.Unsent
	}
	var all []left
	for key, p := range r.parts {
		for id, rec := range p.now {
			if rec.Kind != state.OutgoingKind || !strings.HasPrefix(id, state.OutgoingID("")) || !p.made[id].at.Before(before) {
				continue
			}
			u := state.Unsent{Key: key, Token: p.made[id].token}
			if err := json.Unmarshal(rec.Body, &u.Outgoing); err != nil {
				return nil, fmt.Errorf("outgoing %s: %w", id, err)
			}
			all = append(all, left{p.made[id], u})
		}
	}
	slices.SortFunc(all, func(a, b left) int { return int(a.n - b.n) })
	var found []state.Unsent
	for _, l := range all[:min(len(all), limit)] {
		found = append(found, l.unsent)
	}
	return found, nil
}
