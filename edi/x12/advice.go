package x12

import (
	"strconv"
	"time"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/internal/ascii"
	"github.com/crossdock/crossdock/edi/internal/envelope"
)

// Advice is application advice, the 824: what became of the content of sets
// after their form was fine, or whether it was.
type Advice struct {
	Purpose   string    `json:"purpose,omitempty"`  // BGN01, default 11, a response
	Reference string    `json:"reference"`          // BGN02, our number for it
	Date      string    `json:"date"`               // BGN03, CCYYMMDD
	Time      string    `json:"time,omitempty"`     // BGN04, HHMM
	Original  string    `json:"original,omitempty"` // BGN06, the number of what it answers
	Outcomes  []Outcome `json:"outcomes,omitempty"` // at least one when written
}

// Outcome is what became of one set, or of one item of it: an OTI loop.
type Outcome struct {
	Code          string        `json:"code,omitempty"`      // OTI01; default TA, TE or TR by Fate. TC is accepted with changes, TP in part; IA, IE, IR and so on are of an item
	Fate          Fate          `json:"fate"`                // of an outcome that was read, by Code: empty if it is on hold or unknown
	Qualifier     string        `json:"qualifier,omitempty"` // OTI02, what Number is; default TN, a number of the transfer
	Number        string        `json:"number,omitempty"`    // OTI03; default the control number of the set
	Group         GS            `json:"group"`               // of the set answered: OTI04 to OTI08 and OTI11
	ID            string        `json:"id,omitempty"`        // OTI10: ST01
	ControlNumber string        `json:"controlNumber,omitempty"`
	References    []Reference   `json:"references,omitempty"` // REF, at most 12
	Findings      []edi.Finding `json:"findings,omitempty"`   // TED
}

// Reference is a number with the code that says what it is a number of.
type Reference struct {
	Qualifier string `json:"qualifier"`
	Value     string `json:"value"`
}

const maxReferences = 12 // REF in an OTI loop

// Outcomes are the outcomes of the sets of g whose header is gs, by their
// fates and findings alone. What the business makes of them is for the caller
// to add: findings with codes of its own, another Code, the number of the
// document.
func Outcomes(gs GS, g GroupResult) []Outcome {
	var out []Outcome
	for _, s := range g.Sets {
		if advisable(g.FunctionalID, s.ID) {
			out = append(out, Outcome{
				Fate: s.Fate, Group: gs, ID: s.ID, ControlNumber: s.ControlNumber, Number: s.Context.Value, Findings: s.Findings,
			})
		}
	}
	return out
}

// advisable reports whether a set may be answered by advice: what answers us
// is not.
func advisable(functionalID, setID string) bool {
	return functionalID != "FA" && functionalID != "AG" && setID != "824" && !IsAcknowledgement(setID)
}

// Append824 appends a, ST to SE, with control as its ST02, in the form of the
// release AckPolicy.Version names. Like [Append997] it is a function of its
// arguments alone and leaves out what cannot be sent. Outcomes about
// acknowledgements and about advice are left out; nothing is appended if none
// remains, if Date is no date, or if d cannot be written with.
//
// OTI01 is TA for an accepted set, TE for one accepted with errors, TR for a
// rejected one. Each error is a TED (each warning, if there is no error and
// the set is accepted with errors): a code for the kind of it, the sentence
// of the finding, its place and a copy of the data.
func Append824(dst []byte, d edi.Delimiters, control string, a Advice, p AckPolicy) []byte {
	if p.MaxSegments <= 0 {
		p.MaxSegments = 99
	}
	w := &adviser{wording: wording{version: p.Version, p: p}, w: edi.NewWriter(dst, d, p.LineEnd), d: d}
	control = clean(d, control, 9)
	date := w.date(a.Date)
	if date == "" {
		return dst
	}
	w.w.Segment("ST", "824", control)
	w.w.Segment("BGN", w.id(a.Purpose, 2, 2, "11"), w.or(a.Reference, 30, control), date, w.time(a.Time), "", clean(d, a.Original, 30))
	outcomes := 0
	for _, o := range a.Outcomes {
		if advisable(o.Group.FunctionalID, o.ID) && w.outcome(o) {
			outcomes++
		}
	}
	w.w.Segment("SE", strconv.Itoa(w.w.Count()+1), control)
	if outcomes == 0 || w.w.Err() != nil {
		return dst
	}
	return w.w.Bytes()
}

