package edifact

import (
	"encoding/binary"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/korean"

	"github.com/crossdock/crossdock/edi"
)

// Charset is a character set by its syntax identifier: UNOA, UNOB (parts of
// ASCII), UNOC to UNOK (parts of ISO 8859), UNOW and UNOY (UTF-8), UNOX (ISO
// 2022, of which only ASCII is read) or KECA (Korean). Any other, such as IATA, is
// read as ISO 8859-1.
type Charset string

// charmap is the table of an 8-bit set, nil if it is none.
func (c Charset) charmap() *charmap.Charmap {
	switch c {
	case "UNOC":
		return charmap.ISO8859_1
	case "UNOD":
		return charmap.ISO8859_2
	case "UNOE":
		return charmap.ISO8859_5
	case "UNOF":
		return charmap.ISO8859_7
	case "UNOG":
		return charmap.ISO8859_3
	case "UNOH":
		return charmap.ISO8859_4
	case "UNOI":
		return charmap.ISO8859_6
	case "UNOJ":
		return charmap.ISO8859_8
	case "UNOK":
		return charmap.ISO8859_9
	}
	return nil
}

func (c Charset) isUTF8() bool { return c == "UNOW" || c == "UNOY" }

func isKnownSyntax(id string) bool {
	c := UNB{Syntax: id}.Charset()
	return c == "UNOA" || c == "UNOB" || c == "UNOX" || c == "KECA" || c == "IATA" || c == "IATB" || c.isUTF8() || c.charmap() != nil
}

// Decode is value as UTF-8. Many senders write UTF-8 whatever UNB says, so a
// value that is UTF-8 stays as it is. What ISO 8859-1 does not have is read as
// Windows-1252, which those who write it mean.
func (c Charset) Decode(value string) string {
	if utf8.ValidString(value) {
		return value
	}
	if c.isUTF8() {
		return strings.ToValidUTF8(value, "\uFFFD")
	}
	if c == "KECA" {
		if s, err := korean.EUCKR.NewDecoder().String(value); err == nil {
			return s
		}
	}
	m := c.charmap()
	if m == nil || m == charmap.ISO8859_1 {
		m = charmap.Windows1252
	}
	var b strings.Builder
	for i := range len(value) {
		b.WriteRune(m.DecodeByte(value[i]))
	}
	return b.String()
}

// Encode is text, which is UTF-8, in the character set; ok is false if the
// set does not have all of its characters.
func (c Charset) Encode(text string) (value string, ok bool) {
	m := c.charmap()
	if m != nil && !isASCII(text) {
		out := make([]byte, 0, len(text))
		for _, r := range text {
			b, has := m.EncodeRune(r)
			if !has {
				return "", false
			}
			out = append(out, b)
		}
		text = string(out)
	}
	if c == "KECA" && !isASCII(text) {
		s, err := korean.EUCKR.NewEncoder().String(text)
		if err != nil {
			return "", false
		}
		text = s
	}
	for i := range len(text) {
		if c.class(m, text[i])&outside != 0 {
			return "", false
		}
	}
	return text, !c.isUTF8() || utf8.ValidString(text)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// Classes of bytes in a repertoire.
const (
	outside = 1 << iota // not in the set
	high    = 1 << iota // in the set and not ASCII
)

// repertoire says of each byte whether the set has it.
func (c Charset) repertoire() *[256]byte {
	var t [256]byte
	m := c.charmap()
	for i := range t {
		t[i] = c.class(m, byte(i))
	}
	return &t
}

// class is that of one byte; m is the charmap of the set.
func (c Charset) class(m *charmap.Charmap, b byte) byte {
	switch {
	case c == "UNOX" && (b == 0x1B || b == 0x0E || b == 0x0F): // escape and shift characters
		return 0
	case b < ' ' || b == 0x7F:
		return outside
	case b < 0x80:
		// Levels A and B leave out these, and A the small letters.
		if (c == "UNOA" || c == "UNOB") && strings.IndexByte("#$@[\\]^_`{|}~", b) >= 0 || c == "UNOA" && 'a' <= b && b <= 'z' {
			return outside
		}
		return 0
	case m != nil:
		if r := m.DecodeByte(b); r == utf8.RuneError || r < 0xA0 {
			return outside
		}
	case c == "UNOA" || c == "UNOB" || c == "UNOX":
		return outside
	}
	return high
}

// withDelimiters adds what may stand in a segment besides characters of the
// set.
func withDelimiters(t *[256]byte, d edi.Delimiters, wrapped bool) *[256]byte {
	for _, b := range []byte{d.Element, d.Component, d.Repetition, d.Release, d.Segment} {
		if b != 0 {
			t[b] &^= outside
		}
	}
	if wrapped || d.Segment == '\n' {
		t['\r'] = 0
	}
	if wrapped {
		t['\n'] = 0
	}
	return t
}

// classes is what classes the bytes of data have, together.
func classes(t *[256]byte, data []byte) byte {
	var all byte
	for ; len(data) >= 8; data = data[8:] { // one load of eight bytes, and nothing to wait for among them
		x := binary.LittleEndian.Uint64(data)
		all |= t[byte(x)] | t[byte(x>>8)] | t[byte(x>>16)] | t[byte(x>>24)] |
			t[byte(x>>32)] | t[byte(x>>40)] | t[byte(x>>48)] | t[byte(x>>56)]
	}
	for _, b := range data {
		all |= t[b]
	}
	return all
}
