package edifact

import (
	"bytes"
	"unicode/utf8"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/internal/ascii"
	"github.com/crossdock/crossdock/edi/internal/envelope"
)

// Separators of level B of syntax 1 to 3: control characters.
const (
	is1 = 0x1F // between components
	is3 = 0x1D // between elements
	is4 = 0x1C // ends a segment
)

const lengthUNA = 9 // UNA and six service characters

// header is how an interchange begins, read by its structure: what UNA says,
// and what shows in the first element of UNB.
type header struct {
	d        edi.Delimiters
	una      []byte // nil if there is none
	first    int    // where UNB begins, or what stands in its place
	implicit bool   // there is no UNB
	syntax   string // identifier
	wrapped  bool
	findings []edi.Finding
}

func (h *header) add(code string, severity edi.Severity, id string, message string) {
	h.findings = append(h.findings, edi.Finding{Code: code, Severity: severity, SegmentID: id, Message: message})
}

func isSeparator(b byte) bool {
	return (b > ' ' || b == is3) && b != 0x7F && !ascii.Alphanumeric(b)
}

// startsInterchange reports whether w begins with a UNA and something it
// serves, or with a UNB.
func startsInterchange(w []byte) bool {
	if n, ok := sizeUNA(w); ok {
		return startsSegment(w[n:], w[4])
	}
	return isUNB(w)
}

// sizeUNA is the length of the UNA that w begins with. The character that
// says nothing before syntax 4 is sometimes left out.
func sizeUNA(w []byte) (n int, ok bool) {
	if len(w) < lengthUNA || string(w[:3]) != "UNA" {
		return 0, false
	}
	for _, b := range w[3 : lengthUNA-1] {
		if ascii.Alphanumeric(b) || b == '\r' || b == '\n' {
			return 0, false
		}
	}
	switch b := w[lengthUNA-1]; {
	case b == '\r' && len(w) > lengthUNA && w[lengthUNA] == '\n':
		return lengthUNA + 1, true
	case b == 'U':
		return lengthUNA - 1, true
	case ascii.Alphanumeric(b):
		return 0, false
	}
	return lengthUNA, true
}

// startsSegment reports whether w begins, blanks aside, with a tag and the
// separator.
func startsSegment(w []byte, sep byte) bool {
	w = w[blanks(w):]
	n := 0
	for n < len(w) && n < 3 && 'A' <= w[n] && w[n] <= 'Z' {
		n++
	}
	return n == 3 && len(w) > 3 && (w[3] == sep || isSeparator(w[3]))
}

func blanks(w []byte) int {
	n := 0
	for n < len(w) && (w[n] <= ' ' && w[n] != is3 && w[n] != is4 && w[n] != is1) {
		n++
	}
	return n
}

// isUNB reports whether w begins with a UNB and a syntax identifier, or a
// separator in its place.
func isUNB(w []byte) bool {
	if len(w) < 5 || string(w[:3]) != "UNB" || !isSeparator(w[3]) {
		return false
	}
	id, _ := syntaxID(w)
	return len(id) == 4 || len(id) == 0 && w[4] == w[3]
}

// syntaxID is the letters after the separator of a UNB, line breaks of
// wrapped lines aside, and what follows them.
func syntaxID(w []byte) (id, rest []byte) {
	rest = w[4:]
	for len(rest) > 0 && len(id) < 4 {
		b := rest[0]
		if b != '\r' && b != '\n' {
			if b|0x20 < 'a' || b|0x20 > 'z' {
				break
			}
			id = append(id, b)
		}
		rest = rest[1:]
	}
	for len(rest) > 0 && (rest[0] == '\r' || rest[0] == '\n') {
		rest = rest[1:]
	}
	return id, rest
}

// isBare reports whether w begins with a group or a message without an
// interchange around it.
func isBare(w []byte) bool {
	if len(w) < 4 || w[0] != 'U' || w[1] != 'N' || w[2] != 'H' && w[2] != 'G' || w[3] != '+' {
		return false
	}
	if w[2] == 'G' {
		return true
	}
	_, rest, found := bytes.Cut(w[4:min(len(w), 50)], []byte{'+'})
	return found && len(rest) > 6 && 'A' <= rest[0] && rest[0] <= 'Z' && bytes.IndexByte(rest[:7], ':') > 0
}

// parseHeader reads how w begins, of which one of the three functions above
// was true; w is long enough or ends the file.
func parseHeader(w []byte) *header {
	h := &header{d: edi.Delimiters{Element: '+', Component: ':', Segment: '\'', Release: '?', Decimal: '.'}}
	reserved := byte(0)
	if n, ok := sizeUNA(w); ok {
		h.una = w[:n]
		h.first = n + blanks(w[n:])
		reserved = h.readUNA()
	}
	rest := w[h.first:]
	version := byte('0')
	standard := true // one of the syntax identifiers of the standard
	if isUNB(rest) {
		id, after := syntaxID(rest)
		h.syntax = string(id)
		h.separators(rest, after)
		if len(after) > 1 && after[0] == h.d.Component {
			version = after[1]
		}
		standard = bytes.HasPrefix(bytes.ToUpper(id), []byte("UNO"))
	} else {
		h.implicit = true
		h.add(CodeUNBMissing, edi.Error, "UNB", "no UNB stands before the messages")
	}
	switch {
	case reserved != 0 && (version >= '4' || !standard):
		h.d.Repetition = reserved
	case h.una == nil && version >= '4' && h.d.Element == '+':
		h.d.Repetition = '*'
	}
	h.distinct()
	h.lines(rest)
	return h
}

