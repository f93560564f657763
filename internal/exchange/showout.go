package exchange

import (
	"context"
	"fmt"
	"time"

	"github.com/crossdock/crossdock/internal/state"
	"github.com/crossdock/crossdock/internal/trade"
)

// OutgoingView is a document of ours and how far its partner has it.
type OutgoingView struct {
	Noun    string     `json:"noun"`
	Number  string     `json:"number"`
	About   string     `json:"about,omitempty"` // number of the document it answers
	Partner string     `json:"partner"`
	Set     string     `json:"set"`
	Key     string     `json:"key"`
	Version int        `json:"version"`
	Test    bool       `json:"test,omitempty"`
	Source  string     `json:"source"` // the event it came by
	Status  string     `json:"status"` // on its way, waits in a batch, given up, sent, or what the partner says of it
	At      time.Time  `json:"at"`
	Sent    []SentView `json:"sent,omitempty"` // by version
}

// SentView is a version that was sent, and what the partner said of it.
type SentView struct {
	Sent
	Acknowledged *Acknowledged `json:"acknowledged,omitempty"`
	Owed         []owing       `json:"owed,omitempty"` // by the partner
}

// ShowOutgoing returns what is known of a document of ours: state.ErrNotFound
// if there is none.
func (e *Exchange) ShowOutgoing(ctx context.Context, key state.Key) (OutgoingView, error) {
	all, err := e.Store.ScanAll(ctx, key)
	if err != nil {
		return OutgoingView{}, err
	}
	byID := map[string]state.Record{}
	for _, r := range all {
		byID[r.ID] = r
	}
	rec, ok := byID[trade.DocumentRecordID]
	if !ok {
		return OutgoingView{}, fmt.Errorf("document %s: %w", key.Aggregate, state.ErrNotFound)
	}
	var doc trade.DocumentRecord
	if err := state.Decode(rec, trade.DocumentRecordKind, trade.DocumentRecordVersion, &doc); err != nil {
		return OutgoingView{}, err
	}
	v := OutgoingView{
		Noun: doc.Noun, Number: doc.Number, About: doc.About, Partner: doc.Partner, Set: doc.Set, Key: key.Aggregate, Version: doc.Version,
		Test: doc.Test, Source: doc.Source, At: doc.Received, Status: "on its way",
	}
	for n := 1; n <= doc.Version; n++ {
		s, err := showSent(byID, n)
		if err != nil {
			return OutgoingView{}, err
		}
		if s != nil {
			v.Sent = append(v.Sent, *s)
			v.Status = s.status()
		}
	}
	t, err := state.DecodeTarget(byID[state.TargetID(state.QueueEDIOutbound)])
	switch {
	case err != nil:
		return OutgoingView{}, err
	case t.Parked:
		v.Status = "given up"
	case t.Done < t.Wanted:
		v.Status = "on its way"
	case byID[SentID(doc.Version)].ID == "":
		v.Status = "waits in a batch"
	}
	return v, nil
}

// showSent is what is known of a version that was sent; nil if it was not.
func showSent(byID map[string]state.Record, n int) (*SentView, error) {
	rec, ok := byID[SentID(n)]
	if !ok {
		return nil, nil
	}
	s := new(SentView)
	if err := state.Decode(rec, SentKind, SentVersion, &s.Sent); err != nil {
		return nil, err
	}
	if rec, ok := byID[acknowledgedID(n)]; ok {
		s.Acknowledged = new(Acknowledged)
		if err := state.Decode(rec, acknowledgedKind, 1, s.Acknowledged); err != nil {
			return nil, err
		}
	}
	if rec, ok := byID[dueID(n)]; ok {
		var o owed
		if err := state.Decode(rec, dueKind, 1, &o); err != nil {
			return nil, err
		}
		s.Owed = o.Items
	}
	return s, nil
}

// status is the one word for how far the partner has it.
func (s *SentView) status() string {
	if a := s.Acknowledged; a != nil && a.Status != "" {
		return string(a.Status)
	}
	return "sent"
}
