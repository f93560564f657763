package grammar

import (
	"fmt"
	"strings"
	"testing"

	"github.com/crossdock/crossdock/edi"
)

// check runs the segments of text through a checker and tells its findings.
func check(t testing.TB, c *Checker, d edi.Delimiters, text string) []string {
	t.Helper()
	c.Reset()
	n := 0
	var end edi.Position
	for seg, err := range edi.NewReader(strings.NewReader(text), d, edi.Limits{}).Segments() {
		if err != nil {
			t.Fatal(err)
		}
		n++
		c.Segment(seg, n)
		end = seg.Position()
	}
	return told(c.Finish(end))
}

func told(findings []edi.Finding) []string {
	var out []string
	for _, f := range findings {
		s := fmt.Sprintf("%d %s %s", f.InSet, f.Reference(), f.Code)
		if f.Repetition > 0 {
			s += fmt.Sprintf(" repetition %d", f.Repetition)
		}
		if f.Loop != "" {
			s += " in " + f.Loop
		}
		if f.Severity != edi.Error {
			s += " " + string(f.Severity)
		}
		if f.Message == "" || f.Value != "" && strings.Contains(f.Message, f.Value) {
			s += " with the message " + f.Message
		}
		out = append(out, s)
	}
	return out
}

func x12Delimiters() edi.Delimiters {
	return edi.Delimiters{Element: '*', Component: '>', Repetition: '^', Segment: '~'}
}

func TestChecker(t *testing.T) {
	c := parse(t, small).Set("100").NewChecker(CheckOptions{})
	for _, one := range []struct{ name, segment, want string }{
		{"fine", "BEG*AA*AB*20260228~", ""},
		{"mandatory missing", "BEG**AB~", "2 BEG-01 ELEMENT-MISSING"},
		{"tag alone", "BEG~", "2 BEG-01 ELEMENT-MISSING"},
		{"code", "BEG*ZZ~", "2 BEG-01 ELEMENT-CODE"},
		{"code too long", "BEG*AAA~", "2 BEG-01 ELEMENT-LONG"},
		{"code too short", "BEG*A~", "2 BEG-01 ELEMENT-SHORT"},
		{"short", "BEG*AA*A~", "2 BEG-02 ELEMENT-SHORT"},
		{"long", "BEG*AA*ABCDEF~", "2 BEG-02 ELEMENT-LONG"},
		{"control character", "BEG*AA*A\tB~", "2 BEG-02 ELEMENT-CHARACTER"},
		{"UTF-8 counts characters", "BEG*AA*ÄÖÜßé~", ""},
		{"other bytes count one each", "BEG*AA*\xe4\xf6\xfc\xdf\xe9~", ""},
		{"UTF-8 too long", "BEG*AA*ÄÖÜßéà~", "2 BEG-02 ELEMENT-LONG"},
		{"no date", "BEG*AA**20260229~", "2 BEG-03 ELEMENT-DATE"},
		{"leap day", "BEG*AA**20240229~", ""},
		{"no leap day", "BEG*AA**19000229~", "2 BEG-03 ELEMENT-DATE"},
		{"no month", "BEG*AA**20261301~", "2 BEG-03 ELEMENT-DATE"},
		{"no day", "BEG*AA**20260431~", "2 BEG-03 ELEMENT-DATE"},
		{"letters for a date", "BEG*AA**2026OCT1~", "2 BEG-03 ELEMENT-DATE"},
		{"short date", "BEG*AA**260228~", "2 BEG-03 ELEMENT-SHORT"},
		{"too many elements", "BEG*AA*AB**X~", "2 BEG-04 ELEMENT-TOO-MANY"},
		{"empty ones too many", "BEG*AA*AB****~", ""},
		{"components of a simple element", "BEG*AA*AB>C~", "2 BEG-02-2 COMPONENT-TOO-MANY"},
		{"repetition of an element that has none", "BEG*AA*AB^CD~", "2 BEG-02 REPETITION-TOO-MANY repetition 2"},
	} {
		got := check(t, c, x12Delimiters(), "ST*100*0001~"+one.segment+"PO1****AB~CTT*1~SE*5*0001~")
		if strings.Join(got, ", ") != one.want {
			t.Errorf("%s: %q: got %s, want %s", one.name, one.segment, got, one.want)
		}
	}
}

