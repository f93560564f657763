package exchange

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/internal/state"
)

// Acknowledged is what a partner said last of a version of a document of ours.
// It is a record of the document's aggregate.
type Acknowledged struct {
	Status   edi.Fate      `json:"status,omitempty"`  // empty: nothing but that it came
	Summary  string        `json:"summary,omitempty"` // such as "997 A" or "CONTRL 4"
	TA1      string        `json:"ta1,omitempty"`     // TA104, if a TA1 came
	Advice   string        `json:"advice,omitempty"`  // OTI01, if an 824 came
	Level    int           `json:"level,omitempty"`   // of the Status: of the interchange, the group or the set
	Source   string        `json:"source"`            // file#interchange that brought it
	At       time.Time     `json:"at"`
	Findings []edi.Finding `json:"findings,omitempty"`
}

const acknowledgedKind = "acknowledged"

// acknowledgedID is the record id of what was said of a version.
func acknowledgedID(version int) string { return fmt.Sprintf("acknowledged.%d", version) }

// What is said of a level holds for all below it of which nothing is said.
const (
	ofInterchange = iota + 1
	ofGroup
	ofSet
)

// maxTold is how many findings are kept of an acknowledgement, and of a
// document that is sent.
const maxTold = 20

// saying is what an acknowledgement says, of a whole letter of ours or of the
// set of one control number in it.
type saying struct {
	Acknowledged
	set string
}

// says reads what is said from either standard.
func (r Received) says() saying {
	s := saying{Acknowledged: Acknowledged{Source: r.Source}}
	if a := r.EDIFACT; a != nil {
		s.Status, s.Summary, s.Findings, s.Level = a.Fate, "CONTRL "+a.Action, a.Findings, ofInterchange
		switch {
		case a.Message != nil:
			s.Level, s.set = ofSet, a.Message.Reference
		case a.Group != nil:
			s.Level = ofGroup
		}
		return s
	}
	switch a := r.X12; {
	case a.TA1 != nil:
		s.TA1, s.Summary, s.Level = a.TA1.Action, "TA1 "+a.TA1.Action+" "+a.TA1.Note, ofInterchange
		if s.Status = a.TA1.Fate(); s.Status != edi.Rejected {
			s.Status = "" // of its content it says nothing
		}
		if f, ok := a.TA1.Finding(); ok {
			s.Findings = []edi.Finding{f}
		}
	case a.Set != nil:
		s.Status, s.Summary, s.Findings, s.Level, s.set = a.Set.Fate, strings.TrimSpace(a.Set.Kind+" "+a.Set.Status), a.Set.Findings, ofSet, a.Set.ControlNumber
	case a.Group != nil:
		s.Status, s.Summary, s.Findings, s.Level = a.Group.Fate, a.Group.ID+" "+a.Group.Status, a.Group.Findings, ofGroup
		if a.Group.Status == "P" {
			s.Status = edi.Accepted // but for the sets that are told
		}
	case a.Outcome != nil:
		s.Status, s.Advice, s.Summary, s.Findings, s.Level, s.set = a.Outcome.Fate, a.Outcome.Code, "824 "+a.Outcome.Code, a.Outcome.Findings, ofSet, a.Outcome.ControlNumber
	}
	return s
}

// matched matches what a partner says to what we sent, and returns what is to
// be told of it, if anything. A file that is applied again says it again, and
// nothing changes by it.
func (e *Exchange) matched(ctx context.Context, r Received) (*edi.Finding, error) {
	standard, level, number := r.level()
	said := r.says()
	recs, err := e.Store.Read(ctx, sentKey(r.Tenant, standard, r.Partner, level, number), "", sentID)
	if err != nil && !errors.Is(err, state.ErrNotFound) {
		return nil, err
	}
	rec, ok := recs[sentID]
	if !ok {
		if r.X12 != nil && r.X12.Set != nil {
			return nil, nil // what is said of a set comes again with its group
		}
		return &edi.Finding{
			Code: CodeUnmatched, Severity: edi.Note, Value: number,
			Message: fmt.Sprintf("the partner answers an %s that was not sent to it as a document", level),
		}, nil
	}
	var d dispatch
	if err := e.decodeKept(ctx, rec, dispatchKind, &d); err != nil {
		return nil, err
	}
	if r.EDIFACT == nil && r.X12.Outcome != nil && said.set == "" && len(d.Parts) == 1 {
		said.set = d.Parts[0].Set
	}
	said.At = e.Store.Now()
	var rejected, accepted []string
	for _, p := range d.Parts {
		if said.Level == ofSet && p.Set != said.set {
			continue
		}
		status, err := e.acknowledge(ctx, r.Tenant, r.Partner, d.Set, p, said.Acknowledged)
		if err != nil {
			return nil, err
		}
		switch status {
		case edi.Rejected:
			rejected = append(rejected, p.Set)
		case edi.Accepted, edi.AcceptedWithErrors:
			accepted = append(accepted, p.Set)
		}
	}
	f := &edi.Finding{Code: CodeAcceptedByPartner, Severity: edi.Note, Value: number, Message: "the partner accepts our " + d.Set + ": set " + listed(accepted)}
	switch {
	case said.Status == edi.Rejected && len(rejected) > 0:
		f.Code, f.Severity, f.Message = CodeRejectedByPartner, edi.Warning, "the partner rejects our "+d.Set+": set "+listed(rejected)
	case said.Level == ofSet || len(accepted) == 0:
		return nil, nil // it is told with all that it stands with, or nothing is said yet
	}
	return f, nil
}

