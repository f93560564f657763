package document

import (
	"bufio"
	"bytes"
	"fmt"
	"io"

	"github.com/crossdock/crossdock/edi"
)

// detectWindow is how much of a file is looked at for an interchange.
const detectWindow = 4 << 10

// Text is a file as text, of which the standard of the first interchange is
// known.
type Text struct {
	Standard edi.Standard
	Found    bool // an interchange begins near the beginning of the file
	text     *edi.Text
	src      *bufio.Reader

	record bool
	kept   []byte // read, and not taken yet from kept[taken:] on
	taken  int
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
	t.Standard, _ = edi.Detect(prefix)
	t.Found = t.Standard != ""
	if !t.Found {
		t.Standard = edi.X12
		if bytes.Contains(prefix, []byte("UN")) && !bytes.Contains(prefix, []byte("ISA")) {
			t.Standard = edi.EDIFACT
		}
	}
	return t, nil
}

// Decoded reports whether the file is in another encoding than the text:
// offsets are then those of the text, which is UTF-8.
func (t *Text) Decoded() bool { return t.text.Encoding() != edi.Bytes }

// Read implements [io.Reader].
func (t *Text) Read(p []byte) (int, error) {
	n, err := t.src.Read(p)
	if t.record {
		if t.taken > 0 {
			t.kept, t.taken = append(t.kept[:0], t.kept[t.taken:]...), 0
		}
		t.kept = append(t.kept, p[:n]...)
	}
	return n, err
}

// Record makes what is read available to Take. It comes before any reading.
func (t *Text) Record() { t.record = true }

// Take is the next n bytes of the text, in the order they were read, for one
// who writes them again; fewer at the end. It is valid until the next Read.
func (t *Text) Take(n int64) []byte {
	from := t.taken
	t.taken = min(from+int(n), len(t.kept))
	return t.kept[from:t.taken:t.taken]
}

// Rest is what was read and not taken yet, such as the blanks after the last
// segment.
func (t *Text) Rest() []byte { return t.Take(int64(len(t.kept))) }
