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
		out, code, reason := transforms("x12")[test.as].read([]byte("before"), []byte(test.value), nil)
		got := strings.TrimPrefix(string(out), "before")
		if got != test.want || code != test.code || (code == "") != (reason == "") {
			t.Errorf("%s of %q: got %s, %s %q; want %s, %s", test.as, test.value, got, code, reason, test.want, test.code)
		}
	}
}

func TestCodeTable(t *testing.T) {
	table := codeTable{standard: "x12", words: map[string]string{"ST": "ship-to"}, other: otherKeep}
	for value, want := range map[string]string{"ST": `"ship-to"`, "X\"": `"x12:X\""`} {
		if out, code, _ := table.read(nil, []byte(value), nil); string(out) != want || code != "" {
			t.Errorf("%s: got %s, %s", value, out, code)
		}
	}
	for _, value := range []string{"é", "A B", "A\nB", strings.Repeat("X", 21)} {
		if out, code, _ := table.read(nil, []byte(value), nil); len(out) > 0 || code != edi.CodeElementCode {
			t.Errorf("%q: got %s, %s", value, out, code)
		}
	}
	table.other = otherRefuse
	if out, code, _ := table.read([]byte("before"), []byte("XX"), nil); string(out) != "before" || code != edi.CodeElementCode {
		t.Errorf("got %s, %s", out, code)
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
		out, code, _ := appendDecimal(nil, []byte(text), 0, false, false)
		want, err := trade.ParseDecimal(text)
		if code != "" {
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
