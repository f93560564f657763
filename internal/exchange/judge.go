package exchange

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/x12"
	"github.com/crossdock/crossdock/internal/inbox"
	"github.com/crossdock/crossdock/mappings"
)

// judging is a verdict in the making, and what a later slice needs to go on.
type judging struct {
	Verdict Verdict `json:"verdict"`
	Mark    Mark    `json:"mark"` // the set to go on with
	Groups  int     `json:"groups"`
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
	file, err := e.Store.Files().Open(ctx, f.Archive, f.Content, j.Mark.Offset(), -1)
	if err != nil {
		return nil, fmt.Errorf("judge %s: %w", f.ID, err)
	}
	defer file.Close()
	var src io.Reader = file
	if !resume {
		if j.Verdict.Standard, src, err = sniff(file); err != nil {
			return nil, fmt.Errorf("judge %s: %w", f.ID, err)
		}
	}
	w := newJudge(o, catalog, f.Tenant, f.Channel, j)
	w.lines = newLineWriter(ctx, e.Store.Files(), fmt.Sprintf("verdict/%s/%s-%s.jsonl", f.Tenant, f.ID, e.Store.NewID()))
	c := claims{e, f}
	w.claim = func(v *Interchange, r *rules) error { return c.interchange(ctx, v, r) }
	w.taken = func(v *Interchange, r *rules, s Set) (string, error) { return c.setTaken(ctx, v, r, s) }
	done := false
	defer func() {
		if !done {
			w.lines.abort(errors.New("judging stopped"))
		}
	}()
	read := reader{j.Verdict.Standard, j.Mark, o.Findings, agreedOn(catalog, f.Tenant, f.Channel)}
	for ev, err := range read.events(src) {
		if err != nil {
			return nil, fmt.Errorf("judge %s: %w", f.ID, err)
		}
		if ev.kind == setStart && w.sets > 0 && w.sets%64 == 0 && !e.Store.Now().Before(until) {
			j.Mark, done = ev.mark(), true
			return nil, w.endPart()
		}
		if err := w.event(ev); err != nil {
			return nil, fmt.Errorf("judge %s: %w", f.ID, err)
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

// judge goes through the events of one file. It needs no state but what claim,
// taken and lines do with theirs.
type judge struct {
	o       Options
	catalog *mappings.Catalog
	tenant  string
	channel string
	verdict *Verdict
	*judging
	lines    *lineWriter
	claim    func(*Interchange, *rules) error                           // takes the control numbers; nil: nobody does
	taken    func(*Interchange, *rules, Set) (before string, err error) // says which file has used that of a set; nil with claim
	document func(Set, json.RawMessage) error                           // takes what a map made; nil: nobody does
	standing *mappings.Agreement                                        // every interchange is judged by it; nil: by that of its sender
	sets     int                                                        // judged in this slice
	full     bool                                                       // the file holds more than a verdict may: nothing more of it is read
	kinds    map[inspectionKey]*inspection                              // of sets met so far
	answers  map[string]*mappings.DocumentTerms                         // for acknowledgements, which need no agreement, by set

	rules *rules              // the open interchange is judged by; nil if it is refused
	terms *mappings.Agreement // it is answered by; nil if nobody's
	open  *inspection         // of the open set; nil if it is not looked into
}

func newJudge(o Options, c *mappings.Catalog, tenant, channel string, j *judging) *judge {
	return &judge{
		o: o, catalog: c, tenant: tenant, channel: channel, judging: j, verdict: &j.Verdict,
		kinds: map[inspectionKey]*inspection{}, answers: map[string]*mappings.DocumentTerms{},
	}
}

func (w *judge) endPart() error {
	part, err := w.lines.finish()
	if err != nil {
		return err
	}
	w.verdict.Lines = append(w.verdict.Lines, part)
	return nil
}

func (w *judge) event(ev event) error {
	switch ev.kind {
	case interchangeStart, groupStart:
		if len(w.verdict.Interchanges)+w.Groups >= w.o.Groups {
			w.tooMany(ev)
			return nil
		}
		if ev.kind == interchangeStart {
			w.begin(ev)
		} else {
			w.group(ev)
		}
	case setStart:
		w.resumed(ev)
		return w.set(ev)
	case setSegment:
		if w.open != nil {
			w.open.segment(ev.segment())
		}
	case setEnd:
		return w.endSet(ev)
	case groupEnd:
		w.endGroup(ev)
	case interchangeEnd:
		return w.endInterchange(ev)
	case other:
		if f := ev.outside(); f != nil {
			w.verdict.Findings = edi.Keep(w.verdict.Findings, *f, w.o.Findings)
		}
	}
	return nil
}

// begin begins the verdict on an interchange: whose it is decides how it is
// judged.
func (w *judge) begin(ev event) {
	v := ev.interchange()
	w.admit(&v)
	w.verdict.Interchanges = append(w.verdict.Interchanges, v)
}

// resumed takes up an interchange that an earlier slice opened.
func (w *judge) resumed(ev event) {
	if w.sets > 0 || w.terms != nil {
		return
	}
	again := ev.interchange()
	w.admit(&again)
}

func (w *judge) current() *Interchange { return &w.verdict.Interchanges[len(w.verdict.Interchanges)-1] }

func (w *judge) currentGroup() *Group {
	ic := w.current()
	return &ic.Groups[len(ic.Groups)-1]
}

func (w *judge) group(ev event) {
	ic := w.current()
	w.Groups++
	v := ev.group()
	v.maskSecurity(w.terms)
	v.Position = ev.at()
	v.Start, v.Fate = Line{Part: len(w.verdict.Lines), Offset: w.lines.size}, edi.Accepted
	ic.Groups = append(ic.Groups, v)
}

// set chooses how a set is looked into.
func (w *judge) set(ev event) error {
	w.open = nil
	if w.rules == nil {
		return nil
	}
	kind, syntax := ev.document()
	terms, ok := w.rules.agreement.Receives(kind)
	if !ok && isAcknowledgement(kind.Set) {
		terms, ok = w.acknowledgement(kind.Set), true
	}
	if !ok || terms.Standard != w.verdict.Standard {
		return nil
	}
	tables, exact := terms.Tables(kind.Release, syntax)
	key := inspectionKey{terms, tables, exact}
	if w.open = w.kinds[key]; w.open == nil {
		var err error
		if w.open, err = newInspection(w.catalog, w.rules, key, w.o.Findings); err != nil {
			return err
		}
		w.kinds[key] = w.open
	}
	w.open.reset(ev.date())
	return nil
}

// acknowledgement is how a set that acknowledges what we sent is checked: it
// may come without having been agreed.
func (w *judge) acknowledgement(set string) *mappings.DocumentTerms {
	t := w.answers[set]
	if t == nil {
		t = &mappings.DocumentTerms{Standard: w.verdict.Standard, Set: set, Validate: w.rules.validate}
		w.answers[set] = t
	}
	return t
}

// endSet decides the fate of a set and writes its line.
func (w *judge) endSet(ev event) error {
	ic, g := w.current(), w.currentGroup()
	w.sets++
	w.verdict.Sets++
	v := ev.set()
	v.Interchange, v.Group, v.Fate = ic.Index, g.Index, edi.Rejected
	v.Findings = slices.Clone(ev.findings())
	var doc json.RawMessage
	switch {
	case w.open != nil:
		var made bool
		if doc, made = w.open.finish(&v); made {
			v.Fate = w.rules.fate(v.Findings)
		}
	case w.rules != nil:
		v.Findings = append(v.Findings, w.unsupported(v))
	}
	if v.Fate != edi.Rejected && w.taken != nil && w.rules.duplicates.SetDays > 0 {
		before, err := w.taken(ic, w.rules, v)
		if err != nil {
			return err
		}
		if before != "" {
			v.Fate, v.Findings = edi.Rejected, append(v.Findings, v.repeated(before))
		}
	}
	w.mask(v.Findings)
	g.Received++
	if x12.IsAcknowledgement(v.ID) {
		g.Answers++
	}
	switch v.Fate {
	case edi.Rejected:
		if w.open != nil && formRight(v.Findings) {
			g.Content++
		}
	case edi.AcceptedWithErrors:
		g.Noted++
		g.Accepted++
	default:
		g.Accepted++
	}
	if w.document != nil && doc != nil {
		if err := w.document(v, doc); err != nil {
			return err
		}
	}
	return w.lines.add(v)
}

// endGroup decides the fate of a group by its own findings; what its sets
// make of it is counted in it.
func (w *judge) endGroup(ev event) {
	v := w.currentGroup()
	v.Declared, v.Findings = ev.declared(), slices.Clone(ev.findings())
	v.Fate = fateOfGroup(w.verdict.Standard, v.Findings)
	w.refuseGroup(v)
	w.mask(v.Findings)
}

// mask takes out of findings what the open interchange hides.
func (w *judge) mask(findings []edi.Finding) { mask(w.terms, w.verdict.Standard, findings) }

// endInterchange decides the fate of an interchange, claims its control
// numbers, and lists the acknowledgements the agreement asks for.
func (w *judge) endInterchange(ev event) error {
	v := w.current()
	ev.close(v)
	v.Findings = append(v.Findings, ev.findings()...)
	w.decide(v)
	if !v.Refused && w.claim != nil {
		if err := w.claim(v, w.rules); err != nil {
			return err
		}
	}
	for i := range v.Groups {
		w.mask(v.Groups[i].Findings) // of what came before, too
	}
	w.mask(v.Findings)
	w.acknowledge(v)
	if !v.Refused {
		for i := range v.Groups {
			if g := &v.Groups[i]; g.applies() {
				w.verdict.Accepted += g.Accepted
			}
		}
	}
	return nil
}

// conclude fills in what is known at the end.
func (v *Verdict) conclude(at time.Time) { v.At = at }
