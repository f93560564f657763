package edi

import "fmt"

// Severity says what a finding means for the document it is about.
type Severity string

const (
	Note    Severity = "note"    // worth knowing, changes nothing
	Warning Severity = "warning" // accepted, though not as the standard has it
	Error   Severity = "error"   // what holds the finding is not accepted as it is
)

// Worse reports whether s means more than t does.
func (s Severity) Worse(t Severity) bool { return s.rank() > t.rank() }

func (s Severity) rank() int {
	switch s {
	case Error:
		return 2
	case Warning:
		return 1
	default:
		return 0
	}
}

// Position is a place in a file.
type Position struct {
	Offset  int64 `json:"offset"`  // bytes from the start of the file, from 0
	Line    int   `json:"line"`    // lines ended by LF, CR LF or CR, from 1
	Segment int   `json:"segment"` // index in the interchange, its first segment (ISA, UNA/UNB) being 1; 0 outside one
}

func (p Position) String() string {
	return fmt.Sprintf("line %d, byte %d", p.Line, p.Offset)
}

// Finding is one thing found in a document. Code is stable and is explained
// in docs/findings.md; Message is a sentence for a person.
type Finding struct {
	Code     string   `json:"code"`
	Severity Severity `json:"severity"`
	Position
	SegmentID  string `json:"segmentId,omitempty"`  // tag of the segment, as found
	InSet      int    `json:"inSet,omitempty"`      // index in the transaction set or message, ST or UNH being 1; 0 outside one
	Loop       string `json:"loop,omitempty"`       // path of loop triggers, such as PO1/SCH
	Element    int    `json:"element,omitempty"`    // from 1; 0 when the finding is about the whole segment
	Component  int    `json:"component,omitempty"`  // from 1; 0 when about the whole element
	Repetition int    `json:"repetition,omitempty"` // from 1; 0 when the element does not repeat
	ElementID  string `json:"elementId,omitempty"`  // of the element or composite in the standard's dictionary, such as 330 or C040; empty where no table was asked
	Value      string `json:"value,omitempty"`      // the offending data, cut at 99 bytes
	Message    string `json:"message"`
}

// Reference names the place inside the segment the way partners do: PO1-03,
// SV1-01-2; empty when the finding is about no segment.
func (f Finding) Reference() string {
	switch {
	case f.SegmentID == "":
		return ""
	case f.Element == 0:
		return f.SegmentID
	case f.Component == 0:
		return fmt.Sprintf("%s-%02d", f.SegmentID, f.Element)
	default:
		return fmt.Sprintf("%s-%02d-%d", f.SegmentID, f.Element, f.Component)
	}
}

// Keep appends f to findings, unless max of them are kept: then the last says
// that some were left out, as severe as the worst of those. Nothing in
// findings is changed in place, so that the slice may be shared.
func Keep(findings []Finding, f Finding, max int) []Finding {
	if len(findings) < max {
		return append(findings, f)
	}
	last := findings[len(findings)-1]
	if last.Code == CodeFindingsOmitted && !f.Severity.Worse(last.Severity) {
		return findings
	}
	severity := f.Severity
	if last.Code != CodeFindingsOmitted && last.Severity.Worse(severity) {
		severity = last.Severity
	}
	omitted := Finding{
		Code: CodeFindingsOmitted, Severity: severity, Position: f.Position,
		Message: fmt.Sprintf("there are more findings than the %d that are kept", max),
	}
	return append(findings[:len(findings)-1:len(findings)-1], omitted)
}
