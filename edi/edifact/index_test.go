package edifact

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
	"sapstern__edifactconverter/openedifact-sample-01_src_main_resources_UTILMD_NL.edi":               `between the segments stand line breaks and, as letters, \r\n: no tag is where it must be`,
	"xlate__staedi/EDIFACT_issue128_wrapped_invoic_d97b.edi":                                          "the index takes the line breaks of wrapped lines for data",
	"xlate__staedi/EDIFACT_issue128_wrapped_invoic_d97b_una.edi":                                      "the index takes the line breaks of wrapped lines for data",
	"xlate__staedi/extracted_from_java_tests/EDIFACTDialect.testBlankVersionUNB.edi":                  "the index does not read a UNB without a terminator",
	"xlate__staedi/extracted_from_java_tests/ErrorEvents.testEDIFACT_BothGroupAndTransactionUsed.edi": "the index takes the same reference inside and outside a group for a duplicate",
}

// TestIndex compares what is found in the EDIFACT samples with what their
// index says: the messages, and each fault of the envelopes.
func TestIndex(t *testing.T) {
	faults := []struct{ said, code string }{
		{"UNT01 ", CodeUNTCount}, {"UNE01 ", CodeUNECount}, {"UNZ01 ", CodeUNZCount},
		{"UNT02!=", CodeUNTReference}, {"UNE02!=", CodeUNEReference}, {"UNZ02!=", CodeUNZReference},
		{"UNZ missing", CodeUNZMissing}, {"UNT missing", CodeUNTMissing}, {"dup UNH01", CodeUNHDuplicate},
	}
	files, orders := 0, 0
	for _, s := range samples(t) {
		if s.standard != "EDIFACT" || known[s.file] != "" {
			continue
		}
		files++
		messages := map[string]int{}
		findings, interchanges := verdict(t, s.data)
		for _, x := range interchanges {
			for _, g := range x.Groups {
				for _, m := range g.Messages {
					messages[m.Type]++
					if m.Type == "ORDERS" {
						orders++
					}
				}
			}
		}
		if want := wantedMessages(s.sets); !equal(want, messages) {
			t.Errorf("%s: found messages %v, the index has %v", s.file, messages, want)
		}
		quirks := "; " + s.quirks
		for _, f := range faults {
			said := strings.Contains(quirks, f.said)
			if found := bytes.Contains(findings, []byte(`"code":"`+f.code+`"`)); said != found {
				t.Errorf("%s: %s found %v, the index says %q", s.file, f.code, found, s.quirks)
			}
		}
	}
	if files < 80 || orders < 30 {
		t.Errorf("compared %d files with %d orders, which cannot be all", files, orders)
	}
}

// wantedMessages reads "ORDERS*2,INVOIC".
func wantedMessages(s string) map[string]int {
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
