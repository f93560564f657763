package edi

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
)

func TestWriter(t *testing.T) {
	w := NewWriter([]byte("before|"), plain, "\n")
	w.Segment("BEG", "00", "SA", "PO-1", "", "20260105", "", "")
	w.Begin("SV1")
	w.Composite("HC", "99213", "", "")
	w.Element("")
	w.Composite("a", "", "b")
	w.Repeat("c", "")
	w.Composite("", "")
	w.End()
	w.Segment("SE")
	want := "before|BEG*00*SA*PO-1**20260105~\nSV1*HC:99213**a::b^c~\nSE~\n"
	if got := string(w.Bytes()); got != want || w.Err() != nil || w.Count() != 3 {
		t.Errorf("got %q, %v, want %q", got, w.Err(), want)
	}
}

func TestWriterRefusesDelimiters(t *testing.T) {
	w := NewWriter(nil, plain, "")
	w.Segment("N1", "ST", "A:B")
	w.Segment("N3", "FINE")
	var d *DelimiterError
	if !errors.As(w.Err(), &d) || d.SegmentID != "N1" || d.Element != 2 || d.Value != "A:B" || d.Delimiter != ':' || len(w.Bytes()) != 0 {
		t.Errorf("got %q, %v", w.Bytes(), w.Err())
	}
	edifact := Delimiters{Element: '+', Component: ':', Segment: '\'', Release: '?'}
	if got, err := AppendSegment(nil, edifact, "FTX", "it's 1+1?"); err != nil || string(got) != "FTX+it?'s 1?+1??'" {
		t.Errorf("got %q, %v", got, err)
	}
	if got, err := AppendSegment([]byte("x"), Delimiters{Element: '*'}, "N1"); err == nil || string(got) != "x" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestDelimitersJSON(t *testing.T) {
	d := Delimiters{Element: 0x1D, Component: ':', Segment: 0xC3, Decimal: ','}
	j, err := json.Marshal(d)
	if want := `{"element":"\u001d","component":":","segment":"Ã","decimal":","}`; err != nil || string(j) != want {
		t.Errorf("got %s, %v, want %s", j, err, want)
	}
	var back Delimiters
	if err := json.Unmarshal(j, &back); err != nil || back != d {
		t.Errorf("got %+v, %v, want %+v", back, err, d)
	}
	if err := json.Unmarshal([]byte(`{"element":"**"}`), &back); err == nil {
		t.Error("two characters were taken for one delimiter")
	}
}

func TestDelimitersCheck(t *testing.T) {
	for _, c := range []struct {
		d  Delimiters
		ok bool
	}{
		{plain, true},
		{Delimiters{Element: '*', Segment: '\n'}, true},
		{Delimiters{Segment: '~'}, false},
		{Delimiters{Element: '*'}, false},
		{Delimiters{Element: '*', Segment: '*'}, false},
		{Delimiters{Element: '*', Segment: 'G'}, false},
		{Delimiters{Element: ' ', Segment: '~'}, false},
	} {
		if err := c.d.Check(); (err == nil) != c.ok {
			t.Errorf("%+v: %v", c.d, err)
		}
	}
}

func TestCodesAreDistinct(t *testing.T) {
	codes := Codes()
	slices.Sort(codes)
	if len(slices.Compact(codes)) != len(Codes()) {
		t.Error("two codes are the same")
	}
}
