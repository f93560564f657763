package document

import (
	"iter"
	"slices"
	"strings"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/edifact"
	"github.com/crossdock/crossdock/edi/grammar"
	"github.com/crossdock/crossdock/edi/x12"
)

// Options of Read. The zero value means the defaults.
type Options struct {
	Limits   edi.Limits
	Findings int // most findings kept of one set by each who looks, default 100
}

// Read yields the steps through a file. An error is one of the source and the
// last thing yielded.
func Read(t *Text, o Options) iter.Seq2[*Step, error] {
	if o.Findings <= 0 {
		o.Findings = 100
	}
	w := &walk{o: o}
	if t.Standard == edi.EDIFACT {
		return w.edifact(t)
	}
	return w.x12(t)
}

// walk turns the events of one standard into steps.
type walk struct {
	o      Options
	step   Step
	end    int64 // of the bytes accounted for
	seen   [3]int
	held   []edi.Finding // of a set's start, told with its first segment
	places *places       // nil where there is no grammar
	kept   map[*grammar.Set]*places
}

// The levels of findings, in walk.seen.
const (
	interchangeLevel = iota
	groupLevel
	setLevel
)

// begin empties the step for the next event.
func (w *walk) begin(kind Kind, seg *edi.Segment) {
	s := &w.step
	s.Kind, s.Segment, s.InSet, s.Row, s.Depth, s.Findings = kind, seg, 0, -1, 0, s.Findings[:0]
	s.From, s.To = w.end, w.end
	if seg != nil {
		_, s.To = seg.Span()
	}
	w.end = max(w.end, s.To)
}

// news appends the findings of a level that were not told before.
func (w *walk) news(level int, all []edi.Finding) {
	if n := w.seen[level]; n < len(all) {
		w.step.Findings = append(w.step.Findings, all[n:]...)
	}
	w.seen[level] = len(all)
}

// startSet looks for the grammar of the set.
func (w *walk) startSet(set *Set, tables *grammar.Grammar, exact bool, date string) {
	w.step.Set, set.Tables, set.Exact = set, tables, exact
	set.Grammar = tables.Set(set.ID)
	w.places = nil
	if set.Grammar == nil {
		return
	}
	if w.kept == nil {
		w.kept = map[*grammar.Set]*places{}
	}
	if w.places = w.kept[set.Grammar]; w.places == nil || w.places.exact != exact {
		w.places = newPlaces(set.Grammar, exact, w.o)
		w.kept[set.Grammar] = w.places
	}
	w.places.reset(date)
}

// segment places the segment of the step.
func (w *walk) segment(inSet int) {
	w.step.InSet = inSet
	if w.places != nil {
		w.step.Row, w.step.Depth = w.places.segment(w.step.Segment, inSet)
		w.step.Findings = w.places.appendNews(w.step.Findings)
	}
	if len(w.held) > 0 {
		w.step.Findings = append(w.step.Findings, w.held...)
		w.held = w.held[:0]
	}
}

func (w *walk) x12(t *Text) iter.Seq2[*Step, error] {
	return func(yield func(*Step, error) bool) {
		s := &w.step
		for e, err := range x12.NewReader(t, x12.Options{Limits: w.o.Limits, Findings: w.o.Findings, Envelope: w.o.Findings}).Events() {
			if err != nil {
				yield(nil, err)
				return
			}
			w.begin(kindX12(e.Kind), e.Segment)
			switch e.Kind {
			case x12.InterchangeStart:
				s.Interchange, w.seen[interchangeLevel] = interchangeX12(e.Interchange), 0
			case x12.GroupStart:
				s.Group, w.seen[groupLevel] = groupX12(e.Group), 0
			case x12.SetStart:
				s.Segment, s.To, w.seen[setLevel] = nil, s.From, 0
				g, exact := x12.Grammar(e.Group.Version)
				set := &Set{Index: e.Set.Index, ID: e.Set.ID, Number: e.Set.ControlNumber, Release: e.Group.Version, Implementation: e.Set.Implementation}
				w.startSet(set, g, exact, e.Interchange.Date)
			case x12.SetSegment:
				w.segment(e.Set.Segments)
			case x12.SetEnd:
				s.Segment = nil
				w.endSet(e.Set.Findings, e.Set.Segments)
			case x12.GroupEnd:
				s.Group.Declared, s.Group.Findings = e.Group.Declared, e.Group.Findings
			case x12.InterchangeEnd:
				s.Interchange.TA1, s.Interchange.Findings = e.Interchange.TA1, e.Interchange.Findings
			case x12.Other:
				w.other(e.Segment, e.Finding, e.Interchange == nil, e.To)
			}
			if e.Interchange != nil {
				w.news(interchangeLevel, e.Interchange.Findings)
			}
			if e.Group != nil {
				w.news(groupLevel, e.Group.Findings)
			}
			if e.Set != nil {
				w.news(setLevel, e.Set.Findings)
			}
			if !w.emit(yield) {
				return
			}
		}
	}
}

