package edifact

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/internal/envelope"
)

// Party is the sender or the recipient of an interchange (S002, S003) or a
// group (S006, S007).
type Party struct {
	ID        string `json:"id"`                  // 0004, 0010, 0040 or 0044
	Qualifier string `json:"qualifier,omitempty"` // 0007, 14 for a GLN
	Address   string `json:"address,omitempty"`   // 0008 or 0014, for routing on the other side
	Internal  string `json:"internal,omitempty"`  // 0042 or 0046, from syntax 4 on
}

// UNB is the header of an interchange, values as sent.
type UNB struct {
	Syntax       string `json:"syntax"`                 // 0001, such as UNOC
	Version      string `json:"version"`                // 0002, 1 to 4
	ServiceCodes string `json:"serviceCodes,omitempty"` // 0080, version of the service code lists, from syntax 4 on
	Encoding     string `json:"encoding,omitempty"`     // 0133, how characters are coded, from syntax 4 on
	Sender       Party  `json:"sender"`                 // S002
	Receiver     Party  `json:"receiver"`               // S003
	Date         string `json:"date"`                   // 0017, YYMMDD, from syntax 4 on CCYYMMDD
	Time         string `json:"time"`                   // 0019, HHMM
	Reference    string `json:"reference"`              // 0020, the control reference
	Password     string `json:"password,omitempty"`     // 0022
	PasswordType string `json:"passwordType,omitempty"` // 0025
	Application  string `json:"application,omitempty"`  // 0026
	Priority     string `json:"priority,omitempty"`     // 0029
	AckRequested string `json:"ackRequested,omitempty"` // 0031, 1 asks for a CONTRL
	Agreement    string `json:"agreement,omitempty"`    // 0032
	Test         string `json:"test,omitempty"`         // 0035, 1 is a test
}

// Charset is the character set of the interchange, empty if UNB names none.
func (u UNB) Charset() Charset { return Charset(strings.ToUpper(u.Syntax)) }

// UNG is the header of a group, values as sent.
type UNG struct {
	Type        string `json:"type"`                  // 0038, that of its messages
	Sender      Party  `json:"sender"`                // S006
	Receiver    Party  `json:"receiver"`              // S007
	Date        string `json:"date"`                  // 0017
	Time        string `json:"time"`                  // 0019
	Reference   string `json:"reference"`             // 0048
	Agency      string `json:"agency"`                // 0051
	Version     string `json:"version"`               // 0052
	Release     string `json:"release"`               // 0054
	Association string `json:"association,omitempty"` // 0057
	Password    string `json:"password,omitempty"`    // 0058
}

// UNH is the header of a message, values as sent.
type UNH struct {
	Reference   string `json:"reference"`             // 0062
	Type        string `json:"type"`                  // 0065, such as ORDERS
	Version     string `json:"version"`               // 0052, such as D
	Release     string `json:"release"`               // 0054, such as 96A
	Agency      string `json:"agency"`                // 0051, such as UN
	Association string `json:"association,omitempty"` // 0057, such as EAN008
	Access      string `json:"access,omitempty"`      // 0068, what ties messages about one case together
	Sequence    string `json:"sequence,omitempty"`    // 0070, the place among messages about one case
	FirstLast   string `json:"firstLast,omitempty"`   // 0073, C for the first of them, F for the last
}

// Directory is version and release as one word, such as D96A.
func (u UNH) Directory() string { return u.Version + u.Release }

// value is a component of a header or trailer as a string; a line break in
// place of a lost terminator is not part of it.
func value(seg *edi.Segment, element, component int) string {
	v := bytes.TrimRight(seg.Component(element, component), "\r\n")
	release := seg.Delimiters().Release
	for _, b := range v {
		if b >= utf8.RuneSelf || b == release {
			return envelope.Text([]byte(seg.Value(v)))
		}
	}
	return envelope.Text(v)
}

func party(seg *edi.Segment, element int) Party {
	return Party{value(seg, element, 1), value(seg, element, 2), value(seg, element, 3), value(seg, element, 4)}
}

func parseUNB(seg *edi.Segment) UNB {
	v := func(i int) string { return value(seg, i, 1) }
	return UNB{
		Syntax: v(1), Version: value(seg, 1, 2), ServiceCodes: value(seg, 1, 3), Encoding: value(seg, 1, 4),
		Sender: party(seg, 2), Receiver: party(seg, 3), Date: v(4), Time: value(seg, 4, 2), Reference: v(5), Password: v(6), PasswordType: value(seg, 6, 2),
		Application: v(7), Priority: v(8), AckRequested: v(9), Agreement: v(10), Test: v(11),
	}
}

func parseUNG(seg *edi.Segment) UNG {
	v := func(i int) string { return value(seg, i, 1) }
	return UNG{
		Type: v(1), Sender: party(seg, 2), Receiver: party(seg, 3), Date: v(4), Time: value(seg, 4, 2), Reference: v(5),
		Agency: v(6), Version: v(7), Release: value(seg, 7, 2), Association: value(seg, 7, 3), Password: v(8),
	}
}

func parseUNH(seg *edi.Segment) UNH {
	return UNH{
		Reference: value(seg, 1, 1), Type: value(seg, 2, 1), Version: value(seg, 2, 2), Release: value(seg, 2, 3),
		Agency: value(seg, 2, 4), Association: value(seg, 2, 5), Access: value(seg, 3, 1),
		Sequence: value(seg, 4, 1), FirstLast: value(seg, 4, 2),
	}
}

// field is what a header must have at one place.
type field struct {
	element, component int
	name               string
	max                int
	missing            edi.Severity // "" if it may be
}

