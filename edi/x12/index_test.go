package x12

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// known are samples of which the index, made with a simpler reader, says
// something else than is true; why is said of each.
var known = map[string]string{
	"eskrano__php-edi-coedition/example_832-sample2.edi":                                      "the index takes the line feed for ISA16",
	"walmartlabs__gozer/x12.base.no.line.breaks.odd.char.txt":                                 "the index takes half of a terminator of two bytes for data",
	"walmartlabs__gozer/x12.missing.ISA.txt":                                                  "the index counts sets without an interchange",
	"kputnam__stupidedi/004010_PR855_fail_2.edi":                                              "a line break in ISA10 shifts what the index takes for ISA13",
	"walmartlabs__gozer/x12.no.line.break.no.delim.txt":                                       "the file has no terminator at all",
	"ryanco__x12-parser/example852nonasciisegsep.txt":                                         "the index takes half of a terminator of two bytes for data",
	"xlate__staedi/x12_issue109_ts214_ellipses_segterm.edi":                                   "the index takes part of a terminator of three bytes for data",
	"xlate__staedi/x12_issue128_ts210_80char.edi":                                             "the index takes the line breaks of wrapped lines for data",
	"xlate__staedi/extracted_from_java_tests/StaEDIStreamReader.testX12_ReleaseCharacter.edi": "the index knows no release character",
	"azoner__pyx12/extracted_x12testdata/ele.edi":                                             "ISA10 is no time, which the index does not look at",
}

// TestIndex compares what is found in the X12 samples with what their index
// says: the sets, and each fault of the envelopes.
func TestIndex(t *testing.T) {
	faults := []struct{ said, code string }{
		{"SE01 ", CodeSECount}, {"GE01 ", CodeGECount}, {"IEA01 ", CodeIEACount},
		{"SE02!=", CodeSENumber}, {"GE02!=", CodeGENumber}, {"IEA02!=", CodeIEANumber},
		{"IEA missing", CodeIEAMissing}, {"GE missing", CodeGEMissing},
		{"dup GS06", CodeGroupDuplicate}, {"dup ST02", CodeSetDuplicate},
	}
	files, orders := 0, 0
	for _, s := range samples(t) {
		if s.standard != "X12" || known[s.file] != "" {
			continue
		}
		files++
		codes := map[string]bool{}
		sets := map[string]int{}
		note := func(verdict []byte) {
			for _, f := range faults {
				if bytes.Contains(verdict, []byte(`"code":"`+f.code+`"`)) {
					codes[f.code] = true
				}
			}
		}
		findings, groups, _ := verdict(t, s.data)
		note(findings)
		for _, g := range groups {
			for _, set := range g.Sets {
				sets[set.ID]++
				if set.ID == "850" {
					orders++
				}
			}
		}
		if want := wantedSets(s.sets); s.sets != "TA1" && !equal(want, sets) {
			t.Errorf("%s: found sets %v, the index has %v", s.file, sets, want)
		}
		quirks := "; " + s.quirks
		missing := strings.Contains(quirks, "IEA missing") // the index stops looking there
		for _, f := range faults {
			said := strings.Contains(quirks, f.said)
			if said != codes[f.code] && !(missing && codes[f.code]) {
				t.Errorf("%s: %s found %v, the index says %q", s.file, f.code, codes[f.code], s.quirks)
			}
		}
	}
	if files < 200 || orders < 20 {
		t.Errorf("compared %d files with %d purchase orders, which cannot be all", files, orders)
	}
}

// wantedSets reads "810*2,850".
func wantedSets(s string) map[string]int {
	out := map[string]int{}
	for one := range strings.SplitSeq(s, ",") {
		id, times, many := strings.Cut(one, "*")
		if id == "" {
			continue
		}
		out[id] = 1
		if many {
			out[id], _ = strconv.Atoi(times)
		}
	}
	return out
}

func equal(a, b map[string]int) bool {
	keys := func(m map[string]int) (out []string) {
		for k, n := range m {
			out = append(out, k+"*"+strconv.Itoa(n))
		}
		slices.Sort(out)
		return out
	}
	return slices.Equal(keys(a), keys(b))
}
