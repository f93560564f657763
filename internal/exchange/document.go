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

// DocumentKey is the aggregate of a document from a partner: tenant, noun,
// partner, number and release.
func DocumentKey(tenant, noun, partner, number, release string, test bool) state.Key {
	return state.Key{Tenant: tenant, Aggregate: state.ID(trade.KeyParts(trade.In, noun, partner, number, release, test)...)}
}

// documentRow is what the list of documents says of one.
type documentRow struct {
	Kind    string `json:"kind"` // its noun
	Number  string `json:"number"`
	Release string `json:"release,omitempty"`
	Partner string `json:"partner"`
	Key     string `json:"key"` // its aggregate
	Source  string `json:"source"`
}

func row(key state.Key, rec trade.DocumentRecord) documentRow {
	return documentRow{
		Kind: rec.Noun, Number: rec.Number, Release: rec.Release, Partner: rec.Partner, Key: key.Aggregate, Source: rec.Source,
	}
}

// applySet makes a set a document, unless its control number was used
// meanwhile, by a file that was judged at the same time.
func (e *Exchange) applySet(ctx context.Context, w state.Wake, j job) (result, error) {
	if j.rules.duplicates.SetDays > 0 {
		before, err := claims{e, j.file}.set(ctx, j.interchange, j.rules, j.set)
		if err != nil {
			return result{}, err
		}
		if before != "" {
			found := []edi.Finding{j.set.repeated(before)}
			mask(j.rules.agreement, j.rules.standard, found)
			return result{became: repeated, finding: &found[0]}, nil
		}
	}
	r, err := e.applyDocument(ctx, w, j)
	if err == nil && j.answers && r.became != held && r.became != repeated {
		err = e.answered(ctx, j)
	}
	return r, err
}

// answered notes that a document of ours has its answer. The aggregate is that
// of what answers the order, the record that of the kind of answer; the last
// one stands.
func (e *Exchange) answered(ctx context.Context, j job) error {
	ic := j.interchange
	parts := trade.AnswerParts(trade.In, ic.Partner, j.set.About, ic.Test)
	b := e.Store.Batch(state.Key{Tenant: j.file.Tenant, Aggregate: state.ID(parts...)})
	b.Put(state.ID(j.set.ID), trade.AnswerRecordKind, trade.AnswerRecordVersion,
		trade.AnswerRecord{Key: DocumentKey(j.file.Tenant, j.set.Noun, ic.Partner, j.set.Number, j.set.Release, ic.Test).Aggregate})
	b.SendAt(state.QueueEDIDue, e.Store.Now().Add(trade.AnswerSeen)) // a failure may say that it is overdue
	_, err := b.Commit(ctx)
	return err
}

// applyDocument makes a set a document. The document, what the ERP is owed,
// and the wake-up that brings it there are one commit, created only if the
// document does not exist; so the set has its effect once, however often it is
// applied.
func (e *Exchange) applyDocument(ctx context.Context, w state.Wake, j job) (result, error) {
	partner := j.interchange.Partner
	key := DocumentKey(j.file.Tenant, j.set.Noun, partner, j.set.Number, j.set.Release, j.interchange.Test)
	var kept state.Content
	if j.feed == "" {
		var err error
		if kept, err = e.Store.Keep(ctx, j.file.Tenant, j.doc); err != nil {
			return result{}, err
		}
	}
	rec := trade.DocumentRecord{
		Version: 1, Noun: j.set.Noun, Number: j.set.Number, Release: j.set.Release, About: j.set.About, Partner: partner, Channel: j.file.Channel,
		Direction: trade.In, Standard: j.standard, Set: j.set.ID,
		Source: j.source(), Hash: j.hash, Test: j.interchange.Test, Received: e.Store.Now(),
		Body: kept.Inline, File: kept.Path, Feed: j.feed,
	}
	b := e.Store.Batch(key)
	b.Trace(w.Trace)
	b.Create(trade.DocumentRecordID, trade.DocumentRecordKind, trade.DocumentRecordVersion, rec)
	b.Post(state.ListDocuments, key.Aggregate, rec.Received, row(key, rec))
	if j.push {
		b.Want(state.QueueERPSync, 1)
		b.Send(state.QueueERPSync)
	}
	owedSince(j.owes, rec.Received).put(b, rec.Version)
	_, err := b.Commit(ctx)
	if err == nil {
		return result{became: created}, nil
	}
	if !errors.Is(err, state.ErrConflict) {
		return result{}, err
	}
	for try := 1; ; try++ {
		// The push to the ERP moves the document's target on, and a read may lag
		// behind: neither is a reason to give the whole file another try.
		r, err := e.applyAgain(ctx, w, key, rec, j)
		if errors.Is(err, state.ErrConflict) && try < applyTries {
			continue
		}
		if err == nil && j.feed != "" && (r.became == duplicate || r.became == repeated) {
			err = e.dropFeed(ctx, j.feed)
		}
		return r, err
	}
}

