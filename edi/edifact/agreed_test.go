package edifact

import (
	"strings"
	"testing"

	"github.com/crossdock/crossdock/edi"
)

// TestAgreed: a character set that is agreed counts more than that of UNB, and
// so does what a character outside of it is.
func TestAgreed(t *testing.T) {
	const text = "UNB+UNOA:3+S:14+R:14+260105:1200+1'UNH+1+ORDERS:D:96A:UN'FTX+AAI+++\xe9t\xe9'UNT+3+1'UNZ+1+1'"
	for _, c := range []struct {
		name     string
		agreed   func(UNB) (Charset, edi.Severity)
		value    string
		severity edi.Severity
	}{
		{"as UNB says", nil, "été", edi.Warning},
		{"another set", func(UNB) (Charset, edi.Severity) { return "UNOE", "" }, "щtщ", ""},
		{"strictly", func(UNB) (Charset, edi.Severity) { return "", edi.Error }, "été", edi.Error},
	} {
		for e, err := range NewReader(strings.NewReader(text), Options{Agreed: c.agreed}).Events() {
			if err != nil {
				t.Fatal(err)
			}
			switch {
			case e.Kind == MessageSegment && string(e.Segment.Tag()) == "FTX":
				if got := e.Segment.Value(e.Segment.Element(4)); got != c.value {
					t.Errorf("%s: read %q, want %q", c.name, got, c.value)
				}
			case e.Kind == MessageEnd:
				severity := edi.Severity("")
				for _, f := range e.Message.Findings {
					if f.Code == CodeCharacterSet {
						severity = f.Severity
					}
				}
				if severity != c.severity {
					t.Errorf("%s: %q, want %q: %v", c.name, severity, c.severity, e.Message.Findings)
				}
			}
		}
	}
}

// TestSyntaxComponents: from syntax 4 on UNB names the service code lists and
// how characters are coded.
func TestSyntaxComponents(t *testing.T) {
	e := Envelope{Delimiters: Delimiters("4"), UNB: UNB{
		Syntax: "UNOC", Version: "4", ServiceCodes: "40102", Encoding: "1", Sender: Party{ID: "S"}, Receiver: Party{ID: "R"},
		Date: "20260105", Time: "1200", Reference: "1",
	}}
	if err := e.Check(); err != nil {
		t.Fatal(err)
	}
	text := string(AppendHeader(nil, e))
	if !strings.HasPrefix(text, "UNB+UNOC:4:40102:1+") {
		t.Errorf("%s", text)
	}
	for ev, err := range NewReader(strings.NewReader(text), Options{}).Events() {
		if err != nil {
			t.Fatal(err)
		}
		if u := ev.Interchange.UNB; ev.Kind == InterchangeStart && u != e.UNB {
			t.Errorf("read %+v, want %+v", u, e.UNB)
		}
	}
	e.UNB.Version, e.UNB.Date, e.Delimiters = "3", "260105", Delimiters("3")
	if err := e.Check(); err == nil {
		t.Error("syntax 3 has no service codes")
	}
}
