package exchange

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/internal/inbox"
	"github.com/crossdock/crossdock/internal/state"
	"github.com/crossdock/crossdock/internal/trade"
	"github.com/crossdock/crossdock/mappings"
)

// Sent is an outgoing document that lies in its channel's outbound folder. It
// is a record of the aggregate that asked for it, under SentID.
type Sent struct {
	Kind    string    `json:"kind"`
	Summary string    `json:"summary"` // such as "997 A", "TA1 R 025" or "CONTRL 7"
	Partner string    `json:"partner"`
	Path    string    `json:"path"`
	Control string    `json:"control"` // ISA13, or UNB 0020
	At      time.Time `json:"at"`

	// Of a document of ours.
	Standard string `json:"standard,omitempty"`
	Group    string `json:"group,omitempty"` // GS06, or UNG 0048
	Set      string `json:"set,omitempty"`   // ST02, or UNH 0062
	Test     bool   `json:"test,omitempty"`
	// Findings are what the document says that its set has no place for, so
	// that the partner does not get it.
	Findings []edi.Finding `json:"findings,omitempty"`
}

const (
	SentKind    = "sent"
	SentVersion = 1
)

// SentID is the record id of an aggregate's nth outgoing document.
func SentID(n int) string { return fmt.Sprintf("sent.%d", n) }

// Send writes what the aggregate of a wake-up owes its partner, one document
// after the other: the acknowledgements of a file, or the versions of a
// document of ours. Each is keyed by aggregate and number: it draws its control
// numbers once, is written under one name, and a second try writes the same
// bytes.
func (e *Exchange) Send(ctx context.Context, w state.Wake) error {
	if isBatch(w.Aggregate) {
		return e.sendBatches(ctx, w)
	}
	due, err := e.Store.Open(ctx, w, state.QueueEDIOutbound, inbox.RecordID, verdictID, trade.DocumentRecordID)
	if err != nil {
		return err
	}
	if rec, ok := due.Records[trade.DocumentRecordID]; ok {
		return e.sendDocument(ctx, w, due, rec)
	}
	rec, err := due.Rec(inbox.RecordID)
	if err != nil {
		return err
	}
	var f inbox.File
	if err := state.Decode(rec, inbox.RecordKind, inbox.RecordVersion, &f); err != nil {
		return err
	}
	v, err := e.readVerdict(ctx, due.Records)
	if err != nil {
		return err
	}
	until := e.Store.Now().Add(e.Options.withDefaults().Slice)
	for due.Target.Done < due.Target.Wanted {
		n := due.Next()
		if n > len(v.Acks) {
			return fmt.Errorf("send %s: document %d is wanted, the verdict asks for %d", f.ID, n, len(v.Acks))
		}
		sent, err := e.sendAck(ctx, f, v, n)
		if err != nil {
			return err
		}
		b := e.Store.Batch(due.Key)
		b.Trace(w.Trace)
		due.Reach(b, n)
		b.Put(SentID(n), SentKind, SentVersion, sent)
		b.Post(state.ListDocuments, due.Key.Aggregate+"."+SentID(n), sent.At, sent)
		over := n < due.Target.Wanted && !e.Store.Now().Before(until)
		if over {
			b.Send(state.QueueEDIOutbound)
		}
		receipt, err := b.Commit(ctx)
		if err != nil || over {
			return err
		}
		due.Committed(receipt)
	}
	return nil
}

// sendAck writes the nth acknowledgement of a verdict.
func (e *Exchange) sendAck(ctx context.Context, f inbox.File, v *Verdict, n int) (Sent, error) {
	ack := v.Acks[n-1]
	ic := v.interchange(ack.Interchange)
	if ic == nil {
		return Sent{}, fmt.Errorf("send %s: the verdict has no interchange %d", f.ID, ack.Interchange)
	}
	c, err := e.catalog(ctx, v)
	if err != nil {
		return Sent{}, fmt.Errorf("send %s: %w", f.ID, err)
	}
	a := agreementFor(c, f.Tenant, f.Channel, ic)
	partner := ic.Partner
	if partner == "" {
		p := ic.party()
		partner = state.ID("unknown", p.SenderQualifier, p.SenderID)
	}
	document := state.ID(f.ID, fmt.Sprint(n))
	d, err := e.draw(ctx, f.Tenant, v.Standard, partner, document, numbersOf(a, v.Standard, ack.sets()))
	if err != nil {
		return Sent{}, fmt.Errorf("send %s: %w", f.ID, err)
	}
	answer, err := v.answer(ack, a, d, func(at Line) iter.Seq2[Set, error] { return v.Lines.from(ctx, e.Store.Files(), at) })
	if err != nil {
		return Sent{}, fmt.Errorf("send %s: %w", f.ID, err)
	}
	s := Sent{
		Kind: ack.Kind, Summary: answer.summary, Partner: partner, Control: answer.control, At: d.At,
		Path: fmt.Sprintf("outbound/%s/%s/%s-%09d-%s-%s.edi", f.Tenant, f.Channel, short(partner), d.Interchange, strings.ToLower(ack.Kind), state.Hash(document)[:8]),
	}
	body := answer.body()
	defer body.Close()
	if _, err := e.Store.Files().Create(ctx, s.Path, body); err != nil && !errors.Is(err, state.ErrConflict) {
		return Sent{}, fmt.Errorf("send %s: %w", s.Path, err)
	}
	// A conflict is our own earlier try: the name says which document it is,
	// for its number comes again once the range is through.
	return s, nil
}

// agreementFor is how an interchange is answered: nil for a sender nobody
// knows.
func agreementFor(c *mappings.Catalog, tenant, channel string, ic *Interchange) *mappings.Agreement {
	if ic.Partner == "" {
		return nil
	}
	a, _ := c.Agreement(tenant, channel, ic.party())
	if a == nil || a.Partner != ic.Partner {
		return nil
	}
	return a
}

// short is a partner's name, or what stands for one that a file's name has no
// room for: a stranger is called what its ISA says.
func short(partner string) string {
	const limit = 100
	if len(partner) <= limit {
		return partner
	}
	return "unknown." + state.Hash(partner)[:24]
}
