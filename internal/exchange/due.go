package exchange

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/crossdock/crossdock/internal/state"
	"github.com/crossdock/crossdock/internal/trade"
	"github.com/crossdock/crossdock/mappings"
)

// owed is what somebody owes for a version of a document: the partner for one
// of ours, we for one of the partner's. It is the record dueID of the
// document's aggregate.
type owed struct {
	Items []owing `json:"items"`
}

// owing is one thing that is owed.
type owing struct {
	What    string    `json:"what"`              // ackFunctional, ackTA1, or the set of an answer
	By      time.Time `json:"by"`                // when it is due
	Overdue bool      `json:"overdue,omitempty"` // it was not there then, and a failure says so
	Came    bool      `json:"came,omitempty"`    // it is there
}

// late is a document whose answer was not there when it was due. It is a record
// of the aggregate of the answers, so that an answer that comes after all finds
// the failures it ends.
type late struct {
	Key string `json:"key"` // aggregate of the document
}

const (
	dueKind  = "due"
	lateKind = "late"

	ackFunctional = "acknowledgement" // a 997, 999 or CONTRL
	ackTA1        = "TA1"
)

// dueID is the record id of what is owed for a version.
func dueID(version int) string { return fmt.Sprintf("due.%d", version) }

// owedFor is what the partner owes for a letter that left.
func owedFor(c *mappings.Catalog, l *letter, at time.Time) owed {
	var o owed
	add := func(what string, within time.Duration) {
		o.Items = append(o.Items, owing{What: what, By: at.Add(within)})
	}
	switch x, e := l.terms.X12, l.terms.EDIFACT; {
	case x != nil:
		if x.Expect.Functional {
			add(ackFunctional, x.Expect.Within)
		}
		if x.RequestTA1 {
			add(ackTA1, x.Expect.Within)
		}
	case e.Expect.Functional || e.RequestAcknowledgement:
		add(ackFunctional, e.Expect.Within)
	}
	o.Items = append(o.Items, owedSince(c.Answers(l.agreement, l.terms, false), at).Items...)
	return o
}

// owedSince is what is owed in answer to a document of a time.
func owedSince(answers []mappings.Answer, at time.Time) owed {
	var o owed
	for _, one := range answers {
		o.Items = append(o.Items, owing{What: one.Set, By: at.Add(one.Within)})
	}
	return o
}

// put remembers what is owed for a version, and wakes edi_due when the first
// of it is due.
func (o owed) put(b *state.Batch, version int) {
	first, ok := o.next()
	if !ok {
		return
	}
	b.Put(dueID(version), dueKind, 1, o)
	b.SendAt(state.QueueEDIDue, first)
}

// next is when the next thing is due that is not known to be overdue.
func (o owed) next() (at time.Time, ok bool) {
	for _, one := range o.Items {
		if !one.Overdue && (!ok || one.By.Before(at)) {
			at, ok = one.By, true
		}
	}
	return at, ok
}

// Due looks whether what was owed by now for the document of a wake-up has
// come. What has not is a failure that an operator sees, once; it goes when
// it comes after all. A wake-up for answers looks at the documents that wait
// for them.
func (e *Exchange) Due(ctx context.Context, w state.Wake) error {
	all, err := e.Store.ScanAll(ctx, w.Key())
	if err != nil {
		return err
	}
	var doc trade.DocumentRecord
	acks := map[string]Acknowledged{}
	answers := false
	for _, rec := range all {
		switch {
		case rec.Kind == trade.AnswerRecordKind:
			answers = true
		case rec.Kind == lateKind:
			var l late
			if err = state.Decode(rec, lateKind, 1, &l); err == nil {
				err = e.Due(ctx, state.Wake{Tenant: w.Tenant, Aggregate: l.Key, Trace: w.Trace})
			}
		case rec.ID == trade.DocumentRecordID:
			err = state.Decode(rec, trade.DocumentRecordKind, trade.DocumentRecordVersion, &doc)
		case rec.Kind == acknowledgedKind:
			var a Acknowledged
			err = state.Decode(rec, acknowledgedKind, 1, &a)
			acks[rec.ID] = a
		}
		if err != nil {
			return err
		}
	}
	if answers {
		return nil
	}
	if doc.Version == 0 {
		return fmt.Errorf("document of %s: %w", w.Aggregate, state.ErrNotFound)
	}
	var errs []error
	for version := range doc.Version {
		for _, rec := range all {
			if rec.ID == dueID(version+1) {
				errs = append(errs, e.due(ctx, w, rec, doc, version+1, acks[acknowledgedID(version+1)]))
			}
		}
	}
	return errors.Join(errs...)
}

