package edifact

import (
	"fmt"
	"iter"
	"strconv"

	"github.com/crossdock/crossdock/edi"
)

// Acknowledgement is one thing a CONTRL says about what we sent: about an
// interchange of ours, about a group of it if Group is set and Message is
// not, or about a message of it. What it accepts is accepted with everything
// in it, unless an acknowledgement after it rejects that; what it rejects is
// rejected with everything in it.
//
// The findings are those the partner tells: InSet, Element and so on are
// places in our message or envelope, Position is that of the segment that
// tells it. What a code means to us is the finding's Code,
// [edi.CodeAcknowledged] if it means nothing here; the message has it as it
// was sent.
type Acknowledgement struct {
	Control   string        `json:"control"`   // 0062 of the CONTRL
	Reference string        `json:"reference"` // 0020 of our interchange
	Sender    Party         `json:"sender"`    // of our interchange
	Receiver  Party         `json:"receiver"`
	Group     *UNG          `json:"group,omitempty"`   // reference and parties of our group
	Message   *UNH          `json:"message,omitempty"` // reference and type of our message
	Action    string        `json:"action"`            // 0083 as sent: 4, 7 or 8
	Fate      edi.Fate      `json:"fate,omitempty"`    // empty for 8, which is no verdict yet, and for what is unknown
	Findings  []edi.Finding `json:"findings,omitempty"`
}

// AckReader finds the acknowledgements among the events of a [Reader]. It
// holds one at a time, with as many findings as its limit allows, so that a
// CONTRL of any size is read in bounded memory.
type AckReader struct {
	findings int
	answers  []Acknowledgement

	control     string
	interchange *Acknowledgement // of UCI; its references go into what follows
	group       *UNG             // of UCF
	open        *Acknowledgement // not complete yet
	inSet       int              // of the last UCS
}

// NewAckReader keeps at most so many findings of a message, 100 if it is 0.
func NewAckReader(findings int) *AckReader {
	if findings <= 0 {
		findings = Options{}.withDefaults().Findings
	}
	return &AckReader{findings: findings}
}

// Event takes the next event and returns what it completes, mostly nothing.
// The slice is valid until the next call, what it points to stays.
func (r *AckReader) Event(e *Event) []Acknowledgement {
	r.answers = r.answers[:0]
	switch {
	case e.Kind == MessageStart && e.Message.Type == contrl:
		r.start(e.Message.Reference)
	case e.Kind == MessageSegment && e.Message.Type == contrl:
		r.segment(e.Segment)
	case e.Kind == MessageEnd && e.Message.Type == contrl:
		r.flush()
	}
	return r.answers
}

// Acknowledgements yields the acknowledgements among events, such as those of
// [Reader.Events], in order: what is said of an interchange before what is
// said of what is in it. An error is the last thing yielded.
func Acknowledgements(events iter.Seq2[*Event, error]) iter.Seq2[Acknowledgement, error] {
	return func(yield func(Acknowledgement, error) bool) {
		r := NewAckReader(0)
		for e, err := range events {
			if err != nil {
				yield(Acknowledgement{}, err)
				return
			}
			for _, a := range r.Event(e) {
				if !yield(a, nil) {
					return
				}
			}
		}
	}
}

// ParseCONTRL is what one CONTRL says, from its segments, UNH to UNT: first
// what it says of our interchange.
func ParseCONTRL(segments iter.Seq[*edi.Segment]) []Acknowledgement {
	r := NewAckReader(0)
	var all []Acknowledgement
	for seg := range segments {
		r.answers = r.answers[:0]
		if seg.Is("UNH") {
			r.start(value(seg, 1, 1))
		}
		r.segment(seg)
		all = append(all, r.answers...)
	}
	r.answers = r.answers[:0]
	r.flush()
	return append(all, r.answers...)
}

func (r *AckReader) start(control string) {
	*r = AckReader{findings: r.findings, answers: r.answers, control: control}
}

// flush hands out what is complete.
func (r *AckReader) flush() {
	if r.open != nil {
		r.answers = append(r.answers, *r.open)
		r.open = nil
	}
}

