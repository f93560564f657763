package document

import (
	"bufio"
	"fmt"
	"io"

	"github.com/crossdock/crossdock/edi"
)

// detectWindow is how much of a file is looked at for an interchange.
const detectWindow = 4 << 10

// maxKept is how much is kept of what was read: more than the longest segment
// and what a reader reads ahead, so that what does not fit is of no segment.
const maxKept = 1 << 20

// Text is a file as text, of which the standard of the first interchange is
// known.
type Text struct {
	Standard edi.Standard
	Found    bool // an interchange begins near the beginning of the file
	text     *edi.Text
	src      *bufio.Reader

	record bool
	over   func(raw []byte) (int, error)
	kept   []byte // read, and not taken yet from kept[taken:] on
	taken  int
	at     int64 // in the text, of kept[taken]
}

// NewText looks at the beginning of a file. Where no interchange shows, the
// standard is that whose reader says better what is wrong; the error is one of
// the source.
func NewText(src io.Reader) (*Text, error) {
	t := &Text{text: edi.NewText(src)}
	t.src = bufio.NewReaderSize(t.text, detectWindow)
	prefix, err := t.src.Peek(detectWindow)
	if err != nil && err != io.EOF {
		return nil, fmt.Errorf("read: %w", err)
	}
	t.Standard, t.Found = edi.Likely(prefix)
	return t, nil
}

// Decoded reports whether the file is in another encoding than the text:
// offsets are then those of the text, which is UTF-8.
func (t *Text) Decoded() bool { return t.text.Encoding() != edi.Bytes }

// Read implements [io.Reader].
func (t *Text) Read(p []byte) (int, error) {
	n, err := t.src.Read(p)
	if !t.record {
		return n, err
	}
	if t.taken > 0 {
		t.kept, t.taken = append(t.kept[:0], t.kept[t.taken:]...), 0
	}
	t.kept = append(t.kept, p[:n]...)
	if t.over == nil || len(t.kept) <= maxKept {
		return n, err
	}
	over, failed := t.over(t.kept[:len(t.kept)-maxKept/2])
	t.taken += over
	t.at += int64(over)
	if failed != nil {
		return n, failed
	}
	return n, err
}

// Record makes what is read available to Take. It comes before any reading.
// Data that belongs to no segment may be of any length: where more of it is
// read than is kept, over is called with what comes next, that is of no
// segment, and returns how many bytes of it it took. Without over all is kept.
func (t *Text) Record(over func(raw []byte) (int, error)) { t.record, t.over = true, over }

// Take is the text up to byte to that was not taken before, for one who writes
// it again, and the byte it begins at; less at the end. It is valid until the
// next Read.
func (t *Text) Take(to int64) (raw []byte, from int64) {
	begin, from := t.taken, t.at
	t.taken += min(int(max(to-from, 0)), len(t.kept)-begin)
	t.at += int64(t.taken - begin)
	return t.kept[begin:t.taken:t.taken], from
}

// Rest is what was read and not taken yet, such as the blanks after the last
// segment.
func (t *Text) Rest() []byte {
	raw, _ := t.Take(t.at + int64(len(t.kept)))
	return raw
}
