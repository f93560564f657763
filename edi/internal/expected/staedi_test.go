package expected

import (
	"regexp"
	"slices"
	"strings"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/edifact"
	"github.com/crossdock/crossdock/edi/x12"
)

// staediNames are the names that staedi has for what is found. What has none
// keeps our code.
var staediNames = map[string]string{
	x12.CodeIEANumber: "CONTROL_REFERENCE_MISMATCH", x12.CodeGENumber: "CONTROL_REFERENCE_MISMATCH", x12.CodeSENumber: "CONTROL_REFERENCE_MISMATCH",
	edifact.CodeUNZReference: "CONTROL_REFERENCE_MISMATCH", edifact.CodeUNEReference: "CONTROL_REFERENCE_MISMATCH", edifact.CodeUNTReference: "CONTROL_REFERENCE_MISMATCH",
	x12.CodeIEACount: "CONTROL_COUNT_DOES_NOT_MATCH_ACTUAL_COUNT", x12.CodeGECount: "CONTROL_COUNT_DOES_NOT_MATCH_ACTUAL_COUNT",
	x12.CodeSECount: "CONTROL_COUNT_DOES_NOT_MATCH_ACTUAL_COUNT", edifact.CodeUNZCount: "CONTROL_COUNT_DOES_NOT_MATCH_ACTUAL_COUNT",
	edifact.CodeUNECount: "CONTROL_COUNT_DOES_NOT_MATCH_ACTUAL_COUNT", edifact.CodeUNTCount: "CONTROL_COUNT_DOES_NOT_MATCH_ACTUAL_COUNT",
	x12.CodeIEAMissing: "MANDATORY_SEGMENT_MISSING", x12.CodeGEMissing: "MANDATORY_SEGMENT_MISSING", x12.CodeSEMissing: "MANDATORY_SEGMENT_MISSING",
	x12.CodeGSMissing: "MANDATORY_SEGMENT_MISSING", edifact.CodeUNZMissing: "MANDATORY_SEGMENT_MISSING", edifact.CodeUNEMissing: "MANDATORY_SEGMENT_MISSING",
	edifact.CodeUNTMissing: "MANDATORY_SEGMENT_MISSING", edi.CodeSegmentMissing: "MANDATORY_SEGMENT_MISSING",
	edifact.CodeLevelEmpty: "CONDITIONAL_REQUIRED_SEGMENT_MISSING", edifact.CodeGroupsMixed: "SEGMENT_EXCLUSION_CONDITION_VIOLATED",
	edi.CodeSegmentUnexpected: "UNEXPECTED_SEGMENT", edi.CodeSegmentOutOfOrder: "SEGMENT_NOT_IN_PROPER_SEQUENCE",
	edi.CodeSegmentUnknown: "SEGMENT_NOT_IN_DEFINED_TRANSACTION_SET", edi.CodeSegmentNotInSet: "SEGMENT_NOT_IN_DEFINED_TRANSACTION_SET",
	edi.CodeSegmentTooOften: "SEGMENT_EXCEEDS_MAXIMUM_USE", edi.CodeLoopTooOften: "LOOP_OCCURS_OVER_MAXIMUM_TIMES",
	edi.CodeElementMissing: "REQUIRED_DATA_ELEMENT_MISSING", edi.CodeElementConditional: "CONDITIONAL_REQUIRED_DATA_ELEMENT_MISSING",
	edi.CodeElementExclusion: "EXCLUSION_CONDITION_VIOLATED", edi.CodeElementTooMany: "TOO_MANY_DATA_ELEMENTS",
	edi.CodeComponentTooMany: "TOO_MANY_COMPONENTS", edi.CodeRepetitionTooMany: "TOO_MANY_REPETITIONS",
	edi.CodeElementShort: "DATA_ELEMENT_TOO_SHORT", edi.CodeElementLong: "DATA_ELEMENT_TOO_LONG",
	edi.CodeElementCharacter: "INVALID_CHARACTER_DATA", edi.CodeElementNumber: "INVALID_CHARACTER_DATA",
	edi.CodeElementCode: "INVALID_CODE_VALUE", edi.CodeElementDate: "INVALID_DATE", edi.CodeElementTime: "INVALID_TIME",
}

var staediName = regexp.MustCompile(`[A-Z]+(?:_[A-Z]+)+`)

// staedi reports the kinds of errors, here each once and by name; a row ends
// with the assertions of its test after two bars. Sets of nothing but their
// header and trailer are those of tests about the envelope, which run without
// a grammar of the set: what such a set lacks is left out.
func staedi(r row, f *found) comparison {
	says, asserted, _ := strings.Cut(r.says, " || ")
	var kinds []string
	empty := f.empty()
	for one := range f.All() {
		if empty && one.Code == edi.CodeSegmentMissing {
			continue
		}
		name := staediNames[one.Code]
		if name == "" && isError(one) {
			name = one.Code
		}
		// What is only noted here, staedi may well count as an error.
		if name != "" && one.Severity != edi.Note && !slices.Contains(kinds, name) {
			kinds = append(kinds, name)
		}
	}
	slices.Sort(kinds)
	ours := strings.Join(kinds, ", ")
	if ours == "" {
		ours = "no errors"
	}
	c := comparison{ours: ours}
	yes := func(is bool) string {
		if is {
			return agrees
		}
		return differs
	}
	switch {
	case strings.HasPrefix(says, "exception") && strings.Contains(asserted, "jsonParser"), strings.HasPrefix(says, "exception") && strings.Contains(asserted, "getTransactionType"):
		c.expected, c.agrees = "an exception of a getter of its API", open
	case strings.HasPrefix(says, "exception"):
		c.expected, c.agrees = "refused", yes(len(f.codes(isError)) > 0)
	case strings.HasPrefix(says, "no error asserted") && asserted == "":
		c.expected, c.agrees = readOnly, yes(len(f.Interchanges) > 0)
	case strings.HasPrefix(says, "no error asserted"):
		c.expected = "no errors"
	case strings.HasPrefix(says, "errors reported"):
		c.expected, c.agrees = "errors", yes(len(kinds) > 0)
	case strings.HasPrefix(says, "element errors"):
		c.expected, c.agrees = "errors in elements", yes(len(f.codes(func(f edi.Finding) bool { return isError(f) && f.Element > 0 })) > 0)
	default:
		says = strings.NewReplacer(" TOO_LONG ", " DATA_ELEMENT_TOO_LONG ", "INVALID_CODE ", "INVALID_CODE_VALUE ").Replace(says)
		names := staediName.FindAllString(says, -1)
		slices.Sort(names)
		c.expected = strings.Join(slices.Compact(names), ", ")
	}
	return c
}
