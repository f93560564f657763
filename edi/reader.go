package edi

import (
	"bytes"
	"fmt"
	"io"
	"iter"
	"math"
)

// Reader splits a stream into segments. It holds one buffer, no larger than
// the longest segment the limits allow and a little, and one Segment.
type Reader struct {
	src      io.Reader
	text     *Text // src, if it is one that decodes
	source   int64 // where buf[0] stands in the file of text
	err      error // of src, io.EOF included
	buf      []byte
	r, w     int   // buf[r:w] is read and not yet yielded
	base     int64 // file offset of buf[0]
	limits   Limits
	d        Delimiters
	filler   [256]bool
	join     bool
	joined   []byte
	decode   func(string) string
	part     int // of the oversized segment being read, 0 if none
	index    int // of the last segment
	line     int // at buf[counted]
	counted  int
	cr       bool  // the last byte counted was CR
	unbroken int   // there is no line break between counted and here
	from     int64 // end of the last span
	tags     [128]string
	ahead    boundaries
	slowly   bool // the delimiters are such that nothing can be found ahead
	clear    int  // what is found ahead needs no second look before this byte of the buffer
	small    int  // bytes of a segment that can break no limit
	breaks   lineFinder
	seg      Segment
}

const (
	smallBuffer = 16 << 10
	largeBuffer = 64 << 10
	peekBytes   = 1 << 10 // what Peek can always deliver beside a longest segment
)

// NewReader reads src with delimiters d, which SetDelimiters changes later.
func NewReader(src io.Reader, d Delimiters, l Limits) *Reader {
	r := &Reader{src: src, limits: l.withDefaults(), line: 1}
	r.seg.reader, r.seg.maximum = r, r.limits.Elements
	r.small = min(r.limits.SegmentBytes, r.limits.Elements)
	if text, ok := src.(*Text); ok {
		r.text, r.source = text, text.from
	}
	r.SetDelimiters(d)
	return r
}

// Origin declares that the source begins at p of its file, so that positions
// are those of the file; the first segment read is number p.Segment. It must
// come before any read.
func (r *Reader) Origin(p Position) {
	r.base, r.from, r.line, r.index = p.Offset, p.Offset, max(p.Line, 1), p.Segment-1
	r.seg.base = r.base
}

// SetDelimiters changes the delimiters from the next byte on. Blanks and
// control bytes between segments are skipped unless they are delimiters, and
// so is the rest of a terminator that is a character of several UTF-8 bytes.
func (r *Reader) SetDelimiters(d Delimiters) {
	r.d = d
	for b := range r.filler {
		c := byte(b)
		r.filler[b] = c <= ' ' && !d.Has(c) || d.Segment >= 0xC2 && 0x80 <= c && c <= 0xBF
	}
	if d.Segment == '\n' || d.Segment == '\r' {
		r.filler['\n'], r.filler['\r'] = true, true
	}
	r.slowly = d.Segment == 0 || d.Element == 0 || d.Element == d.Segment || d.Segment == '\n' && d.Element == '\r' ||
		d.Release != 0 && (d.Release == d.Element || d.Release == d.Segment)
	r.ahead.delimit(d, r.r)
	r.seg.d = d
	r.look()
}

// Delimiters are those in force.
func (r *Reader) Delimiters() Delimiters { return r.d }

// JoinLines makes line breaks inside segments no part of them: for files
// that were wrapped at a column. Segment.Raw keeps them.
func (r *Reader) JoinLines(on bool) {
	r.join = on
	r.look()
}

// clearTo notes that the next line break that is no data stands at byte at.
func (r *Reader) clearTo(at int) {
	if s := r.d.Segment; s != '\n' && s != '\r' && s < 0x80 {
		r.clear = at
	}
}

// look decides how far segments that are found ahead need no second look.
func (r *Reader) look() {
	r.clear = math.MaxInt
	if r.slowly || r.join || r.d.Segment == '\n' || r.d.Segment == '\r' || r.d.Segment >= 0x80 {
		r.clear = -1 // line breaks are no data, or a terminator may be filler
	}
	r.breaks = lineFinder{}
}

// Decode makes the text of segments read from now on pass through the decoder
// of their character set; nil is none.
func (r *Reader) Decode(decoder func(string) string) { r.decode, r.seg.decode = decoder, decoder }

// Renumber makes the next segment number n.
func (r *Reader) Renumber(n int) { r.index = n - 1 }

// Offset is the file offset of the next byte.
func (r *Reader) Offset() int64 { return r.base + int64(r.r) }

// Position is that of the next byte; its Segment is that of the last segment.
func (r *Reader) Position() Position {
	return Position{Offset: r.Offset(), Line: r.lineAt(r.r), Segment: r.index}
}

// SkipFiller goes to the next byte that is not filler, such as the tag of the
// next segment.
func (r *Reader) SkipFiller() {
	for {
		for r.r < r.w && r.filler[r.buf[r.r]] {
			r.r++
		}
		if r.r < r.w || !r.fill() {
			return
		}
	}
}

