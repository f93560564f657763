package erp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/crossdock/crossdock/internal/state"
	"github.com/crossdock/crossdock/internal/trade"
	"github.com/crossdock/crossdock/mappings"
)

// Event is one thing an ERP has to say to a partner: a document for it.
type Event struct {
	ID       string          `json:"id"` // rises in the order of the list: the watermark after it
	Noun     string          `json:"noun"`
	Partner  string          `json:"partner"`
	Number   string          `json:"number"`
	Release  string          `json:"release,omitempty"`
	About    string          `json:"about,omitempty"`    // number of the document it answers
	Standard string          `json:"standard,omitempty"` // where several are agreed
	Set      string          `json:"set,omitempty"`      // where it may be one of several, such as 855 or 865
	Test     bool            `json:"test,omitempty"`
	Document json.RawMessage `json:"document"`
}

// watermark is how far the events of a tenant's ERP have been taken. It is
// the record watermarkID of the aggregate watermarkKey.
type watermark struct {
	After string    `json:"after"` // id of the last event taken
	At    time.Time `json:"at"`
}

const (
	watermarkID   = "watermark"
	watermarkKind = "watermark"

	// maxEvents bounds what is read of a list of events.
	maxEvents = 64 << 20

	// pollSlice is the longest a poll goes on before it wakes itself.
	pollSlice = time.Minute
)

// PollJob is the name of the schedule that asks the ERP for events.
const PollJob = "erp-poll"

func watermarkKey(tenant string) state.Key {
	return state.Key{Tenant: tenant, Aggregate: state.ID("erp-events")}
}

// Poll takes the events of a tenant's ERP that it has not taken, in their
// order, and makes each a document to be sent. The watermark moves after the
// documents are committed, so an event may be taken twice; its document is
// keyed by what it is, and knows the event it came by.
func (e *ERP) Poll(ctx context.Context, w state.Wake) error {
	url, d, ok := e.Endpoint(w.Tenant)
	if !ok || d.Events == nil {
		return nil
	}
	until := e.Store.Now().Add(pollSlice)
	for {
		recs, err := e.Store.Read(ctx, watermarkKey(w.Tenant), "", watermarkID)
		if err != nil {
			return err
		}
		var at watermark
		rec, known := recs[watermarkID]
		if known {
			if err := state.Decode(rec, watermarkKind, 1, &at); err != nil {
				return err
			}
		}
		events, err := e.list(ctx, url, d, at.After)
		if err != nil {
			return err
		}
		if len(events) == 0 {
			return nil
		}
		for _, one := range events {
			if err := e.take(ctx, w, one); err != nil {
				return fmt.Errorf("event %s: %w", one.ID, err)
			}
		}
		at = watermark{After: events[len(events)-1].ID, At: e.Store.Now()}
		b := e.Store.Batch(watermarkKey(w.Tenant))
		b.Trace(w.Trace)
		if known {
			b.Replace(rec, at)
		} else {
			b.Create(watermarkID, watermarkKind, 1, at)
		}
		more := len(events) >= d.Events.Limit
		over := more && !e.Store.Now().Before(until)
		if over {
			b.SendEvent(state.QueueERPEvents, w.Key(), struct{}{})
		}
		if _, err := b.Commit(ctx); err != nil {
			return err // also that another poll was faster: it is looked at again
		}
		if !more || over {
			return nil
		}
	}
}

// list asks the ERP for events.
func (e *ERP) list(ctx context.Context, url string, d *mappings.ERPDescriptor, after string) ([]Event, error) {
	ctx, cancel := context.WithTimeout(ctx, d.Events.Timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(url, "/")+d.Events.Target(after), nil)
	if err != nil {
		return nil, fmt.Errorf("events after %q: %w", after, err)
	}
	resp, err := e.Client.Do(req)
	if err != nil {
		return nil, &Unreachable{Err: fmt.Errorf("events after %q: %w", after, err)}
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxEvents))
	if err != nil {
		return nil, &Unreachable{Err: fmt.Errorf("events after %q: answer: %w", after, err)}
	}
	if err := e.judge(d, resp, body); err != nil {
		return nil, err
	}
	var events []Event
	if err := json.Unmarshal(body, &events); err != nil {
		return nil, &Unreachable{Err: fmt.Errorf("events after %q: answer %d is no list of events: %s", after, resp.StatusCode, excerpt(body))}
	}
	for _, one := range events {
		if one.ID == "" || one.ID == after {
			return nil, &Unreachable{Err: fmt.Errorf("events after %q: an event has the id %q", after, one.ID)}
		}
	}
	return events, nil
}