func TestCheckerValues(t *testing.T) {
	c := parse(t, small).Set("100").NewChecker(CheckOptions{})
	for _, one := range []struct{ name, segment, want string }{
		{"numbers", "PO1*-1234*-123.45***ABC~", ""},
		{"exponent", "PO1*1*12E-34~", ""},
		{"exponent without digits", "PO1*1*1E-~", "PO1-02 ELEMENT-NUMBER"},
		{"two exponents", "PO1*1*1E2E3~", "PO1-02 ELEMENT-NUMBER"},
		{"mark in the exponent", "PO1*1*1E2.3~", "PO1-02 ELEMENT-NUMBER"},
		{"point alone", "PO1*1*.~", "PO1-02 ELEMENT-NUMBER"},
		{"no digit before the point", "PO1*1*.5~", ""},
		{"comma", "PO1*1*1,5~", "PO1-02 ELEMENT-NUMBER"},
		{"plus", "PO1*+1*1~", "PO1-01 ELEMENT-NUMBER"},
		{"minus alone", "PO1*-*-~", "PO1-01 ELEMENT-NUMBER, PO1-02 ELEMENT-NUMBER"},
		{"point in a whole number", "PO1*1.5*1~", "PO1-01 ELEMENT-NUMBER"},
		{"long number", "PO1*12345*123456~", "PO1-01 ELEMENT-LONG, PO1-02 ELEMENT-LONG"},
		{"paired", "PO1*1~", "PO1-02 ELEMENT-CONDITIONAL"},
		{"paired, the other way", "PO1**1~", "PO1-01 ELEMENT-CONDITIONAL"},
		{"exclusion", "PO1*****A*B~", "PO1-06 ELEMENT-EXCLUSION"},
		{"list without length", "PO1****AB~", ""},
	} {
		got := check(t, c, x12Delimiters(), "ST*100*0001~BEG*AA~"+one.segment+"CTT*1~SE*5*0001~")
		for i := range got {
			got[i] = strings.TrimSuffix(strings.TrimPrefix(got[i], "3 "), " in PO1")
		}
		if strings.Join(got, ", ") != one.want {
			t.Errorf("%s: %q: got %s, want %s", one.name, one.segment, got, one.want)
		}
	}
}

func TestCheckerComposites(t *testing.T) {
	c := parse(t, small).Set("100").NewChecker(CheckOptions{})
	for _, one := range []struct{ name, segment, want string }{
		{"fine", "PID**A>BB>CC>D*AA^BB^CC~", ""},
		{"one component", "PID**A~", ""},
		{"mandatory component", "PID**>BB~", "PID-02-1 ELEMENT-MISSING"},
		{"note", "PID**A>>CC~", "PID-02-4 ELEMENT-CONDITIONAL"},
		{"too many components", "PID**A>BB>CC>D>E~", "PID-02-5 COMPONENT-TOO-MANY"},
		{"empty components too many", "PID**A>BB>CC>D>>~", ""},
		{"code in a composite", "PID**A>B>ZZ>D~", "PID-02-3 ELEMENT-CODE"},
		{"repetition", "PID**A^B~", "PID-02 REPETITION-TOO-MANY repetition 2"},
		{"repetitions", "PID***AA^ZZ^CC~", "PID-03 ELEMENT-CODE repetition 2"},
		{"too many repetitions", "PID***AA^BB^CC^AA~", "PID-03 REPETITION-TOO-MANY repetition 4"},
		{"empty repetition", "PID***AA^^CC~", ""},
		{"conditional", "DTM*A*20260101~", "DTM-03 ELEMENT-CONDITIONAL"},
		{"required", "REF*A~", "REF-02 ELEMENT-CONDITIONAL"},
		{"required, second", "REF*A**B~", ""},
		{"time", "DTM*A**2360~", "DTM-03 ELEMENT-TIME"},
		{"time with hundredths", "DTM*A*20260101*12595999~", ""},
		{"time of five digits", "DTM*A**12595~", "DTM-03 ELEMENT-TIME"},
		{"brackets", "LS*AB~LDT*A~LE*AB~", ""},
		{"other bracket", "LS*AB~LDT*A~LE*AC~", "LE-01 LOOP-IDENTIFIER"},
	} {
		before, after := "BEG*AA~", "PO1****AB~CTT*1~"
		if strings.HasPrefix(one.segment, "PID") || strings.HasPrefix(one.segment, "LS") {
			before, after = "BEG*AA~PO1****AB~", "CTT*1~"
		}
		var got []string
		for _, f := range check(t, c, x12Delimiters(), "ST*100*0001~"+before+one.segment+after+"SE*5*0001~") {
			_, f, _ = strings.Cut(f, " ")
			f, _, _ = strings.Cut(f, " in ")
			got = append(got, f)
		}
		if strings.Join(got, ", ") != one.want {
			t.Errorf("%s: %q: got %s, want %s", one.name, one.segment, got, one.want)
		}
	}
}

