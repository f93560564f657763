package edifact

import (
	"bytes"
	"strings"
	"testing"

	"github.com/crossdock/crossdock/edi"
	"github.com/google/go-cmp/cmp"
)

// TestEnvelope reads back what is written, in every combination of syntax
// and delimiters.
func TestEnvelope(t *testing.T) {
	plain := UNB{
		Syntax: "UNOC", Version: "3", Sender: Party{ID: "ÅNGSTRÖM+SÖNER", Qualifier: "ZZ", Address: "A?1"}, Receiver: Party{ID: "B", Qualifier: "14"},
		Date: "260105", Time: "0930", Reference: "REF'17", Password: "SECRET", PasswordType: "AA", Application: "ORDERS", Priority: "A",
		AckRequested: "1", Agreement: "EANCOM", Test: "1",
	}
	four := plain
	four.Version, four.Date, four.Sender.Internal, four.Syntax = "4", "20260105", "DEPT*1", "UNOY"
	russian := plain
	russian.Syntax, russian.Sender.ID = "UNOE", "ЗАВОД"
	group := &UNG{Type: "ORDERS", Sender: Party{ID: "GA", Qualifier: "14"}, Receiver: Party{ID: "GB"}, Reference: "G:1", Agency: "UN", Version: "D", Release: "96A", Association: "EAN008", Password: "P"}
	for _, c := range []struct {
		name string
		e    Envelope
		una  string
	}{
		{"plain", Envelope{UNB: plain, Delimiters: Delimiters("3")}, ""},
		{"UNA asked for", Envelope{UNB: plain, Delimiters: Delimiters("3"), UNA: true, LineEnd: "\r\n"}, "UNA:+.? '"},
		{"comma", Envelope{UNB: plain, Delimiters: edi.Delimiters{Element: '+', Component: ':', Segment: '\'', Release: '?', Decimal: ','}}, "UNA:+,? '"},
		{"others", Envelope{UNB: plain, Delimiters: edi.Delimiters{Element: '|', Component: '^', Segment: '~', Release: '\\'}, LineEnd: "\n"}, `UNA^|.\ ~`},
		{"syntax 4", Envelope{UNB: four, Delimiters: Delimiters("4"), Group: group}, ""},
		{"syntax 4 without repetitions", Envelope{UNB: four, Delimiters: Delimiters("3")}, "UNA:+.? '"},
		{"group", Envelope{UNB: russian, Delimiters: Delimiters("3"), Group: group}, ""},
	} {
		if err := c.e.Check(); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		w := edi.NewWriter(nil, c.e.Delimiters, c.e.LineEnd)
		w.Begin("UNH")
		w.Element("1")
		w.Composite("ORDERS", "D", "96A", "UN")
		w.End()
		w.Segment("BGM", "220", "A'B+C:D?E")
		w.Segment("UNT", "3", "1")
		data := AppendInterchange(nil, c.e, 1, w.Bytes())
		var read []Event
		var text string
		for e, err := range NewReader(bytes.NewReader(data), Options{}).Events() {
			if err != nil {
				t.Fatal(err)
			}
			if e.Kind == MessageSegment && e.Segment.Is("BGM") {
				text = e.Segment.Text(2)
			}
			read = append(read, *e)
		}
		last := read[len(read)-1]
		want := c.e.withDefaults()
		if last.Kind != InterchangeEnd || len(last.Interchange.Findings) > 0 || text != "A'B+C:D?E" || strings.TrimRight(last.Interchange.UNA, "\r\n") != c.una {
			t.Errorf("%s: %s\n%v, UNA %q, text %q", c.name, data, last.Interchange.Findings, last.Interchange.UNA, text)
		}
		if diff := cmp.Diff(want.UNB, last.Interchange.UNB); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", c.name, diff)
		}
		for _, e := range read {
			if e.Kind != GroupEnd {
				continue
			}
			if len(e.Group.Findings) > 0 || e.Group.Implicit != (want.Group == nil) {
				t.Errorf("%s: %+v", c.name, e.Group)
			}
			if want.Group != nil {
				if diff := cmp.Diff(*want.Group, e.Group.UNG); diff != "" {
					t.Errorf("%s: (-want +got)\n%s", c.name, diff)
				}
			}
		}
	}
}

func TestEnvelopeCheck(t *testing.T) {
	good := Envelope{UNB: UNB{Sender: Party{ID: "A"}, Receiver: Party{ID: "B"}, Date: "260105", Time: "0930", Reference: "1"}, Delimiters: Delimiters("3")}
	if err := good.Check(); err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string]func(*Envelope){
		"no element separator":    func(e *Envelope) { e.Delimiters = edi.Delimiters{} },
		"no component separator":  func(e *Envelope) { e.Delimiters.Component = 0 },
		"repetition separator":    func(e *Envelope) { e.Delimiters.Repetition = '*' },
		"decimal mark":            func(e *Envelope) { e.Delimiters.Decimal = ';' },
		"0001":                    func(e *Envelope) { e.UNB.Syntax = "LATIN" },
		"0002":                    func(e *Envelope) { e.UNB.Version = "5" },
		"0004":                    func(e *Envelope) { e.UNB.Sender.ID = "" },
		"0010":                    func(e *Envelope) { e.UNB.Receiver.ID = strings.Repeat("B", 36) },
		"0017":                    func(e *Envelope) { e.UNB.Date = "20260105" },
		"0019":                    func(e *Envelope) { e.UNB.Time = "2460" },
		"0020":                    func(e *Envelope) { e.UNB.Reference = "123456789012345" },
		"0042":                    func(e *Envelope) { e.UNB.Sender.Internal = "X" },
		"does not have":           func(e *Envelope) { e.UNB.Application = "№" },
		"holds a delimiter":       func(e *Envelope) { e.Delimiters.Release, e.UNB.Agreement = 0, "A+B" },
		"0038":                    func(e *Envelope) { e.Group = &UNG{} },
		`0017 "x" of UNG`:         func(e *Envelope) { e.Group = &UNG{Date: "x"} },
		"want a date of 8 digits": func(e *Envelope) { e.UNB.Version = "4" },
	} {
		e := good
		change(&e)
		if err := e.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
		// Whatever is given, what is written can be read, or is nothing.
		data := AppendInterchange(nil, e, 0, nil)
		if len(data) > 0 && !startsInterchange(data) && e.UNB.Syntax != "LATIN" {
			t.Errorf("%s: wrote %s", want, data)
		}
	}
}