// readUNA takes the service characters of UNA; the fifth is returned, 0 if
// it is blank.
func (h *header) readUNA() (reserved byte) {
	c := h.una[3:]
	decimal := c[2]
	h.d = edi.Delimiters{Component: c[0], Element: c[1], Decimal: '.', Release: c[3], Segment: c[len(c)-1]}
	if decimal == ',' {
		h.d.Decimal = ','
	}
	if h.d.Release == ' ' {
		h.d.Release = 0
	}
	if len(h.una) == lengthUNA-1 {
		h.add(CodeUNABroken, edi.Warning, "UNA", "UNA has five service characters, not six")
		return 0
	}
	if c[4] == ' ' {
		return 0
	}
	return c[4]
}

// separators trusts the separators that UNB shows more than those UNA names.
func (h *header) separators(unb, afterID []byte) {
	element, component := unb[3], byte(0)
	if len(afterID) > 0 && afterID[0] != element && isSeparator(afterID[0]) || len(afterID) > 0 && afterID[0] == is1 {
		component = afterID[0]
	}
	if h.una == nil && element == is3 {
		h.d = edi.Delimiters{Element: is3, Component: is1, Segment: is4, Decimal: '.'}
		return
	}
	if element == h.d.Element && (component == 0 || component == h.d.Component) {
		return
	}
	h.d.Element = element
	if component != 0 {
		h.d.Component = component
	}
	h.add(CodeUNABroken, edi.Warning, "UNA", "UNB uses other separators than UNA names, or than those that hold without one")
}

// distinct makes what cannot be told apart from something else no delimiter.
func (h *header) distinct() {
	d := &h.d
	broken := false
	if d.Component == d.Element || ascii.Alphanumeric(d.Component) {
		d.Component, broken = 0, true
	}
	if d.Segment == d.Element || d.Segment == d.Component && d.Component != 0 || ascii.Alphanumeric(d.Segment) {
		d.Segment, broken = '\'', true
	}
	if d.Release != 0 && (d.Release == d.Element || d.Release == d.Component || d.Release == d.Segment || ascii.Alphanumeric(d.Release)) {
		d.Release, broken = 0, true
	}
	if r := d.Repetition; r != 0 && (r == d.Element || r == d.Component || r == d.Segment || r == d.Release || ascii.Alphanumeric(r)) {
		d.Repetition, broken = 0, true
	}
	if broken {
		h.add(CodeUNABroken, edi.Error, "UNA", "two service characters are the same, or one is a letter or a digit")
	}
}

// lines looks at line breaks: whether they end segments for want of a
// terminator, and whether they wrap lines that are longer than a column.
func (h *header) lines(w []byte) {
	d := &h.d
	if d.Segment == '\r' && bytes.IndexByte(w, '\n') >= 0 {
		d.Segment = '\n'
	}
	if d.Segment == '\n' || d.Segment == '\r' {
		return
	}
	end := bytes.IndexByte(w, d.Segment)
	if b := h.shownTerminator(w, end); b != 0 {
		d.Segment = b
		h.add(CodeUNABroken, edi.Warning, "UNA", "another character ends the segments than the terminator")
		return
	}
	if end < 0 {
		if i := bytes.IndexByte(w, '\n'); i > 0 && startsSegment(w[i:], d.Element) && w[i-1] != d.Element {
			d.Segment = '\n'
			h.add(CodeUNABroken, edi.Warning, "UNA", "line breaks end the segments, and not the terminator")
		}
		return
	}
	if !h.implicit && bytes.ContainsAny(w[:end], "\r\n") {
		h.wrapped = true
		return
	}
	h.wrapped = envelope.Wrapped(w, d.Segment)
}

// shownTerminator is the character before the first group or message where no
// terminator, which stands first at end, comes before: if the segment that
// begins there ends with it too and another one follows; else 0.
func (h *header) shownTerminator(w []byte, end int) byte {
	d := &h.d
	at := bytes.Index(w, []byte{'U', 'N', 'H', d.Element})
	if i := bytes.Index(w, []byte{'U', 'N', 'G', d.Element}); i >= 0 && (at < 0 || i < at) {
		at = i
	}
	if at < 0 || h.implicit || end >= 0 && end < at {
		return 0
	}
	before := bytes.TrimRight(w[:at], " \r\n")
	b := before[len(before)-1]
	if !isSeparator(b) || b == d.Element || b == d.Component || b == d.Release || b == d.Repetition || b >= utf8.RuneSelf {
		return 0
	}
	if _, rest, found := bytes.Cut(w[at:], []byte{b}); !found || !startsSegment(rest, d.Element) {
		return 0
	}
	return b
}

// endsInUNA finds the UNA that raw, the bytes before a terminator, ends in
// because the terminator before it was lost.
func endsInUNA(raw []byte, d edi.Delimiters) int {
	at := len(raw) - (lengthUNA - 1)
	if at <= 0 || string(raw[at:at+3]) != "UNA" || raw[at+3] != d.Component || raw[at+4] != d.Element {
		return -1
	}
	return at
}

// embeddedUNB finds where an interchange begins inside the raw bytes of a
// segment whose terminator was lost. In a value its separators would be
// released.
func embeddedUNB(raw []byte, d edi.Delimiters) int {
	for from := 1; from < len(raw); {
		i := bytes.Index(raw[from:], []byte("UNB"))
		if i < 0 {
			return -1
		}
		at := from + i
		from = at + 3
		w := raw[at:]
		if !isUNB(w) || len(w) < 12 || w[8] == w[3] || w[9] < '1' || w[9] > '9' || w[10] != w[3] {
			continue
		}
		if before := at - lengthUNA; before > 0 {
			if n, ok := sizeUNA(raw[before:]); ok && n == lengthUNA {
				return before
			}
		}
		if w[3] == d.Element {
			return at
		}
	}
	return -1
}
