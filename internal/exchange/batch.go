package exchange

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/robfig/cron/v3"

	"github.com/crossdock/crossdock/internal/state"
	"github.com/crossdock/crossdock/internal/trade"
	"github.com/crossdock/crossdock/mappings"
)

// gathering is the documents of one kind that wait to leave for a partner in
// one interchange. It is the record gatheringID of the aggregate batchKey.
type gathering struct {
	Partner string    `json:"partner"`
	Set     string    `json:"set"`
	Parts   []part    `json:"parts,omitempty"`
	Bytes   int64     `json:"bytes,omitempty"`  // of what they hold
	Leaves  time.Time `json:"leaves,omitzero"`  // at the latest
	Closed  int       `json:"closed,omitempty"` // batches so far; the target is to send them
}

const (
	gatheringID   = "gathering"
	gatheringKind = "gathering"
	batchKind     = "batch"
	itemKind      = "item"

	// maxBatch is how many documents wait for each other at most, whatever is
	// agreed: what is known of them fits in a record.
	maxBatch = 200
)

// batchID is the record id of the nth batch that was closed.
func batchID(n int) string { return fmt.Sprintf("batch.%d", n) }

// batchKey is the aggregate of the documents of a set that wait for others.
func batchKey(tenant, partner, set string, test bool) state.Key {
	kind := "batch"
	if test {
		kind = "test-batch"
	}
	return state.Key{Tenant: tenant, Aggregate: state.ID(kind, partner, set)}
}

// isBatch reports whether an aggregate is one of documents that wait for
// others.
func isBatch(aggregate string) bool {
	return strings.HasPrefix(aggregate, "batch.") || strings.HasPrefix(aggregate, "test-batch.")
}

// batchOf is what is agreed about documents that wait for others.
func batchOf(d *mappings.DocumentTerms) mappings.Batch {
	if d.EDIFACT != nil {
		return d.EDIFACT.Batch
	}
	return d.X12.Batch
}

// leaves is when a document that waits since now leaves at the latest.
func leaves(b mappings.Batch, now time.Time) (time.Time, error) {
	var at time.Time
	if b.Every > 0 {
		at = now.Add(b.Every)
	}
	if b.Schedule == "" {
		return at, nil
	}
	zone, err := time.LoadLocation(b.Zone)
	if err != nil {
		return at, fmt.Errorf("batch: zone: %w", err)
	}
	spec, err := cron.ParseStandard(b.Schedule)
	if err != nil {
		return at, fmt.Errorf("batch: schedule: %w", err)
	}
	if next := spec.Next(now.In(zone)).UTC(); at.IsZero() || next.Before(at) {
		at = next
	}
	return at, nil
}

// gather lets a version of a document wait for others; it is false if nothing
// of the kind is agreed. A document that cannot be written is refused at once,
// so that it holds up no other.
func (e *Exchange) gather(ctx context.Context, w state.Wake, tenant string, one part, doc trade.DocumentRecord) (bool, error) {
	c, err := e.Catalogs.Catalog(ctx)
	if err != nil {
		return false, err
	}
	body, err := e.Store.Fetch(ctx, state.Content{Inline: doc.Body, Path: doc.File})
	if err != nil {
		return false, err
	}
	l, err := newLetter(c, tenant, doc.Partner, doc.Set, doc.Test, []json.RawMessage{body})
	if err != nil {
		return false, err
	}
	agreed := batchOf(l.terms)
	if !agreed.Waits() {
		return false, nil
	}
	now := e.Store.Now()
	sealed, err := l.write(c, drawn{Interchange: 1, Group: 1, At: now})
	if err != nil {
		return false, err
	}
	key := batchKey(tenant, doc.Partner, doc.Set, doc.Test)
	item, target := state.ID("item", one.Aggregate, fmt.Sprint(one.Version)), state.TargetID(state.QueueEDIOutbound)
	recs, err := e.Store.Read(ctx, key, "", gatheringID, target, item)
	if err != nil {
		return false, err
	}
	if _, ok := recs[item]; ok {
		return true, nil
	}
	g := gathering{Partner: doc.Partner, Set: doc.Set}
	rec, ok := recs[gatheringID]
	if ok {
		if err := state.Decode(rec, gatheringKind, 1, &g); err != nil {
			return false, err
		}
	}
	b := e.Store.Batch(key)
	b.Trace(w.Trace)
	b.Create(item, itemKind, 1, one) // once, however often it is asked
	b.ExpireAfter(drawLife)
	if len(g.Parts) == 0 {
		if g.Leaves, err = leaves(agreed, now); err != nil {
			return false, err
		}
		b.SendAt(state.QueueEDIOutbound, g.Leaves)
	}
	g.Parts, g.Bytes = append(g.Parts, one), g.Bytes+int64(len(sealed.text))
	if len(g.Parts) == maxBatch || agreed.Count > 0 && len(g.Parts) >= agreed.Count || agreed.Bytes > 0 && g.Bytes >= agreed.Bytes {
		if err := g.close(b, recs[target]); err != nil {
			return false, err
		}
	}
	g.put(b, rec)
	_, err = b.Commit(ctx)
	return true, err
}

