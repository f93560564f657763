package edi

import (
	"bytes"
	"errors"
	"io"
)

// fill reads more and reports whether there is any. What was yielded leaves
// the buffer.
func (r *Reader) fill() bool {
	if r.err != nil {
		return false
	}
	if r.r > 0 {
		r.count(r.r)
		r.ahead.shift(r.r)
		r.look()
		if r.decoded() {
			r.source += sourceBytes(r.buf[:r.r])
		}
		copy(r.buf, r.buf[r.r:r.w])
		r.base += int64(r.r)
		r.seg.base = r.base
		r.counted -= r.r
		r.unbroken -= r.r
		r.w -= r.r
		r.r = 0
	}
	if r.w == len(r.buf) {
		size := smallBuffer
		if r.base > 0 || r.w > 0 {
			size = max(largeBuffer, min(2*len(r.buf), r.limits.SegmentBytes+peekBytes))
		}
		if size > len(r.buf) {
			larger := make([]byte, size)
			copy(larger, r.buf[:r.w])
			r.buf, r.seg.buf, r.seg.state = larger, larger, detached
		}
	}
	for range 100 {
		n, err := r.src.Read(r.buf[r.w:])
		r.w += n
		if err != nil {
			r.err = err
		}
		if n > 0 || err != nil {
			return n > 0
		}
	}
	r.err = io.ErrNoProgress
	return false
}

// decoded reports whether the bytes read are others than those of the file.
func (r *Reader) decoded() bool { return r.text != nil && r.text.encoding != Bytes }

// Err is the error of the source, nil at its plain end.
func (r *Reader) Err() error {
	if errors.Is(r.err, io.EOF) {
		return nil
	}
	return r.err
}

// count advances the line number to buf[to]. Lines are counted only when one
// is asked for or the bytes leave the buffer, which is much faster than
// looking for line breaks in every segment.
func (r *Reader) count(to int) {
	data := r.buf[r.counted:to]
	if len(data) == 0 {
		return
	}
	if to <= r.unbroken {
		r.counted, r.cr = to, false
		return
	}
	r.line += lineBreaks(data)
	if r.cr && data[0] == '\n' {
		r.line-- // the second half of a line break already counted
	}
	r.cr = data[len(data)-1] == '\r'
	r.counted = to
	rest := r.buf[to:min(to+lookAhead, r.w)]
	for _, c := range []byte("\n\r") {
		if i := bytes.IndexByte(rest, c); i >= 0 {
			rest = rest[:i]
		}
	}
	r.unbroken = to + len(rest)
}

// lineAt is the line of buf[at], which must not be the second half of a line
// break.
func (r *Reader) lineAt(at int) int {
	if at < r.counted {
		return r.line - lineBreaks(r.buf[at:r.counted])
	}
	r.count(at)
	return r.line
}

// lineBreaks counts LF, CR LF and CR; a CR at the end counts.
func lineBreaks(data []byte) int {
	n := bytes.Count(data, []byte{'\n'})
	for {
		i := bytes.IndexByte(data, '\r')
		if i < 0 {
			return n
		}
		data = data[i+1:]
		if len(data) == 0 || data[0] != '\n' {
			n++
		}
	}
}

func (r *Reader) intern(tag []byte) string {
	if len(tag) == 0 || len(tag) > 8 {
		return string(tag)
	}
	h := uint(tag[0])
	for _, b := range tag[1:] {
		h = h*31 + uint(b)
	}
	slot := &r.tags[h%uint(len(r.tags))]
	if *slot != string(tag) {
		*slot = string(tag)
	}
	return *slot
}

// lineFinder finds line breaks in a buffer that grows, so that no byte is
// looked at twice.
type lineFinder struct {
	cr, lf int // the next of each at or after the last place asked for; what was searched, if there was none
}

// next is where the next CR or LF stands in data at or after from, which rises;
// the length of data if there is none.
func (f *lineFinder) next(data []byte, from int) int {
	f.cr = advance(data, f.cr, from, '\r')
	f.lf = advance(data, f.lf, from, '\n')
	return min(f.cr, f.lf)
}

func advance(data []byte, last, from int, b byte) int {
	switch {
	case last >= len(data):
		return len(data)
	case last >= from && data[last] == b:
		return last
	}
	from = max(last, from)
	if i := bytes.IndexByte(data[from:], b); i >= 0 {
		return from + i
	}
	return len(data)
}
