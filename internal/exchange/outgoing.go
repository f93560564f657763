package exchange

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/crossdock/crossdock/internal/state"
	"github.com/crossdock/crossdock/internal/trade"
	"github.com/crossdock/crossdock/mappings"
)

// part is one version of a document on its way out.
type part struct {
	Aggregate string `json:"aggregate"`
	Version   int    `json:"version"`
	Set       string `json:"set,omitempty"` // its control number, once it has one
}

// dispatch is what a control number of ours stands for: an interchange that
// was sent, or is about to be. It is the record sentID of sentKey.
type dispatch struct {
	Set     string    `json:"set"` // transaction set or message type
	Control string    `json:"control"`
	Group   string    `json:"group,omitempty"`
	Path    string    `json:"path"`
	Test    bool      `json:"test,omitempty"`
	At      time.Time `json:"at"`
	Parts   []part    `json:"parts"`
}

const dispatchKind = "dispatch"

// sendDocument sends the versions of a document that are due, each by itself.
func (e *Exchange) sendDocument(ctx context.Context, w state.Wake, due *state.Due, rec state.Record) error {
	var doc trade.DocumentRecord
	if err := state.Decode(rec, trade.DocumentRecordKind, trade.DocumentRecordVersion, &doc); err != nil {
		return err
	}
	for due.Target.Done < due.Target.Wanted {
		n := due.Next()
		current := doc
		if n != doc.Version {
			current = trade.DocumentRecord{}
			if _, err := e.Store.ReadInto(ctx, due.Key, trade.DocumentVersionID(n), trade.DocumentRecordKind, trade.DocumentRecordVersion, &current); err != nil {
				return err
			}
		}
		gathered, err := e.gathered(ctx, w, due, n, current)
		if err != nil {
			return fmt.Errorf("send %s version %d: %w", due.Key.Aggregate, n, err)
		}
		if gathered {
			continue
		}
		sent, owed, err := e.sendLetter(ctx, due.Key.Tenant, current.Partner, current.Set, state.ID(due.Key.Aggregate, fmt.Sprint(n)),
			[]part{{Aggregate: due.Key.Aggregate, Version: n}}, []trade.DocumentRecord{current})
		if err != nil {
			return fmt.Errorf("send %s version %d: %w", due.Key.Aggregate, n, err)
		}
		b := e.Store.Batch(due.Key)
		b.Trace(w.Trace)
		due.Reach(b, n)
		b.Put(SentID(n), SentKind, SentVersion, sent[0])
		b.Post(state.ListDocuments, due.Key.Aggregate+"."+SentID(n), sent[0].At, sent[0])
		owed.put(b, n)
		receipt, err := b.Commit(ctx)
		if err != nil {
			return err
		}
		due.Committed(receipt)
	}
	return nil
}

// gathered lets a version wait for others where that is agreed: what is owed
// then stands with the batch.
func (e *Exchange) gathered(ctx context.Context, w state.Wake, due *state.Due, n int, doc trade.DocumentRecord) (bool, error) {
	waits, err := e.gather(ctx, w, due.Key.Tenant, part{Aggregate: due.Key.Aggregate, Version: n}, doc)
	if err != nil || !waits {
		return false, err
	}
	b := e.Store.Batch(due.Key)
	b.Trace(w.Trace)
	due.Reach(b, n)
	receipt, err := b.Commit(ctx)
	if err != nil {
		return false, err
	}
	due.Committed(receipt)
	return true, nil
}

