package exchange

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/x12"
	"github.com/crossdock/crossdock/internal/inbox"
	"github.com/crossdock/crossdock/mappings"
)

// judging is a verdict in the making, and what a later slice needs to go on.
type judging struct {
	Verdict Verdict  `json:"verdict"`
	Mark    x12.Mark `json:"mark"` // the set to go on with
	Groups  int      `json:"groups"`
}

// judge reads the file from the start, or from where the last slice stopped,
// and returns its verdict. It returns nil when the slice is over first; j
// then holds what was found so far.
func (e *Exchange) judge(ctx context.Context, f inbox.File, j *judging, resume bool) (*Verdict, error) {
	o := e.Options.withDefaults()
	until := e.Store.Now().Add(o.Slice)
	catalog, err := e.catalog(ctx, &j.Verdict)
	if err != nil {
		return nil, fmt.Errorf("judge %s: %w", f.ID, err)
	}
	src, err := e.Store.Files().Open(ctx, f.Archive, f.Content, j.Mark.Offset(), -1)
	if err != nil {
		return nil, fmt.Errorf("judge %s: %w", f.ID, err)
	}
	defer src.Close()
	reader := x12.NewReader(src, x12.Options{Findings: o.Findings})
	if resume {
		reader = x12.Resume(src, j.Mark, x12.Options{Findings: o.Findings})
	}
	w := &judge{
		e: e, o: o, file: f, catalog: catalog, judging: j, verdict: &j.Verdict,
		lines:    newLineWriter(ctx, e.Store.Files(), fmt.Sprintf("verdict/%s/%s-%s.jsonl", f.Tenant, f.ID, e.Store.NewID())),
		readings: map[*mappings.Bound]*mappings.Reading{},
	}
	done := false
	defer func() {
		if !done {
			w.lines.abort(errors.New("judging stopped"))
		}
	}()
	for ev, err := range reader.Events() {
		if err != nil {
			return nil, fmt.Errorf("judge %s: %w", f.ID, err)
		}
		if ev.Kind == x12.SetStart && w.sets > 0 && w.sets%64 == 0 && !e.Store.Now().Before(until) {
			j.Mark, done = ev.Set.Mark, true
			return nil, w.endPart()
		}
		if err := w.event(ctx, ev); err != nil {
			return nil, err
		}
		if w.full {
			break
		}
	}
	done = true
	if err := w.endPart(); err != nil {
		return nil, err
	}
	w.verdict.conclude(e.Store.Now())
	return w.verdict, nil
}

// judge goes through the events of one file.
type judge struct {
	e       *Exchange
	o       Options
	file    inbox.File
	catalog *mappings.Catalog
	verdict *Verdict
	*judging
	lines    *lineWriter
	sets     int  // judged in this slice
	full     bool // the file holds more than a verdict may: nothing more of it is read
	readings map[*mappings.Bound]*mappings.Reading

	agreement *mappings.Agreement // the open interchange is judged by; nil if it is refused
	terms     *mappings.Agreement // it is answered by; nil if nobody's
	reading   *mappings.Reading   // of the open set; nil if it has no map
	document  *mappings.Document
	agreed    *mappings.DocumentTerms // on the open set
}

func (w *judge) endPart() error {
	part, err := w.lines.finish()
	if err != nil {
		return err
	}
	w.verdict.Lines = append(w.verdict.Lines, part)
	return nil
}