// due looks at what is owed for one version.
func (e *Exchange) due(ctx context.Context, w state.Wake, rec state.Record, doc trade.DocumentRecord, version int, ack Acknowledged) error {
	var o owed
	if err := state.Decode(rec, dueKind, 1, &o); err != nil {
		return err
	}
	answered, err := e.answersTo(ctx, w.Tenant, doc)
	if err != nil {
		return err
	}
	now := e.Store.Now()
	b := e.Store.Batch(w.Key())
	b.Trace(w.Trace)
	changed := false
	var left owed
	for i := range o.Items {
		one := &o.Items[i]
		came := one.What == ackFunctional && ack.Status != "" || one.What == ackTA1 && ack.TA1 != "" || answered[state.ID(one.What)]
		switch {
		case came && one.Overdue:
			b.Strike(state.ListFailures, overdueID(w.Key(), version, one.What), one.By)
			one.Overdue, one.Came, changed = false, true, true
		case came && !one.Came: // also so that no other look that began before takes it for late
			one.Came, changed = true, true
		case came, one.Overdue:
		case now.Before(one.By):
			left.Items = append(left.Items, *one)
		default:
			if one.What != ackFunctional && one.What != ackTA1 {
				if answered, err = e.late(ctx, w, doc); err != nil {
					return err
				}
				if answered[state.ID(one.What)] {
					one.Came, changed = true, true
					continue
				}
			}
			one.Overdue, changed = true, true
			f := overdue(w.Key(), doc, version, *one, now)
			f.Trace = w.Trace
			b.Post(state.ListFailures, f.ID, one.By, f)
		}
	}
	at, more := left.next()
	if !changed && !more {
		return nil
	}
	b.Replace(rec, o)
	if more {
		b.SendAt(state.QueueEDIDue, at)
	}
	_, err = b.Commit(ctx)
	return err
}

// answersTo returns which answers there are to a document, by record id.
func (e *Exchange) answersTo(ctx context.Context, tenant string, doc trade.DocumentRecord) (map[string]bool, error) {
	recs, err := e.Store.ScanAll(ctx, answersKey(tenant, doc))
	if err != nil {
		return nil, err
	}
	there := map[string]bool{}
	for _, r := range recs {
		there[r.ID] = r.Kind == trade.AnswerRecordKind
	}
	return there, nil
}

// answersKey is the aggregate of the answers to a document.
func answersKey(tenant string, doc trade.DocumentRecord) state.Key {
	direction := trade.Out
	if doc.Direction == trade.Out {
		direction = trade.In
	}
	return state.Key{Tenant: tenant, Aggregate: state.ID(trade.AnswerParts(direction, doc.Partner, doc.Number, doc.Test)...)}
}

// late notes with the answers to a document that it waits for one, and returns
// those that came before they could know of that.
func (e *Exchange) late(ctx context.Context, w state.Wake, doc trade.DocumentRecord) (map[string]bool, error) {
	b := e.Store.Batch(answersKey(w.Tenant, doc))
	b.Put(state.ID("late", w.Aggregate), lateKind, 1, late{Key: w.Aggregate})
	if _, err := b.Commit(ctx); err != nil {
		return nil, err
	}
	return e.answersTo(ctx, w.Tenant, doc)
}

// overdueID is the id of the failure that something is overdue.
func overdueID(key state.Key, version int, what string) string {
	return state.ID("overdue", key.Aggregate, fmt.Sprint(version), what)
}

// overdue is the failure that something owed is not there.
func overdue(key state.Key, doc trade.DocumentRecord, version int, one owing, now time.Time) state.Failure {
	noun := strings.ReplaceAll(doc.Noun, "-", " ")
	var cause string
	switch {
	case one.What == ackFunctional || one.What == ackTA1:
		cause = fmt.Sprintf("%s has not acknowledged our %s %s (%s)", doc.Partner, noun, doc.Number, doc.Set)
		if one.What == ackTA1 {
			cause += " with a TA1"
		}
	case doc.Direction == trade.Out:
		cause = fmt.Sprintf("%s has not answered our %s %s with %s", doc.Partner, noun, doc.Number, one.What)
	default:
		cause = fmt.Sprintf("%s has no %s from us in answer to its %s %s", doc.Partner, one.What, noun, doc.Number)
	}
	return state.Failure{
		ID: overdueID(key, version, one.What), Tenant: key.Tenant, Aggregate: key.Aggregate, Queue: state.QueueEDIDue, Class: "overdue",
		Cause: cause + ", which was due " + one.By.UTC().Format("2006-01-02 15:04 MST"), Attempts: 1, At: now,
	}
}
