package mappings

import "regexp"

const (
	maxEDIFACTID = 35 // 0004, 0010, 0040
	maxReference = 14 // 0020, 0022, 0026, 0048, 0062

	maxContrlSegments = 999 // UCS in a UCM, by the standard
)

var (
	characterSetPattern = regexp.MustCompile(`^(?:UNO[A-KWXY]|KECA)$`)
	directoryPattern    = regexp.MustCompile(`^[DS][0-9]{2}[A-Z]$`)
	agencyPattern       = regexp.MustCompile(`^[A-Z0-9]{1,3}$`)
	messageTypePattern  = regexp.MustCompile(`^[A-Z0-9]{1,6}$`)
	priorityPattern     = regexp.MustCompile(`^[A-Z]$`)
	versionPattern      = regexp.MustCompile(`^[0-9A-Z]{1,3}$`)
	serviceCodesPattern = regexp.MustCompile(`^[0-9A-Z]{1,6}$`)
)

// read reads the terms of EDIFACT over what e has.
func (e *EDIFACTTerms) read(l *loader, n node, guest, tenant bool) {
	known := map[string]func(node){
		"ours":         func(n node) { e.Ours = identities(n, edifactIdentity, guest) },
		"errors":       func(n node) { e.Errors = choice(n, RejectSet, RejectGroup, RejectInterchange, NoteErrors) },
		"deliver":      func(n node) { e.Deliver = choice(n, DeliverSets, DeliverInterchange) },
		"acknowledge":  func(n node) { e.Acknowledge.read(n) },
		"duplicates":   func(n node) { e.Duplicates.read(n) },
		"validate":     func(n node) { e.Validate.read(n) },
		"maskSecurity": func(n node) { e.MaskSecurity = n.flag() },
		"mask":         func(n node) { e.Mask = mask(n) },
		"receive":      func(n node) { e.Receive.read(l, n) },
		"send":         func(n node) { e.Send.read(n, e.Send.fields(l)) },
	}
	if tenant {
		n.fields(known)
		return
	}
	known["theirs"] = func(n node) { e.Theirs = identities(n, edifactIdentity, guest) }
	n.fields(known, "theirs")
}

func (c *CONTRL) read(n node) {
	when := func(to *ContrlWhen) func(node) {
		return func(n node) { *to = choice(n, ContrlRequested, ContrlAlways, ContrlNever) }
	}
	n.fields(map[string]func(node){
		"contrl":       when(&c.Verdict),
		"receipt":      when(&c.Receipt),
		"acceptedSets": func(n node) { c.AcceptedSets = n.flag() },
		"together":     func(n node) { c.Together = n.flag() },
		"trailer":      func(n node) { c.Trailer = n.oneOf("E", "R") },
		"maxSegments":  func(n node) { c.MaxSegments = int(n.number(1, maxContrlSegments)) },
		"maxElements":  func(n node) { c.MaxElements = int(n.number(1, maxAcknowledgedElements)) },
		"syntax":       func(n node) { c.Syntax = n.oneOf(syntaxReceived, "3", "4") },
		"numbers":      func(n node) { c.Numbers.read(n, edifactNumber) },
	})
}

func (r *EDIFACTReceive) read(l *loader, n node) {
	n.fields(map[string]func(node){
		"characterSet": func(n node) { r.CharacterSet = characterSet(n) },
		"reference":    func(n node) { r.Reference = edifactCredential(l, n) },
	})
}