func (r *AckReader) segment(seg *edi.Segment) {
	switch {
	case seg.Is("UCI"):
		r.flush()
		r.group = nil
		r.interchange = &Acknowledgement{Control: r.control, Reference: value(seg, 1, 1), Sender: party(seg, 2), Receiver: party(seg, 3)}
		r.begin(seg, nil, 4)
	case seg.Is("UCF"):
		r.flush()
		r.group = &UNG{Reference: value(seg, 1, 1), Sender: party(seg, 2), Receiver: party(seg, 3)}
		r.begin(seg, nil, 4)
	case seg.Is("UCM"):
		r.flush()
		u := parseUNH(seg) // reference and type stand where UNH has them
		r.begin(seg, &UNH{Reference: u.Reference, Type: u.Type, Version: u.Version, Release: u.Release, Agency: u.Agency, Association: u.Association}, 3)
	case seg.Is("UCS") && r.open != nil:
		r.inSet = number(seg.Component(1, 1))
		if code := value(seg, 2, 1); code != "" {
			r.tell(seg, edi.Finding{InSet: r.inSet}, code)
		}
	case seg.Is("UCD") && r.open != nil:
		r.tell(seg, r.at(seg, 2, edi.Finding{InSet: r.inSet}), value(seg, 1, 1))
	}
}

// begin starts what UCI, UCF or UCM says, whose action is in that element.
func (r *AckReader) begin(seg *edi.Segment, m *UNH, action int) {
	a := Acknowledgement{Control: r.control}
	if r.interchange != nil {
		a = *r.interchange
	}
	a.Group, a.Message, a.Action = r.group, m, value(seg, action, 1)
	switch a.Action {
	case actionRejected:
		a.Fate = edi.Rejected
	case actionAccepted:
		a.Fate = edi.Accepted
	}
	r.open, r.inSet = &a, 0
	if code := value(seg, action+1, 1); code != "" {
		r.tell(seg, r.at(seg, action+3, edi.Finding{SegmentID: value(seg, action+2, 1)}), code)
	}
}

// at places f by the S011 in an element.
func (r *AckReader) at(seg *edi.Segment, element int, f edi.Finding) edi.Finding {
	f.Element = max(number(seg.Component(element, 1))-1, 0) // the tag counts as 1
	f.Component, f.Repetition = number(seg.Component(element, 2)), number(seg.Component(element, 3))
	return f
}

func (r *AckReader) tell(seg *edi.Segment, f edi.Finding, code string) {
	f.Code, f.Severity, f.Position = told(code, f), edi.Error, seg.Position()
	meaning := SyntaxError(code)
	if meaning == "" {
		meaning = "a code that is not of the standard"
	}
	f.Message = fmt.Sprintf("the partner says: %s (%s)", meaning, edi.Printable([]byte(code), 3))
	r.open.Findings = edi.Keep(r.open.Findings, f, r.findings)
}

// told is the code of a finding that a code of a CONTRL stands for, by what
// it is about.
func told(code string, f edi.Finding) string {
	segment, element := f.InSet > 0 && f.Element == 0, f.Element > 0
	switch code {
	case "2":
		return edi.CodeInterchangeVersion
	case "7":
		return edi.CodeReceiver
	case "12":
		return edi.CodeElementCode
	case "13":
		switch {
		case segment:
			return edi.CodeSegmentMissing
		case element:
			return edi.CodeElementMissing
		}
	case "15":
		if segment {
			return edi.CodeSegmentUnexpected
		}
	case "16":
		if f.Component > 0 || element && f.InSet > 0 {
			return edi.CodeComponentTooMany
		}
		return edi.CodeElementTooMany
	case "21":
		return CodeCharacterSet
	case "23":
		return edi.CodeSender
	case "26":
		if f.InSet == 0 && (f.SegmentID == "UNB" || f.SegmentID == "") {
			return edi.CodeInterchangeDuplicate
		}
	case "35":
		if segment {
			return edi.CodeSegmentTooOften
		}
		return edi.CodeRepetitionTooMany
	case "36":
		return edi.CodeLoopTooOften
	case "37":
		return edi.CodeElementCharacter
	case "39":
		return edi.CodeElementLong
	case "40":
		return edi.CodeElementShort
	case "45":
		return edi.CodeTrailingSeparator
	case "48":
		return edi.CodeElementConditional
	}
	if f.InSet == 0 {
		switch f.SegmentID + " " + code {
		case "UNZ 13":
			return CodeUNZMissing
		case "UNZ 28":
			return CodeUNZReference
		case "UNZ 29":
			return CodeUNZCount
		case "UNE 13":
			return CodeUNEMissing
		case "UNE 28":
			return CodeUNEReference
		case "UNE 29":
			return CodeUNECount
		case "UNT 13":
			return CodeUNTMissing
		case "UNT 28":
			return CodeUNTReference
		case "UNT 29":
			return CodeUNTCount
		case "UNH 14", "UNH 17":
			return CodeMessageUnsupported
		case "UNH 26":
			return CodeUNHDuplicate
		case "UNG 26":
			return CodeUNGDuplicate
		}
	}
	return edi.CodeAcknowledged
}

// number is a position as a number, 0 if it is none.
func number(v []byte) int {
	n, err := strconv.Atoi(string(v))
	if err != nil || n < 0 || n > 999999 {
		return 0
	}
	return n
}