// Peek is the next n bytes without going past them, fewer at the end of the
// file; n is at most 1,024. It ends the validity of the last segment.
func (r *Reader) Peek(n int) []byte {
	for r.w-r.r < n && r.fill() {
	}
	return r.buf[r.r:min(r.w, r.r+n)]
}

// Discard goes past n bytes that Peek showed, and belongs to no segment.
func (r *Reader) Discard(n int) {
	r.Skip(n)
	r.from = r.Offset()
}

// Skip goes past n bytes that Peek showed; like filler, they are accounted for
// by the next segment.
func (r *Reader) Skip(n int) {
	r.r = min(r.r+n, r.w)
	r.ahead.reset(r.r)
}

// Take reads the next n bytes, which Peek showed, as a segment whatever is
// among them, and its terminator if that follows. It is for a header that is
// recognised by its form.
func (r *Reader) Take(n int) *Segment {
	n = min(n, r.w-r.r)
	rest := r.buf[r.r+n : r.w]
	switch {
	case len(rest) > 0 && rest[0] == r.d.Segment:
		return r.yield(n, 1, false)
	case len(rest) > 1 && rest[0] == '\r' && rest[1] == '\n' && r.d.Segment == '\n':
		return r.yield(n+1, 1, false)
	}
	return r.yield(n, 0, false)
}

// Back makes the segment just read end after its first n bytes, without a
// terminator; what follows is read next. It is for a segment in which the
// beginning of something else was recognised.
func (r *Reader) Back(n int) {
	r.shorten(n)
	r.part = 0
}

// Shorten makes the part of an oversized segment just read end after its
// first n bytes, n > 0; the next part begins there. The last part of a
// segment stays as it is.
func (r *Reader) Shorten(n int) {
	if part := r.part; part > 0 && n > 0 {
		r.shorten(n)
		r.part = part
	}
}

func (r *Reader) shorten(n int) {
	s := &r.seg
	start := s.begins()
	r.r = start + min(max(n, 0), len(s.Raw()))
	r.from = r.Offset()
	r.ahead.reset(r.r)
	r.look()
	r.view(start, r.r, s.state&inPart)
}

// Segments yields the segments to the end of the file. An error is one of the
// source and is the last thing yielded.
func (r *Reader) Segments() iter.Seq2[*Segment, error] {
	return func(yield func(*Segment, error) bool) {
		for {
			s, err := r.Next()
			if err == io.EOF {
				return
			}
			if !yield(s, err) || err != nil {
				return
			}
		}
	}
}

// Next is the next segment, valid until the next call of any method that
// reads. The error is io.EOF at the end, else one of the source.
func (r *Reader) Next() (*Segment, error) {
	if r.part != 0 {
		return r.nextSlowly()
	}
	at := r.r
	for at < r.w && r.filler[r.buf[at]] {
		at++
	}
	r.r = at
	if x := &r.ahead; x.next < len(x.ends) {
		// Nearly all segments: the end is known, and nothing is odd about it.
		m := int(x.ends[x.next])
		if end := int(x.marks[m]); end <= r.clear && end-at <= r.small {
			s := &r.seg
			first := x.first
			x.first = m + 1
			x.next++
			r.r = end + 1
			r.index++
			if s.state&detached != 0 {
				s.buf, s.marks = r.buf, x.marks
			}
			s.at, s.to, s.first, s.n, s.state = at, end, first, m-first, split|terminated
			s.from = r.from
			r.from = r.base + int64(end+1)
			return s, nil
		}
	}
	r.SkipFiller()
	if m := r.find(); m >= 0 {
		return r.take(m), nil
	}
	return r.nextSlowly()
}

// find is the place in ahead.marks of the terminator that ends the segment
// which begins here, -1 if there is none, or the segment is too long.
func (r *Reader) find() int {
	x := &r.ahead
	for !r.slowly {
		for x.next < len(x.ends) {
			m := int(x.ends[x.next])
			if at := int(x.marks[m]); at >= r.r {
				if at-r.r > r.limits.SegmentBytes {
					return -1
				}
				return m
			}
			x.first = m + 1 // it was filler
			x.next++
		}
		switch {
		case x.to < r.r:
			x.reset(r.r)
		case x.to-r.r > r.limits.SegmentBytes:
			return -1
		case x.to < r.w:
			x.scan(r.buf[:r.w], r.limits.Elements+1)
			r.seg.marks = x.marks
		case !r.fill():
			return -1
		}
	}
	return -1
}

