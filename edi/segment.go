package edi

import (
	"bytes"
	"fmt"
	"iter"
)

// Segment is one segment of a document. One that a [Reader] yields is a view
// into its buffer, valid until the next read; Clone makes it last. Slices it
// returns must not be written to.
type Segment struct {
	buf   []byte   // the file, or a copy without line breaks
	at    int      // of the data in buf
	to    int      // end of the data
	marks []uint32 // in buf: separators and the end of the data, if it is split
	first int      // in marks
	n     int      // elements
	state state
	from  int64 // of the span

	reader  *Reader // for the line and the tags; nil in clones
	own     []uint32
	file    []byte // in which a segment that is detached stands from start to end
	start   int
	end     int   // without the terminator
	base    int64 // of file[0]
	until   int64 // end of the span, of a clone
	index   int   // in the interchange, of a clone
	line    int   // of a clone
	part    int   // if it is one
	maximum int   // elements
	d       Delimiters
	decode  func(string) string // nil where values are UTF-8 as they stand
	id      string
}

// state is what is known of a segment. Most segments are split and terminated
// and nothing else, so that one store says all.
type state uint8

const (
	split      state = 1 << iota // the elements are known
	terminated                   // a terminator follows
	cutOff                       // there are more elements than the limit
	named                        // id is set
	detached                     // start and end are set, buf and marks may be others than the reader's
	inPart                       // part is set
)

// ParseSegment is the segment raw holds, without a terminator. It keeps raw.
func ParseSegment(raw []byte, d Delimiters) *Segment {
	s := new(Segment)
	s.Parse(raw, d)
	return s
}

// Parse makes s what ParseSegment returns, for whoever looks at one segment
// after another: what s allocated before is used again.
func (s *Segment) Parse(raw []byte, d Delimiters) {
	n := len(raw)
	*s = Segment{file: raw, buf: raw, end: n, to: n, until: int64(n), d: d, state: terminated | detached, maximum: max(defaultElements, n), own: s.own}
}

func (s *Segment) data() []byte { return s.buf[s.at:s.to:s.to] }

// Tag is what stands before the first element separator.
func (s *Segment) Tag() []byte { return s.Element(0) }