// listed names control numbers, as many as are told.
func listed(numbers []string) string {
	if len(numbers) > maxTold {
		return strings.Join(numbers[:maxTold], ", ") + " and more"
	}
	return strings.Join(numbers, ", ")
}

// acknowledge remembers what was said of a document. What was said of it alone
// is not undone by what is said of all, unless that rejects them.
func (e *Exchange) acknowledge(ctx context.Context, tenant, partner, set string, p part, said Acknowledged) (edi.Fate, error) {
	key, id := state.Key{Tenant: tenant, Aggregate: p.Aggregate}, acknowledgedID(p.Version)
	recs, err := e.Store.Read(ctx, key, "", id, dueID(p.Version))
	if err != nil {
		return "", err
	}
	said.Findings = said.Findings[:min(len(said.Findings), maxTold)]
	var was Acknowledged
	rec, known := recs[id]
	if known {
		if err := state.Decode(rec, acknowledgedKind, 1, &was); err != nil {
			return "", err
		}
	}
	now := was.follow(said)
	if known && now.same(was) {
		return now.Status, nil
	}
	b := e.Store.Batch(key)
	if known {
		b.Replace(rec, now)
	} else {
		b.Create(id, acknowledgedKind, 1, now)
	}
	if now.Status == edi.Rejected && was.Status != edi.Rejected {
		f := rejection(key, partner, set, p, now)
		b.Post(state.ListFailures, f.ID, f.At, f)
	}
	if err := settle(b, key, p.Version, recs, now); err != nil {
		return "", err
	}
	_, err = b.Commit(ctx)
	return now.Status, err
}

// follow is what is known of a document once something more was said.
func (a Acknowledged) follow(said Acknowledged) Acknowledged {
	now := a
	if said.TA1 != "" {
		now.TA1 = said.TA1
	}
	if said.Advice != "" {
		now.Advice = said.Advice
	}
	if said.Status == "" && now.Status != "" {
		return now
	}
	if a.Status != "" && said.Level < a.Level && said.Status != edi.Rejected {
		return now
	}
	now.Status, now.Summary, now.Level, now.Findings = said.Status, said.Summary, said.Level, said.Findings
	now.Source, now.At = said.Source, said.At
	return now
}

// same reports whether nothing more is known.
func (a Acknowledged) same(b Acknowledged) bool {
	return a.Status == b.Status && a.Summary == b.Summary && a.TA1 == b.TA1 && a.Advice == b.Advice && a.Level == b.Level && a.Source == b.Source
}

// settle takes what came off the list of failures, if it was overdue.
func settle(b *state.Batch, key state.Key, version int, recs map[string]state.Record, now Acknowledged) error {
	rec, ok := recs[dueID(version)]
	if !ok {
		return nil
	}
	var o owed
	if err := state.Decode(rec, dueKind, 1, &o); err != nil {
		return err
	}
	for _, one := range o.Items {
		came := one.What == ackFunctional && now.Status != "" || one.What == ackTA1 && now.TA1 != ""
		if one.Overdue && came {
			b.Strike(state.ListFailures, overdueID(key, version, one.What), one.By)
		}
	}
	return nil
}

// rejection is the failure that a partner does not take a document of ours.
func rejection(key state.Key, partner, set string, p part, a Acknowledged) state.Failure {
	cause := fmt.Sprintf("%s rejects our %s, set %s, with %s in file %s", partner, set, p.Set, a.Summary, a.Source)
	for i, f := range a.Findings {
		if i == 3 {
			break
		}
		cause += "; " + f.Message
	}
	return state.Failure{
		ID: state.ID("rejected", key.Aggregate, fmt.Sprint(p.Version)), Tenant: key.Tenant, Aggregate: key.Aggregate, Queue: state.QueueEDIInbound,
		Class: "rejected", Cause: cause, Attempts: 1, At: a.At,
	}
}
