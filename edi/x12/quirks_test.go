package x12

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// summary is what the reader makes of a file: its delimiters, sets with their
// segments, and the codes found at each level.
func summary(t testing.TB, data []byte) string {
	t.Helper()
	var b strings.Builder
	codes := func(level string, e *Event) {
		var found []string
		switch e.Kind {
		case SetEnd:
			for _, f := range e.Set.Findings {
				found = append(found, f.Code)
			}
		case GroupEnd:
			for _, f := range e.Group.Findings {
				found = append(found, f.Code)
			}
		case InterchangeEnd:
			for _, f := range e.Interchange.Findings {
				found = append(found, f.Code)
			}
		}
		fmt.Fprintf(&b, "%s%s", level, strings.Join(append([]string{""}, found...), " "))
		b.WriteString("; ")
	}
	for e, err := range NewReader(bytes.NewReader(data), Options{}).Events() {
		if err != nil {
			t.Fatal(err)
		}
		switch e.Kind {
		case InterchangeStart:
			d := e.Interchange.Delimiters
			fmt.Fprintf(&b, "%q; ", strings.ReplaceAll(string([]byte{d.Element, d.Component, d.Repetition, d.Segment}), "\x00", ""))
		case SetEnd:
			codes(fmt.Sprintf("%s %s %d", e.Set.ID, e.Set.ControlNumber, e.Set.Segments), e)
		case GroupEnd:
			codes(fmt.Sprintf("%s %s %d", e.Group.FunctionalID, e.Group.ControlNumber, e.Group.Sets), e)
		case InterchangeEnd:
			codes(e.Interchange.ControlNumber, e)
		case Other:
			if e.Finding != nil {
				fmt.Fprintf(&b, "%s; ", e.Finding.Code)
			} else if id := e.Segment.ID(); id != "" {
				fmt.Fprintf(&b, "%s; ", id)
			}
		}
	}
	return strings.TrimSuffix(b.String(), "; ")
}

const (
	quirkISA  = "ISA*00*          *00*          *ZZ*BUYER          *ZZ*SELLER         *260105*0930*U*00401*000000017*0*P*>~"
	quirkGS   = "GS*PO*BUYER*SELLER*20260105*0930*17*X*004010~"
	quirkSet  = "ST*850*0001~BEG*00*SA*PO-77**20260105~SE*3*0001~"
	quirkEnd  = "GE*1*17~IEA*1*000000017~"
	quirkFile = quirkISA + quirkGS + quirkSet + quirkEnd
	quirkGood = `"*>~"; 850 0001 3; PO 17 1; 000000017`
)

