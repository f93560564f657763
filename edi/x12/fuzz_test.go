package x12

import (
	"bytes"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/crossdock/crossdock/edi"
	"github.com/google/go-cmp/cmp"
)

// FuzzX12 reads anything: levels nest, every byte is accounted for, the
// chunks do not matter, reading resumes at every set, and what is said of it
// can be acknowledged.
func FuzzX12(f *testing.F) {
	paths, _ := filepath.Glob(filepath.Join("testdata", "*.txtar"))
	for _, path := range paths {
		_, in := golden(f, path)
		f.Add(in, uint8(3))
	}
	f.Fuzz(func(t *testing.T, data []byte, step uint8) {
		o := Options{Limits: edi.Limits{SegmentBytes: 2 << 10, Elements: 30}, Findings: 5, Envelope: 5, ControlNumbers: 3}
		checkEvents(t, "fuzz", data, o)
		checkResume(t, "fuzz", data, o)
		whole := lines(t, NewReader(bytes.NewReader(data), o))
		split := lines(t, NewReader(&chunks{data, int(step) + 1, rand.New(rand.NewPCG(uint64(step), 2))}, o))
		if diff := cmp.Diff(whole, split); diff != "" {
			t.Fatalf("(-whole +split)\n%s", diff)
		}
		_, groups, interchanges := verdict(t, data)
		d := outgoing[0]
		for _, g := range groups {
			for _, x := range interchanges {
				if Acknowledgeable(g.FunctionalID) {
					e := Envelope{
						ISA:        ISA{SenderID: "A", ReceiverID: "B", Date: "260101", Time: "0000", ControlNumber: "1"},
						Group:      GS{FunctionalID: "FA", Sender: "AA", Receiver: "BB", Date: "20260101", Time: "0000", ControlNumber: "1", Version: "004010"},
						Delimiters: d,
					}
					out := AppendInterchange(nil, e, 1, Append997(nil, d, "0001", g, AckPolicy{}))
					checkAcknowledgement(t, "fuzz", AppendTA1Interchange(out, e.ISA, d, x), d)
				}
			}
		}
	})
}
