package verdict

import (
	"slices"
	"testing"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/edifact"
	"github.com/crossdock/crossdock/edi/x12"
)

// FuzzRead: whatever a file holds, the same verdict comes twice, and every
// acknowledgement of it is one interchange without fault that gets none.
func FuzzRead(f *testing.F) {
	for policy := range uint8(8) {
		f.Add(order, policy)
		f.Add(message, policy)
	}
	f.Fuzz(func(t *testing.T, data string, choice uint8) {
		p := Policy{
			X12:     x12.FatePolicy{AcceptErrors: choice&1 != 0, RejectMissingGE: choice&2 != 0},
			EDIFACT: edifact.FatePolicy{AcceptErrors: choice&1 != 0},
		}
		a := Answers{TA1: Always, Receipt: choice&2 != 0, Advice: choice&4 != 0}
		if choice&1 != 0 {
			a.Functional = "999"
		}
		first, second := read(t, "fuzz", data, p), read(t, "fuzz", data, p)
		if len(first.Interchanges) != len(second.Interchanges) {
			t.Fatalf("%d interchanges, and then %d", len(first.Interchanges), len(second.Interchanges))
		}
		for i, x := range first.Interchanges {
			again := second.Interchanges[i].Answers(a, 501, at)
			for k, answer := range x.Answers(a, 501, at) {
				if len(again) <= k || again[k] != answer {
					t.Fatalf("the %s is %q, and then another", answer.Kind, answer.Text)
				}
				back := read(t, "fuzz", answer.Text, Policy{})
				if len(back.Interchanges) != 1 || len(back.Findings) > 0 {
					t.Fatalf("the %s is %d interchanges: %q", answer.Kind, len(back.Interchanges), answer.Text)
				}
				if found := envelopeErrors(back); len(found) > 0 {
					t.Fatalf("the %s has %v:\n%s", answer.Kind, found, answer.Text)
				}
				if answer.Kind != "824" && len(back.Interchanges[0].Answers(Answers{}, 1, at)) > 0 {
					t.Fatalf("the %s gets an answer: %q", answer.Kind, answer.Text)
				}
			}
		}
	})
}

// envelopeErrors are those that nothing excuses which came with the file: a
// sender without a name gets an answer to nobody.
func envelopeErrors(f *File) []string {
	trailers := []string{"SE", "GE", "IEA", "UNT", "UNE", "UNZ"}
	var all []string
	for one := range f.All() {
		if one.Severity == edi.Error && (one.Element == 0 || slices.Contains(trailers, one.SegmentID)) {
			all = append(all, one.Code+" "+one.Reference())
		}
	}
	return all
}
