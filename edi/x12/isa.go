package x12

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/internal/ascii"
	"github.com/crossdock/crossdock/edi/internal/envelope"
)

// ISA is the header of an interchange. Values are without the blanks that
// pad them on the right; ControlNumber is as sent.
type ISA struct {
	AuthorizationQualifier   string `json:"authorizationQualifier"`             // ISA01
	AuthorizationInformation string `json:"authorizationInformation,omitempty"` // ISA02
	SecurityQualifier        string `json:"securityQualifier"`                  // ISA03
	SecurityInformation      string `json:"securityInformation,omitempty"`      // ISA04
	SenderQualifier          string `json:"senderQualifier"`                    // ISA05
	SenderID                 string `json:"senderId"`                           // ISA06
	ReceiverQualifier        string `json:"receiverQualifier"`                  // ISA07
	ReceiverID               string `json:"receiverId"`                         // ISA08
	Date                     string `json:"date"`                               // ISA09, YYMMDD
	Time                     string `json:"time"`                               // ISA10, HHMM
	Repetition               string `json:"repetition"`                         // ISA11: standards id, or the repetition separator
	Version                  string `json:"version"`                            // ISA12
	ControlNumber            string `json:"controlNumber"`                      // ISA13
	AckRequested             string `json:"ackRequested"`                       // ISA14, 1 asks for a TA1
	Usage                    string `json:"usage"`                              // ISA15: P, T or I
}

// isaLengths are the lengths of ISA01 to ISA16.
var isaLengths = [16]int{2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1}

// header is an ISA read by its structure.
type header struct {
	isa      ISA
	fields   [16][]byte
	d        edi.Delimiters
	wrapped  bool
	length   int // bytes to the end of ISA16, so that the terminator is next
	findings []edi.Finding
}

func (h *header) add(code string, severity edi.Severity, element int, value []byte, message string) {
	h.findings = append(h.findings, edi.Finding{
		Code: code, Severity: severity, SegmentID: "ISA", Element: element, Value: edi.Printable(value, maxValue), Message: message,
	})
}

// isISA reports whether an interchange may begin with w.
func isISA(w []byte) bool {
	return len(w) >= 4 && w[0] == 'I' && w[1] == 'S' && w[2] == 'A' && isSeparator(w[3])
}

func isSeparator(b byte) bool {
	return b != ' ' && b != '\r' && b != '\n' && b != 0 && !ascii.Alphanumeric(b)
}

// splitISA finds the 16 elements by counting separators, whatever their
// lengths; the last is what follows the 16th, not cut yet.
func splitISA(w []byte) (fields [16][]byte, last int, ok bool) {
	sep := w[3]
	at := 4
	for i := range 15 {
		n := bytes.IndexByte(w[at:], sep)
		if n < 0 {
			return fields, 0, false
		}
		fields[i] = w[at : at+n]
		at += n + 1
	}
	return fields, at, true
}

// parseISA reads the ISA w begins with; w is long enough or ends the file.
// It answers false if w has no 16 separators, or what lies between them
// belongs to other segments.
func parseISA(w []byte) (*header, bool) {
	if !isISA(w) {
		return nil, false
	}
	fields, last, ok := splitISA(w)
	if !ok {
		return nil, false
	}
	h := &header{fields: fields}
	sep := w[3]
	h.d.Element = sep
	breaks := 0
	for i, f := range fields[:15] {
		if i > 0 && endsInGS(fields[i-1]) && len(f) == 2 {
			return nil, false // a short ISA: its group was counted
		}
		if !bytes.ContainsAny(f, "\r\n") {
			continue
		}
		breaks += bytes.Count(f, []byte{'\n'}) + bytes.Count(f, []byte{'\r'}) - bytes.Count(f, []byte("\r\n"))
		h.fields[i] = withoutBreaks(f)
	}
	if breaks > 3 || len(h.fields[11]) > 20 {
		return nil, false // separators of segments that follow a short ISA were counted
	}
	h.end(w, last, sep)
	h.wrapped = (breaks > 0 || envelope.Wrapped(w, h.d.Segment)) && h.d.Segment != '\n' && h.d.Segment != '\r'
	h.check()
	v := func(i int) string { return envelope.Text(bytes.TrimRight(h.fields[i-1], " ")) }
	h.isa = ISA{v(1), v(2), v(3), v(4), v(5), v(6), v(7), v(8), v(9), v(10), v(11), v(12), envelope.Text(h.fields[12]), v(14), v(15)}
	return h, true
}

// endsInGS reports whether a terminator and the tag of a group end the element.
func endsInGS(f []byte) bool {
	n := len(f)
	return n >= 3 && f[n-2] == 'G' && f[n-1] == 'S' && !ascii.Alphanumeric(f[n-3]) && f[n-3] != ' '
}

