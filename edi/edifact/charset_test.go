package edifact

import (
	"strings"
	"testing"

	"github.com/crossdock/crossdock/edi"
)

func TestCharset(t *testing.T) {
	for _, c := range []struct {
		set         Charset
		text, value string
	}{
		{"UNOA", "ORDER 1+2='<>\"%&*;!?", "ORDER 1+2='<>\"%&*;!?"}, {"UNOB", "Order", "Order"},
		{"UNOC", "Ärger", "\xC4rger"}, {"UNOD", "Łódź", "\xA3\xF3d\xBC"}, {"UNOE", "Завод", "\xB7\xD0\xD2\xDE\xD4"},
		{"UNOF", "Ελλάδα", "\xC5\xEB\xEB\xDC\xE4\xE1"}, {"UNOG", "Ħ", "\xA1"}, {"UNOH", "Ķ", "\xD3"}, {"UNOI", "م", "\xE5"}, {"UNOJ", "א", "\xE0"}, {"UNOK", "ğ", "\xF0"},
		{"UNOW", "倉庫", "倉庫"}, {"UNOY", "倉庫", "倉庫"}, {"UNOX", "plain", "plain"}, {"KECA", "한국", "\xC7\xD1\xB1\xB9"}, {"IATA", "a#b", "a#b"},
	} {
		value, ok := c.set.Encode(c.text)
		if !ok || value != c.value {
			t.Errorf("%s: %q became %q, %v", c.set, c.text, value, ok)
		}
		if text := c.set.Decode(c.value); text != c.text {
			t.Errorf("%s: %q is %q", c.set, c.value, text)
		}
		if n := classes(c.set.repertoire(), []byte(c.value)) & outside; n != 0 {
			t.Errorf("%s does not have all of %q", c.set, c.value)
		}
	}
	for set, text := range map[Charset]string{"UNOA": "a", "UNOB": "@", "UNOC": "Ł", "UNOD": "\x80", "UNOX": "é", "UNOY": "\xFF", "IATA": "\r", "KECA": "\U0001F69A", "": "\x7F"} {
		if value, ok := set.Encode(text); ok {
			t.Errorf("%s: %q became %q", set, text, value)
		}
	}
	if got := Charset("UNOY").Decode("\xFF"); got != "\uFFFD" {
		t.Errorf("got %q", got)
	}
	if got := Charset("UNOC").Decode("5 \x80"); got != "5 €" {
		t.Errorf("got %q", got)
	}
	if got := Charset("UNOC").Decode(strings.Repeat("x", 5)); got != "xxxxx" {
		t.Errorf("got %q", got)
	}
}

// A character that the set does not have is found in its component, a released
// one too, and as soon among thousands of components as among a few.
func TestForeignComponent(t *testing.T) {
	for _, c := range []struct {
		element   string
		component int
		value     string
	}{
		{"A:b:C", 2, "b"}, {"abc", 1, "abc"}, {"A?:B:?c:d", 2, "c"}, {"A:??:e", 3, "e"},
		{strings.Repeat(":", 60000) + "e", 60001, "e"},
	} {
		file := "UNB+UNOA:2+A+B+261102:0930+7'UNH+1+ORDERS:D:96A:UN'FTX+AAI+++" + c.element + "'UNT+3+1'UNZ+1+7'"
		for e, err := range NewReader(strings.NewReader(file), Options{Characters: edi.Error}).Events() {
			if err != nil {
				t.Fatal(err)
			}
			if e.Kind != MessageEnd {
				continue
			}
			if n := len(e.Message.Findings); n != 1 {
				t.Fatalf("%.20s: %d findings: %v", c.element, n, e.Message.Findings)
			}
			f := e.Message.Findings[0]
			if f.Code != CodeCharacterSet || f.Element != 4 || f.Component != c.component || f.Value != c.value {
				t.Errorf("%.20s: got %+v, want component %d, %q", c.element, f, c.component, c.value)
			}
		}
	}
}
