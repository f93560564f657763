package exchange

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/crossdock/crossdock/internal/inbox"
	"github.com/crossdock/crossdock/internal/state"
	"github.com/crossdock/crossdock/mappings"
)

// feeding goes through the sets of a file beside their lines, hands the
// accepted ones to the committers, and matches what the partner acknowledges.
type feeding struct {
	file    inbox.File
	verdict *Verdict
	applied *Applied // so far
	options Options
	lines   func() (Set, error, bool)
	workers *committers
	answers *receiver
	again   rereading
	files   state.Files
	line    Set               // of the open set
	feed    *feed             // of the open set; nil if it becomes no feed
	reading *mappings.Reading // of the open set; nil if it becomes no document
	passed  int               // sets accepted that become no document
}

// run returns the place of the next set, nil at the end.
func (in *feeding) run(ctx context.Context, src io.Reader) (next *Mark, err error) {
	read := reader{in.verdict.Standard, in.applied.Mark, in.options.Findings, agreedOn(in.again.catalog, in.file.Tenant, in.file.Channel)}
	for ev, err := range read.events(src) {
		if err == nil && ev.kind == setStart {
			if in.applied.Sets+in.workers.seen == in.verdict.Sets {
				return nil, nil // the verdict was not read further
			}
			if in.workers.seen == in.options.Checkpoint || in.workers.failed() {
				mark := ev.mark()
				return &mark, nil
			}
			err = in.set(ctx, ev)
		}
		if err == nil {
			err = in.answers.event(ctx, ev)
		}
		switch {
		case err != nil:
		case ev.kind == setSegment && in.reading != nil:
			in.reading.Segment(ev.segment())
		case ev.kind == setEnd && in.reading != nil:
			err = in.end()
		}
		if err != nil {
			return nil, fmt.Errorf("apply %s: %w", in.file.ID, err)
		}
	}
	return nil, nil
}

// set begins the next set.
func (in *feeding) set(ctx context.Context, ev event) error {
	line, err, ok := in.lines()
	if err != nil {
		return err
	}
	if !ok {
		return fmt.Errorf("the verdict has no line for set %d", in.applied.Sets+in.workers.seen+1)
	}
	in.workers.seen++
	in.line, in.reading, in.feed = line, nil, nil
	applies := in.verdict.Applies(line)
	in.answers.set(applies)
	switch {
	case !applies:
	case line.Map == "", in.again.catalog.Flow(line.Noun).Effect == mappings.EffectMatch:
		in.passed++ // what is said of ours stands with ours: it may be said again, and otherwise
	default:
		if in.reading, err = in.again.of(ev, line); err != nil {
			return fmt.Errorf("set %s: %w", line.ControlNumber, err)
		}
		if in.reading.Bound().Document().Feed() != "" {
			in.feed = newFeed(ctx, in.files, in.file, line)
			in.again.line = in.feed.line
		}
	}
	return nil
}

// end hands over the document of the set that ends.
func (in *feeding) end() error {
	doc, _ := in.reading.Finish()
	j := job{
		n: in.applied.Sets + in.workers.seen, standard: in.verdict.Standard, rules: in.again.rules, file: in.file, set: in.line,
		interchange: in.verdict.interchange(in.line.Interchange), doc: bytes.Clone(doc), push: in.pushes(),
		answers: in.line.About != "" && in.again.catalog.Flow(in.line.Noun).Ours,
		owes:    in.again.catalog.Answers(in.again.rules.agreement, in.again.terms, true),
	}
	switch {
	case in.feed != nil:
		if err := in.feed.finish(in.reading.Err()); err != nil {
			return fmt.Errorf("set %s: %w", in.line.ControlNumber, err)
		}
		j.feed, j.hash = in.feed.path, in.feed.hash()
		in.feed = nil
	case doc == nil:
		return fmt.Errorf("set %s was accepted but its map %s gives no document any more", in.line.ControlNumber, in.line.Map)
	default:
		j.hash = state.Hash(string(doc))
	}
	in.workers.take(j)
	return nil
}

// pushes reports whether the ERP is owed the document of the open set.
func (in *feeding) pushes() bool {
	return !in.verdict.interchange(in.line.Interchange).Test && in.again.catalog.Flow(in.line.Noun).Effect == mappings.EffectERP
}

// stop drops a feed that was not finished.
func (in *feeding) stop(cause error) {
	if in.feed != nil {
		in.feed.lines.abort(cause)
	}
}

// rereading reads sets again by what the verdict accepted them with.
type rereading struct {
	catalog  *mappings.Catalog
	file     inbox.File
	verdict  *Verdict
	findings int
	readings map[*mappings.Bound]*mappings.Reading

	rules       *rules // of the open interchange
	interchange int
	terms       *mappings.DocumentTerms     // of the open set
	line        func(json.RawMessage) error // takes what becomes of a feed
}

// of returns the reading of the set that starts.
func (r *rereading) of(ev event, line Set) (*mappings.Reading, error) {
	doc, ok := r.catalog.Document(line.Map)
	if !ok {
		return nil, fmt.Errorf("accepted by map %s, which is no more", line.Map)
	}
	if r.rules == nil || r.interchange != line.Interchange {
		a := agreementFor(r.catalog, r.file.Tenant, r.file.Channel, r.verdict.interchange(line.Interchange))
		if a == nil {
			return nil, errors.New("accepted by an agreement that is no more")
		}
		r.rules, r.interchange = rulesOf(a, r.verdict.Standard), line.Interchange
	}
	kind, syntax := ev.document()
	terms, ok := r.rules.agreement.Receives(kind)
	if !ok {
		return nil, fmt.Errorf("accepted as %s, which the agreement does not know any more", kind.Set)
	}
	r.terms = terms
	tables, _ := terms.Tables(kind.Release, syntax)
	bound, err := doc.Bind(tables.Set(kind.Set))
	if err != nil {
		return nil, err
	}
	reading := r.readings[bound]
	if reading == nil {
		o := mappings.ReadingOptions{Findings: r.findings}
		if doc.Feed() != "" {
			o.Lines, o.Line = feedLines, func(text json.RawMessage) error { return r.line(text) }
		}
		reading = bound.NewReading(o)
		r.readings[bound] = reading
	}
	reading.Reset()
	return reading, nil
}