// take makes an event a document to be sent. One that cannot be is a failure
// that an operator sees, and holds up no other.
func (e *ERP) take(ctx context.Context, w state.Wake, one Event) error {
	how, err := e.Outgoing(w.Tenant, one.Partner, one.Noun, one.Standard, one.Set)
	if err == nil && (one.Number == "" || len(one.Document) == 0) {
		err = errors.New("it has no number, or no document")
	}
	if err != nil {
		_, err = e.Store.Quarantine(ctx, state.Failure{
			ID: state.ID("erp-event", w.Tenant, one.ID), Tenant: w.Tenant, Queue: state.QueueERPEvents, Class: "refused", Attempts: 1, Trace: w.Trace,
			Cause: fmt.Sprintf("event %s of the ERP, %s %s for %s: %v", one.ID, one.Noun, one.Number, one.Partner, err), Payload: state.Payload(one.Document),
		})
		return err
	}
	kept, err := e.Store.Keep(ctx, w.Tenant, one.Document)
	if err != nil {
		return err
	}
	doc := trade.DocumentRecord{
		Version: 1, Noun: one.Noun, Number: one.Number, Release: one.Release, About: one.About, Partner: one.Partner, Channel: how.Channel,
		Direction: trade.Out, Standard: how.Standard, Set: how.Set, Source: "erp:" + one.ID, Hash: state.Hash(string(one.Document)),
		Test: one.Test || how.Test, Received: e.Store.Now(), Body: kept.Inline, File: kept.Path,
	}
	key := state.Key{Tenant: w.Tenant, Aggregate: state.ID(trade.KeyParts(trade.Out, doc.Noun, doc.Partner, doc.Number, doc.Release, doc.Test)...)}
	b := e.Store.Batch(key)
	b.Trace(w.Trace)
	b.Create(trade.DocumentRecordID, trade.DocumentRecordKind, trade.DocumentRecordVersion, doc)
	b.Want(state.QueueEDIOutbound, 1)
	b.Send(state.QueueEDIOutbound)
	b.Post(state.ListSent, key.Aggregate, doc.Received, row(key, doc))
	_, err = b.Commit(ctx)
	if errors.Is(err, state.ErrConflict) {
		err = e.again(ctx, w, key, doc)
	}
	if err != nil || one.About == "" {
		return err
	}
	return e.answered(ctx, key, doc)
}

// again takes an event whose document exists: the same event, the same
// content, or the next version, which is sent as well.
func (e *ERP) again(ctx context.Context, w state.Wake, key state.Key, doc trade.DocumentRecord) error {
	all, err := e.Store.ScanAll(ctx, key)
	if err != nil {
		return err
	}
	var head, target state.Record
	var current trade.DocumentRecord
	for _, r := range all {
		switch r.ID {
		case eventID(doc.Source):
			return nil
		case state.TargetID(state.QueueEDIOutbound):
			target = r
		}
		if r.Kind != trade.DocumentRecordKind {
			continue
		}
		var known trade.DocumentRecord
		if err := state.Decode(r, trade.DocumentRecordKind, trade.DocumentRecordVersion, &known); err != nil {
			return err
		}
		if known.Source == doc.Source {
			return nil
		}
		if r.ID == trade.DocumentRecordID {
			head, current = r, known
		}
	}
	if head.ID == "" || target.ID == "" {
		return fmt.Errorf("document %s exists but cannot be read yet: %w", key.Aggregate, state.ErrConflict)
	}
	b := e.Store.Batch(key)
	b.Trace(w.Trace)
	if current.Hash == doc.Hash {
		// Known by its event too: taken again once other content has come, it
		// would be news.
		b.Put(eventID(doc.Source), eventKind, 1, struct{}{})
		_, err := b.Commit(ctx)
		return err
	}
	doc.Version = current.Version + 1
	b.Replace(head, doc)
	b.Create(trade.DocumentVersionID(current.Version), trade.DocumentRecordKind, trade.DocumentRecordVersion, current)
	if err := b.WantNext(target); err != nil {
		return err
	}
	b.Send(state.QueueEDIOutbound)
	_, err = b.Commit(ctx)
	return err
}

// eventID is the record id of an event that brought what was there.
func eventID(source string) string { return state.ID("event", source) }

const eventKind = "event"

// answered notes that a document of the partner's has its answer.
func (e *ERP) answered(ctx context.Context, key state.Key, doc trade.DocumentRecord) error {
	b := e.Store.Batch(state.Key{Tenant: key.Tenant, Aggregate: state.ID(trade.AnswerParts(trade.Out, doc.Partner, doc.About, doc.Test)...)})
	b.Put(state.ID(doc.Set), trade.AnswerRecordKind, trade.AnswerRecordVersion, trade.AnswerRecord{Key: key.Aggregate})
	b.SendAt(state.QueueEDIDue, e.Store.Now().Add(trade.AnswerSeen)) // a failure may say that it is overdue
	_, err := b.Commit(ctx)
	return err
}

// sentRow is what the list of outgoing documents says of one.
type sentRow struct {
	Kind    string `json:"kind"` // its noun
	Number  string `json:"number"`
	About   string `json:"about,omitempty"`
	Partner string `json:"partner"`
	Set     string `json:"set"`
	Key     string `json:"key"`
	Source  string `json:"source"`
}

func row(key state.Key, doc trade.DocumentRecord) sentRow {
	return sentRow{Kind: doc.Noun, Number: doc.Number, About: doc.About, Partner: doc.Partner, Set: doc.Set, Key: key.Aggregate, Source: doc.Source}
}
