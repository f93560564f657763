package x12

import (
	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/internal/ascii"
)

// Fate is what becomes of an interchange, a group or a set.
type Fate = edi.Fate

// Fates.
const (
	Accepted           = edi.Accepted
	AcceptedWithErrors = edi.AcceptedWithErrors
	Rejected           = edi.Rejected
)

// SetResult is the verdict on one set.
type SetResult struct {
	ID             string        `json:"id"`
	ControlNumber  string        `json:"controlNumber"`
	Implementation string        `json:"implementation,omitempty"`
	Fate           Fate          `json:"fate"`
	Findings       []edi.Finding `json:"findings,omitempty"`
	Context        Context       `json:"context,omitzero"` // the document, for a 999
}

// Context names a document the way both sides know it: the element that holds
// its number, and the number, such as BEG03 and PO-77.
type Context struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// GroupResult is the verdict on one group and its sets.
type GroupResult struct {
	FunctionalID  string        `json:"functionalId"`
	ControlNumber string        `json:"controlNumber"`
	Version       string        `json:"version"`
	Sender        string        `json:"sender"`
	Receiver      string        `json:"receiver"`
	Declared      string        `json:"declared,omitempty"` // GE01 as sent
	Received      int           `json:"received"`           // sets found
	Fate          Fate          `json:"fate"`
	Findings      []edi.Finding `json:"findings,omitempty"`
	Sets          []SetResult   `json:"sets,omitempty"`
}

// InterchangeResult is the verdict on the envelope of one interchange.
type InterchangeResult struct {
	ISA      ISA           `json:"isa"`
	Fate     Fate          `json:"fate"`
	Findings []edi.Finding `json:"findings,omitempty"`
}

// InterchangeFate is the fate an interchange has by its own findings: errors
// reject it, but a wrong IEA is only told, unless rejectTrailers asks for
// more. Warnings change nothing.
func InterchangeFate(findings []edi.Finding, rejectTrailers bool) Fate {
	fate := Accepted
	for _, f := range findings {
		if f.Severity != edi.Error {
			continue
		}
		if !rejectTrailers && (f.Code == CodeIEACount || f.Code == CodeIEANumber) {
			fate = AcceptedWithErrors
			continue
		}
		return Rejected
	}
	return fate
}

// GroupFate is the fate a group has by its own findings, those of its sets
// aside: an error rejects it, and all its sets with it.
func GroupFate(findings []edi.Finding) Fate {
	for _, f := range findings {
		if f.Severity == edi.Error {
			return Rejected
		}
	}
	return Accepted
}

// SetFate is the fate a set has by its findings. Errors reject it; with
// acceptErrors those inside its segments are only told, while those of its
// envelope, and a segment that was not read to its end, still reject.
func SetFate(findings []edi.Finding, acceptErrors bool) Fate {
	fate := Accepted
	for _, f := range findings {
		if f.Severity != edi.Error {
			continue
		}
		if !acceptErrors || find(setCodes[:], f.Code) != nil || f.InSet == 0 || notRead(f.Code) {
			return Rejected
		}
		fate = AcceptedWithErrors
	}
	return fate
}

// notRead reports whether a part of the segment was passed over: what nobody
// read cannot be accepted, with errors or without.
func notRead(code string) bool {
	return code == edi.CodeSegmentTooLarge || code == edi.CodeSegmentElements
}

// Acknowledgeable reports whether a 997 or 999 may be written for a group with
// this GS01: an acknowledgement is never acknowledged, and AK1 must be able to
// name the group. Application advice (AG) may be: it is a document like others
// to everything but an 824.
func Acknowledgeable(functionalID string) bool {
	return functionalID != "FA" && namesGroup(functionalID)
}

// namesGroup reports whether AK101 can hold the functional id.
func namesGroup(functionalID string) bool {
	return len(functionalID) == 2 && upperAlphanumeric(functionalID)
}

// IsAcknowledgement reports whether a set with this ST01 is one that is never
// acknowledged, whatever group it stands in.
func IsAcknowledgement(setID string) bool { return setID == "997" || setID == "999" }

func upperAlphanumeric(s string) bool {
	for i := 0; i < len(s); i++ {
		if !ascii.Alphanumeric(s[i]) || s[i] >= 'a' {
			return false
		}
	}
	return true
}

// GroupStatus is the AK901 of a group of so many sets received, so many of
// them accepted, and so many worse than plainly accepted: A accepted, E
// accepted with errors noted, P partly accepted, R rejected.
func GroupStatus(fate Fate, received, accepted, worse int) string {
	switch {
	case fate == Rejected, accepted == 0 && received > 0:
		return "R"
	case accepted < received:
		return "P"
	case worse > 0 || fate == AcceptedWithErrors:
		return "E"
	default:
		return "A"
	}
}
