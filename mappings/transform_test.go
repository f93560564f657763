package mappings

import (
	"strings"
	"testing"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/internal/trade"
)

func TestTransforms(t *testing.T) {
	const number, day = edi.CodeElementNumber, edi.CodeElementDate
	for _, test := range []struct {
		as, value  string
		want, code string
	}{
		{"text", "007 ", `"007 "`, ""},
		{"decimal", "0", `"0"`, ""},
		{"decimal", "-0.00", `"0"`, ""},
		{"decimal", "007.500", `"7.5"`, ""},
		{"decimal", ".5", `"0.5"`, ""},
		{"decimal", "5.", `"5"`, ""},
		{"decimal", "-5.25", `"-5.25"`, ""},
		{"decimal", "+5", `"5"`, ""},
		{"decimal", "0.000001", `"0.000001"`, ""},
		{"decimal", "0.0000010", `"0.000001"`, ""},
		{"decimal", "0.0000001", ``, number},
		{"decimal", "9223372036854.775807", `"9223372036854.775807"`, ""},
		{"decimal", "9223372036854.775808", ``, number},
		{"decimal", "9223372036855", ``, number},
		{"decimal", strings.Repeat("9", 60), ``, number},
		{"decimal", strings.Repeat("0", 60) + "1", `"1"`, ""},
		{"decimal", "1.2.3", ``, number},
		{"decimal", "1,5", ``, number},
		{"decimal", "1E3", ``, number},
		{"decimal", ".", ``, number},
		{"decimal", "-", ``, number},
		{"decimal", "1 2", ``, number},
		{"quantity", "12", `"12"`, ""},
		{"quantity", "-12", ``, number},
		{"quantity", "-0", `"0"`, ""},
		{"implied2", "1250", `"12.5"`, ""},
		{"implied2", "-5", `"-0.05"`, ""},
		{"implied2", "12.50", ``, number},
		{"date", "20261102", `"2026-11-02"`, ""},
		{"date", "20240229", `"2024-02-29"`, ""},
		{"date", "20260229", ``, day},
		{"date", "19000229", ``, day},
		{"date", "20001301", ``, day},
		{"date", "20000100", ``, day},
		{"date", "00000101", ``, day},
		{"date", "791231", `"2079-12-31"`, ""},
		{"date", "800101", `"1980-01-01"`, ""},
		{"date", "2026-11-2", ``, day},
		{"date", "2026110", ``, day},
	} {
		out, f := transforms("x12")[test.as].read([]byte("before"), []byte(test.value), nil)
		got := strings.TrimPrefix(string(out), "before")
		code := ""
		if f != fine {
			code = f.code()
		}
		if got != test.want || code != test.code {
			t.Errorf("%s of %q: got %s, %s %q; want %s, %s", test.as, test.value, got, code, f.reason(), test.want, test.code)
		}
	}
}

func TestCodeTable(t *testing.T) {
	table := codeTable{standard: "x12", words: map[string]string{"ST": "ship-to"}, other: otherKeep}
	for value, want := range map[string]string{"ST": `"ship-to"`, "X\"": `"x12:X\""`} {
		if out, f := table.read(nil, []byte(value), nil); string(out) != want || f != fine {
			t.Errorf("%s: got %s, %s", value, out, f.reason())
		}
	}
	for _, value := range []string{"é", "A B", "A\nB", strings.Repeat("X", 21)} {
		if out, f := table.read(nil, []byte(value), nil); len(out) > 0 || f != notACode {
			t.Errorf("%q: got %s, %s", value, out, f.reason())
		}
	}
	table.other = otherRefuse
	if out, f := table.read([]byte("before"), []byte("XX"), nil); string(out) != "before" || f != codeRefused {
		t.Errorf("got %s, %s", out, f.reason())
	}
}

// FuzzDecimal: the map and the noun spell every number alike.
func FuzzDecimal(f *testing.F) {
	for _, seed := range []string{"0", "-0.0", "1.50", ".5", "9223372036854.775807", "-9223372036854.775808", "1e5", "--1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if text == "" {
			return
		}
		out, f := appendDecimal(nil, []byte(text), 0, false, false)
		want, err := trade.ParseDecimal(text)
		if f != fine {
			if err == nil && want != trade.Millionths(-1<<63) { // the one value whose positive twin does not exist
				t.Fatalf("%q: refused, and is %s", text, want)
			}
			return
		}
		if err != nil || string(out) != `"`+want.String()+`"` {
			t.Fatalf("%q: the map says %s, the noun %s, %v", text, out, want, err)
		}
	})
}