// end reads ISA16, the component separator, and the terminator after it.
func (h *header) end(w []byte, at int, sep byte) {
	rest := w[at:]
	component := func() byte {
		if len(rest) == 0 {
			return 0
		}
		c := rest[0]
		if c == '\r' || c == '\n' {
			h.add(CodeISAComponent, edi.Warning, 16, nil, "ISA16 is missing: the line ends before it")
			return 0
		}
		if len(rest) > 1 && ascii.Alphanumeric(rest[1]) && startsSegment(rest[1:], sep) {
			h.add(CodeISAComponent, edi.Warning, 16, nil, "ISA16 or the segment terminator is missing: only one byte stands between ISA15 and the next segment")
			return 0
		}
		rest = rest[1:]
		at++
		if c == sep || ascii.Alphanumeric(c) || c == ' ' {
			h.add(CodeISAComponent, edi.Warning, 16, []byte{c}, "ISA16 is not a component separator")
			h.fields[15] = w[at-1 : at]
			return 0
		}
		h.fields[15] = w[at-1 : at]
		return c
	}
	h.d.Component = component()
	h.length = at
	switch {
	case len(rest) == 0:
		h.add(CodeISATerminator, edi.Error, 0, nil, "the file ends before the segment terminator of the ISA")
		return
	case rest[0] == '\r' && len(rest) > 1 && rest[1] == '\n':
		h.d.Segment = '\n'
	case ascii.Alphanumeric(rest[0]) || rest[0] == ' ' || rest[0] == sep || rest[0] == h.d.Component:
		h.add(CodeISATerminator, edi.Error, 0, rest[:1], "the byte after ISA16 cannot be a segment terminator")
		return
	default:
		h.d.Segment = rest[0]
	}
	if h.d.Segment != '\n' && h.d.Segment != '\r' && bytes.IndexByte(w[:at], h.d.Segment) >= 0 {
		h.add(CodeISATerminator, edi.Error, 0, rest[:1], "the segment terminator also stands inside the ISA")
		h.d.Segment = 0
	}
}

func startsSegment(w []byte, sep byte) bool {
	for _, tag := range []string{"GS", "TA1", "IEA", "ISB", "ISX"} {
		if len(w) > len(tag) && string(w[:len(tag)]) == tag && w[len(tag)] == sep {
			return true
		}
	}
	return false
}

// check notes what is odd about ISA01 to ISA15 and reads ISA11.
func (h *header) check() {
	var wrong []string
	first := 0
	for i, want := range isaLengths[:15] {
		if got := len(h.fields[i]); got != want {
			wrong = append(wrong, fmt.Sprintf("ISA%02d is %d bytes long, not %d", i+1, got, want))
			if first == 0 {
				first = i + 1
			}
		}
	}
	if first > 0 {
		h.add(CodeISALength, edi.Warning, first, h.fields[first-1], strings.Join(wrong, "; "))
	}
	f := func(i int) []byte { return bytes.TrimSpace(h.fields[i-1]) }
	if v := f(9); len(v) != 6 || !envelope.IsDate(v) {
		h.add(CodeISADate, edi.Warning, 9, v, "ISA09 is not a date of the form YYMMDD")
	}
	if v := f(10); !envelope.IsTime(v) {
		h.add(CodeISATime, edi.Warning, 10, v, "ISA10 is not a time of the form HHMM")
	}
	version := f(12)
	if len(version) != 5 || !ascii.Digits(version) {
		h.add(CodeISAVersion, edi.Warning, 12, version, "ISA12 is not a version of five digits")
	}
	switch v := f(11); {
	case len(v) != 1:
		h.add(CodeISARepetition, edi.Warning, 11, v, "ISA11 is not one character")
	case string(version) < "00402":
		if v[0] != 'U' {
			h.add(CodeISARepetition, edi.Warning, 11, v, "ISA11 is not U, the standards id of versions before 00402")
		}
	case v[0] == 'U': // sent by so many that it is no news: no repetition
	case ascii.Alphanumeric(v[0]) || v[0] == h.d.Element || v[0] == h.d.Component || v[0] == h.d.Segment:
		h.add(CodeISARepetition, edi.Warning, 11, v, "ISA11 is not a repetition separator")
	default:
		h.d.Repetition = v[0]
	}
	if v := h.fields[12]; !ascii.Digits(v) || len(v) == 0 {
		h.add(CodeISANumber, edi.Error, 13, v, "ISA13, the control number, is not a number")
	} else if len(v) != 9 {
		h.add(CodeISANumber, edi.Warning, 13, v, "ISA13, the control number, is not nine digits")
	}
	if v := f(14); string(v) != "0" && string(v) != "1" {
		h.add(CodeISAAckRequested, edi.Warning, 14, v, "ISA14 is neither 0 nor 1")
	}
	if v := f(15); len(v) != 1 || !strings.ContainsRune("PTI", rune(v[0])) {
		h.add(CodeISAUsage, edi.Warning, 15, v, "ISA15 is neither P, T nor I")
	}
}

// repeat takes a repetition separator that is agreed. Then nothing is odd about
// the ISA11 that says the same.
func (h *header) repeat(separator byte) {
	if ascii.Alphanumeric(separator) || separator == ' ' || separator == h.d.Element || separator == h.d.Component || separator == h.d.Segment {
		separator = 0
	}
	if h.d.Repetition = separator; separator != 0 {
		h.findings = slices.DeleteFunc(h.findings, func(f edi.Finding) bool { return f.Code == CodeISARepetition })
	}
}

// embeddedISA finds an ISA inside the raw bytes of a segment whose terminator
// was lost. It asks for the true shape of an ISA, because free text may hold
// the three letters.
func embeddedISA(raw []byte) int {
	for from := 1; from < len(raw); {
		i := bytes.Index(raw[from:], []byte("ISA"))
		if i < 0 {
			return -1
		}
		at := from + i
		from = at + 3
		if shapedISA(raw[at:]) {
			return at
		}
	}
	return -1
}

// shapedISA reports whether w begins with an ISA whose elements look as they
// must.
func shapedISA(w []byte) bool {
	if !isISA(w) {
		return false
	}
	f, _, ok := splitISA(w)
	return ok && len(f[0]) == 2 && len(f[2]) == 2 && len(f[4]) == 2 && len(f[6]) == 2 &&
		len(f[10]) == 1 && len(f[11]) == 5 && ascii.Digits(f[11]) && ascii.Digits(f[12]) && len(f[14]) == 1
}

func withoutBreaks(v []byte) []byte {
	var out []byte
	for _, b := range v {
		if b != '\r' && b != '\n' {
			out = append(out, b)
		}
	}
	return out
}

const (
	maxValue = 99 // bytes of a finding's value
)
