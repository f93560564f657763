package x12

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/crossdock/crossdock/edi"
	"github.com/google/go-cmp/cmp"
)

// TestUTF16 reads each sample as UTF-16: the events are those of the text as
// UTF-8, and reading resumes at the place in the file that each mark names.
func TestUTF16(t *testing.T) {
	for _, s := range samples(t) {
		text := strings.ToValidUTF8(string(s.data), "ö")
		want := events(t, NewReader(strings.NewReader(text), Options{}))
		for i, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			var data []byte
			if !strings.HasPrefix(text, "\uFEFF") {
				data = order.AppendUint16(data, 0xFEFF)
			}
			for _, u := range utf16.Encode([]rune(text)) {
				data = order.AppendUint16(data, u)
			}
			resumed := 0
			var got []string
			for e, err := range NewReader(bytes.NewReader(data), Options{}).Events() {
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, event(e))
				if e.Kind != SetStart || resumed > 3 {
					continue
				}
				resumed++
				m := e.Set.Mark
				if want := []edi.Encoding{edi.UTF16LE, edi.UTF16BE}[i]; m.Encoding != want {
					t.Fatalf("%s: encoding %q, want %q", s.file, m.Encoding, want)
				}
				rest := events(t, Resume(bytes.NewReader(data[m.Offset():]), m, Options{}))
				if diff := cmp.Diff(want[len(got)-1:], rest); diff != "" {
					t.Fatalf("%s, resumed at %d: (-unbroken +resumed)\n%s", s.file, m.Offset(), diff)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("%s, %v: (-UTF-8 +UTF-16)\n%s", s.file, order, diff)
			}
		}
	}
}

// event is an event without its places.
func event(e *Event) string {
	text := e.Kind.String()
	if e.Segment != nil {
		text += " " + string(e.Segment.Raw())
	}
	if e.Finding != nil {
		text += " " + e.Finding.Code
	}
	if e.Kind == InterchangeEnd {
		for _, f := range e.Interchange.Findings {
			text += " " + f.Code
		}
	}
	return text
}

func events(t testing.TB, r *Reader) (all []string) {
	t.Helper()
	for e, err := range r.Events() {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, event(e))
	}
	return all
}
