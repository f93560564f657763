package grammar

import (
	"strings"
	"testing"
)

// small is a grammar with every kind of thing in a few lines.
const small = `grammar X12 004010
elements
1 AN 2 5
2 ID 2 2
3 N0 1 4
4 R 1 5
5 DT 8 8
6 TM 4 8
7 AN 1 3
8 B 1 9
9 N2 1 4
10 ID 2 3
codes
2 AA BB CC
composites
C01 7! 7 2 7 ; P0304
segments
ST 7! 7
SE 7! 7
BEG 2! 1 5
REF 7! 1 7 ; R0203
DTM 7! 5 6 ; C0203
N1 2! 1 7 1 ; P0304
N2 1
PO1 3 4 9 10 7 7 ; P0102 E0506
PID 1 C01 2*3
QTY 4! C01
LS 7!
LDT 7!
LE 7!
MSG 8
CTT 3!
AMT 4!
sets
set 100
10 ST!
20 BEG!
30 REF*2
40 DTM
( N1*3
 50 N1!
 60 N2*2
 70 REF
)
( PO1!*
 80 PO1!
 90 PID*
 ( QTY
  100 QTY!
  110 MSG!
 )
 ( LS
  120 LS!
  ( LDT*
   130 LDT!
   140 REF
  )
  150 LE!
 )
 160 REF*
)
170 CTT!
180 AMT*2
190 REF
200 SE!
`

func parse(t testing.TB, texts ...string) *Grammar {
	t.Helper()
	g, err := Parse(texts...)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestParse(t *testing.T) {
	g := parse(t, small)
	if g.Standard() != "X12" || g.Release() != "004010" || strings.Join(g.Sets(), " ") != "100" {
		t.Errorf("got %s %s with %v", g.Standard(), g.Release(), g.Sets())
	}
	s := g.Set("100")
	if s.Grammar() != g || g.Set("999") != nil || g.Segment("XX") != nil || g.Element("0") != nil || g.Composite("C99") != nil {
		t.Error("a lookup leads to the wrong thing")
	}
	var paths []string
	for _, l := range s.Loops {
		paths = append(paths, l.Path)
	}
	if got, want := strings.Join(paths, " "), " N1 PO1 PO1/QTY PO1/LS PO1/LS/LDT"; got != want {
		t.Errorf("loops %q, want %q", got, want)
	}
	if l := s.Loops[2]; l.First != 7 || l.Last != 15 || !l.Required || l.Max != 0 || l.Parent != 0 || !s.Trigger(7) || s.Trigger(0) {
		t.Errorf("loop PO1 is %+v", l)
	}
	if u := g.Segment("PID").Elements[2]; u.ID() != "2" || u.Repeat != 3 || u.Required {
		t.Errorf("PID03 is %+v", u)
	}
	if e := g.Element("2"); !e.Coded() || !e.HasCode("BB") || e.HasCode("B") || e.HasCode("") || len(e.Codes()) != 3 {
		t.Errorf("element 2 is %+v", e)
	}
	if e := g.Element("9"); e.Type.Decimals() != 2 || e.Type.String() != "N2" || TypeR.Decimals() != -1 {
		t.Errorf("element 9 is %+v", e)
	}
}

func TestParseErrors(t *testing.T) {
	for _, c := range []struct{ from, to, want string }{
		{small, "", "no text"},
		{"grammar X12 004010", "X12", "want grammar"},
		{"elements\n", "1 AN\n", "before any section"},
		{"1 AN 2 5", "1 XX 2 5", "line 3: element 1: no type"},
		{"1 AN 2 5", "1 AN 5 2", "no lengths"},
		{"1 AN 2 5", "1 AN 2", "want id, type"},
		{"2 ID 2 2", "1 ID 2 2", "there twice"},
		{"2 AA BB CC", "77 AA", "which is not there"},
		{"2 AA BB CC", "2", "none, or there twice"},
		{"C01 7! 7", "C01 99 7", "no element \"99\""},
		{"C01 7! 7", "1 7! 7", "there twice"},
		{"P0304\nsegments", "P0309\nsegments", "names position 9"},
		{"P0304\nsegments", "X0304\nsegments", "no note"},
		{"P0304\nsegments", "P03\nsegments", "no note"},
		{"P0304\nsegments", "P0300\nsegments", "no note"},
		{"2*3", "2*x", "no limit"},
		{"N2 1\n", "N1 1\n", "segment N1 is there twice"},
		{"N2 1\n", "NNNN 1\n", "two or three"},
		{"set 100\n", "", "before any set"},
		{"20 BEG!", "10 BEG!", "does not rise"},
		{"20 BEG!", "20 BEG! x", "is no row"},
		{"20 BEG!", "20 BXX!", "no segment"},
		{")\n170", "170", "is not closed"},
		{"( N1*3\n 50 N1!\n 60 N2*2\n 70 REF\n", "( N1*3\n", "does not begin"},
		{"200 SE!\n", "200 SE!\nset 100\n", "there twice"},
		{"50 N1!", "50 N1", "is not required once"},
		{"10 ST!", "10 ST", "the first or the last"},
		{small[strings.Index(small, "set 100")+8:], "10 ST!\n", "no header and trailer"},
		{small[strings.Index(small, "set 100")+8:], "", "no header and trailer"},
	} {
		text := strings.Replace(small, c.from, c.to, 1)
		if _, err := Parse(text); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.20q for %.20q: %v, want %q", c.to, c.from, err, c.want)
		}
	}
	if _, err := Parse(small, "grammar EDIFACT 3\n"); err == nil {
		t.Error("two standards were mixed")
	}
	if _, err := Parse(); err == nil {
		t.Error("nothing was parsed")
	}
}