func (w *judge) event(ctx context.Context, ev *x12.Event) error {
	switch ev.Kind {
	case x12.InterchangeStart:
		if len(w.verdict.Interchanges)+w.Groups >= w.o.Groups {
			w.tooMany(nil, ev.Interchange.Position)
			return nil
		}
		w.open(ev.Interchange)
	case x12.GroupStart:
		if len(w.verdict.Interchanges)+w.Groups >= w.o.Groups {
			w.tooMany(ev.Interchange, ev.Group.Position)
			return nil
		}
		w.group(ev.Group)
	case x12.SetStart:
		w.resumed(ev)
		return w.set(ev.Set)
	case x12.SetSegment:
		if w.reading != nil {
			w.reading.Segment(ev.Segment, ev.Set.Segments)
		}
	case x12.SetEnd:
		return w.endSet(ev.Set)
	case x12.GroupEnd:
		w.endGroup(ev.Group)
	case x12.InterchangeEnd:
		return w.endInterchange(ctx, ev.Interchange)
	case x12.Other:
		if ev.Interchange == nil && ev.Finding != nil {
			w.verdict.Findings = edi.Keep(w.verdict.Findings, *ev.Finding, w.o.Findings)
		}
	}
	return nil
}

// open begins the verdict on an interchange: whose it is decides how it is
// judged.
func (w *judge) open(ic *x12.Interchange) {
	v := Interchange{Index: ic.Index, Position: ic.Position}
	v.ISA = ic.ISA
	w.admit(&v, ic)
	w.verdict.Interchanges = append(w.verdict.Interchanges, v)
}

// admit finds the agreement of an interchange and what speaks against it.
func (w *judge) admit(v *Interchange, ic *x12.Interchange) {
	a, err := w.catalog.Agreement(w.file.Tenant, w.file.Channel, party(ic.ISA))
	refuse := func(code, format string, args ...any) {
		v.Refused = true
		v.Findings = append(v.Findings, edi.Finding{
			Code: code, Severity: edi.Error, Position: ic.Position, SegmentID: "ISA", Message: fmt.Sprintf(format, args...),
		})
	}
	w.agreement, w.terms = nil, a
	if a != nil {
		v.Partner, v.Agreement = a.Partner, a.Version
		v.Test = ic.Usage == "T" || a.Status == mappings.Testing
	}
	switch {
	case errors.Is(err, mappings.ErrUnknownPartner):
		refuse(x12.CodeSender, "no partner of %s has the sender %s:%s", w.file.Tenant, ic.SenderQualifier, ic.SenderID)
	case errors.Is(err, mappings.ErrNotOnChannel):
		refuse(CodeNotOnChannel, "the sender %s:%s is a partner of %s, but not one this channel may carry", ic.SenderQualifier, ic.SenderID, w.file.Tenant)
	case errors.Is(err, mappings.ErrUnknownReceiver):
		refuse(x12.CodeReceiver, "the receiver %s:%s is not %s", ic.ReceiverQualifier, ic.ReceiverID, w.file.Tenant)
	case a.Status == mappings.Suspended:
		refuse(CodeSenderSuspended, "the partner %s is suspended", a.Partner)
	default:
		w.agreement = a
	}
}

func party(isa x12.ISA) mappings.Party {
	return mappings.Party{
		Standard: "x12", SenderQualifier: isa.SenderQualifier, SenderID: isa.SenderID,
		ReceiverQualifier: isa.ReceiverQualifier, ReceiverID: isa.ReceiverID,
	}
}

// resumed takes up an interchange that an earlier slice opened.
func (w *judge) resumed(ev *x12.Event) {
	if w.sets > 0 || w.terms != nil {
		return
	}
	again := *w.current()
	w.admit(&again, ev.Interchange)
}

func (w *judge) current() *Interchange { return &w.verdict.Interchanges[len(w.verdict.Interchanges)-1] }

func (w *judge) currentGroup() *Group {
	ic := w.current()
	return &ic.Groups[len(ic.Groups)-1]
}

func (w *judge) group(g *x12.Group) {
	ic := w.current()
	w.Groups++
	v := Group{Index: g.Index, Start: Line{Part: len(w.verdict.Lines), Offset: w.lines.size}}
	v.GroupResult = x12.GroupResult{
		FunctionalID: g.FunctionalID, ControlNumber: g.ControlNumber, Version: g.Version,
		Sender: g.Sender, Receiver: g.Receiver, Fate: x12.Accepted,
	}
	ic.Groups = append(ic.Groups, v)
}