func TestTagTable(t *testing.T) {
	var table tagTable
	if got := table.find(keyOf([]byte("BEG"))); got != 0 {
		t.Errorf("found %d in nothing", got)
	}
	var tags []string
	for a := 'A'; a <= 'Z'; a++ {
		for b := '0'; b <= '9'; b++ {
			tags = append(tags, string(a)+string(b), string(a)+string(b)+"X")
		}
	}
	for i, tag := range tags {
		if got := table.add(keyOf([]byte(tag))); got != i+1 {
			t.Fatalf("%s is %d, want %d", tag, got, i+1)
		}
	}
	for i, tag := range tags {
		if got := table.find(keyOf([]byte(tag))); got != i+1 {
			t.Fatalf("%s found as %d, want %d", tag, got, i+1)
		}
	}
	for _, tag := range []string{"", "A", "AA", "TOOLONGATAG"} {
		if got := table.find(keyOf([]byte(tag))); got != 0 {
			t.Errorf("%q found as %d", tag, got)
		}
	}
}

// TestTransformsUndo: what is written reads back, and what cannot be written
// says why.
func TestTransformsUndo(t *testing.T) {
	for _, test := range []struct {
		as, value, want string // want is empty where it cannot be written
		max             int
		decimal         byte
	}{
		{"text", "Käse ?", "Käse ?", 0, 0},
		{"decimal", "12.5", "12.5", 0, 0},
		{"decimal", "12.5", "12,5", 0, ','},
		{"decimal", "-0.000001", "-0.000001", 0, 0},
		{"decimal", "0", "0", 0, 0},
		{"decimal", "12.50", "", 0, 0},
		{"decimal", "+1", "", 0, 0},
		{"decimal", "1e3", "", 0, 0},
		{"decimal", "twelve", "", 0, 0},
		{"quantity", "7", "7", 0, 0},
		{"quantity", "-7", "", 0, 0},
		{"implied2", "12.5", "1250", 0, 0},
		{"implied2", "-0.05", "-5", 0, 0},
		{"implied2", "0", "0", 0, 0},
		{"implied2", "100", "10000", 0, 0},
		{"implied2", "12.505", "", 0, 0},
		{"implied1", "0.5", "5", 0, 0},
		{"implied4", "1.0005", "10005", 0, 0},
		{"date", "2026-11-02", "20261102", 8, 0},
		{"date", "2026-11-02", "261102", 6, 0},
		{"date", "1979-11-02", "", 6, 0},
		{"date", "2079-12-31", "791231", 6, 0},
		{"date", "2026-02-30", "", 8, 0},
		{"date", "2026-2-3", "", 8, 0},
		{"time", "14:30", "1430", 0, 0},
		{"time", "14:30:15", "143015", 0, 0},
		{"time", "14:30:15.2", "1430152", 0, 0},
		{"time", "14:30:15.25", "14301525", 0, 0},
		{"time", "24:00", "", 0, 0},
		{"time", "1430", "", 0, 0},
		{"time", "14:30:15.", "", 0, 0},
	} {
		x := transforms("edifact")[test.as]
		out, reason := x.write([]byte("before"), []byte(test.value), &slotInfo{max: test.max, decimal: test.decimal})
		if got := strings.TrimPrefix(string(out), "before"); got != test.want || (reason == "") != (test.want != "") {
			t.Errorf("%s of %q: got %q %q, want %q", test.as, test.value, got, reason, test.want)
			continue
		}
		if test.want == "" {
			continue
		}
		back, f := x.read(nil, []byte(test.want), nil)
		if want := `"` + test.value + `"`; string(back) != want || f != fine {
			t.Errorf("%s: %q is written %q and reads back %s", test.as, test.value, test.want, back)
		}
	}
}

func TestPeriods(t *testing.T) {
	for _, test := range []struct {
		digits, format  string
		day, clock, end string // "-" for a fault
	}{
		{"20261102", "102", `"2026-11-02"`, "", ""},
		{"20261102", "", `"2026-11-02"`, "", ""},
		{"261102", "101", `"2026-11-02"`, "", ""},
		{"2611021430", "201", `"2026-11-02"`, `"14:30"`, ""},
		{"261102143015", "202", `"2026-11-02"`, `"14:30:15"`, ""},
		{"202611021430", "203", `"2026-11-02"`, `"14:30"`, ""},
		{"20261102143015", "204", `"2026-11-02"`, `"14:30:15"`, ""},
		{"202611021430UTC", "303", `"2026-11-02"`, `"14:30"`, ""},
		{"20261102143015UTC", "304", `"2026-11-02"`, `"14:30:15"`, ""},
		{"2026110220261130", "718", `"2026-11-02"`, "", `"2026-11-30"`},
		{"20261102-20261130", "718", `"2026-11-02"`, "", `"2026-11-30"`},
		{"2026110220261131", "718", `"2026-11-02"`, "", "-"},
		{"202611022560", "203", `"2026-11-02"`, "-", ""},
		{"2026110", "102", "-", "", ""},
		{"202611", "610", "-", "", ""},
	} {
		for name, want := range map[string]string{"dtm-date": test.day, "dtm-time": test.clock, "dtm-end": test.end} {
			out, f := transforms("edifact")[name].read(nil, []byte(test.digits), []byte(test.format))
			got := string(out)
			if f != fine {
				got = "-"
			}
			if got != want {
				t.Errorf("%s of %s in %s: got %s, want %s", name, test.digits, test.format, got, want)
			}
		}
	}
}