func (w *walk) edifact(t *Text) iter.Seq2[*Step, error] {
	return func(yield func(*Step, error) bool) {
		s := &w.step
		for e, err := range edifact.NewReader(t, edifact.Options{Limits: w.o.Limits, Findings: w.o.Findings, Envelope: w.o.Findings}).Events() {
			if err != nil {
				yield(nil, err)
				return
			}
			w.begin(kindEDIFACT(e.Kind), e.Segment)
			switch e.Kind {
			case edifact.InterchangeStart:
				s.Interchange, w.seen[interchangeLevel] = interchangeEDIFACT(e.Interchange), 0
				s.To = max(s.To, e.To)
				w.end = s.To
			case edifact.GroupStart:
				s.Group, w.seen[groupLevel] = groupEDIFACT(e.Group), 0
			case edifact.MessageStart:
				s.Segment, s.To, w.seen[setLevel] = nil, s.From, 0
				g, exact := edifact.Grammar(e.Message.Directory(), e.Interchange.Version)
				unh := e.Message.UNH
				set := &Set{Index: e.Message.Index, ID: unh.Type, Number: unh.Reference, Release: unh.Directory(), UNH: &unh}
				w.startSet(set, g, exact, e.Interchange.Date)
			case edifact.MessageSegment:
				w.segment(e.Message.Segments)
			case edifact.MessageEnd:
				s.Segment = nil
				w.endSet(e.Message.Findings, e.Message.Segments)
			case edifact.GroupEnd:
				s.Group.Declared, s.Group.Findings = e.Group.Declared, e.Group.Findings
			case edifact.InterchangeEnd:
				s.Interchange.Findings = e.Interchange.Findings
			case edifact.Other:
				w.other(e.Segment, e.Finding, e.Interchange == nil, e.To)
			}
			if e.Interchange != nil {
				w.news(interchangeLevel, e.Interchange.Findings)
			}
			if e.Group != nil {
				w.news(groupLevel, e.Group.Findings)
			}
			if e.Message != nil {
				w.news(setLevel, e.Message.Findings)
			}
			if !w.emit(yield) {
				return
			}
		}
	}
}

// other is a segment outside the sets, or stray data that ends at to.
func (w *walk) other(seg *edi.Segment, f *edi.Finding, outside bool, to int64) {
	if seg == nil {
		w.step.To = max(w.step.To, to)
		w.end = w.step.To
	}
	if outside && f != nil {
		w.step.Findings = append(w.step.Findings, *f)
	}
}

// endSet ends a set, of which the reader of the envelope found found.
func (w *walk) endSet(found []edi.Finding, segments int) {
	set := w.step.Set
	set.Segments, set.Findings = segments, found
	if w.places != nil {
		var all []edi.Finding
		w.step.Findings, all = w.places.finish(w.step.Findings)
		set.Findings = slices.Concat(found, all)
	}
}

// emit yields the step, and closes the level that ended.
func (w *walk) emit(yield func(*Step, error) bool) bool {
	s := &w.step
	if s.Kind == SetStart {
		w.held = append(w.held[:0], s.Findings...)
		s.Findings = s.Findings[:0]
		// The header is accounted for by the step that has it.
		w.end = s.From
	}
	ok := yield(s, nil)
	switch s.Kind {
	case SetEnd:
		s.Set = nil
	case GroupEnd:
		s.Group = nil
	case InterchangeEnd:
		s.Interchange = nil
	}
	return ok
}

func kindX12(k x12.EventKind) Kind {
	return [...]Kind{
		x12.InterchangeStart: InterchangeStart, x12.GroupStart: GroupStart, x12.SetStart: SetStart, x12.SetSegment: SetSegment,
		x12.SetEnd: SetEnd, x12.GroupEnd: GroupEnd, x12.InterchangeEnd: InterchangeEnd, x12.Other: Other,
	}[k]
}

func kindEDIFACT(k edifact.EventKind) Kind {
	return [...]Kind{
		edifact.InterchangeStart: InterchangeStart, edifact.GroupStart: GroupStart, edifact.MessageStart: SetStart, edifact.MessageSegment: SetSegment,
		edifact.MessageEnd: SetEnd, edifact.GroupEnd: GroupEnd, edifact.InterchangeEnd: InterchangeEnd, edifact.Other: Other,
	}[k]
}

func interchangeX12(x *x12.Interchange) *Interchange {
	tables, _ := x12.Grammar("")
	isa := x.ISA
	return &Interchange{
		Standard: edi.X12, ISA: &isa, Index: x.Index, At: x.Position.Offset, Sender: qualified(x.SenderQualifier, x.SenderID), Receiver: qualified(x.ReceiverQualifier, x.ReceiverID),
		Date: x.Date, Time: x.Time, Version: x.Version, Number: x.ControlNumber, Test: x.Usage == "T", Delimiters: x.Delimiters,
		Tables: tables,
	}
}

func interchangeEDIFACT(x *edifact.Interchange) *Interchange {
	tables, _ := edifact.Grammar("", x.UNB.Version)
	unb := x.UNB
	return &Interchange{
		Standard: edi.EDIFACT, UNB: &unb, Index: x.Index, At: x.Position.Offset, Implicit: x.Implicit, Sender: qualified(x.Sender.Qualifier, x.Sender.ID),
		Receiver: qualified(x.Receiver.Qualifier, x.Receiver.ID), Date: x.Date, Time: x.Time, Version: strings.Trim(x.Syntax+":"+x.UNB.Version, ":"),
		Number: x.Reference, Test: x.Test == "1", Delimiters: x.Delimiters, Header: x.UNA, Tables: tables,
	}
}

func qualified(qualifier, id string) string {
	if qualifier == "" {
		return id
	}
	return qualifier + ":" + id
}

func groupX12(g *x12.Group) *Group {
	gs := g.GS
	return &Group{Index: g.Index, Implicit: g.Implicit, Kind: gs.FunctionalID, Number: gs.ControlNumber, Version: gs.Version, GS: &gs}
}

func groupEDIFACT(g *edifact.Group) *Group {
	ung := g.UNG
	return &Group{Index: g.Index, Implicit: g.Implicit, Kind: ung.Type, Number: ung.Reference, Version: ung.Version + ung.Release, UNG: &ung}
}
