package x12

import (
	"bytes"
	"fmt"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/internal/envelope"
)

// TA1 is the interchange acknowledgement: it judges ISA and IEA only.
type TA1 struct {
	ControlNumber string `json:"controlNumber"` // TA101: ISA13 of the interchange
	Date          string `json:"date"`          // TA102: its ISA09
	Time          string `json:"time"`          // TA103: its ISA10
	Action        string `json:"action"`        // TA104: A accepted, E accepted with errors, R rejected
	Note          string `json:"note"`          // TA105
}

// Fate is what TA104 says became of the interchange, empty if it says nothing
// that is known.
func (t TA1) Fate() Fate {
	switch t.Action {
	case "A", "E", "R":
		return fateOf(t.Action)
	}
	return ""
}

// Finding is what TA105 says: the code of the finding it stands for, or
// [CodeAcknowledged]. It answers false for 000, which says that all is well.
func (t TA1) Finding() (edi.Finding, bool) {
	if t.Note == "000" || t.Note == "" && t.Action == "A" {
		return edi.Finding{}, false
	}
	f := edi.Finding{Code: meant(ta1Notes[:], t.Note, false), Severity: edi.Error, Message: fmt.Sprintf("TA105 is %q", t.Note)}
	switch {
	case t.Note == "010":
		f.Code, f.Element = CodeAuthorization, 1
	case t.Note == "012":
		f.Code, f.Element = CodeSecurity, 3
	case f.Code == "":
		f.Code = CodeAcknowledged
	}
	return f, true
}

// ParseTA1 reads a TA1 segment. Values are as sent, cut where they are longer
// than they can be.
func ParseTA1(seg *edi.Segment) TA1 {
	v := func(i int) string { return envelope.Text(bytes.TrimSpace(seg.Element(i))) }
	return TA1{ControlNumber: v(1), Date: v(2), Time: v(3), Action: v(4), Note: v(5)}
}

// NewTA1 is the TA1 that tells r: the note is that of the first finding that
// has one, errors before warnings; 024 if nothing else explains a rejection.
func NewTA1(r InterchangeResult) TA1 {
	t := TA1{ControlNumber: number(r.ISA.ControlNumber, 9), Date: number(r.ISA.Date, 6), Time: number(r.ISA.Time, 4), Action: "A", Note: "000"}
	switch r.Fate {
	case Rejected:
		t.Action = "R"
	case AcceptedWithErrors:
		t.Action = "E"
	default:
		return t
	}
	t.Note = "024"
	for _, severity := range []edi.Severity{edi.Error, edi.Warning} {
		for _, f := range r.Findings {
			if note := ta1Note(f); note != "" && f.Severity == severity {
				t.Note = note
				return t
			}
		}
	}
	return t
}

// AppendTA1 appends the TA1 segment that tells r. Nothing is appended if d
// cannot be written with.
func AppendTA1(dst []byte, d edi.Delimiters, r InterchangeResult) []byte {
	t := NewTA1(r)
	out, err := edi.AppendSegment(dst, d, "TA1", t.ControlNumber, t.Date, t.Time, t.Action, t.Note)
	if err != nil {
		return dst
	}
	return out
}
