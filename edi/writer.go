package edi

import (
	"fmt"
	"io"
)

// DelimiterError says that a value cannot be sent: it holds a delimiter of
// the interchange, and the interchange has no release character.
type DelimiterError struct {
	SegmentID string
	Element   int // from 1
	Value     string
	Delimiter byte
}

func (e *DelimiterError) Error() string {
	return fmt.Sprintf("%s-%02d: value %q holds the delimiter %q", e.SegmentID, e.Element, e.Value, e.Delimiter)
}

// Writer builds segments in memory. Begin starts one; Element, Composite and
// Repeat add to it; End writes it without its empty trailing elements and
// components. The first value that cannot be sent is kept as the error of Err
// and its segment is not written, nor any after it.
type Writer struct {
	buf      []byte
	d        Delimiters
	lineEnd  string
	tag      string
	start    int // of the segment being built
	solid    int // end of its last part that is not empty
	element  int
	segments int
	err      error
}

// NewWriter appends to dst with delimiters d. lineEnd is written after each
// terminator and is usually empty or a line feed.
func NewWriter(dst []byte, d Delimiters, lineEnd string) *Writer {
	w := &Writer{buf: dst, d: d, lineEnd: lineEnd}
	if err := d.Check(); err != nil {
		w.err = fmt.Errorf("delimiters: %w", err)
	}
	return w
}

// Begin starts a segment.
func (w *Writer) Begin(tag string) {
	w.tag, w.start, w.element = tag, len(w.buf), 0
	w.buf = append(w.buf, tag...)
	w.solid = len(w.buf)
}

// Element adds a simple element.
func (w *Writer) Element(value string) {
	w.separate(w.d.Element)
	w.element++
	w.value(value)
}

// Composite adds an element of components.
func (w *Writer) Composite(components ...string) {
	w.separate(w.d.Element)
	w.element++
	w.components(components)
}

// Repeat adds one more repetition to the element just added.
func (w *Writer) Repeat(components ...string) {
	w.separate(w.d.Repetition)
	w.components(components)
}

func (w *Writer) components(components []string) {
	for i, c := range components {
		if i > 0 {
			w.separate(w.d.Component)
		}
		w.value(c)
	}
	// Trailing empty components are left out: the element ends at what is solid
	// unless it is empty altogether.
	if last := len(components) - 1; last > 0 && components[last] == "" {
		for last >= 0 && components[last] == "" {
			last--
		}
		w.buf = w.buf[:len(w.buf)-(len(components)-1-max(last, 0))]
	}
}

func (w *Writer) separate(b byte) {
	if b == 0 && w.err == nil {
		w.err = fmt.Errorf("%s-%02d: the delimiter it needs is not set", w.tag, w.element)
	}
	w.buf = append(w.buf, b)
}

func (w *Writer) value(value string) {
	for i := 0; i < len(value); i++ {
		if w.d.Has(value[i]) {
			if w.d.Release == 0 {
				if w.err == nil {
					w.err = &DelimiterError{SegmentID: w.tag, Element: w.element, Value: value, Delimiter: value[i]}
				}
				return
			}
			w.buf = append(w.buf, w.d.Release)
		}
		w.buf = append(w.buf, value[i])
	}
	if value != "" {
		w.solid = len(w.buf)
	}
}

// End writes the segment.
func (w *Writer) End() {
	if w.err != nil {
		w.buf = w.buf[:w.start]
		return
	}
	w.buf = append(w.buf[:w.solid], w.d.Segment)
	w.buf = append(w.buf, w.lineEnd...)
	w.segments++
}

// Segment writes a segment of simple elements.
func (w *Writer) Segment(tag string, elements ...string) {
	w.Begin(tag)
	for _, e := range elements {
		w.Element(e)
	}
	w.End()
}

// Count is the number of segments written.
func (w *Writer) Count() int { return w.segments }

// Bytes is what was passed to NewWriter and all segments since.
func (w *Writer) Bytes() []byte { return w.buf }

// Flush writes to dst what Bytes holds and empties it; Count goes on. What
// could not be written as EDI is Err's to tell.
func (w *Writer) Flush(dst io.Writer) error {
	_, err := dst.Write(w.buf)
	w.buf = w.buf[:0]
	return err
}

// Err is the first thing that could not be written.
func (w *Writer) Err() error { return w.err }

// AppendSegment appends one segment of simple elements. On an error, which
// is a *DelimiterError or one of the delimiters themselves, dst is unchanged.
func AppendSegment(dst []byte, d Delimiters, tag string, elements ...string) ([]byte, error) {
	w := NewWriter(dst, d, "")
	w.Segment(tag, elements...)
	return w.Bytes(), w.Err()
}
