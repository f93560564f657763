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

// Check is how a received message of the terms d is checked by its tables.
// Its characters are those of the character set that the UNB names.
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
	case edi.CodeElementCharacter:
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