// set chooses the map that reads a set, by the release its group names.
func (w *judge) set(s *x12.Set) error {
	w.reading, w.document, w.agreed = nil, nil, nil
	if w.agreement == nil {
		return nil
	}
	g := w.currentGroup()
	terms, ok := w.agreement.Receives(mappings.DocumentKind{Set: s.ID, Release: g.Version, Application: g.Sender})
	if !ok {
		return nil
	}
	doc, ok := w.catalog.Document(terms.Map)
	if !ok {
		return nil
	}
	bound, _, err := doc.For(g.Version, "")
	if err != nil {
		return fmt.Errorf("judge %s: %w", w.file.ID, err)
	}
	r := w.readings[bound]
	if r == nil {
		r = bound.NewReading(mappings.ReadingOptions{Findings: w.o.Findings})
		w.readings[bound] = r
	}
	r.Reset()
	w.reading, w.document, w.agreed = r, doc, terms
	return nil
}

// endSet decides the fate of a set and writes its line.
func (w *judge) endSet(s *x12.Set) error {
	ic, g := w.current(), w.currentGroup()
	w.sets++
	w.verdict.Sets++
	v := Set{Interchange: ic.Index, Group: g.Index, Index: s.Index, Position: s.Position, Segments: s.Segments}
	v.SetResult = x12.SetResult{ID: s.ID, ControlNumber: s.ControlNumber, Implementation: s.Implementation, Fate: x12.Accepted}
	v.Findings = slices.Clone(s.Findings)
	var doc json.RawMessage
	switch {
	case w.reading != nil:
		var found []edi.Finding
		doc, found = w.reading.Finish()
		v.Map, v.MapVersion, v.Repeat = w.agreed.Map, w.document.Version(), w.agreed.Repeat
		v.Findings = append(v.Findings, found...) // each of the two has its bound
		if doc != nil {
			v.Number, v.Release = w.reading.Text("number"), w.reading.Text("release")
		}
	case w.agreement != nil:
		v.Findings = append(v.Findings, edi.Finding{
			Code: x12.CodeSetUnsupported, Severity: edi.Error, Position: s.Position, SegmentID: "ST", InSet: 1, Element: 1, Value: s.ID,
			Message: fmt.Sprintf("the agreement with %s knows no set %s", w.agreement.Partner, s.ID),
		})
	}
	v.Fate = x12.Rejected
	if w.agreement != nil && doc != nil {
		v.Fate = x12.SetFate(v.Findings, w.agreement.X12.Errors == mappings.NoteErrors)
	}
	g.Received++
	switch v.Fate {
	case x12.Rejected:
	case x12.AcceptedWithErrors:
		g.Noted++
		g.Accepted++
	default:
		g.Accepted++
	}
	return w.lines.add(v)
}

// endGroup decides the fate of a group by its own findings; what its sets
// make of it is counted in it.
func (w *judge) endGroup(g *x12.Group) {
	v := w.currentGroup()
	v.Declared, v.Findings = g.Declared, slices.Clone(g.Findings)
	v.Fate = x12.GroupFate(g.Findings)
}

// endInterchange decides the fate of an interchange, claims its control
// number, and lists the acknowledgements the agreement asks for.
func (w *judge) endInterchange(ctx context.Context, ic *x12.Interchange) error {
	v := w.current()
	v.Findings = append(v.Findings, ic.Findings...)
	w.decide(v)
	if !v.Refused {
		if err := w.claim(ctx, v, ic); err != nil {
			return err
		}
	}
	w.acknowledge(v, ic.TA1 > 0)
	if !v.Refused {
		for _, g := range v.Groups {
			if g.Fate != x12.Rejected {
				w.verdict.Accepted += g.Accepted
			}
		}
	}
	return nil
}

// conclude fills in what is known at the end.
func (v *Verdict) conclude(at time.Time) {
	v.Standard, v.At = "x12", at
}