// applyTries is how often a document that exists is looked at before the file
// is tried again later.
const applyTries = 3

// applyAgain handles a document that exists: our own earlier try, the same
// content again, or other content, for which the agreement has a rule.
func (e *Exchange) applyAgain(ctx context.Context, w state.Wake, key state.Key, rec trade.DocumentRecord, j job) (result, error) {
	all, err := e.Store.ScanAll(ctx, key)
	if err != nil {
		return result{}, err
	}
	var head, target state.Record
	var current trade.DocumentRecord
	occupied := false // a document of this key is held already
	for _, r := range all {
		if r.ID == state.TargetID(state.QueueERPSync) {
			target = r
		}
		if r.Kind != trade.DocumentRecordKind {
			continue
		}
		var known trade.DocumentRecord
		if err := state.Decode(r, trade.DocumentRecordKind, trade.DocumentRecordVersion, &known); err != nil {
			return result{}, err
		}
		switch {
		case known.Source == rec.Source && r.ID == trade.HeldDocumentID:
			return e.note(j, held, known), nil
		case known.Source == rec.Source && known.Version > 1:
			return e.note(j, replaced, known), nil
		case known.Source == rec.Source:
			return result{became: created}, nil
		case known.Hash == rec.Hash && r.ID != trade.HeldDocumentID:
			return e.note(j, duplicate, known), nil
		case r.ID == trade.DocumentRecordID:
			head, current = r, known
		case r.ID == trade.HeldDocumentID:
			occupied = true
		}
	}
	if head.ID == "" {
		// It exists and is not seen yet, so nothing can be said about it.
		return result{}, fmt.Errorf("document %s exists but cannot be read yet: %w", key.Aggregate, state.ErrConflict)
	}
	b := e.Store.Batch(key)
	b.Trace(w.Trace)
	switch {
	case j.set.Repeat == mappings.RepeatReplace:
		return e.replace(ctx, b, head, target, current, rec, j)
	case j.set.Repeat == mappings.RepeatHold && !occupied:
		b.Create(trade.HeldDocumentID, trade.DocumentRecordKind, trade.DocumentRecordVersion, rec)
		b.Post(state.ListWaiting, key.Aggregate+"."+rec.Hash[:12], rec.Received, row(key, rec))
		if _, err := b.Commit(ctx); err != nil {
			return result{}, err
		}
		return e.note(j, held, current), nil
	default:
		return e.note(j, repeated, current), nil
	}
}

// replace makes the set the next version of the document.
func (e *Exchange) replace(ctx context.Context, b *state.Batch, head, target state.Record, current, rec trade.DocumentRecord, j job) (result, error) {
	rec.Version = current.Version + 1
	b.Replace(head, rec)
	b.Create(trade.DocumentVersionID(current.Version), trade.DocumentRecordKind, trade.DocumentRecordVersion, current)
	if j.push {
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

// note says in a finding what became of a set that did not simply become a
// document.
func (e *Exchange) note(j job, b became, known trade.DocumentRecord) result {
	f := edi.Finding{Severity: edi.Note, Position: j.set.Position, SegmentID: "ST", InSet: 1, Value: j.set.Number}
	if j.set.UNH != nil {
		f.SegmentID = "UNH"
	}
	first, _, _ := strings.Cut(known.Source, "#")
	what := fmt.Sprintf("the %s %s", strings.ReplaceAll(known.Noun, "-", " "), j.set.Number)
	switch b {
	case replaced:
		f.Code, f.Message = CodeDocumentReplaced, what+" came before with other content; this one replaces it, as agreed"
	case duplicate:
		f.Code, f.Message = CodeDocumentDuplicate, fmt.Sprintf("%s came before with the same content, in file %s; it was not done again", what, first)
	case held:
		f.Code, f.Severity, f.Message = CodeDocumentHeld, edi.Warning, fmt.Sprintf("%s came before with other content, in file %s; this one is held for a person to decide", what, first)
	case repeated:
		f.Code, f.Severity, f.Message = CodeDocumentRepeated, edi.Error, fmt.Sprintf("%s came before with other content, in file %s; as agreed this one is rejected: what changed needs a release or a number of its own, or a change that names it", what, first)
	}
	return result{became: b, finding: &f}
}
