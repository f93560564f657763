package edi

import (
	"bytes"
	"fmt"
	"io"
	"iter"
)

// Reader splits a stream into segments. It holds one buffer, no larger than
// the longest segment the limits allow and a little, and one Segment.
type Reader struct {
	src     io.Reader
	text    *Text // src, if it is one that decodes
	source  int64 // where buf[0] stands in the file of text
	err     error // of src, io.EOF included
	buf     []byte
	r, w    int   // buf[r:w] is read and not yet yielded
	base    int64 // file offset of buf[0]
	limits  Limits
	d       Delimiters
	filler  [256]bool
	join    bool
	joined  []byte
	decode  func(string) string
	part    int // of the oversized segment being read, 0 if none
	index   int // of the last segment
	line    int // at buf[counted]
	counted int
	cr      bool  // the last byte counted was CR
	from    int64 // end of the last span
	tags    [128]string
	ahead   boundaries
	slowly  bool // the delimiters are such that nothing can be found ahead
	seg     Segment
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
}

// Delimiters are those in force.
func (r *Reader) Delimiters() Delimiters { return r.d }

// JoinLines makes line breaks inside segments no part of them: for files
// that were wrapped at a column. Segment.Raw keeps them.
func (r *Reader) JoinLines(on bool) { r.join = on }

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
	n = min(max(n, 0), s.end-s.start)
	r.r = s.start + n
	r.from = r.Offset()
	r.ahead.reset(r.r)
	s.terminated, s.end, s.next = false, r.r, r.r
	r.view()
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
	if r.part == 0 {
		if r.r >= r.w || r.filler[r.buf[r.r]] {
			r.SkipFiller()
		}
		if m := r.find(); m >= 0 {
			return r.take(m), nil
		}
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
	end := int(x.marks[m])
	first := x.first
	for int(x.marks[first]) < r.r {
		first++ // it was filler
	}
	x.first = m + 1
	x.next++
	r.index++
	s.index = r.index
	s.start, s.end, s.next = r.r, end, end+1
	r.r = end + 1
	s.from = r.from
	r.from = r.base + int64(r.r)
	s.part, s.terminated, s.named = 0, true, false
	if r.join && hasBreak(r.buf[s.start:end]) {
		r.view()
		return s
	}
	if s.moved {
		s.buf, s.moved = s.file, false
	}
	if r.d.Segment == '\n' && end > s.start && r.buf[end-1] == '\r' {
		end--
		x.marks[m] = uint32(end)
	}
	s.at, s.to = s.start, end
	s.split, s.cut = true, false
	s.marks = x.marks[first : m+1]
	if m-first > r.limits.Elements {
		s.cut, s.marks = true, s.marks[:r.limits.Elements+1]
	}
	return s
}

// nextSlowly is Next for what is not found ahead: a segment that is too long,
// the rest of one, and what stands at the end of a file without a terminator.
func (r *Reader) nextSlowly() (*Segment, error) {
	limit := r.limits.SegmentBytes
	searched := 0
	for {
		// With a release character the search has to see what stands before.
		if r.d.Release != 0 {
			searched = 0
		}
		if i := index(r.buf[r.r+searched:r.w], r.d.Segment, r.d.Release); i >= 0 {
			n := searched + i
			if n > limit {
				return r.yield(limit, 0, true), nil
			}
			return r.yield(n, 1, false), nil
		}
		searched = r.w - r.r
		if searched > limit {
			return r.yield(limit, 0, true), nil
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
	s.part = r.part
	if !more {
		r.part = 0
	}
	s.index, s.terminated = r.index, terminator > 0
	s.start, s.end, s.next = r.r, r.r+n, r.r+n+terminator
	r.r = s.next
	r.ahead.reset(r.r)
	s.from = r.from
	r.from = r.base + int64(r.r)
	r.view()
	return s
}

// view makes the data of the segment of what stands in the file.
func (r *Reader) view() {
	s := &r.seg
	s.buf, s.moved = s.file, false
	s.at, s.to = s.start, s.end
	if r.d.Segment == '\n' && s.to > s.at && s.buf[s.to-1] == '\r' {
		s.to--
	}
	s.split, s.cut, s.named = false, false, false
	if r.join && hasBreak(s.data()) {
		joined := r.joined[:0]
		for _, b := range s.data() {
			if b != '\r' && b != '\n' {
				joined = append(joined, b)
			}
		}
		r.joined, s.buf, s.moved = joined, joined, true
		s.at, s.to = 0, len(joined)
	}
}

func hasBreak(data []byte) bool {
	return bytes.IndexByte(data, '\n') >= 0 || bytes.IndexByte(data, '\r') >= 0
}
