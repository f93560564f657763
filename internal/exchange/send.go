package exchange

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/x12"
	"github.com/crossdock/crossdock/internal/inbox"
	"github.com/crossdock/crossdock/internal/state"
	"github.com/crossdock/crossdock/mappings"
)

// Sent is an outgoing document that lies in its channel's outbound folder. It
// is a record of the aggregate that asked for it, under SentID.
type Sent struct {
	Kind    string    `json:"kind"`
	Summary string    `json:"summary"` // such as "997 A" or "TA1 R 025"
	Partner string    `json:"partner"`
	Path    string    `json:"path"`
	Control string    `json:"control"` // ISA13
	At      time.Time `json:"at"`
}

const (
	SentKind    = "sent"
	SentVersion = 1
)

// SentID is the record id of an aggregate's nth outgoing document.
func SentID(n int) string { return fmt.Sprintf("sent.%d", n) }

// Send writes what the aggregate of a wake-up owes its partner, one document
// after the other. Each is keyed by aggregate and number: it draws its control
// numbers once, is written under one name, and a second try writes the same
// bytes.
func (e *Exchange) Send(ctx context.Context, w state.Wake) error {
	due, err := e.Store.Open(ctx, w, state.QueueEDIOutbound, inbox.RecordID, verdictID)
	if err != nil {
		return err
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
	terms, err := e.terms(ctx, f, v, ic)
	if err != nil {
		return Sent{}, fmt.Errorf("send %s: %w", f.ID, err)
	}
	partner := ic.Partner
	if partner == "" {
		partner = state.ID("unknown", ic.ISA.SenderQualifier, ic.ISA.SenderID)
	}
	document := state.ID(f.ID, fmt.Sprint(n))
	d, err := e.draw(ctx, f.Tenant, partner, document, terms.Numbers)
	if err != nil {
		return Sent{}, err
	}
	env := envelope(ic, terms, d)
	s := Sent{
		Kind: ack.Kind, Partner: partner, Control: env.ISA.ControlNumber, At: d.At,
		Path: fmt.Sprintf("outbound/%s/%s/%s-%s-%s-%s.edi", f.Tenant, f.Channel, short(partner), env.ISA.ControlNumber, strings.ToLower(ack.Kind), state.Hash(document)[:8]),
	}
	var body io.ReadCloser
	switch ack.Kind {
	case KindTA1:
		ta1 := x12.NewTA1(ic.InterchangeResult)
		s.Summary = "TA1 " + ta1.Action + " " + ta1.Note
		body = io.NopCloser(bytes.NewReader(x12.AppendTA1Interchange(nil, env.ISA, env.Delimiters, ic.InterchangeResult)))
	case Kind997:
		g := ic.group(ack.Group)
		if g == nil {
			return Sent{}, fmt.Errorf("send %s: the verdict has no group %d", f.ID, ack.Group)
		}
		s.Summary = "997 " + g.status(ic)
		body = e.functional(ctx, f, v, g, env, x12.AckPolicy{Version: terms.Release, OnlyRejectedSets: !terms.acceptedSets, LineEnd: terms.LineEnd})
	default:
		return Sent{}, fmt.Errorf("send %s: acknowledgement of kind %q", f.ID, ack.Kind)
	}
	defer body.Close()
	if _, err := e.Store.Files().Create(ctx, s.Path, body); err != nil && !errors.Is(err, state.ErrConflict) {
		return Sent{}, fmt.Errorf("send %s: %w", s.Path, err)
	}
	// A conflict is our own earlier try: the name says which document it is,
	// for its number comes again once the range is through.
	return s, nil
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

// status is the AK901 of a group: what refuses the interchange refuses each
// of its sets.
func (g *Group) status(ic *Interchange) string {
	accepted, worse := g.Accepted, g.Noted
	if ic.Refused {
		accepted = 0
	}
	return x12.GroupStatus(g.Fate, g.Received, accepted, worse)
}

// inMemory is how many sets an acknowledgement may have and still be made in
// one piece; a larger one is written as its lines are read.
const inMemory = 1000

// functional is the functional acknowledgement of a group.
func (e *Exchange) functional(ctx context.Context, f inbox.File, v *Verdict, g *Group, env x12.Envelope, p x12.AckPolicy) io.ReadCloser {
	write := func(w io.Writer) error {
		if _, err := w.Write(x12.AppendHeader(nil, env)); err != nil {
			return err
		}
		if err := x12.Write997(w, env.Delimiters, "0001", g.GroupResult, e.results(ctx, v, g), p); err != nil {
			return fmt.Errorf("997 for %s: %w", f.ID, err)
		}
		_, err := w.Write(x12.AppendTrailer(nil, env, 1))
		return err
	}
	if g.Received <= inMemory {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			return io.NopCloser(failing{err})
		}
		return io.NopCloser(&b)
	}
	r, w := io.Pipe()
	go func() { w.CloseWithError(write(w)) }() // ends when r is read or closed
	return r
}

// failing is a reader of an error.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// results yields what the verdict says of each set of a group.
func (e *Exchange) results(ctx context.Context, v *Verdict, g *Group) iter.Seq2[x12.SetResult, error] {
	return func(yield func(x12.SetResult, error) bool) {
		if g.Received == 0 {
			return
		}
		n := 0
		for s, err := range v.Lines.from(ctx, e.Store.Files(), g.Start) {
			if err == nil && !v.Applies(s) {
				s.Fate = x12.Rejected
			}
			if n++; !yield(s.SetResult, err) || n == g.Received {
				return
			}
		}
	}
}

// sendTerms is how an acknowledgement is sent.
type sendTerms struct {
	mappings.X12Send
	ours         mappings.Identity
	acceptedSets bool
}

// terms returns how to answer an interchange: as agreed, or, for a sender
// nobody knows, the way it wrote.
func (e *Exchange) terms(ctx context.Context, f inbox.File, v *Verdict, ic *Interchange) (sendTerms, error) {
	c, err := e.catalog(ctx, v)
	if err != nil {
		return sendTerms{}, err
	}
	a, _ := c.Agreement(f.Tenant, f.Channel, party(ic.ISA))
	if a == nil || a.Partner != ic.Partner {
		return sendTerms{
			X12Send: mappings.X12Send{
				Element: "*", Component: ">", Segment: "~", Repetition: "^", Control: ic.ISA.Version, Release: "004010",
				Usage: ic.ISA.Usage, Numbers: mappings.NumberRange{First: 1, Last: 999_999_999},
			},
			ours: mappings.Identity{Qualifier: ic.ISA.ReceiverQualifier, ID: ic.ISA.ReceiverID}, acceptedSets: true,
		}, nil
	}
	t := sendTerms{X12Send: a.X12.Send, acceptedSets: a.X12.Acknowledge.AcceptedSets}
	// The answer comes from the identity that was addressed, if it is ours.
	t.ours = mappings.Identity{Qualifier: ic.ISA.ReceiverQualifier, ID: ic.ISA.ReceiverID}
	if len(a.X12.Ours) > 0 && !slices.Contains(a.X12.Ours, t.ours) && !a.Guest {
		t.ours = a.X12.Ours[0]
	}
	return t, nil
}

// envelope is that of an acknowledgement: it goes back to the very sender.
func envelope(ic *Interchange, t sendTerms, d drawn) x12.Envelope {
	usage := t.Usage
	if ic.Test {
		usage = "T"
	}
	at := d.At.UTC()
	date := at.Format("20060102")
	e := x12.Envelope{
		Delimiters: edi.Delimiters{Element: t.Element[0], Component: t.Component[0], Segment: t.Segment[0]},
		LineEnd:    t.LineEnd,
		ISA: x12.ISA{
			AuthorizationQualifier: "00", SecurityQualifier: "00",
			SenderQualifier: t.ours.Qualifier, SenderID: t.ours.ID,
			ReceiverQualifier: ic.ISA.SenderQualifier, ReceiverID: ic.ISA.SenderID,
			Date: at.Format("060102"), Time: at.Format("1504"), Version: t.Control,
			ControlNumber: fmt.Sprintf("%09d", d.Interchange), AckRequested: "0", Usage: usage,
		},
		Group: x12.GS{
			FunctionalID: "FA", Sender: t.GroupSender, Receiver: t.GroupReceiver, Date: date, Time: at.Format("1504"),
			ControlNumber: fmt.Sprint(d.Group), Agency: "X", Version: t.Release,
		},
	}
	if t.Repetition != "" {
		e.Delimiters.Repetition = t.Repetition[0]
	}
	if e.Group.Sender == "" {
		e.Group.Sender = t.ours.ID
	}
	if e.Group.Receiver == "" {
		e.Group.Receiver = ic.ISA.SenderID
	}
	return e
}
