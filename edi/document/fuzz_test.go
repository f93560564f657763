package document

import (
	"bytes"
	"testing"
)

// FuzzRead: whatever a file holds, steps follow one another to its end, levels
// end, and elements stand where they say.
func FuzzRead(f *testing.F) {
	for i, s := range samples(f) {
		if i%20 == 0 && len(s.data) < 4<<10 {
			f.Add(s.data)
		}
	}
	f.Add([]byte(order))
	f.Fuzz(func(t *testing.T, data []byte) {
		text, err := NewText(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		text.Record(nil)
		end, open := int64(0), 0
		var out []byte
		for s, err := range Read(text, Options{}) {
			if err != nil {
				t.Fatal(err)
			}
			if s.From != end || s.To < s.From {
				t.Fatalf("a step from %d to %d follows one that ended at %d", s.From, s.To, end)
			}
			end = s.To
			raw, _ := text.Take(s.To)
			out = append(out, raw...)
			switch s.Kind {
			case InterchangeStart, GroupStart, SetStart:
				open++
			case InterchangeEnd, GroupEnd, SetEnd:
				open--
			}
			if s.Segment == nil {
				continue
			}
			for e := range Elements(s.Segment, s.Definition()) {
				if raw := s.Segment.Element(e.Element); !bytes.Contains(raw, e.Raw) || e.At < len(s.Segment.Tag()) {
					t.Fatalf("%q at %d is no part of element %d, %q", e.Raw, e.At, e.Element, raw)
				}
			}
		}
		if open != 0 {
			t.Fatalf("%d levels did not end", open)
		}
		if out = append(out, text.Rest()...); !text.Decoded() && !bytes.Equal(out, data) {
			t.Fatalf("the steps are not the file:\n%q\n%q", out, data)
		}
	})
}
