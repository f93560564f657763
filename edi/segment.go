package edi

import (
	"bytes"
	"fmt"
	"iter"
)

// Segment is one segment of a document. One that a [Reader] yields is a view
// into its buffer, valid until the next read; Clone makes it last. Elements
// are split when first asked for. Slices it returns must not be written to.
type Segment struct {
	raw        []byte // from the tag to the last byte before the terminator
	data       []byte // raw, without line breaks if the reader takes them out
	seps       []uint32
	split      bool
	cut        bool // more elements than the limit
	terminated bool
	part       int
	maximum    int // elements
	d          Delimiters
	decode     func(string) string // nil where values are UTF-8 as they stand
	id         string
	reader     *Reader // for the line and the tags; nil in clones
	start      int     // of raw in the reader's buffer
	from, to   int64
	position   Position
}

// ParseSegment is the segment raw holds, without a terminator. It keeps raw.
func ParseSegment(raw []byte, d Delimiters) *Segment {
	return &Segment{raw: raw, data: raw, d: d, terminated: true, maximum: max(defaultElements, len(raw)), to: int64(len(raw))}
}

// Tag is what stands before the first element separator.
func (s *Segment) Tag() []byte {
	tag, _, _ := cut(s.data, s.d.Element, 0)
	return tag
}

// ID is the tag as a string that stays valid. Tags are few, so the reader
// remembers them and none is allocated again.
func (s *Segment) ID() string {
	if s.id == "" && len(s.data) > 0 {
		if s.reader != nil {
			s.id = s.reader.intern(s.Tag())
		} else {
			s.id = string(s.Tag())
		}
	}
	return s.id
}

// Is reports whether the tag is id.
func (s *Segment) Is(id string) bool {
	n := len(id)
	return len(s.data) >= n && string(s.data[:n]) == id && (len(s.data) == n || s.data[n] == s.d.Element)
}

// Len is the number of elements after the tag, those at the end that are
// empty included.
func (s *Segment) Len() int {
	if !s.split {
		s.divide()
	}
	return len(s.seps)
}

// Element is the i-th element after the tag, from 1, as it stands in the
// file; nil if the segment has fewer. Element(0) is the tag.
func (s *Segment) Element(i int) []byte {
	if !s.split {
		s.divide()
	}
	if i < 1 || i >= len(s.seps) {
		return s.edge(i)
	}
	from, to := s.seps[i-1]+1, s.seps[i]
	return s.data[from:to:to]
}

// edge is Element for the tag, the last element and those that are not there.
func (s *Segment) edge(i int) []byte {
	if i < 0 || i > len(s.seps) {
		return nil
	}
	from, to := 0, len(s.data)
	if i > 0 {
		from = int(s.seps[i-1]) + 1
	}
	if i < len(s.seps) {
		to = int(s.seps[i])
	} else if s.cut {
		rest, _, _ := cut(s.data[from:], s.d.Element, s.d.Release)
		to = from + len(rest)
	}
	return s.data[from:to:to]
}

func (s *Segment) divide() {
	s.split = true
	limit := s.maximum + 1
	if s.d.Element == 0 {
		s.seps = s.seps[:0]
	} else if s.d.Release == 0 {
		s.seps = appendSeparators(s.seps[:0], s.data, s.d.Element, limit)
	} else {
		s.seps = appendReleased(s.seps[:0], s.data, s.d.Element, s.d.Release, limit)
	}
	if s.cut = len(s.seps) == limit; s.cut {
		s.seps = s.seps[:s.maximum]
	}
}

// Text is the value of the i-th element, empty when absent, as Value has it.
func (s *Segment) Text(i int) string { return s.Value(s.Element(i)) }

// Value is the text of a part of the segment, such as a component: release
// characters are resolved and the character set is decoded. It allocates.
func (s *Segment) Value(part []byte) string {
	value := s.d.Unescape(part)
	if s.decode != nil {
		return s.decode(value)
	}
	return value
}

// Repetition is the k-th repetition of the i-th element, both from 1.
func (s *Segment) Repetition(i, k int) []byte {
	return nth(s.Element(i), s.d.Repetition, s.d.Release, k)
}

