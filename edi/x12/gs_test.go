package x12

import (
	"strings"
	"testing"
)

// What is odd about the date and the time of a group is noted, by the form
// its release has, and what stands behind the last element; and an ISX gives a release character only where there is
// one, and says so where it does not.
func TestHeaderNotes(t *testing.T) {
	in := func(pairs ...string) string { return strings.NewReplacer(pairs...).Replace(quirkFile) }
	isx := func(version, isx string) string {
		return in("00401", version, quirkGS, isx+strings.Replace(quirkGS, "BUYER", `BU\*YER`, 1))
	}
	const ok, escaped = "850 0001 3; PO 17 1; 000000017", "ELEMENT-DATE GE-NUMBER"
	for _, c := range []struct{ name, file, want string }{
		{"date of eight", quirkFile, ok},
		{"date of six from 004010", in("*20260105*0930", "*260105*0930"), "850 0001 3; PO 17 1 ELEMENT-DATE; 000000017"},
		{"date of six before", in("*20260105*0930", "*260105*0930", "004010", "003060"), ok},
		{"date of eight before", in("004010", "003060"), "850 0001 3; PO 17 1 ELEMENT-DATE; 000000017"},
		{"date of no release", in("*20260105*0930", "*260105*0930", "004010", "VICS"), ok},
		{"no date", in("*20260105*0930", "*20261305*0930"), "850 0001 3; PO 17 1 ELEMENT-DATE; 000000017"},
		{"seconds", in("*20260105*0930", "*20260105*093059"), ok},
		{"parts of a second", in("*20260105*0930", "*20260105*09305999"), ok},
		{"no time", in("*20260105*0930", "*20260105*093060"), "850 0001 3; PO 17 1 ELEMENT-TIME; 000000017"},
		{"half a time", in("*20260105*0930", "*20260105*09305"), "850 0001 3; PO 17 1 ELEMENT-TIME; 000000017"},
		{"more than GS08", in("004010~", "004010*A~"), "850 0001 3; PO 17 1 ELEMENT-TOO-MANY; 000000017"},
		{"more than GE02", in("GE*1*17~", "GE*1*17**A~"), "850 0001 3; PO 17 1 ELEMENT-TOO-MANY; 000000017"},
		{"more than IEA02", in("IEA*1*000000017~", "IEA*1*000000017*A~"), "850 0001 3; PO 17 1; 000000017 ELEMENT-TOO-MANY"},
		{"ISX", isx("00704", `ISX*\~`), "ISX; " + ok},
		{"ISX too early", isx("00501", `ISX*\~`), "SEGMENT-UNEXPECTED"},
		{"ISX of two", isx("00704", `ISX*\\~`), "ELEMENT-LONG"},
		{"ISX of none", isx("00704", `ISX*~`), "ELEMENT-MISSING"},
		{"ISX of a delimiter", isx("00704", `ISX*>~`), "ELEMENT-CHARACTER"},
	} {
		got := summary(t, []byte(c.file))
		_, got, _ = strings.Cut(got, "; ")
		if strings.HasPrefix(c.want, "850") || strings.HasPrefix(c.want, "ISX; ") {
			if got != c.want {
				t.Errorf("%s: %s, want %s", c.name, got, c.want)
			}
			continue
		}
		if !strings.HasPrefix(got, "ISX; 850") || !strings.Contains(got, escaped) || !strings.Contains(got, "000000017 "+c.want) {
			t.Errorf("%s: %s, want %s, and the header read without a release character", c.name, got, c.want)
		}
	}
}
