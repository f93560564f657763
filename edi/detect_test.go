package edi_test

import (
	"fmt"
	"testing"

	"github.com/crossdock/crossdock/edi"
)

func ExampleDetect() {
	standard, at := edi.Detect([]byte("From: partner\n\nUNA:+.? 'UNB+UNOC:3+"))
	fmt.Println(standard, at)
	// Output: EDIFACT 15
}

func TestDetect(t *testing.T) {
	for _, c := range []struct {
		in   string
		want edi.Standard
		at   int
	}{
		{"", "", 0},
		{"ISA*00*          *00*          *ZZ*", edi.X12, 0},
		{"\xEF\xBB\xBF \r\nISA|00||00||ZZ|", edi.X12, 6},
		{"VISA*00*          *00*          *ZZ*", "", 36},
		{"ISA-based text, and so on and so forth and on", "", 45},
		{"UNB+UNOC:3+A+B", edi.EDIFACT, 0},
		{"UNB\x1dUNOB\x1f1\x1d", edi.EDIFACT, 0},
		{"UNA:+.? '\r\nUNB+UNOC:3", edi.EDIFACT, 0},
		{"UNA:+.?'UNB+UNOC:3", edi.EDIFACT, 0},
		{"UNA:+.? 'BGM+220", edi.EDIFACT, 0},
		{"UNH+1+ORDERS:D:96A:UN", edi.EDIFACT, 0},
		{"UNHAPPY, UNBOUND+AND+SO+ON", "", 26},
		{"x UNB+UNOC:3+A+B ISA*00**00**ZZ*", edi.EDIFACT, 2},
		{"STX=ANA:1+5000000000000:SOMEBODY", "", 32},
	} {
		if got, at := edi.Detect([]byte(c.in)); got != c.want || at != c.at {
			t.Errorf("%q: got %q at %d, want %q at %d", c.in, got, at, c.want, c.at)
		}
	}
}

func TestLikely(t *testing.T) {
	for _, c := range []struct {
		in    string
		want  edi.Standard
		found bool
	}{
		{"", edi.X12, false},
		{"Dear partner,", edi.X12, false},
		{"ISA*00*          *00*          *ZZ*", edi.X12, true},
		{"UNB+UNOC:3+A+B", edi.EDIFACT, true},
		{"UNB of nothing", edi.EDIFACT, false},
		{"UN and ISA", edi.X12, false},
	} {
		if got, found := edi.Likely([]byte(c.in)); got != c.want || found != c.found {
			t.Errorf("%q: got %q, found %v, want %q, %v", c.in, got, found, c.want, c.found)
		}
	}
}