// sendLetter writes documents of one kind as one interchange, and returns what
// is to be remembered of each, with what the partner owes for them. The letter
// is keyed by id: it draws its control numbers once, and a second try writes
// the same bytes under the same name.
func (e *Exchange) sendLetter(ctx context.Context, tenant, partner, set, id string, parts []part, docs []trade.DocumentRecord) ([]Sent, owed, error) {
	bodies := make([]json.RawMessage, len(docs))
	for i, doc := range docs {
		var err error
		if bodies[i], err = e.Store.Fetch(ctx, state.Content{Inline: doc.Body, Path: doc.File}); err != nil {
			return nil, owed{}, err
		}
	}
	c, err := e.Catalogs.Catalog(ctx)
	if err != nil {
		return nil, owed{}, err
	}
	l, err := newLetter(c, tenant, partner, set, docs[0].Test, bodies)
	if err != nil {
		return nil, owed{}, err
	}
	// What cannot be written costs no control number.
	if _, err := l.write(c, drawn{Interchange: 1, Group: 1, At: e.Store.Now()}); err != nil {
		return nil, owed{}, err
	}
	d, err := e.draw(ctx, tenant, l.terms.Standard, partner, id, numbersFor(l.agreement, l.terms.Standard, len(docs), c.Version()))
	if err != nil {
		return nil, owed{}, err
	}
	if d.Catalog != c.Version() { // an earlier try began with another
		if c, err = e.Catalogs.CatalogAt(ctx, d.Catalog); err != nil {
			return nil, owed{}, err
		}
		if l, err = newLetter(c, tenant, partner, set, docs[0].Test, bodies); err != nil {
			return nil, owed{}, err
		}
	}
	s, err := l.write(c, d)
	if err != nil {
		return nil, owed{}, err
	}
	all := dispatch{
		Set: set, Control: s.control, Group: s.group, Test: l.test, At: d.At,
		Path: fmt.Sprintf("outbound/%s/%s/%s-%09d-%s-%s.edi", tenant, l.agreement.Channel, short(partner), d.Interchange, strings.ToLower(set), state.Hash(id)[:8]),
	}
	sent := make([]Sent, len(docs))
	for i, doc := range docs {
		parts[i].Set = s.sets[i]
		sent[i] = Sent{
			Kind: set, Summary: set + " " + doc.Number, Partner: partner, Path: all.Path, Control: s.control, Group: s.group, Set: s.sets[i],
			Standard: l.terms.Standard, Test: l.test, At: d.At, Findings: s.told[i],
		}
	}
	all.Parts = parts
	if err := e.register(ctx, tenant, partner, l.terms.Standard, all); err != nil {
		return nil, owed{}, err
	}
	if _, err := e.Store.Files().Create(ctx, all.Path, bytes.NewReader(s.text)); err != nil && !errors.Is(err, state.ErrConflict) {
		return nil, owed{}, err
	}
	return sent, owedFor(c, l, d.At), nil
}

// newLetter finds what is agreed about a letter.
func newLetter(c *mappings.Catalog, tenant, partner, set string, test bool, bodies []json.RawMessage) (*letter, error) {
	a, ok := c.Partner(tenant, partner)
	if !ok {
		return nil, &unwritable{set: set, reason: fmt.Sprintf("tenant %s has no partner %q", tenant, partner)}
	}
	terms, ok := a.Sends(set)
	switch {
	case a.Status == mappings.Suspended:
		return nil, &unwritable{set: set, reason: fmt.Sprintf("the partner %s is suspended", partner)}
	case !ok:
		return nil, &unwritable{set: set, reason: fmt.Sprintf("the agreement with %s does not have it among what is sent", partner)}
	case a.Channel == "":
		return nil, &unwritable{set: set, reason: fmt.Sprintf("the partner %s has no channel to send by", partner)}
	}
	return &letter{agreement: a, terms: terms, test: test || a.Status == mappings.Testing, documents: bodies}, nil
}

// register makes a letter known by its control numbers, before it leaves: an
// answer to it may come at once. A number that comes again, once its range is
// through, stands for what bears it last.
func (e *Exchange) register(ctx context.Context, tenant, partner, standard string, d dispatch) error {
	levels := map[string]string{levelInterchange: d.Control}
	if standard == mappings.StandardX12 {
		levels[levelGroup] = d.Group
	}
	for _, level := range []string{levelInterchange, levelGroup} {
		number, ok := levels[level]
		if !ok {
			continue
		}
		kept, err := e.keep(ctx, tenant, d)
		if err != nil {
			return err
		}
		b := e.Store.Batch(sentKey(tenant, standard, partner, level, number))
		b.Put(sentID, dispatchKind, keptVersion, kept)
		b.ExpireAfter(dispatchLife)
		if _, err := b.Commit(ctx); err != nil {
			return err
		}
	}
	return nil
}

// dispatchLife is how long after it left an interchange of ours can be
// answered.
const dispatchLife = 400 * 24 * time.Hour

// Levels of control numbers.
const (
	levelInterchange = "interchange"
	levelGroup       = "group"
)
