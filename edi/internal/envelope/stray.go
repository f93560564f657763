package envelope

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/internal/ascii"
)

// Seeking looks at a file through windows.
const (
	SeekWindow  = 1 << 10 // bytes in which the header of an interchange must end
	StartWindow = 64      // bytes in which any interchange shows of which standard it is
)

const maxSample = 99 // bytes of a finding's value

// Stray is what was passed over on the way to an interchange.
type Stray struct {
	Start  edi.Position
	Sample []byte // first bytes that are not blank
	Blank  bool
	Broken bool // a header that cannot be read is among it
	Other  bool // it begins with an interchange of another standard

	segs     *edi.Reader
	last     byte  // passed over
	searched int64 // offset up to which no interchange of another standard begins
}

// NewStray begins where segs stands.
func NewStray(segs *edi.Reader) *Stray {
	s := &Stray{Start: segs.Position(), Blank: true, segs: segs}
	s.Start.Segment = 0
	return s
}

// Pass goes past the next n bytes, which the reader can show.
func (s *Stray) Pass(n int) {
	b := s.segs.Peek(n)
	if len(b) == 0 {
		return
	}
	s.last = b[len(b)-1]
	rest := b
	if s.Blank {
		rest = bytes.TrimLeft(b, " \t\r\n\x00\x1a")
		s.Blank = len(rest) == 0
	}
	if n := maxSample - len(s.Sample); n > 0 {
		s.Sample = append(s.Sample, rest[:min(n, len(rest))]...)
	}
	s.segs.Discard(len(b))
}

// Within reports whether a word goes on where the reader stands.
func (s *Stray) Within() bool { return ascii.Alphanumeric(s.last) }

// FindOther finds an interchange of another standard than own in w, the next
// bytes, before any of own. Each byte is looked at once, however often it is
// called.
func (s *Stray) FindOther(w []byte, own edi.Standard) (at int, found bool) {
	from := int(max(s.searched-s.segs.Offset(), 0))
	if s.Other || from >= len(w) {
		return 0, false
	}
	standard, at := edi.Detect(w[from:])
	at += from
	other := standard != "" && standard != own && (at > 0 || !s.Within())
	switch {
	case standard != "":
		s.searched = s.segs.Offset() + int64(at) + 1
	case len(w) == SeekWindow:
		s.searched = s.segs.Offset() + SeekWindow - StartWindow
	default:
		s.searched = s.segs.Offset() + int64(len(w))
	}
	return at, other
}

// Nothing says that no interchange of the own standard begins in a file of
// which all was passed over, and what it is instead.
func (s *Stray) Nothing(own edi.Standard) string {
	what := looksLike(s.Sample)
	if s.Other || strings.HasSuffix(what, "X12") || strings.HasSuffix(what, "EDIFACT") { // one of the other is there, or may be
		return fmt.Sprintf("no %s interchange begins in the file: %s", own, what)
	}
	return "no interchange of X12 or EDIFACT begins in the file: " + what
}

// looksLike says what a file is that holds no interchange and begins with the
// sample.
func looksLike(sample []byte) string {
	begins := func(with string) bool { return bytes.HasPrefix(sample, []byte(with)) }
	switch {
	case begins("ISA") && len(sample) > 3 && strings.IndexByte(" \r\n\x00", sample[3]) >= 0:
		return "the byte after ISA separates no elements"
	case begins("ISA"):
		return "it is X12"
	case begins("UNA"), begins("UNB"):
		return "it is EDIFACT"
	case begins("UIB"):
		return "it is interactive EDIFACT"
	case begins("STX="):
		return "it is TRADACOMS"
	case begins("GS"), begins("ST"):
		return "the ISA is missing"
	case begins("<"):
		return "it looks like XML or HTML"
	case begins("{"), begins("["):
		return "it looks like JSON"
	case begins("%PDF"):
		return "it is a PDF"
	case begins("PK\x03\x04"):
		return "it is a ZIP archive"
	}
	return fmt.Sprintf("it begins with %q", edi.Printable(sample, 20))
}
