package mappings

import (
	"regexp"
	"time"
)

const (
	maxDuplicateDays    = 365
	lastControlNumber   = 999999999 // nine digits: ISA13
	defaultISA12        = "00401"
	defaultGS08         = "004010"
	defaultDuplicateDay = 30
	defaultExpectWithin = 24 * time.Hour
	noCredential        = "00" // ISA01, ISA03: nothing follows
	maxX12ID            = 15
	maxCredential       = 10
)

var (
	qualifierPattern = regexp.MustCompile(`^[A-Z0-9]{2}$`)
	isa12Pattern     = regexp.MustCompile(`^[0-9]{5}$`)
	gs01Pattern      = regexp.MustCompile(`^[A-Z0-9]{2}$`)
	gs08Pattern      = regexp.MustCompile(`^[0-9A-Z]{6,12}$`)
)

// read reads the terms of X12 over what x has.
func (x *X12Terms) read(l *loader, n node, guest, tenant bool) {
	known := map[string]func(node){
		"ours":         func(n node) { x.Ours = identities(n, x12Identity, guest) },
		"errors":       func(n node) { x.Errors = choice(n, RejectSet, RejectGroup, RejectInterchange, NoteErrors) },
		"deliver":      func(n node) { x.Deliver = choice(n, DeliverSets, DeliverInterchange) },
		"acknowledge":  func(n node) { x.Acknowledge.read(n) },
		"duplicates":   func(n node) { x.Duplicates.read(n) },
		"validate":     func(n node) { x.Validate.read(n) },
		"maskSecurity": func(n node) { x.MaskSecurity = n.flag() },
		"mask":         func(n node) { x.Mask = mask(n) },
		"receive":      func(n node) { x.Receive.read(l, n) },
		"send":         func(n node) { x.Send.read(n, x.Send.fields(l)) },
	}
	if tenant {
		n.fields(known)
		return
	}
	known["theirs"] = func(n node) { x.Theirs = identities(n, x12Identity, guest) }
	n.fields(known, "theirs")
}

func (a *Acknowledge) read(n node) {
	n.fields(map[string]func(node){
		"functional":     func(n node) { a.Functional = choice(n, Functional997, Functional999, FunctionalNone) },
		"ta1":            func(n node) { a.Interchange = choice(n, TA1Requested, TA1Always, TA1Never) },
		"application":    func(n node) { a.Application = choice(n, AdviceNever, AdviceRejected, AdviceAlways) },
		"acceptedSets":   func(n node) { a.AcceptedSets = n.flag() },
		"together":       func(n node) { a.Together = n.flag() },
		"duplicateSet":   func(n node) { a.DuplicateSet = n.oneOf("23", "7") },
		"duplicateGroup": func(n node) { a.DuplicateGroup = n.oneOf("19", "6") },
		"missingSE":      func(n node) { a.MissingSE = n.oneOf("2", "3") },
		"missingGE":      func(n node) { a.MissingGE = n.oneOf("group", "interchange") },
		"trailer":        func(n node) { a.Trailer = n.oneOf("E", "R") },
		"partial":        func(n node) { a.Partial = n.oneOf("P", "R") },
		"warnings":       func(n node) { a.Warnings = n.flag() },
		"values":         func(n node) { a.Values = n.flag() },
		"adviceCodes": func(n node) {
			a.AdviceCodes = map[string]string{}
			n.members(func(finding string, n node) {
				a.AdviceCodes[finding] = n.matching(advicePattern, "a code of an application error, of up to three letters or digits")
				if !findingPattern.MatchString(finding) {
					n.fail("%q is not the code of a finding, such as ELEMENT-CODE", finding)
				}
			})
		},
		"maxSegments": func(n node) { a.MaxSegments = int(n.number(1, maxAcknowledgedSegments)) },
		"maxElements": func(n node) { a.MaxElements = int(n.number(1, maxAcknowledgedElements)) },
		"numbers":     func(n node) { a.Numbers.read(n, x12SetNumber) },
	})
}

// What one set can make an acknowledgement say is bounded.
const (
	maxAcknowledgedSegments = 9999
	maxAcknowledgedElements = 99 // AK4 in an AK3, by the standard
)