type adviser struct {
	wording
	w *edi.Writer
	d edi.Delimiters
}

// or is what can be sent of value, else otherwise.
func (a *adviser) or(value string, max int, otherwise string) string {
	if s := clean(a.d, value, max); s != "" {
		return s
	}
	return otherwise
}

// id is value if it is a code of min to max capitals and digits that can be
// sent, else otherwise.
func (a *adviser) id(value string, min, max int, otherwise string) string {
	if len(value) >= min && len(value) <= max && upperAlphanumeric(value) && sendable(a.d, value) {
		return value
	}
	return otherwise
}

// date is CCYYMMDD, YYMMDD before 004010, empty for what is neither.
func (a *adviser) date(s string) string {
	layout := "20060102"
	if len(s) == 6 {
		layout = layout[2:]
	}
	if _, err := time.Parse(layout, s); err != nil {
		return ""
	}
	switch old := before(a.version, "004010"); {
	case old:
		return s[len(s)-6:]
	case len(s) == 6:
		return ""
	}
	return s
}

// time is HHMM, HHMMSS or with parts of a second, empty for what is neither.
func (a *adviser) time(s string) string {
	b := []byte(s)
	if n := len(b); n < 4 || n == 5 || n > 8 || !ascii.Digits(b) || !envelope.IsTime(b[:4]) || n > 4 && string(b[4:6]) > "59" {
		return ""
	}
	return s
}

// outcome writes an OTI loop, and reports whether it could: the set must have
// a number.
func (a *adviser) outcome(o Outcome) bool {
	control := clean(a.d, o.ControlNumber, 9)
	number := a.or(o.Number, 30, control)
	if number == "" {
		return false
	}
	group := clean(a.d, o.Group.ControlNumber, 9)
	if !ascii.Digits(group) {
		group = ""
	}
	if len(control) < 4 || group == "" { // OTI09 asks for OTI08
		control = ""
	}
	party := func(s string) string {
		if s = clean(a.d, s, 15); len(s) < 2 {
			return ""
		}
		return s
	}
	a.w.Segment("OTI", a.code(o), a.id(o.Qualifier, 2, 3, "TN"), number, party(o.Group.Sender), party(o.Group.Receiver),
		a.date(o.Group.Date), a.time(o.Group.Time), group, control, a.id(o.ID, 3, 3, ""), clean(a.d, o.Group.Version, 12))
	references := 0
	for _, r := range o.References {
		q, v := a.id(r.Qualifier, 2, 3, ""), clean(a.d, r.Value, 30)
		if references < maxReferences && q != "" && v != "" {
			references++
			a.w.Segment("REF", q, v)
		}
	}
	told := tell(SetResult{Fate: o.Fate, Findings: o.Findings})
	for _, f := range told[:min(len(told), a.p.MaxSegments)] {
		a.error(f)
	}
	return true
}

// code is OTI01.
func (a *adviser) code(o Outcome) string {
	code := "TR"
	switch o.Fate {
	case Accepted:
		code = "TA"
	case AcceptedWithErrors:
		code = "TE"
	}
	return a.id(o.Code, 2, 2, code)
}

// error writes a TED. Its place is a composite from 004050 on, simple before.
func (a *adviser) error(f edi.Finding) {
	a.w.Begin("TED")
	a.w.Element(a.id(a.adviceCode(f.Code), 1, 3, "ZZZ")) // mutually defined
	a.w.Element(clean(a.d, f.Message, 60))
	placed := isTag(f.SegmentID) && f.InSet >= 1 && f.InSet <= maxCount
	if placed {
		a.w.Element(f.SegmentID)
		a.w.Element(strconv.Itoa(f.InSet))
	} else {
		a.w.Element("")
		a.w.Element("")
	}
	var place []string
	if placed && f.Element >= 1 && f.Element <= 99 {
		place = append(place, strconv.Itoa(f.Element))
		if atLeast(a.version, "004050") && a.d.Component != 0 && f.Component >= 1 && f.Component <= 99 {
			place = append(place, strconv.Itoa(f.Component))
		}
	}
	a.w.Composite(place...)
	a.w.Element("")
	if !a.p.NoValues && f.Code != edi.CodeElementCharacter && sendable(a.d, f.Value) {
		a.w.Element(clean(a.d, f.Value, 99))
	}
	a.w.End()
}
