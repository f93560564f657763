package edifact

import (
	"bytes"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/crossdock/crossdock/edi"
	"github.com/google/go-cmp/cmp"
)

// FuzzEDIFACT reads anything: levels nest, every byte is accounted for, the
// chunks do not matter, reading resumes at every message, and what is said of
// it can be acknowledged.
func FuzzEDIFACT(f *testing.F) {
	paths, _ := filepath.Glob(filepath.Join("testdata", "*.txtar"))
	for _, path := range paths {
		_, in := golden(f, path)
		f.Add(in, uint8(3))
	}
	f.Fuzz(func(t *testing.T, data []byte, step uint8) {
		o := Options{Limits: edi.Limits{SegmentBytes: 2 << 10, Elements: 30}, Findings: 5, Envelope: 5, ControlNumbers: 3}
		if step%2 == 1 {
			o.Characters = edi.Error
		}
		if !decoded(data) {
			checkEvents(t, "fuzz", data, o)
		}
		checkResume(t, "fuzz", data, o)
		whole := lines(t, NewReader(bytes.NewReader(data), o))
		split := lines(t, NewReader(&chunks{data, int(step) + 1, rand.New(rand.NewPCG(uint64(step), 2))}, o))
		if diff := cmp.Diff(whole, split); diff != "" {
			t.Fatalf("(-whole +split)\n%s", diff)
		}
		_, interchanges := verdict(t, data)
		for _, x := range interchanges {
			for _, d := range outgoing() {
				checkCONTRL(t, x, d)
			}
		}
	})
}

// decoded reports whether data is read as UTF-16.
func decoded(data []byte) bool {
	text := edi.NewText(bytes.NewReader(data))
	_, _ = text.Read(make([]byte, 1))
	return text.Encoding() != edi.Bytes
}

func outgoing() []edi.Delimiters {
	return []edi.Delimiters{
		Delimiters("3"), Delimiters("4"), {Element: '|', Component: '^', Segment: '~'},
		{Element: is3, Component: is1, Segment: is4},
	}
}

// checkCONTRL writes the CONTRL of x and reads it back.
func checkCONTRL(t testing.TB, x InterchangeResult, d edi.Delimiters) {
	t.Helper()
	for _, p := range []AckPolicy{{}, {Version: "4", OnlyRejected: true, MaxSegments: 2, MaxElements: 1}, {Receipt: true}} {
		body := AppendCONTRL(nil, d, "1", x, p)
		if (len(body) > 0) != Acknowledgeable(x) {
			t.Fatalf("wrote %q for %+v", body, x)
		}
		if len(body) == 0 {
			continue
		}
		e := Envelope{UNB: UNB{Syntax: "UNOB", Version: "1", Sender: Party{ID: "A"}, Receiver: Party{ID: "B"}, Date: "260105", Time: "0930", Reference: "1"}, Delimiters: d}
		data := AppendInterchange(nil, e, 1, body)
		n := 0
		for event, err := range NewReader(bytes.NewReader(data), Options{}).Events() {
			if err != nil {
				t.Fatal(err)
			}
			switch event.Kind {
			case Other, GroupEnd:
				if event.Kind == Other {
					t.Fatalf("%+v in %q", event, data)
				}
			case MessageEnd:
				n++
				if len(event.Message.Findings) > 0 && event.Message.Findings[0].Code != CodeCharacterSet || event.Message.Type != contrl {
					t.Fatalf("%+v in %q", event.Message, data)
				}
			case InterchangeEnd:
				if n != 1 || first(event.Interchange.Findings, nil) != nil {
					t.Fatalf("%d messages, %+v in %q", n, event.Interchange.Findings, data)
				}
			}
		}
		var told []Acknowledgement
		for a, err := range Acknowledgements(NewReader(bytes.NewReader(data), Options{}).Events()) {
			if err != nil {
				t.Fatal(err)
			}
			told = append(told, a)
		}
		if len(told) == 0 || told[0].Group != nil || told[0].Message != nil || told[0].Action == "" {
			t.Fatalf("read back %+v from %q", told, data)
		}
	}
}

// TestCONTRLOfSamples answers each sample in each way.
func TestCONTRLOfSamples(t *testing.T) {
	for _, s := range samples(t) {
		_, interchanges := verdict(t, s.data)
		for _, x := range interchanges {
			for _, d := range outgoing() {
				checkCONTRL(t, x, d)
			}
		}
	}
}