func TestAddPeriod(t *testing.T) {
	add := func(parts ...string) string {
		var digits []byte
		var format, reason string
		for i := 0; i < len(parts); i += 2 {
			part := map[string]periodPart{"date": periodIsDate, "time": periodIsTime, "end": periodIsEnd}[parts[i]]
			if digits, format, reason = addPeriod(digits, format, part, []byte(parts[i+1])); reason != "" {
				return reason
			}
		}
		return string(digits) + ":" + format
	}
	for _, test := range []struct {
		parts []string
		want  string
	}{
		{[]string{"date", "2026-11-02"}, "20261102:102"},
		{[]string{"date", "2026-11-02", "time", "14:30"}, "202611021430:203"},
		{[]string{"date", "2026-11-02", "time", "14:30:15"}, "20261102143015:204"},
		{[]string{"date", "2026-11-02", "end", "2026-11-30"}, "2026110220261130:718"},
		{[]string{"time", "14:30"}, "is a time without a day"},
		{[]string{"end", "2026-11-30"}, "is the end of a span that has no day it begins with"},
		{[]string{"date", "2026-11-31"}, "is not a day, written CCYY-MM-DD"},
		{[]string{"date", "2026-11-02", "time", "2:30"}, "is not a time, written HH:MM or HH:MM:SS"},
		{[]string{"date", "2026-11-02", "end", "later"}, "is not a day, written CCYY-MM-DD"},
	} {
		if got := add(test.parts...); got != test.want {
			t.Errorf("%v: got %s, want %s", test.parts, got, test.want)
		}
	}
}

func TestCodeTableWrites(t *testing.T) {
	table := codeTable{
		standard: "x12", other: otherKeep,
		words: map[string]string{"ST": "ship-to", "IN": "buyer", "BP": "buyer"}, codes: map[string]string{"ship-to": "ST", "buyer": "IN"},
	}
	for _, test := range []struct{ other, word, want string }{
		{otherKeep, "ship-to", "ST"},
		{otherKeep, "buyer", "IN"},
		{otherKeep, "x12:QQ", "QQ"},
		{otherKeep, "x12:ST", ""}, // it would read back as ship-to
		{otherKeep, "x12:", ""},
		{otherKeep, "edifact:QQ", ""},
		{otherKeep, "nobody", ""},
		{otherRefuse, "ship-to", "ST"},
		{otherRefuse, "x12:QQ", ""},
		{otherSame, "EA", "EA"},
		{otherSame, "BP", ""},
	} {
		table.other = test.other
		out, reason := table.write(nil, []byte(test.word), nil)
		if string(out) != test.want || (reason == "") != (test.want != "") {
			t.Errorf("%s, %s: got %q %q, want %q", test.other, test.word, out, reason, test.want)
		}
	}
}

// FuzzTransforms: whatever is written reads back, and whatever is read is
// written, or says why not.
func FuzzTransforms(f *testing.F) {
	for _, seed := range []string{"12.5", "-0.01", "2026-11-02", "14:30:15", "1250", "20261102", "Käse", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.TrimSpace(text) == "" {
			return
		}
		for name, x := range transforms("edifact") {
			if x.period != noPeriod {
				continue
			}
			out, reason := x.write(nil, []byte(text), &slotInfo{max: 8})
			if reason == "" && name != "text" {
				back, f := x.read(nil, out, nil)
				if string(back) != `"`+text+`"` || f != fine {
					t.Fatalf("%s: %q is written %q and reads back %s", name, text, out, back)
				}
			}
			read, f := x.read(nil, []byte(text), nil)
			if f != fine || name == "text" {
				continue
			}
			value, _ := unquote(read)
			if _, reason := x.write(nil, value, &slotInfo{max: 8}); reason != "" && !strings.HasPrefix(name, "implied") {
				t.Fatalf("%s: %q reads as %s, which %s", name, text, read, reason)
			}
		}
	})
}