// ID is the tag as a string that stays valid. Tags are few, so the reader
// remembers them and none is allocated again.
func (s *Segment) ID() string {
	if s.state&named == 0 {
		s.state |= named
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
	data, n := s.data(), len(id)
	return len(data) >= n && string(data[:n]) == id && (len(data) == n || data[n] == s.d.Element)
}

// Len is the number of elements after the tag, those at the end that are
// empty included.
func (s *Segment) Len() int {
	if s.state&split == 0 {
		s.divide()
	}
	return s.n
}

// Element is the i-th element after the tag, from 1, as it stands in the
// file; nil if the segment has fewer. Element(0) is the tag.
func (s *Segment) Element(i int) []byte {
	if s.state&split == 0 {
		s.divide()
	}
	if uint(i) > uint(s.n) {
		return nil
	}
	marks := s.marks[s.first:]
	from, to := uint32(s.at), marks[i]
	if i > 0 {
		from = marks[i-1] + 1
	}
	return s.buf[from:to:to]
}

// Parts is the bytes the segment stands in, where its tag begins, and where
// the tag and each element end: the i-th element is data[ends[i-1]+1:ends[i]].
// It is for what looks at every element.
func (s *Segment) Parts() (data []byte, start int, ends []uint32) {
	if s.state&split == 0 {
		s.divide()
	}
	return s.buf, s.at, s.marks[s.first : s.first+s.n+1]
}

// divide finds the elements of a segment that the reader has not divided.
func (s *Segment) divide() {
	data, limit := s.data(), s.maximum+1
	marks := s.own[:0]
	switch {
	case s.d.Element == 0:
	case s.d.Release == 0:
		marks = appendSeparators(marks, data, s.d.Element, limit)
	default:
		marks = appendReleased(marks, data, s.d.Element, s.d.Release, limit)
	}
	if len(marks) == limit {
		s.state |= cutOff
	} else {
		marks = append(marks, uint32(len(data)))
	}
	for i := range marks {
		marks[i] += uint32(s.at)
	}
	s.own, s.marks, s.first, s.n = marks, marks, 0, len(marks)-1
	s.state |= split
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
func (s *Segment) Raw() []byte {
	if s.state&detached != 0 {
		return s.file[s.start:s.end:s.end]
	}
	return s.buf[s.at:s.to:s.to]
}

// Delimiters are those the segment is split by.
func (s *Segment) Delimiters() Delimiters { return s.d }

// begins is where the segment begins in its buffer.
func (s *Segment) begins() int {
	if s.state&detached != 0 {
		return s.start
	}
	return s.at
}

// Position is where the tag stands.
func (s *Segment) Position() Position {
	at := s.begins()
	p := Position{Offset: s.base + int64(at), Line: s.line, Segment: s.index}
	if s.reader != nil {
		p.Line, p.Segment = s.reader.lineAt(at), s.reader.index
	}
	return p
}

// Source is where the tag stands in the file of a [Text], and how that is
// encoded; of a clone and of a file that is not decoded it is the offset of
// Position.
func (s *Segment) Source() (offset int64, e Encoding) {
	r := s.reader
	if r == nil || !r.decoded() {
		return s.base + int64(s.begins()), Bytes
	}
	return r.source + sourceBytes(r.buf[:s.begins()]), r.text.encoding
}

// Span is the bytes of the file, from inclusive to exclusive, that the
// segment accounts for: the line breaks and blanks before it, itself and its
// terminator. Spans of one reader follow one another without a gap.
func (s *Segment) Span() (from, to int64) {
	if s.reader == nil {
		return s.from, s.until
	}
	to = s.base + int64(s.begins()+len(s.Raw()))
	if s.state&terminated != 0 {
		to++
	}
	return s.from, to
}

// Terminated reports whether a terminator follows.
func (s *Segment) Terminated() bool { return s.state&terminated != 0 }

// Part is 0 for a whole segment. A segment longer than the limit is yielded
// in parts numbered from 1; a part that is not Terminated has another after
// it, or the end of the file.
func (s *Segment) Part() int {
	if s.state&inPart == 0 {
		return 0
	}
	return s.part
}

// AppendFindings appends what is wrong with the segment whatever it means:
// too large, too many elements, not terminated, empty.
func (s *Segment) AppendFindings(dst []Finding) []Finding {
	add := func(code string, severity Severity, element int, message string) {
		dst = append(dst, Finding{
			Code: code, Severity: severity, Position: s.Position(), SegmentID: Printable(s.Tag(), 20), Element: element, Message: message,
		})
	}
	part := s.Part()
	if part > 1 {
		return dst
	}
	if s.at == s.to {
		add(CodeSegmentEmpty, Warning, 0, "two segment terminators follow each other with nothing between")
		return dst
	}
	if part == 1 {
		add(CodeSegmentTooLarge, Error, 0, fmt.Sprintf("the segment is longer than %d bytes; a segment terminator may be missing", len(s.Raw())))
	} else if s.state&terminated == 0 {
		add(CodeTerminatorMissing, Warning, 0, "the segment has no terminator")
	}
	s.Len()
	if s.state&cutOff != 0 {
		add(CodeSegmentElements, Error, s.maximum+1, fmt.Sprintf("the segment has more than %d elements", s.maximum))
	}
	return dst
}

// Flawed reports whether AppendFindings would append anything, at no cost
// but that of splitting the segment when it could hold too many elements.
func (s *Segment) Flawed() bool {
	if s.state&(terminated|inPart) != terminated || s.at == s.to {
		return true
	}
	if s.state&split == 0 && s.to-s.at > s.maximum {
		s.divide()
	}
	return s.state&cutOff != 0
}

// Clone is a copy that stays valid.
func (s *Segment) Clone() *Segment {
	p, id := s.Position(), s.ID()
	c := *s
	c.reader, c.own, c.id = nil, nil, id
	c.index, c.line = p.Segment, p.Line
	c.from, c.until = s.Span()
	c.state |= detached
	c.file = bytes.Clone(s.Raw())
	c.base, c.start, c.end = p.Offset, 0, len(c.file)
	if c.buf = c.file; s.to-s.at != len(c.file) {
		c.buf = bytes.Clone(s.data())
	}
	c.at, c.to = 0, s.to-s.at
	if s.state&split != 0 {
		c.marks = append([]uint32(nil), s.marks[s.first:s.first+s.n+1]...)
		for i := range c.marks {
			c.marks[i] -= uint32(s.at)
		}
		c.first = 0
	}
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
