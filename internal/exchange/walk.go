package exchange

import (
	"bytes"
	"errors"
	"io"
	"iter"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/edifact"
	"github.com/crossdock/crossdock/edi/x12"
	"github.com/crossdock/crossdock/mappings"
)

// kind says what an event is about.
type kind int

const (
	interchangeStart kind = iota + 1
	groupStart
	setStart
	setSegment
	setEnd
	groupEnd
	interchangeEnd
	other
)

// event is one step through a file of either standard: one of x and e is set.
// It is valid until the next.
type event struct {
	kind kind
	x    *x12.Event
	e    *edifact.Event
}

// Mark is a set at which reading can be resumed. The zero Mark is the
// beginning of a file.
type Mark struct {
	X12     *x12.Mark     `json:"x12,omitempty"`
	EDIFACT *edifact.Mark `json:"edifact,omitempty"`
}

// Offset is where the source to read on from must begin.
func (m Mark) Offset() int64 {
	switch {
	case m.X12 != nil:
		return m.X12.Offset()
	case m.EDIFACT != nil:
		return m.EDIFACT.Offset()
	}
	return 0
}

// sniffed is how much of a file is looked at for the beginning of an
// interchange.
const sniffed = 4 << 10

// sniff finds the standard of a file by its beginning, and returns all of it.
func sniff(src io.Reader) (standard string, whole io.Reader, err error) {
	prefix := make([]byte, sniffed)
	n, err := io.ReadFull(src, prefix)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return "", nil, err
	}
	prefix = prefix[:n]
	whole = io.MultiReader(bytes.NewReader(prefix), src)
	text, err := io.ReadAll(edi.NewText(bytes.NewReader(prefix))) // it may be UTF-16
	if err != nil {
		return "", nil, err
	}
	if likely, _ := edi.Likely(text); likely == edi.EDIFACT {
		return mappings.StandardEDIFACT, whole, nil
	}
	return mappings.StandardX12, whole, nil
}

// reader is how a file of a standard is read: from a mark on, with at most so
// many findings of one set, and each interchange as is agreed with its sender.
type reader struct {
	standard string
	from     Mark
	findings int
	agreed   func(mappings.Party) *mappings.Agreement // nil for a sender nobody knows
}

// events yields the events of a file.
func (r reader) events(src io.Reader) iter.Seq2[event, error] {
	if r.standard == mappings.StandardEDIFACT {
		return eventsEDIFACT(src, r.from.EDIFACT, edifact.Options{
			Findings: r.findings,
			Agreed: func(unb edifact.UNB) (edifact.Charset, edi.Severity) {
				if a := r.agreed((&Interchange{UNB: &unb}).party()); a != nil {
					return a.ReadBy()
				}
				return "", ""
			},
		})
	}
	return eventsX12(src, r.from.X12, x12.Options{
		Findings: r.findings,
		Repetition: func(isa x12.ISA, read byte) byte {
			if a := r.agreed((&Interchange{ISA: &isa}).party()); a != nil {
				return a.X12.Receive.ISA11.Repetition(isa, read)
			}
			return read
		},
	})
}

// agreedOn finds what is agreed with whoever wrote an interchange that came on
// a channel.
func agreedOn(c *mappings.Catalog, tenant, channel string) func(mappings.Party) *mappings.Agreement {
	return func(p mappings.Party) *mappings.Agreement {
		a, _ := c.Agreement(tenant, channel, p)
		return a
	}
}

// always is what is agreed with whoever wrote it.
func always(a *mappings.Agreement) func(mappings.Party) *mappings.Agreement {
	return func(mappings.Party) *mappings.Agreement { return a }
}

func eventsX12(src io.Reader, from *x12.Mark, o x12.Options) iter.Seq2[event, error] {
	kinds := [...]kind{
		x12.InterchangeStart: interchangeStart, x12.GroupStart: groupStart, x12.SetStart: setStart, x12.SetSegment: setSegment,
		x12.SetEnd: setEnd, x12.GroupEnd: groupEnd, x12.InterchangeEnd: interchangeEnd, x12.Other: other,
	}
	reader := x12.NewReader(src, o)
	if from != nil {
		reader = x12.Resume(src, *from, o)
	}
	return func(yield func(event, error) bool) {
		for ev, err := range reader.Events() {
			if err != nil {
				yield(event{}, err)
				return
			}
			if !yield(event{kind: kinds[ev.Kind], x: ev}, nil) {
				return
			}
		}
	}
}

func eventsEDIFACT(src io.Reader, from *edifact.Mark, o edifact.Options) iter.Seq2[event, error] {
	kinds := [...]kind{
		edifact.InterchangeStart: interchangeStart, edifact.GroupStart: groupStart, edifact.MessageStart: setStart, edifact.MessageSegment: setSegment,
		edifact.MessageEnd: setEnd, edifact.GroupEnd: groupEnd, edifact.InterchangeEnd: interchangeEnd, edifact.Other: other,
	}
	reader := edifact.NewReader(src, o)
	if from != nil {
		reader = edifact.Resume(src, *from, o)
	}
	return func(yield func(event, error) bool) {
		for ev, err := range reader.Events() {
			if err != nil {
				yield(event{}, err)
				return
			}
			if !yield(event{kind: kinds[ev.Kind], e: ev}, nil) {
				return
			}
		}
	}
}

