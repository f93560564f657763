package exchange

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/internal/state"
	"github.com/crossdock/crossdock/internal/trade"
	"github.com/crossdock/crossdock/mappings"
)

// became is what a set became.
type became int

const (
	created became = iota + 1
	replaced
	duplicate
	held
	repeated
)

type result struct {
	set     int // of the file, for order
	became  became
	finding *edi.Finding
}

// OrderKey is the aggregate of an order: tenant, partner, number and release.
// Test orders have aggregates of their own, so that a rehearsal never stands
// in the way of the real order of the same number.
func OrderKey(tenant, partner, number, release string, test bool) state.Key {
	parts := []string{"order", partner, number}
	if test {
		parts[0] = "test-order"
	}
	if release != "" {
		parts = append(parts, release)
	}
	return state.Key{Tenant: tenant, Aggregate: state.ID(parts...)}
}

// documentRow is what the list of documents says of an order.
type documentRow struct {
	Kind    string `json:"kind"`
	Number  string `json:"number"`
	Release string `json:"release,omitempty"`
	Partner string `json:"partner"`
	Key     string `json:"key"` // its aggregate
	Source  string `json:"source"`
}

func row(key state.Key, rec trade.OrderRecord) documentRow {
	return documentRow{
		Kind: "order", Number: rec.Number, Release: rec.Release, Partner: rec.Partner, Key: key.Aggregate, Source: rec.Source,
	}
}

// applyOrder makes a set an order. The order, what the ERP is owed, and the
// wake-up that brings it there are one commit, created only if the order does
// not exist; so the set has its effect once, however often it is applied.
func (e *Exchange) applyOrder(ctx context.Context, w state.Wake, j job) (result, error) {
	partner := j.interchange.Partner
	key := OrderKey(j.file.Tenant, partner, j.set.Number, j.set.Release, j.interchange.Test)
	kept, err := e.Store.Keep(ctx, j.file.Tenant, j.doc)
	if err != nil {
		return result{}, err
	}
	rec := trade.OrderRecord{
		Version: 1, Number: j.set.Number, Release: j.set.Release, Partner: partner, Channel: j.file.Channel,
		Source: j.source(), Hash: state.Hash(string(j.doc)), Test: j.interchange.Test, Received: e.Store.Now(),
		Order: kept.Inline, File: kept.Path,
	}
	b := e.Store.Batch(key)
	b.Trace(w.Trace)
	b.Create(trade.OrderRecordID, trade.OrderRecordKind, trade.OrderRecordVersion, rec)
	b.Post(state.ListDocuments, key.Aggregate, rec.Received, row(key, rec))
	if !rec.Test {
		b.Want(state.QueueERPSync, 1)
		b.Send(state.QueueERPSync)
	}
	_, err = b.Commit(ctx)
	if err == nil {
		return result{became: created}, nil
	}
	if !errors.Is(err, state.ErrConflict) {
		return result{}, err
	}
	for try := 1; ; try++ {
		// The push to the ERP moves the order's target on, and a read may lag
		// behind: neither is a reason to give the whole file another try.
		r, err := e.applyAgain(ctx, w, key, rec, j)
		if !errors.Is(err, state.ErrConflict) || try == applyTries {
			return r, err
		}
	}
}

// applyTries is how often an order that exists is looked at before the file
// is tried again later.
const applyTries = 3

// applyAgain handles an order that exists: our own earlier try, the same
// content again, or other content, for which the agreement has a rule.
func (e *Exchange) applyAgain(ctx context.Context, w state.Wake, key state.Key, rec trade.OrderRecord, j job) (result, error) {
	all, err := e.Store.ScanAll(ctx, key)
	if err != nil {
		return result{}, err
	}
	var head, target state.Record
	var current trade.OrderRecord
	occupied := false // an order of this key is held already
	for _, r := range all {
		if r.ID == state.TargetID(state.QueueERPSync) {
			target = r
		}
		if r.Kind != trade.OrderRecordKind {
			continue
		}
		var known trade.OrderRecord
		if err := state.Decode(r, trade.OrderRecordKind, trade.OrderRecordVersion, &known); err != nil {
			return result{}, err
		}
		switch {
		case known.Source == rec.Source && r.ID == trade.HeldOrderID:
			return e.note(j, held, known), nil
		case known.Source == rec.Source && known.Version > 1:
			return e.note(j, replaced, known), nil
		case known.Source == rec.Source:
			return result{became: created}, nil
		case known.Hash == rec.Hash && r.ID != trade.HeldOrderID:
			return e.note(j, duplicate, known), nil
		case r.ID == trade.OrderRecordID:
			head, current = r, known
		case r.ID == trade.HeldOrderID:
			occupied = true
		}
	}
	if head.ID == "" {
		// It exists and is not seen yet, so nothing can be said about it.
		return result{}, fmt.Errorf("order %s exists but cannot be read yet: %w", key.Aggregate, state.ErrConflict)
	}
	b := e.Store.Batch(key)
	b.Trace(w.Trace)
	switch {
	case j.set.Repeat == mappings.RepeatReplace:
		return e.replace(ctx, b, head, target, current, rec, j)
	case j.set.Repeat == mappings.RepeatHold && !occupied:
		b.Create(trade.HeldOrderID, trade.OrderRecordKind, trade.OrderRecordVersion, rec)
		b.Post(state.ListWaiting, key.Aggregate+"."+rec.Hash[:12], rec.Received, row(key, rec))
		if _, err := b.Commit(ctx); err != nil {
			return result{}, err
		}
		return e.note(j, held, current), nil
	default:
		return e.note(j, repeated, current), nil
	}
}

// replace makes the set the next version of the order.
func (e *Exchange) replace(ctx context.Context, b *state.Batch, head, target state.Record, current, rec trade.OrderRecord, j job) (result, error) {
	rec.Version = current.Version + 1
	b.Replace(head, rec)
	b.Create(trade.OrderVersionID(current.Version), trade.OrderRecordKind, trade.OrderRecordVersion, current)
	if !rec.Test {
		if err := b.WantNext(target); err != nil {
			return result{}, err
		}
		b.Send(state.QueueERPSync)
	}
	if _, err := b.Commit(ctx); err != nil {
		return result{}, err
	}
	return e.note(j, replaced, current), nil
}

// note says in a finding what became of a set that did not simply become an
// order.
func (e *Exchange) note(j job, b became, known trade.OrderRecord) result {
	f := edi.Finding{Severity: edi.Note, Position: j.set.Position, SegmentID: "ST", InSet: 1, Value: j.set.Number}
	first, _, _ := strings.Cut(known.Source, "#")
	switch b {
	case replaced:
		f.Code, f.Message = CodeOrderReplaced, fmt.Sprintf("the order %s came before with other content; this one replaces it, as agreed", j.set.Number)
	case duplicate:
		f.Code, f.Message = CodeOrderDuplicate, fmt.Sprintf("the order %s came before with the same content, in file %s; it was not done again", j.set.Number, first)
	case held:
		f.Code, f.Severity, f.Message = CodeOrderHeld, edi.Warning, fmt.Sprintf("the order %s came before with other content, in file %s; this one is held for a person to decide", j.set.Number, first)
	case repeated:
		f.Code, f.Severity, f.Message = CodeOrderRepeated, edi.Error, fmt.Sprintf("the order %s came before with other content, in file %s; as agreed this one is rejected: give a changed order a release of its own or send a change", j.set.Number, first)
	}
	return result{became: b, finding: &f}
}