// What AK304 tells apart, by finding and place.
func TestCheckerPlaces(t *testing.T) {
	c := parse(t, small+"set 200\n10 ST!\n20 BEG!\n30 LDT\n40 SE!\n").Set("100").NewChecker(CheckOptions{})
	for _, one := range []struct{ name, segments, want string }{
		{"1", "BEG*AA~XYZ*1~PO1****AB~CTT*1~", "3 XYZ SEGMENT-UNKNOWN"},
		{"2", "BEG*AA~N2*A~PO1****AB~CTT*1~", "3 N2 SEGMENT-UNEXPECTED"},
		{"3", "PO1****AB~CTT*1~", "1 BEG SEGMENT-MISSING"},
		{"3 in a loop", "BEG*AA~PO1****AB~QTY*1~PO1****AB~CTT*1~", "4 MSG SEGMENT-MISSING in PO1/QTY"},
		{"3 for a loop", "BEG*AA~CTT*1~", "2 PO1 SEGMENT-MISSING in PO1"},
		{"4", "BEG*AA~N1*AA~N1*BB~N1*CC~N1*AA~PO1****AB~CTT*1~", "6 N1 LOOP-TOO-OFTEN in N1"},
		{"5", "BEG*AA~DTM*A~DTM*A~PO1****AB~CTT*1~", "4 DTM SEGMENT-TOO-OFTEN"},
		{"6", "BEG*AA~SPI*AA~PO1****AB~CTT*1~", "3 SPI SEGMENT-NOT-IN-SET"},
		{"7", "BEG*AA~DTM*A~REF*A*BB~PO1****AB~CTT*1~", "4 REF SEGMENT-OUT-OF-ORDER"},
		{"late is not missing", "DTM*A~BEG*AA~PO1****AB~CTT*1~", "3 BEG SEGMENT-OUT-OF-ORDER"},
		{"late in a loop", "BEG*AA~PO1****AB~LS*AB~LE*AB~REF*A*BB~CTT*1~", ""},
		{"truncated", "BEG*AA~PO1****AB~QTY*1~", "4 MSG SEGMENT-MISSING in PO1/QTY, 4 CTT SEGMENT-MISSING"},
	} {
		trailer := "SE*5*0001~"
		if one.name == "6" {
			c = parse(t, strings.Replace(small, "AMT 4!", "AMT 4!\nSPI 2!", 1)).Set("100").NewChecker(CheckOptions{})
		}
		got := check(t, c, x12Delimiters(), "ST*100*0001~"+one.segments+trailer)
		if strings.Join(got, ", ") != one.want {
			t.Errorf("%s: got %s, want %s", one.name, got, one.want)
		}
	}
}

func TestCheckerOptions(t *testing.T) {
	s := parse(t, small).Set("100")
	text := "ST*100*0001~BEG*ZZ*AB*~PO1****AB~PID**A>>~CTT*1~SE*5*0001~"
	for _, one := range []struct {
		o    CheckOptions
		want string
	}{
		{CheckOptions{}, "2 BEG-01 ELEMENT-CODE"},
		{CheckOptions{Codes: edi.Warning}, "2 BEG-01 ELEMENT-CODE warning"},
		{CheckOptions{Codes: Off}, ""},
		{CheckOptions{Codes: Off, Trailing: edi.Warning}, "2 BEG-03 TRAILING-SEPARATOR warning, 4 PID-02 TRAILING-SEPARATOR in PO1 warning"},
	} {
		if got := check(t, s.NewChecker(one.o), x12Delimiters(), text); strings.Join(got, ", ") != one.want {
			t.Errorf("%+v: got %s, want %s", one.o, got, one.want)
		}
	}
}