// take makes a segment of what lies before the terminator at the place m of
// ahead.marks, whose separators are known.
func (r *Reader) take(m int) *Segment {
	x, s := &r.ahead, &r.seg
	start, end := r.r, int(x.marks[m])
	for int(x.marks[x.first]) < start {
		x.first++ // it was filler
	}
	first := x.first
	x.first = m + 1
	x.next++
	r.r = end + 1
	r.index++
	s.from = r.from
	r.from = r.base + int64(r.r)
	if r.join {
		at := r.breaks.next(r.buf[:x.to], start)
		r.clearTo(at)
		if at < end {
			r.joinAhead(first, m, start, at)
			return s
		}
	}
	s.buf, s.marks = r.buf, x.marks
	s.at, s.to, s.first, s.n, s.state = start, end, first, m-first, split|terminated
	if r.d.Segment == '\n' && end > start && r.buf[end-1] == '\r' {
		s.to--
		x.marks[m]--
		s.file, s.start, s.end, s.state = r.buf, start, end, s.state|detached
	}
	if s.n > r.limits.Elements {
		s.n = r.limits.Elements
		s.state |= cutOff
	}
	return s
}

// nextSlowly is Next for what is not found ahead: a segment that is too long,
// the rest of one, and what stands at the end of a file without a terminator.
func (r *Reader) nextSlowly() (*Segment, error) {
	limit := r.limits.SegmentBytes
	searched := 0
	for {
		// The search goes on where it ended, whatever the source gives at a time,
		// and looks back from there for release characters.
		if n := indexFrom(r.buf[r.r:r.w], searched, r.d.Segment, r.d.Release); n >= 0 {
			if n > limit {
				return r.yield(r.unparted(limit), 0, true), nil
			}
			return r.yield(n, 1, false), nil
		}
		searched = r.w - r.r
		if searched > limit {
			return r.yield(r.unparted(limit), 0, true), nil
		}
		if !r.fill() {
			if r.err != io.EOF {
				return nil, fmt.Errorf("read at byte %d: %w", r.base+int64(r.w), r.err)
			}
			if r.w == r.r {
				r.part = 0
				return nil, io.EOF
			}
			return r.yield(r.w-r.r, 0, false), nil
		}
	}
}

// unparted is n, or one less if the last of the next n bytes is a release
// character that would be parted from what it releases.
func (r *Reader) unparted(n int) int {
	releases := 0
	for at := r.r + n - 1; r.d.Release != 0 && at >= r.r && r.buf[at] == r.d.Release; at-- {
		releases++
	}
	return n - releases%2
}

// yield makes a segment of the next n bytes and steps over them and the
// terminator bytes after them.
func (r *Reader) yield(n, terminator int, more bool) *Segment {
	s := &r.seg
	if r.part == 0 {
		r.index++
	}
	if more || r.part > 0 {
		r.part++
	}
	var state state
	if s.part = r.part; s.part != 0 {
		state |= inPart
	}
	if !more {
		r.part = 0
	}
	if terminator > 0 {
		state |= terminated
	}
	start := r.r
	r.r += n + terminator
	r.ahead.reset(r.r)
	s.from = r.from
	r.from = r.base + int64(r.r)
	r.view(start, start+n, state)
	return s
}

// view makes a segment of what stands in the buffer from start to end, of
// which nothing is known.
func (r *Reader) view(start, end int, known state) {
	s := &r.seg
	s.buf, s.file, s.state = r.buf, r.buf, known|detached
	s.at, s.to, s.start, s.end = start, end, start, end
	if r.d.Segment == '\n' && s.to > s.at && s.buf[s.to-1] == '\r' {
		s.to--
	}
	if r.join && hasBreak(s.data()) {
		joined := r.joined[:0]
		for _, b := range s.data() {
			if b != '\r' && b != '\n' {
				joined = append(joined, b)
			}
		}
		r.joined, s.buf = joined, joined
		s.at, s.to = 0, len(joined)
	}
}

// joinAhead makes a segment, that ends at the place m of ahead.marks, of what
// stands around the line breaks in it, of which at is the first. Its separators
// are known and move with the bytes.
func (r *Reader) joinAhead(first, m, start, at int) {
	x, s := &r.ahead, &r.seg
	end := int(x.marks[m])
	joined := r.joined[:0]
	mark := first
	for from := start; ; {
		if at > from && r.d.Release != 0 && r.buf[at-1] == r.d.Release {
			r.view(start, end, terminated) // it may release what stands after the break
			return
		}
		by := uint32(from - len(joined))
		for ; mark < m && int(x.marks[mark]) < at; mark++ {
			x.marks[mark] -= by
		}
		joined = append(joined, r.buf[from:at]...)
		if from = at + 1; from < end && r.buf[at] == '\r' && r.buf[from] == '\n' {
			from++
		}
		if from > end {
			break
		}
		at = min(r.breaks.next(r.buf[:x.to], from), end)
	}
	r.clearTo(r.breaks.next(r.buf[:x.to], end))
	x.marks[m] = uint32(len(joined))
	r.joined, s.buf, s.marks, s.file = joined, joined, x.marks, r.buf
	s.at, s.to, s.start, s.end = 0, len(joined), start, end
	s.first, s.n, s.state = first, m-first, split|terminated|detached
	if s.n > r.limits.Elements {
		s.n = r.limits.Elements
		s.state |= cutOff
	}
}

func hasBreak(data []byte) bool {
	return bytes.IndexByte(data, '\n') >= 0 || bytes.IndexByte(data, '\r') >= 0
}
