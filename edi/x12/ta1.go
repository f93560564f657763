package x12

import "github.com/crossdock/crossdock/edi"

// TA1 is the interchange acknowledgement: it judges ISA and IEA only.
type TA1 struct {
	ControlNumber string // TA101: ISA13 of the interchange
	Date          string // TA102: its ISA09
	Time          string // TA103: its ISA10
	Action        string // TA104: A accepted, E accepted with errors, R rejected
	Note          string // TA105
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
			if note := ta1Note(f.Code); note != "" && f.Severity == severity {
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
