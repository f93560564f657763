package edi

import (
	"encoding/binary"
	"errors"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// Encoding is how the bytes of a file are text.
type Encoding string

// Encodings that are read.
const (
	Bytes   Encoding = "" // as they stand: ASCII, UTF-8 or a set of one byte a character
	UTF16LE Encoding = "utf-16le"
	UTF16BE Encoding = "utf-16be"
)

// Text reads a file as the standards have it. One that is UTF-16, by its byte
// order mark or by the zeros between its first letters, becomes UTF-8, so
// that all offsets in it are those of the decoded text; [Segment.Source] tells
// those of the file. Any other file stays as it is, a byte order mark included.
type Text struct {
	src      io.Reader
	err      error
	encoding Encoding
	known    bool
	from     int64  // offset in the file at which src begins
	in       []byte // read and not decoded yet
	out      []byte // decoded and not handed out yet
	buf      [4 << 10]byte
}

// NewText reads the file src from its beginning.
func NewText(src io.Reader) *Text { return &Text{src: src} }

// ResumeText reads on in a file of that encoding, of which src begins at byte
// offset.
func ResumeText(src io.Reader, e Encoding, offset int64) *Text {
	return &Text{src: src, encoding: e, known: true, from: offset}
}

// Encoding is that of the file, known once something was read.
func (t *Text) Encoding() Encoding { return t.encoding }

// Read implements [io.Reader].
func (t *Text) Read(p []byte) (int, error) {
	if !t.known {
		t.sniff()
	}
	if t.encoding == Bytes && len(t.in) == 0 && len(t.out) == 0 {
		if t.err != nil {
			return 0, t.err
		}
		return t.src.Read(p)
	}
	for len(t.out) == 0 {
		if t.encoding == Bytes {
			t.out, t.in = t.in, nil
			break
		}
		if !t.decode() {
			return 0, t.err
		}
	}
	n := copy(p, t.out)
	t.out = t.out[n:]
	return n, nil
}

const sniffed = 4 // bytes that tell the encoding

// sniff reads what tells the encoding.
func (t *Text) sniff() {
	t.known = true
	n, err := io.ReadAtLeast(t.src, t.buf[:sniffed], sniffed)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	t.err = err
	t.in = t.buf[:n]
	letter := func(i int) bool { return ' ' < t.in[i] && t.in[i] < 0x7F }
	switch b := t.in; {
	case n >= 2 && b[0] == 0xFF && b[1] == 0xFE:
		t.encoding = UTF16LE
	case n >= 2 && b[0] == 0xFE && b[1] == 0xFF:
		t.encoding = UTF16BE
	case n < sniffed:
	case b[1] == 0 && b[3] == 0 && letter(0) && letter(2):
		t.encoding = UTF16LE
	case b[0] == 0 && b[2] == 0 && letter(1) && letter(3):
		t.encoding = UTF16BE
	}
}

// decode turns more of the source into UTF-8 and reports whether there was
// any. What is no character becomes U+FFFD.
func (t *Text) decode() bool {
	var order binary.ByteOrder = binary.LittleEndian
	if t.encoding == UTF16BE {
		order = binary.BigEndian
	}
	n := copy(t.buf[:], t.in)
	if t.err == nil {
		var read int
		read, t.err = t.src.Read(t.buf[n:])
		n += read
	}
	in, out := t.buf[:n], make([]byte, 0, 2*n)
	for len(in) >= 2 {
		r := rune(order.Uint16(in))
		size := 2
		if utf16.IsSurrogate(r) {
			if len(in) < 4 && t.err == nil {
				break // its second half is not read yet
			}
			second := rune(0)
			if len(in) >= 4 {
				second = rune(order.Uint16(in[2:]))
			}
			if r = utf16.DecodeRune(r, second); r != utf8.RuneError {
				size = 4
			}
		}
		out = utf8.AppendRune(out, r)
		in = in[size:]
	}
	if t.err != nil && len(in) > 0 {
		out, in = utf8.AppendRune(out, utf8.RuneError), nil // half a character
	}
	t.in, t.out = in, out
	return len(out) > 0 || t.err == nil
}

// sourceBytes is how many bytes of UTF-16 became the decoded text.
func sourceBytes(decoded []byte) int64 {
	var n int64
	for _, b := range decoded {
		switch {
		case b >= 0xF0:
			n += 4
		case utf8.RuneStart(b):
			n += 2
		}
	}
	return n
}