// TestQuirks shows what the reader does with each oddity that real files have.
func TestQuirks(t *testing.T) {
	in := func(from, to string) string {
		out := strings.Replace(quirkFile, from, to, 1)
		if out == quirkFile {
			t.Fatalf("%q is not in the file", from)
		}
		return out
	}
	all := func(from, to string) string { return strings.ReplaceAll(quirkFile, from, to) }
	newer := func(isa11 string) string { return in("*U*00401*", "*"+isa11+"*00501*") }
	for _, c := range []struct{ name, in, want string }{
		{"none", quirkFile, quirkGood},

		// The header.
		{"lines end after terminators", all("~", "~\r\n"), quirkGood},
		{"blank lines between", all("~", "~\n\n  \n"), quirkGood},
		{"ISA short of blanks", in("BUYER          ", "BUYER"), `"*>~"; 850 0001 3; PO 17 1; 000000017 ISA-LENGTH`},
		{"ISA too long", in("BUYER          ", "BUYER OF MANY THINGS"), `"*>~"; 850 0001 3; PO 17 1; 000000017 ISA-LENGTH`},
		{"ISA without its separators", in("*00*          *ZZ", "*ZZ"), `ISA-BROKEN`},
		{"ISA13 of fewer digits", all("000000017", "17"), `"*>~"; 850 0001 3; PO 17 1; 17 ISA-LENGTH ISA-NUMBER`},
		{"IEA02 without zeros", in("IEA*1*000000017", "IEA*1*17"), `"*>~"; 850 0001 3; PO 17 1; 000000017 IEA-NUMBER`},
		{"ISA13 is no number", in("*000000017*0", "*A00000017*0"), `"*>~"; 850 0001 3; PO 17 1; A00000017 ISA-NUMBER IEA-NUMBER`},
		{"ISA11 U after 00402", newer("U"), quirkGood},
		{"ISA11 a repetition separator", newer("^"), `"*>^~"; 850 0001 3; PO 17 1; 000000017`},
		{"ISA11 a digit after 00402", newer("7"), `"*>~"; 850 0001 3; PO 17 1; 000000017 ISA-REPETITION`},
		{"ISA11 not U before 00402", in("*U*", "*^*"), `"*>~"; 850 0001 3; PO 17 1; 000000017 ISA-REPETITION`},
		{"ISA15 is no usage", in("*P*>", "*X*>"), `"*>~"; 850 0001 3; PO 17 1; 000000017 ISA-USAGE`},
		{"ISA14 is no answer", in("*0*P*", "*Y*P*"), `"*>~"; 850 0001 3; PO 17 1; 000000017 ISA-ACK-REQUESTED`},

		// Delimiters and bytes.
		{"byte order mark", "\xEF\xBB\xBF" + quirkFile, quirkGood},
		{"newline as terminator", all("~", "\n"), `"*>\n"; 850 0001 3; PO 17 1; 000000017`},
		{"CR LF as terminator", all("~", "\r\n"), `"*>\n"; 850 0001 3; PO 17 1; 000000017`},
		{"carriage return as terminator", all("~", "\r"), `"*>\r"; 850 0001 3; PO 17 1; 000000017`},
		{"a control byte as terminator", all("~", "\x1c"), `"*>\x1c"; 850 0001 3; PO 17 1; 000000017`},
		{"an apostrophe as terminator", all("~", "'\r\n"), `"*>'"; 850 0001 3; PO 17 1; 000000017`},
		{"a terminator of two bytes", all("~", "\xc2\xa7"), `"*>\xc2"; 850 0001 3; PO 17 1; 000000017`},
		{"another component separator", in("*>~", "*\\~"), `"*\\~"; 850 0001 3; PO 17 1; 000000017`},
		{"component separator a letter", in("*>~", "*A~"), `"*~"; 850 0001 3; PO 17 1; 000000017 ISA-COMPONENT`},
		{"another element separator", all("*", "|"), `"|>~"; 850 0001 3; PO 17 1; 000000017`},
		{"a control byte as element separator", all("*", "\x1d"), `"\x1d>~"; 850 0001 3; PO 17 1; 000000017`},
		{"bytes that are not ASCII", in("PO-77", "PO-\xe9\xc3\xa9"), quirkGood},
		{"control bytes in a value", in("PO-77", "PO\x00\x07-77"), quirkGood},

		// Counts, numbers and trailers.
		{"SE01 wrong", in("SE*3", "SE*4"), `"*>~"; 850 0001 3 SE-COUNT; PO 17 1; 000000017`},
		{"SE01 no number", in("SE*3", "SE*three"), `"*>~"; 850 0001 3 SE-COUNT; PO 17 1; 000000017`},
		{"GE01 wrong", in("GE*1", "GE*2"), `"*>~"; 850 0001 3; PO 17 1 GE-COUNT; 000000017`},
		{"IEA01 wrong", in("IEA*1", "IEA*2"), `"*>~"; 850 0001 3; PO 17 1; 000000017 IEA-COUNT`},
		{"SE02 differs", in("SE*3*0001", "SE*3*0002"), `"*>~"; 850 0001 3 SE-NUMBER; PO 17 1; 000000017`},
		{"GE02 differs", in("GE*1*17", "GE*1*18"), `"*>~"; 850 0001 3; PO 17 1 GE-NUMBER; 000000017`},
		{"IEA02 differs", in("IEA*1*000000017", "IEA*1*000000018"), `"*>~"; 850 0001 3; PO 17 1; 000000017 IEA-NUMBER`},
		{"ST02 short", strings.ReplaceAll(quirkFile, "*0001~", "*1~"), `"*>~"; 850 1 3 ST-NUMBER; PO 17 1; 000000017`},
		{"IEA missing", in("IEA*1*000000017~", ""), `"*>~"; 850 0001 3; PO 17 1; 000000017 IEA-MISSING`},
		{"IEA missing before another", in("IEA*1*000000017~", quirkFile), `"*>~"; 850 0001 3; PO 17 1; 000000017 IEA-MISSING; ` + quirkGood},
		{"GE missing", in("GE*1*17~", ""), `"*>~"; 850 0001 3; PO 17 1 GE-MISSING; 000000017`},
		{"SE missing", in("SE*3*0001~", ""), `"*>~"; 850 0001 2 SE-MISSING; PO 17 1; 000000017`},
		{"SE missing before another set", in("SE*3*0001~", "ST*850*0002~SE*2*0002~"), `"*>~"; 850 0001 2 SE-MISSING; 850 0002 2; PO 17 2 GE-COUNT; 000000017`},
		{"no GS", quirkISA + quirkSet + "IEA*1*000000017~", `"*>~"; 850 0001 3;   1; 000000017 GS-MISSING IEA-COUNT`},
		{"no ISA", quirkGS + quirkSet + quirkEnd, `NOT-EDI`},
		{"nothing between ISA and IEA", quirkISA + "IEA*0*000000017~", `"*>~"; 000000017 GS-MISSING`},
		{"ST02 twice", in("GE*1", quirkSet+"GE*2"), `"*>~"; 850 0001 3; 850 0001 3 SET-DUPLICATE; PO 17 2; 000000017`},
		{"GS06 twice", in("IEA*1", quirkGS+quirkSet+"GE*1*17~IEA*2"), `"*>~"; 850 0001 3; PO 17 1; 850 0001 3; PO 17 1 GROUP-DUPLICATE; 000000017`},
		{"several sets", in("GE*1", "ST*850*0002~SE*2*0002~GE*2"), `"*>~"; 850 0001 3; 850 0002 2; PO 17 2; 000000017`},
		{"several interchanges", quirkFile + "\r\n" + quirkFile, quirkGood + "; " + quirkGood},

		// Segments.
		{"last terminator missing", strings.TrimSuffix(quirkFile, "~"), `"*>~"; 850 0001 3; PO 17 1; 000000017 TERMINATOR-MISSING`},
		{"trailing element separators", in("20260105~SE", "20260105***~SE"), `"*>~"; 850 0001 3 TRAILING-SEPARATOR; PO 17 1; 000000017`},
		{"an empty segment", in("~SE", "~~SE"), `"*>~"; 850 0001 3 SEGMENT-EMPTY; PO 17 1; 000000017`},
		{"a line break in a value", in("PO-77", "PO\n-77"), quirkGood},
		{"wrapped at 80 columns", wrapped(quirkFile, 80), quirkGood},
		{"TA1 before the group", in("GS*", "TA1*000000005*260104*0800*A*000~GS*"), `"*>~"; TA1; 850 0001 3; PO 17 1; 000000017`},
		{"TA1 alone", quirkISA + "TA1*000000005*260104*0800*A*000~IEA*0*000000017~", `"*>~"; TA1; 000000017`},
		{"TA1 counted", quirkISA + "TA1*000000005*260104*0800*A*000~IEA*1*000000017~", `"*>~"; TA1; 000000017 IEA-COUNT`},
		{"a segment outside", in("GE*1", "N1*ST*LOST~GE*1"), `"*>~"; 850 0001 3; SEGMENT-UNEXPECTED; PO 17 1 SEGMENT-UNEXPECTED; 000000017`},
		{"a mail around it", "From: BUYER\n\n" + quirkFile + "\n-- \nsent by mail\n", `STRAY-DATA; ` + quirkGood + `; STRAY-DATA`},
		{"nothing", " \r\n", `FILE-EMPTY`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := summary(t, []byte(c.in)); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			checkEvents(t, c.name, []byte(c.in), Options{})
		})
	}
}

// wrapped breaks a file into lines of n bytes, as punched cards did.
func wrapped(s string, n int) string {
	var b strings.Builder
	for ; len(s) > n; s = s[n:] {
		b.WriteString(s[:n] + "\r\n")
	}
	return b.String() + s
}
