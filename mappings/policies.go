package mappings

import (
	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/business"
	"github.com/crossdock/crossdock/edi/edifact"
	"github.com/crossdock/crossdock/edi/grammar"
	"github.com/crossdock/crossdock/edi/x12"
)

// What the libraries of the standards take of an agreement.

// FatePolicy is what becomes of what has errors.
func (x *X12Terms) FatePolicy() x12.FatePolicy {
	p := x12.FatePolicy{
		AcceptErrors: x.Errors == NoteErrors, TellWarnings: x.Acknowledge.Warnings,
		RejectTrailers: x.Acknowledge.Trailer == "R", RejectMissingGE: x.Acknowledge.MissingGE == "interchange",
	}
	switch x.Errors {
	case RejectGroup:
		p.Together = x12.WholeGroup
	case RejectInterchange:
		p.Together = x12.WholeInterchange
	}
	return p
}

// AckPolicy is how the partner wants its acknowledgements worded.
func (x *X12Terms) AckPolicy() x12.AckPolicy {
	a := x.Acknowledge
	p := x12.AckPolicy{
		Version: x.Send.Release, OnlyRejectedSets: !a.AcceptedSets, MaxSegments: a.MaxSegments, MaxElements: a.MaxElements,
		NoValues: !a.Values, LineEnd: x.Send.LineEnd,
		DuplicateSetCode: a.DuplicateSet, MissingSECode: a.MissingSE, AdviceCodes: a.AdviceCodes, PartialGroup: a.Partial,
	}
	if a.DuplicateGroup == "6" { // else it is 19 only where the release has it
		p.DuplicateGroupCode = a.DuplicateGroup
	}
	return p
}

// Check is how a received document of the terms d is checked by its tables; at
// most so many findings are kept.
func (x *X12Terms) Check(d *DocumentTerms, findings int) grammar.CheckOptions {
	o := d.Validate.check(findings)
	switch x.Receive.CharacterSet {
	case X12Basic:
		o.Characters = grammar.BasicCharacters
	case X12Extended:
		o.Characters = grammar.ExtendedCharacters
	}
	if d.Validate.Characters == LevelOff {
		o.Characters = grammar.AnyCharacters
	}
	return o
}

// Repetition is the repetition separator of an interchange: read is what its
// version makes of ISA11.
func (i ISA11) Repetition(isa x12.ISA, read byte) byte {
	switch {
	case i == ISA11Standard:
		return 0
	case i == ISA11Repetition && len(isa.Repetition) == 1:
		return isa.Repetition[0]
	default:
		return read
	}
}

// FatePolicy is what becomes of what has errors.
func (e *EDIFACTTerms) FatePolicy() edifact.FatePolicy {
	p := edifact.FatePolicy{AcceptErrors: e.Errors == NoteErrors, RejectTrailers: e.Acknowledge.Trailer == "R"}
	switch e.Errors {
	case RejectGroup:
		p.Together = edifact.WholeGroup
	case RejectInterchange:
		p.Together = edifact.WholeInterchange
	}
	return p
}

// AckPolicy is how the partner wants its CONTRLs worded; receipt is for one
// that says only that the interchange came.
func (e *EDIFACTTerms) AckPolicy(receipt bool) edifact.AckPolicy {
	a := e.Acknowledge
	p := edifact.AckPolicy{
		Receipt: receipt, OnlyRejected: !a.AcceptedSets, MaxSegments: a.MaxSegments, MaxElements: a.MaxElements, LineEnd: e.Send.LineEnd,
	}
	if a.Syntax != syntaxReceived {
		p.Version = a.Syntax
	}
	return p
}

// ReadBy is the character set that interchanges of the partner are read by,
// empty for that which their UNB names, and what a character outside of it is
// at the most, in any of its messages.
func (a *Agreement) ReadBy() (set edifact.Charset, outside edi.Severity) {
	outside = edi.Warning
	strict := a.EDIFACT.Validate.Characters == LevelError
	for _, list := range a.Receive {
		for _, d := range list {
			strict = strict || d.Standard == StandardEDIFACT && d.Validate.Characters == LevelError
		}
	}
	if strict {
		outside = edi.Error
	}
	return edifact.Charset(a.EDIFACT.Receive.CharacterSet), outside
}

// Check is how a received message of the terms d is checked by its tables.
// Its characters are looked at where it is read; see Agreement.ReadBy.
func (e *EDIFACTTerms) Check(d *DocumentTerms, findings int) grammar.CheckOptions {
	return d.Validate.check(findings)
}

func (v Validation) check(findings int) grammar.CheckOptions {
	return grammar.CheckOptions{Findings: findings, Codes: v.Codes.severity()}
}

// Business is which checks beyond the standard are made, and what a fault
// means.
func (v Validation) Business(findings int) business.Options {
	return business.Options{
		Counts: v.Checks[CheckCounts].severity(), Hierarchy: v.Checks[CheckHierarchy].severity(),
		Identifiers: v.Checks[CheckIdentifiers].severity(), Totals: v.Checks[CheckTotals].severity(),
		Dates: v.Checks[CheckDates].severity(), Days: v.Days, Findings: findings,
	}
}

func (l Level) severity() edi.Severity {
	switch l {
	case LevelOff:
		return grammar.Off
	case LevelWarning:
		return edi.Warning
	default:
		return edi.Error
	}
}

// Weigh gives a finding about a document the severity that is agreed: an error
// becomes a warning where the level of its kind says so. It returns false for
// a finding of a kind that is off.
func (v Validation) Weigh(f edi.Finding) (edi.Finding, bool) {
	level := LevelError
	switch f.Code {
	case edi.CodeElementShort, edi.CodeElementLong, edi.CodeElementDate, edi.CodeElementTime, edi.CodeElementNumber:
		level = v.Elements
	case edi.CodeElementCharacter, edifact.CodeCharacterSet:
		level = v.Characters
	case edi.CodeElementCode:
		level = v.Codes
	case edi.CodeTrailingSeparator:
		switch v.Trailing {
		case TrailingNotAllowed:
			f.Severity = edi.Error
		case TrailingMandatory:
			return f, false
		}
	case edi.CodeSegmentUnknown, edi.CodeSegmentUnexpected, edi.CodeSegmentMissing, edi.CodeSegmentTooOften,
		edi.CodeSegmentNotInSet, edi.CodeSegmentOutOfOrder, edi.CodeSegmentNotUsed, edi.CodeLoopTooOften, edi.CodeLoopIdentifier,
		edi.CodeElementMissing, edi.CodeElementConditional, edi.CodeElementExclusion, edi.CodeElementNotUsed,
		edi.CodeElementTooMany, edi.CodeComponentTooMany, edi.CodeRepetitionTooMany:
		level = v.Structure
	}
	if level == LevelOff {
		return f, false
	}
	if level == LevelWarning && f.Severity == edi.Error {
		f.Severity = edi.Warning
	}
	return f, true
}