// Repetitions yields the repetitions of the i-th element; none when absent.
func (s *Segment) Repetitions(i int) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		rest := s.Element(i)
		for rest != nil {
			one, after, found := cut(rest, s.d.Repetition, s.d.Release)
			if !yield(one) || !found {
				return
			}
			rest = after
		}
	}
}

// Component is the j-th component of the i-th element, both from 1; of the
// first repetition, if it repeats. Nil when absent.
func (s *Segment) Component(i, j int) []byte {
	return nth(s.Repetition(i, 1), s.d.Component, s.d.Release, j)
}

// Raw is the segment as it stands in the file, without its terminator.
func (s *Segment) Raw() []byte { return s.raw }

// Delimiters are those the segment is split by.
func (s *Segment) Delimiters() Delimiters { return s.d }

// Position is where the tag stands.
func (s *Segment) Position() Position {
	p := s.position
	if s.reader != nil {
		p.Line = s.reader.lineAt(s.start)
	}
	return p
}

// Span is the bytes of the file, from inclusive to exclusive, that the
// segment accounts for: the line breaks and blanks before it, itself and its
// terminator. Spans of one reader follow one another without a gap.
func (s *Segment) Span() (from, to int64) { return s.from, s.to }

// Terminated reports whether a terminator follows.
func (s *Segment) Terminated() bool { return s.terminated }

// Part is 0 for a whole segment. A segment longer than the limit is yielded
// in parts numbered from 1; a part that is not Terminated has another after
// it, or the end of the file.
func (s *Segment) Part() int { return s.part }

// AppendFindings appends what is wrong with the segment whatever it means:
// too large, too many elements, not terminated, empty.
func (s *Segment) AppendFindings(dst []Finding) []Finding {
	add := func(code string, severity Severity, element int, message string) {
		dst = append(dst, Finding{
			Code: code, Severity: severity, Position: s.Position(), SegmentID: Printable(s.Tag(), 20), Element: element, Message: message,
		})
	}
	if s.part > 1 {
		return dst
	}
	if len(s.data) == 0 {
		add(CodeSegmentEmpty, Warning, 0, "two segment terminators follow each other with nothing between")
		return dst
	}
	if s.part == 1 {
		add(CodeSegmentTooLarge, Error, 0, fmt.Sprintf("the segment is longer than %d bytes; a segment terminator may be missing", len(s.raw)))
	} else if !s.terminated {
		add(CodeTerminatorMissing, Warning, 0, "the segment has no terminator")
	}
	s.Len()
	if s.cut {
		add(CodeSegmentElements, Error, s.maximum+1, fmt.Sprintf("the segment has more than %d elements", s.maximum))
	}
	return dst
}

// Flawed reports whether AppendFindings would append anything, at no cost
// but that of splitting the segment when it could hold too many elements.
func (s *Segment) Flawed() bool {
	if s.part != 0 || !s.terminated || len(s.data) == 0 {
		return true
	}
	if len(s.data) > s.maximum {
		s.Len()
	}
	return s.cut
}

// Clone is a copy that stays valid.
func (s *Segment) Clone() *Segment {
	c := *s
	c.position, c.id = s.Position(), s.ID()
	c.reader = nil
	c.raw = bytes.Clone(s.raw)
	c.data = c.raw
	if len(s.data) != len(s.raw) {
		c.data = bytes.Clone(s.data)
	}
	c.seps = append([]uint32(nil), s.seps...)
	return &c
}

// Unescape is value without its release characters.
func (d Delimiters) Unescape(value []byte) string {
	if d.Release == 0 || bytes.IndexByte(value, d.Release) < 0 {
		return string(value)
	}
	out := make([]byte, 0, len(value))
	for i := 0; i < len(value); i++ {
		if value[i] == d.Release && i+1 < len(value) {
			i++
		}
		out = append(out, value[i])
	}
	return string(out)
}

// Printable is value cut at max bytes for a message or a finding, control
// bytes shown as their pictures, such as U+240A for a line feed, and bytes
// that are not UTF-8 as U+FFFD. An acknowledgement sends neither back.
func Printable(value []byte, max int) string {
	if len(value) > max {
		value = value[:max]
	}
	value = bytes.ToValidUTF8(value, []byte("\uFFFD"))
	return string(bytes.Map(func(r rune) rune {
		switch {
		case r < 0x20:
			return 0x2400 + r
		case r == 0x7F:
			return 0x2421
		}
		return r
	}, value))
}