func TestCheckerBounded(t *testing.T) {
	c := parse(t, small).Set("100").NewChecker(CheckOptions{Findings: 3})
	got := check(t, c, x12Delimiters(), "ST*100*0001~"+strings.Repeat("XYZ~", 10))
	if want := "2 XYZ SEGMENT-UNKNOWN, 3 XYZ SEGMENT-UNKNOWN, 0  FINDINGS-OMITTED"; strings.Join(got, ", ") != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

const smallEDIFACT = `grammar EDIFACT D96A
elements
1 an 1 5
2 n 1 5
3 an 1 3
4 a 3 3
1131 an 1 3
3055 an 1 3
codes
3 1 2 ZZZ
3055 9 92
composites
C1 3! 1131 3055 1
C2 1! 2
segments
UNH 1!
UNT 1!
LIN 3! C1 C2*5 2 4
sets
set LINES
10 UNH!
20 LIN!*
30 UNT!
`

func TestCheckerEDIFACT(t *testing.T) {
	c := parse(t, smallEDIFACT).Set("LINES").NewChecker(CheckOptions{})
	d := edi.Delimiters{Element: '+', Component: ':', Segment: '\'', Release: '?', Repetition: '*'}
	for _, one := range []struct{ name, segment, want string }{
		{"fine", "LIN+1+2::9:A+A:1*B:-2,5+-1.5+EUR", ""},
		{"code", "LIN+5+5+A", "LIN-01 ELEMENT-CODE, LIN-02-1 ELEMENT-CODE"},
		{"code of another list", "LIN+1+5:::A", "LIN-02-1 ELEMENT-CODE"},
		{"code of a named list", "LIN+1+5:XX", ""},
		{"code of a named agency", "LIN+1+5::92", ""},
		{"the agency itself", "LIN+1+5::93", "LIN-02-3 ELEMENT-CODE"},
		{"released characters do not count", "LIN+1+1:::A?+?:?'?B", ""},
		{"released too long", "LIN+1+1:::A?+?:?'?BCD", "LIN-02-4 ELEMENT-LONG"},
		{"released release", "LIN+1++??:1", ""},
		{"no digit before the mark", "LIN+1+++.5", "LIN-04 ELEMENT-NUMBER"},
		{"no digit after the mark", "LIN+1+++5,", "LIN-04 ELEMENT-NUMBER"},
		{"no exponent", "LIN+1+++5E1", "LIN-04 ELEMENT-NUMBER"},
		{"digit in letters", "LIN+1++++EU1", "LIN-05 ELEMENT-CHARACTER"},
		{"components", "LIN+1+++1:2", "LIN-04-2 COMPONENT-TOO-MANY"},
		{"mandatory in a repetition", "LIN+1++A*:1", "LIN-03-1 ELEMENT-MISSING repetition 2"},
	} {
		var got []string
		for _, f := range check(t, c, d, "UNH+1'"+one.segment+"'UNT+1'") {
			got = append(got, strings.TrimPrefix(f, "2 "))
		}
		if strings.Join(got, ", ") != one.want {
			t.Errorf("%s: %q: got %s, want %s", one.name, one.segment, got, one.want)
		}
	}
}

func TestCheckerAllocatesNothing(t *testing.T) {
	c := parse(t, small).Set("100").NewChecker(CheckOptions{})
	d := x12Delimiters()
	var segments []*edi.Segment
	for text := range strings.SplitSeq("ST*100*1~BEG*AA*AB*20260101~REF*A*BB~N1*AA**C*DD~PO1*1*2.5**AB*D~PID**A>BB*AA^BB~CTT*1~SE*1*1", "~") {
		seg := edi.ParseSegment([]byte(text), d)
		seg.Len()
		segments = append(segments, seg)
	}
	allocs := testing.AllocsPerRun(100, func() {
		c.Reset()
		for i, seg := range segments {
			c.Segment(seg, i+1)
		}
	})
	if allocs > 0 || len(c.Findings()) > 0 {
		t.Errorf("%v allocations, findings %v", allocs, told(c.Findings()))
	}
}