// close makes what waits a batch that is to be sent.
func (g *gathering) close(b *state.Batch, target state.Record) error {
	g.Closed++
	b.Create(batchID(g.Closed), batchKind, 1, g.Parts)
	g.Parts, g.Bytes, g.Leaves = nil, 0, time.Time{}
	b.Send(state.QueueEDIOutbound)
	if target.ID == "" {
		b.Want(state.QueueEDIOutbound, 1)
		return nil
	}
	return b.WantNext(target)
}

func (g *gathering) put(b *state.Batch, rec state.Record) {
	if rec.ID == "" {
		b.Create(gatheringID, gatheringKind, 1, g)
		return
	}
	b.Replace(rec, g)
}

// Flush lets what waits for others leave now: all that is for a partner. It
// returns how many documents that is.
func (e *Exchange) Flush(ctx context.Context, tenant, partner string) (int, error) {
	c, err := e.Catalogs.Catalog(ctx)
	if err != nil {
		return 0, err
	}
	a, ok := c.Partner(tenant, partner)
	if !ok {
		return 0, fmt.Errorf("partner %s of tenant %s: %w", partner, tenant, state.ErrNotFound)
	}
	n := 0
	for set := range a.Send {
		for _, test := range []bool{false, true} {
			left, err := e.closeNow(ctx, batchKey(tenant, partner, set, test), true)
			if err != nil {
				return n, err
			}
			n += left
		}
	}
	return n, nil
}

// closeNow closes what waits, if its time has come or it is forced, and
// returns how many documents that is.
func (e *Exchange) closeNow(ctx context.Context, key state.Key, forced bool) (int, error) {
	recs, err := e.Store.Read(ctx, key, "", gatheringID, state.TargetID(state.QueueEDIOutbound))
	if err != nil {
		return 0, err
	}
	rec, ok := recs[gatheringID]
	if !ok {
		return 0, nil
	}
	var g gathering
	if err := state.Decode(rec, gatheringKind, 1, &g); err != nil {
		return 0, err
	}
	n := len(g.Parts)
	if n == 0 || !forced && e.Store.Now().Before(g.Leaves) {
		return 0, nil
	}
	b := e.Store.Batch(key)
	if err := g.close(b, recs[state.TargetID(state.QueueEDIOutbound)]); err != nil {
		return 0, err
	}
	g.put(b, rec)
	_, err = b.Commit(ctx)
	return n, err
}

// sendBatches sends the batches of an aggregate that are closed, and closes
// what waits there if its time has come.
func (e *Exchange) sendBatches(ctx context.Context, w state.Wake) error {
	if _, err := e.closeNow(ctx, w.Key(), false); err != nil {
		return err
	}
	due, err := e.Store.Open(ctx, w, state.QueueEDIOutbound, gatheringID)
	if errors.Is(err, state.ErrNotFound) {
		return state.ErrNothingDue // none was closed yet
	}
	if err != nil {
		return err
	}
	rec, err := due.Rec(gatheringID)
	if err != nil {
		return err
	}
	var g gathering
	if err := state.Decode(rec, gatheringKind, 1, &g); err != nil {
		return err
	}
	for due.Target.Done < due.Target.Wanted {
		n := due.Next()
		var parts []part
		if _, err := e.Store.ReadInto(ctx, due.Key, batchID(n), batchKind, 1, &parts); err != nil {
			return err
		}
		if err := e.sendBatch(ctx, w, g, state.ID(due.Key.Aggregate, fmt.Sprint(n)), parts); err != nil {
			return fmt.Errorf("send batch %d of %s: %w", n, due.Key.Aggregate, err)
		}
		b := e.Store.Batch(due.Key)
		b.Trace(w.Trace)
		due.Reach(b, n)
		b.Remove(batchID(n))
		receipt, err := b.Commit(ctx)
		if err != nil {
			return err
		}
		due.Committed(receipt)
	}
	return nil
}

// sendBatch sends documents as one interchange, and tells each.
func (e *Exchange) sendBatch(ctx context.Context, w state.Wake, g gathering, id string, parts []part) error {
	docs := make([]trade.DocumentRecord, len(parts))
	for i, p := range parts {
		key := state.Key{Tenant: w.Tenant, Aggregate: p.Aggregate}
		if _, err := e.Store.ReadInto(ctx, key, trade.DocumentRecordID, trade.DocumentRecordKind, trade.DocumentRecordVersion, &docs[i]); err != nil {
			return err
		}
		if docs[i].Version == p.Version {
			continue
		}
		docs[i] = trade.DocumentRecord{}
		if _, err := e.Store.ReadInto(ctx, key, trade.DocumentVersionID(p.Version), trade.DocumentRecordKind, trade.DocumentRecordVersion, &docs[i]); err != nil {
			return err
		}
	}
	sent, owed, err := e.sendLetter(ctx, w.Tenant, g.Partner, g.Set, id, slices.Clone(parts), docs)
	if err != nil {
		return err
	}
	for i, p := range parts {
		b := e.Store.Batch(state.Key{Tenant: w.Tenant, Aggregate: p.Aggregate})
		b.Trace(w.Trace)
		b.Put(SentID(p.Version), SentKind, SentVersion, sent[i])
		b.Post(state.ListDocuments, p.Aggregate+"."+SentID(p.Version), sent[i].At, sent[i])
		owed.put(b, p.Version)
		if _, err := b.Commit(ctx); err != nil {
			return err
		}
	}
	return nil
}