var (
	findingPattern = regexp.MustCompile(`^[A-Z0-9]+(?:-[A-Z0-9]+)*$`)
	advicePattern  = regexp.MustCompile(`^[0-9A-Z]{1,3}$`)
)

func (r *X12Receive) read(l *loader, n node) {
	n.fields(map[string]func(node){
		"isa11":         func(n node) { r.ISA11 = choice(n, ISA11ByVersion, ISA11Standard, ISA11Repetition) },
		"characterSet":  func(n node) { r.CharacterSet = choice(n, X12Basic, X12Extended, X12UTF8) },
		"authorization": func(n node) { r.Authorization = x12Credential(l, n) },
		"security":      func(n node) { r.Security = x12Credential(l, n) },
	})
}

// fields are those of the outbound envelope.
func (s *X12Send) fields(l *loader) map[string]func(node) {
	return map[string]func(node){
		"element":       func(n node) { s.Element = delimiter(n) },
		"component":     func(n node) { s.Component = delimiter(n) },
		"segment":       func(n node) { s.Segment = delimiter(n) },
		"repetition":    func(n node) { s.Repetition = delimiter(n) },
		"lineEnd":       func(n node) { s.LineEnd = lineEnds()[n.oneOf("none", "lf", "crlf")] },
		"isa11":         func(n node) { s.ISA11 = choice(n, ISA11ByVersion, ISA11Standard, ISA11Repetition) },
		"characterSet":  func(n node) { s.CharacterSet = choice(n, X12Basic, X12Extended, X12UTF8) },
		"replacement":   func(n node) { s.Replacement = replacement(n) },
		"authorization": func(n node) { s.Authorization = x12Credential(l, n) },
		"security":      func(n node) { s.Security = x12Credential(l, n) },
		"control":       func(n node) { s.Control = n.matching(isa12Pattern, "a version of the control segments, such as 00401") },
		"usage":         func(n node) { s.Usage = n.oneOf("P", "T", "I") },
		"requestTA1":    func(n node) { s.RequestTA1 = n.flag() },
		"group":         func(n node) { s.Group = n.matching(gs01Pattern, "a functional identifier, such as PO") },
		"groupSender":   func(n node) { s.GroupSender = applicationID(n, maxX12ID) },
		"groupReceiver": func(n node) { s.GroupReceiver = applicationID(n, maxX12ID) },
		"groupDate":     func(n node) { s.GroupDate = n.oneOf("CCYYMMDD", "YYMMDD") },
		"groupTime":     func(n node) { s.GroupTime = n.oneOf("HHMM", "HHMMSS", "HHMMSSDD") },
		"agency":        func(n node) { s.Agency = n.oneOf("X", "T") },
		"release":       func(n node) { s.Release = n.matching(gs08Pattern, "a release, such as 004010") },
		"numbers":       func(n node) { s.Numbers.read(n, x12InterchangeNumber) },
		"groupNumbers":  func(n node) { s.GroupNumbers.read(n, x12GroupNumber) },
		"setNumbers":    func(n node) { s.SetNumbers.read(n, x12SetNumber) },
		"setsRunOn":     func(n node) { s.SetsRunOn = n.flag() },
		"batch":         func(n node) { s.Batch.read(n) },
		"expect":        func(n node) { s.Expect.read(n) },
	}
}

// read reads known fields and checks what came of them.
func (s *X12Send) read(n node, known map[string]func(node)) {
	n.fields(known)
	if repeats(s.Element, s.Component, s.Segment, s.Repetition) {
		n.fail("two delimiters are the same byte")
	}
	if s.Replacement != "" && repeats(s.Element, s.Component, s.Segment, s.Repetition, s.Replacement) {
		n.fail("the replacement is a delimiter itself")
	}
}

func x12Credential(l *loader, n node) Credential {
	c := Credential{Qualifier: noCredential}
	n.fields(map[string]func(node){
		"qualifier": func(n node) { c.Qualifier = n.matching(qualifierPattern, "a qualifier of two capitals or digits") },
		"value":     func(n node) { c.Value = l.secret(n, maxCredential) },
	}, "qualifier")
	if (c.Qualifier == noCredential) != (c.Value == "") {
		n.fail("a value stands with a qualifier other than %s, and only there", noCredential)
	}
	return c
}