// segment is the segment of the event and its index in the set.
func (ev event) segment() (seg *edi.Segment, inSet int) {
	if ev.x != nil {
		return ev.x.Segment, ev.x.Set.Segments
	}
	return ev.e.Segment, ev.e.Message.Segments
}

// mark is the place of the set that starts.
func (ev event) mark() Mark {
	if ev.x != nil {
		m := ev.x.Set.Mark
		return Mark{X12: &m}
	}
	m := ev.e.Message.Mark
	return Mark{EDIFACT: &m}
}

// at is where the interchange or group that starts stands.
func (ev event) at() edi.Position {
	switch {
	case ev.x != nil && ev.kind == groupStart:
		return ev.x.Group.Position
	case ev.x != nil:
		return ev.x.Interchange.Position
	case ev.kind == groupStart:
		return ev.e.Group.Position
	default:
		return ev.e.Interchange.Position
	}
}

// outside is what was found outside any interchange.
func (ev event) outside() *edi.Finding {
	switch {
	case ev.x != nil && ev.x.Interchange == nil:
		return ev.x.Finding
	case ev.e != nil && ev.e.Interchange == nil:
		return ev.e.Finding
	}
	return nil
}

// interchange is the header of the interchange the event is in.
func (ev event) interchange() Interchange {
	if x := ev.x; x != nil {
		isa := x.Interchange.ISA
		return Interchange{Index: x.Interchange.Index, Position: x.Interchange.Position, ISA: &isa}
	}
	unb := ev.e.Interchange.UNB
	return Interchange{Index: ev.e.Interchange.Index, Position: ev.e.Interchange.Position, UNB: &unb, Implicit: ev.e.Interchange.Implicit}
}

// group is the header of the group the event is in.
func (ev event) group() Group {
	if x := ev.x; x != nil {
		gs := x.Group.GS
		return Group{Index: x.Group.Index, Implicit: x.Group.Implicit, GS: &gs}
	}
	g := Group{Index: ev.e.Group.Index, Implicit: ev.e.Group.Implicit}
	if !g.Implicit {
		ung := ev.e.Group.UNG
		g.UNG = &ung
	}
	return g
}

// set is the header of the set the event is in, and how much came of it.
func (ev event) set() Set {
	if x := ev.x; x != nil {
		s := x.Set
		return Set{ID: s.ID, ControlNumber: s.ControlNumber, Implementation: s.Implementation, Index: s.Index, Position: s.Position, Segments: s.Segments}
	}
	m := ev.e.Message
	unh := m.UNH
	return Set{ID: m.Type, ControlNumber: m.Reference, UNH: &unh, Index: m.Index, Position: m.Position, Segments: m.Segments}
}

// document is what the envelope says of the set the event is in, and the
// version of the syntax around it.
func (ev event) document() (k mappings.DocumentKind, syntax string) {
	if x := ev.x; x != nil {
		return mappings.DocumentKind{Set: x.Set.ID, Release: x.Group.Version, Application: x.Group.Sender}, ""
	}
	m := ev.e.Message
	k = mappings.DocumentKind{Set: m.Type, Release: m.Directory(), Association: m.Association, Application: ev.e.Group.Sender.ID}
	return k, ev.e.Interchange.Version
}

// date is that of the interchange the event is in.
func (ev event) date() string {
	if ev.x != nil {
		return ev.x.Interchange.Date
	}
	return ev.e.Interchange.Date
}

// findings are those of the level that ends.
func (ev event) findings() []edi.Finding {
	switch {
	case ev.x != nil && ev.kind == setEnd:
		return ev.x.Set.Findings
	case ev.x != nil && ev.kind == groupEnd:
		return ev.x.Group.Findings
	case ev.x != nil:
		return ev.x.Interchange.Findings
	case ev.kind == setEnd:
		return ev.e.Message.Findings
	case ev.kind == groupEnd:
		return ev.e.Group.Findings
	default:
		return ev.e.Interchange.Findings
	}
}

// declared is how many sets the trailer of the group says it holds.
func (ev event) declared() string {
	if ev.x != nil {
		return ev.x.Group.Declared
	}
	return ev.e.Group.Declared
}

// close takes over what is known of an interchange at its end.
func (ev event) close(v *Interchange) {
	if x := ev.x; x != nil {
		v.Sets, v.TA1 = x.Interchange.Sets, x.Interchange.TA1
		return
	}
	v.Sets, v.CONTRL = ev.e.Interchange.Messages, ev.e.Interchange.CONTRL
}

// fate is what becomes of a set by its findings.
func fateOfSet(standard string, findings []edi.Finding, noteErrors bool) edi.Fate {
	if standard == mappings.StandardEDIFACT {
		return edifact.MessageFate(findings, noteErrors)
	}
	return x12.SetFate(findings, noteErrors)
}

func fateOfGroup(standard string, findings []edi.Finding) edi.Fate {
	if standard == mappings.StandardEDIFACT {
		return edifact.GroupFate(findings)
	}
	return x12.GroupFate(findings)
}

func fateOfInterchange(standard string, findings []edi.Finding, rejectTrailers bool) edi.Fate {
	if standard == mappings.StandardEDIFACT {
		return edifact.InterchangeFate(findings, rejectTrailers)
	}
	return x12.InterchangeFate(findings, rejectTrailers)
}

// header names the segment that begins an interchange, for messages.
func header(standard string) string {
	if standard == mappings.StandardEDIFACT {
		return "UNB"
	}
	return "ISA"
}