// fields are those of the outbound envelope.
func (s *EDIFACTSend) fields(l *loader) map[string]func(node) {
	text := func(to *string, most int) func(node) {
		return func(n node) { *to = applicationID(n, most) }
	}
	return map[string]func(node){
		"una":          func(n node) { s.UNA = choice(n, UNAAlways, UNANeeded, UNANever) },
		"component":    func(n node) { s.Component = delimiter(n) },
		"element":      func(n node) { s.Element = delimiter(n) },
		"decimal":      func(n node) { s.Decimal = n.oneOf(".", ",") },
		"release":      func(n node) { s.Release = releaseCharacter(n) },
		"repetition":   func(n node) { s.Repetition = delimiter(n) },
		"segment":      func(n node) { s.Segment = delimiter(n) },
		"lineEnd":      func(n node) { s.LineEnd = lineEnds()[n.oneOf("none", "lf", "crlf")] },
		"characterSet": func(n node) { s.CharacterSet = characterSet(n) },
		"syntax":       func(n node) { s.Syntax = n.oneOf("1", "2", "3", "4") },
		"serviceCodes": func(n node) { s.ServiceCodes = n.matching(serviceCodesPattern, "a version of the service codes") },
		"encoding": func(n node) {
			s.Encoding = n.matching(versionPattern, "a character encoding of up to three characters")
		},
		"senderRouting":          text(&s.SenderRouting, maxEDIFACTID),
		"senderSubRouting":       text(&s.SenderSubRouting, maxEDIFACTID),
		"receiverRouting":        text(&s.ReceiverRouting, maxEDIFACTID),
		"receiverSubRouting":     text(&s.ReceiverSubRouting, maxEDIFACTID),
		"reference":              func(n node) { s.Reference = edifactCredential(l, n) },
		"application":            text(&s.Application, maxReference),
		"priority":               func(n node) { s.Priority = n.matching(priorityPattern, "one capital letter") },
		"requestAcknowledgement": func(n node) { s.RequestAcknowledgement = n.flag() },
		"agreement":              text(&s.Agreement, maxEDIFACTID),
		"usage":                  func(n node) { s.Usage = n.oneOf("P", "T") },
		"groups":                 func(n node) { s.Groups = n.flag() },
		"group":                  func(n node) { s.Group.read(l, n) },
		"directory":              func(n node) { s.Directory = n.matching(directoryPattern, "a directory, such as D96A") },
		"agency":                 func(n node) { s.Agency = n.matching(agencyPattern, "an agency, such as UN") },
		"association": func(n node) {
			s.Association = n.matching(associationPattern, "an association code, such as EAN008")
		},
		"numbers":      func(n node) { s.Numbers.read(n, edifactNumber) },
		"groupNumbers": func(n node) { s.GroupNumbers.read(n, edifactNumber) },
		"setNumbers":   func(n node) { s.SetNumbers.read(n, edifactNumber) },
		"setsRunOn":    func(n node) { s.SetsRunOn = n.flag() },
		"batch":        func(n node) { s.Batch.read(n) },
		"expect":       func(n node) { s.Expect.read(n) },
	}
}

// read reads known fields and checks what came of them.
func (s *EDIFACTSend) read(n node, known map[string]func(node)) {
	n.fields(known)
	used := []string{s.Component, s.Element, s.Decimal, s.Segment, s.Release}
	if s.Syntax == "4" {
		used = append(used, s.Repetition)
	}
	if repeats(used...) {
		n.fail("two delimiters are the same byte")
	}
	standard := s.Component == ":" && s.Element == "+" && s.Decimal == "." && s.Release == "?" && s.Segment == "'" && (s.Syntax != "4" || s.Repetition == "*")
	if s.UNA == UNANever && !standard {
		n.fail("una is never, and nobody could know the delimiters, which are not those of the standard")
	}
	if s.Syntax != "4" && (s.ServiceCodes != "" || s.Encoding != "") {
		n.fail("serviceCodes and encoding stand only in syntax 4")
	}
}

func (g *EDIFACTGroup) read(l *loader, n node) {
	identity := func(to *Identity) func(node) {
		return func(n node) {
			if list := identities(n, edifactIdentity, false); len(list) == 1 {
				*to = list[0]
			} else if len(list) > 1 {
				n.fail("is one identity")
			}
		}
	}
	n.fields(map[string]func(node){
		"id":          func(n node) { g.ID = n.matching(messageTypePattern, "the type of a group, such as ORDERS") },
		"sender":      identity(&g.Sender),
		"receiver":    identity(&g.Receiver),
		"agency":      func(n node) { g.Agency = n.matching(agencyPattern, "an agency, such as UN") },
		"version":     func(n node) { g.Version = n.matching(versionPattern, "a version, such as D") },
		"release":     func(n node) { g.Release = n.matching(versionPattern, "a release, such as 96A") },
		"association": func(n node) { g.Association = n.matching(associationPattern, "an association code, such as EAN008") },
		"password":    func(n node) { g.Password = l.secret(n, maxReference) },
	})
}

func edifactCredential(l *loader, n node) Credential {
	var c Credential
	n.fields(map[string]func(node){
		"qualifier": func(n node) { c.Qualifier = n.matching(qualifierPattern, "a qualifier of two capitals or digits") },
		"value":     func(n node) { c.Value = l.secret(n, maxReference) },
	}, "value")
	return c
}

func characterSet(n node) string {
	return n.matching(characterSetPattern, "a character set of UNB, such as UNOC")
}

// releaseCharacter reads UNA4: a delimiter, or none.
func releaseCharacter(n node) string {
	if n.kind() == '"' && n.text() == "none" {
		return " "
	}
	return delimiter(n)
}
