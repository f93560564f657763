package x12

import (
	"fmt"
	"strings"

	"github.com/crossdock/crossdock/edi"
)

// adviceSegment reads a segment of an 824.
func (r *AckReader) adviceSegment(e *Event) {
	seg := e.Segment
	o := r.outcome
	switch seg.ID() {
	case "BGN":
		a := r.advice
		a.Purpose, a.Reference, a.Date, a.Time, a.Original = value(seg, 1), value(seg, 2), value(seg, 3), value(seg, 4), value(seg, 6)
	case "OTI":
		if o != nil {
			r.endOutcome(e)
		}
		t := func(i int) string { return value(seg, i) }
		r.outcome = &Outcome{
			Code: t(1), Fate: outcomeFate(t(1)), Qualifier: t(2), Number: t(3), ControlNumber: t(9), ID: t(10),
			Group: GS{Sender: t(4), Receiver: t(5), Date: t(6), Time: t(7), ControlNumber: t(8), Version: t(11)},
		}
	case "REF":
		if o != nil && len(o.References) < maxReferences {
			o.References = append(o.References, Reference{value(seg, 1), value(seg, 2)})
		}
	case "TED":
		if o != nil {
			o.Findings = edi.Keep(o.Findings, technical(seg), r.findings)
		}
	case "NTE":
		if o != nil && len(o.Findings) > 0 {
			last := &o.Findings[len(o.Findings)-1]
			if text := edi.Printable(seg.Element(2), 80); last.Code == CodeAcknowledged && len(last.Message) < maxAdviceText {
				last.Message += " " + text
			}
		}
	}
}

const maxAdviceText = 400 // bytes of free text kept of one error

// outcomeFate reads the second letter of OTI01, which is the same for every
// level: item, set, batch and group. A hold (H) is no fate yet.
func outcomeFate(code string) Fate {
	switch {
	case len(code) != 2:
		return ""
	case code[1] == 'A':
		return Accepted
	case code[1] == 'C' || code[1] == 'E' || code[1] == 'P':
		return AcceptedWithErrors
	case code[1] == 'R':
		return Rejected
	}
	return ""
}

// technical reads a TED, whose place is simple or composite.
func technical(seg *edi.Segment) edi.Finding {
	return edi.Finding{
		Code: CodeAcknowledged, Severity: edi.Error, Position: seg.Position(), SegmentID: value(seg, 3), InSet: max(atoi(value(seg, 4)), 0),
		Element: number2of(seg.Component(5, 1)), Component: number2of(seg.Component(5, 2)), Repetition: number2of(seg.Component(5, 3)),
		Value:   edi.Printable(seg.Element(7), maxValue),
		Message: strings.TrimSpace(fmt.Sprintf("TED01 is %q: %s", value(seg, 1), edi.Printable(seg.Element(2), 60))),
	}
}

func (r *AckReader) endOutcome(e *Event) {
	r.answer(e, Acknowledgement{Outcome: r.outcome, Advice: r.advice})
	r.outcome = nil
}