// fieldsUNB are the fields of UNB whose form is not looked at elsewhere. Two
// parties and a reference are needed to answer at all.
var fieldsUNB = []field{
	{1, 1, "0001, the syntax identifier,", 4, edi.Error},
	{1, 2, "0002, the syntax version,", 1, edi.Warning},
	{2, 1, "0004, the sender,", 35, edi.Error}, {2, 2, "0007, the sender's qualifier,", 4, ""}, {2, 3, "0008, the address for reverse routing,", 35, ""},
	{3, 1, "0010, the recipient,", 35, edi.Error}, {3, 2, "0007, the recipient's qualifier,", 4, ""}, {3, 3, "0014, the routing address,", 35, ""},
	{5, 1, "0020, the control reference,", 14, edi.Error},
	{6, 1, "0022, the password,", 14, ""}, {7, 1, "0026, the application reference,", 14, ""}, {8, 1, "0029, the priority,", 1, ""},
	{9, 1, "0031, the request for acknowledgement,", 1, ""}, {10, 1, "0032, the agreement,", 35, ""}, {11, 1, "0035, the test indicator,", 1, ""},
}

// fieldsUNG are those of UNG; from syntax 4 on only the reference has to be
// there.
var fieldsUNG = []field{
	{1, 1, "0038, the type of messages,", 6, edi.Warning}, {2, 1, "0040, the sender,", 35, edi.Warning}, {3, 1, "0044, the recipient,", 35, edi.Warning},
	{5, 1, "0048, the group reference,", 14, edi.Error}, {6, 1, "0051, the agency,", 3, edi.Warning}, {7, 1, "0052, the version,", 3, edi.Warning},
	{7, 2, "0054, the release,", 3, edi.Warning},
}

// fieldsUNH are those of UNH.
var fieldsUNH = []field{
	{1, 1, "0062, the message reference,", 14, edi.Error}, {2, 1, "0065, the message type,", 6, edi.Error},
	{2, 2, "0052, the version,", 3, edi.Warning}, {2, 3, "0054, the release,", 3, edi.Warning}, {2, 4, "0051, the agency,", 3, edi.Warning},
}

// checkFields hands on what is wrong with the fields of a header. Those whose
// absence is a warning may be absent unless they are required.
func checkFields(seg *edi.Segment, fields []field, required bool, add func(edi.Finding)) {
	for _, f := range fields {
		switch v := seg.Component(f.element, f.component); {
		case len(v) == 0 && f.missing != "" && (f.missing == edi.Error || required):
			add(at(seg, edi.CodeElementMissing, f.missing, f.element, f.component, nil, f.name+" is missing"))
		case len(v) > f.max && utf8.RuneCountInString(seg.Value(v)) > f.max:
			add(at(seg, edi.CodeElementLong, edi.Warning, f.element, f.component, v, fmt.Sprintf("%s has more characters than it may have, %d", f.name, f.max)))
		}
	}
}

// checkWhen looks at date and time in the element of a header that holds both.
func checkWhen(seg *edi.Segment, element int, version string, add func(edi.Finding)) {
	date, time := seg.Component(element, 1), seg.Component(element, 2)
	long := version >= "4"
	switch {
	case len(date) == 0 && len(time) == 0:
		add(at(seg, edi.CodeElementMissing, edi.Warning, element, 0, nil, "date and time of preparation are missing"))
		return
	case !envelope.IsDate(date):
		add(at(seg, edi.CodeElementDate, edi.Warning, element, 1, date, "0017 is not a date"))
	case long != (len(date) == 8):
		want := "YYMMDD, as syntax versions before 4 have it"
		if long {
			want = "CCYYMMDD, as syntax version 4 has it"
		}
		add(at(seg, edi.CodeElementDate, edi.Warning, element, 1, date, "0017 is not a date of the form "+want))
	}
	if !envelope.IsTime(time) {
		add(at(seg, edi.CodeElementTime, edi.Warning, element, 2, time, "0019 is not a time of the form HHMM"))
	}
}

// checkUNB hands on what is wrong with a UNB.
func checkUNB(seg *edi.Segment, u UNB, add func(edi.Finding)) {
	checkFields(seg, fieldsUNB, true, add)
	if u.Syntax != "" && !isKnownSyntax(u.Syntax) {
		add(at(seg, CodeSyntaxUnknown, edi.Warning, 1, 1, seg.Component(1, 1), "0001 names no character set that is known here"))
	}
	if v := seg.Component(1, 2); len(v) == 1 && (v[0] < '1' || v[0] > '4') {
		add(at(seg, CodeSyntaxUnknown, edi.Warning, 1, 2, v, "0002 is no syntax version that is known here"))
	}
	checkWhen(seg, 4, u.Version, add)
	for _, i := range []int{9, 11} {
		if v := seg.Component(i, 1); len(v) == 1 && bytes.IndexByte([]byte("01234"), v[0]) < 0 {
			add(at(seg, edi.CodeElementCode, edi.Warning, i, 0, v, "the indicator is no digit it can be"))
		}
	}
	checkShape(seg, u.Version, add)
}

// at is a finding about a component of seg, the whole element if component is
// 0, all of it if element is 0. The value is part of seg.
func at(seg *edi.Segment, code string, severity edi.Severity, element, component int, value []byte, message string) edi.Finding {
	return edi.Finding{
		Code: code, Severity: severity, Position: seg.Position(), SegmentID: edi.Printable(seg.Tag(), 20),
		Element: element, Component: component, Value: edi.Printable([]byte(seg.Value(value)), maxValue), Message: message,
	}
}

const maxValue = 99 // bytes of a finding's value
