package x12

import (
	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/internal/ascii"
)

// told says by which code of an acknowledgement a finding is told. Where
// several findings share a code, the first is what a received one means.
type told struct {
	finding string
	code    string // of a 997 or TA1
	guide   string // of a 999, if it is another
}

// ta1Notes are TA105. 002, 010, 012, 026 and 028 to 031 have no row: the
// first is never found, 010 and 012 are the qualifiers of 011 and 013.
var ta1Notes = [...]told{
	{finding: CodeIEANumber, code: "001"},
	{finding: CodeInterchangeVersion, code: "003"},
	{finding: CodeISATerminator, code: "004"},
	{finding: edi.CodeTerminatorMissing, code: "004"},
	{finding: CodeSenderQualifier, code: "005"},
	{finding: CodeSender, code: "006"},
	{finding: CodeReceiverQualifier, code: "007"},
	{finding: CodeReceiver, code: "008"},
	{finding: CodeReceiverUnknown, code: "009"},
	{finding: CodeAuthorization, code: "011"},
	{finding: CodeSecurity, code: "013"},
	{finding: CodeISADate, code: "014"},
	{finding: CodeISATime, code: "015"},
	{finding: CodeISARepetition, code: "016"},
	{finding: CodeISAVersion, code: "017"},
	{finding: CodeISANumber, code: "018"},
	{finding: CodeISAAckRequested, code: "019"},
	{finding: CodeISAUsage, code: "020"},
	{finding: CodeIEACount, code: "021"},
	{finding: CodeISABroken, code: "022"},
	{finding: CodeISALength, code: "022"},
	{finding: edi.CodeSegmentElements, code: "022"},
	{finding: CodeIEAMissing, code: "023"},
	{finding: CodeInterchangeContent, code: "024"},
	{finding: CodeGSMissing, code: "024"},
	{finding: CodeGSBroken, code: "024"},
	{finding: edi.CodeSegmentUnexpected, code: "024"},
	{finding: edi.CodeSegmentTooLarge, code: "024"},
	{finding: edi.CodeTooManyGroups, code: "024"},
	{finding: CodeInterchangeDuplicate, code: "025"},
	{finding: CodeISAComponent, code: "027"},
}

// groupCodes are AK905 (element 716).
var groupCodes = [...]told{
	{finding: CodeGroupUnsupported, code: "1"},
	{finding: CodeGroupVersion, code: "2"},
	{finding: CodeGEMissing, code: "3"},
	{finding: CodeGENumber, code: "4"},
	{finding: CodeGECount, code: "5"},
	{finding: CodeGSNumber, code: "6"},
	{finding: CodeGroupDuplicate, code: "19"},
}

// setCodes are AK502 (element 718) and IK502 (618).
var setCodes = [...]told{
	{finding: CodeSetUnsupported, code: "1"},
	{finding: CodeSEMissing, code: "2"},
	{finding: CodeSENumber, code: "3"},
	{finding: CodeSECount, code: "4"},
	{finding: CodeSTID, code: "6"},
	{finding: CodeSTNumber, code: "7"},
	{finding: CodeSetDuplicate, code: "23"},
}

// segmentCodes are AK304 (element 720) and IK304 (620): what a finding says
// about a whole segment. 8 says that elements of it are in error.
var segmentCodes = [...]told{
	{finding: edi.CodeSegmentUnknown, code: "1"},
	{finding: edi.CodeSegmentUnexpected, code: "2"},
	{finding: edi.CodeSegmentMissing, code: "3"},
	{finding: edi.CodeLoopTooOften, code: "4"},
	{finding: edi.CodeSegmentTooOften, code: "5"},
	{finding: edi.CodeSegmentNotInSet, code: "6"},
	{finding: edi.CodeSegmentOutOfOrder, code: "7"},
	{finding: edi.CodeSegmentNotUsed, code: "2", guide: "I4"},
	{finding: edi.CodeSegmentTooLarge, code: elementErrors},
	{finding: edi.CodeTerminatorMissing, code: elementErrors},
}

const elementErrors = "8" // AK304 of a segment whose elements are in error

// elementCodes are AK403 (element 723) and IK403 (621).
var elementCodes = [...]told{
	{finding: edi.CodeElementMissing, code: "1"},
	{finding: edi.CodeElementConditional, code: "2"},
	{finding: edi.CodeElementTooMany, code: "3"},
	{finding: edi.CodeSegmentElements, code: "3"},
	{finding: edi.CodeTrailingSeparator, code: "3"},
	{finding: edi.CodeElementShort, code: "4"},
	{finding: edi.CodeElementLong, code: "5"},
	{finding: edi.CodeElementCharacter, code: "6"},
	{finding: edi.CodeElementNumber, code: "6"},
	{finding: edi.CodeElementCode, code: "7"},
	{finding: edi.CodeLoopIdentifier, code: "7"},
	{finding: edi.CodeElementDate, code: "8"},
	{finding: edi.CodeElementTime, code: "9"},
	{finding: edi.CodeElementExclusion, code: "10"},
	{finding: edi.CodeElementNotUsed, code: "10", guide: "I10"},
	{finding: edi.CodeRepetitionTooMany, code: "12"},
	{finding: edi.CodeComponentTooMany, code: "13"},

	// What segments say about each other. A code that is received stands for
	// the first finding that has it, so that these come last.
	{finding: edi.CodeTotalLines, code: "7"},
	{finding: edi.CodeTotalQuantity, code: "7"},
	{finding: edi.CodeTotalAmount, code: "7"},
	{finding: edi.CodeHierarchyNumber, code: "7"},
	{finding: edi.CodeHierarchyParent, code: "7"},
	{finding: edi.CodeHierarchyLevel, code: "7"},
	{finding: edi.CodeHierarchyChildren, code: "7"},
	{finding: edi.CodeCheckDigit, code: "7"},
	{finding: edi.CodeIdentifierLength, code: "7"},
	{finding: edi.CodeDateImplausible, code: "8"},
}

// adviceCodes are TED01 (element 647) of what application advice tells of the
// content; what has no row is told as 024, a reason not listed.
var adviceCodes = [...]told{
	{finding: CodeSetDuplicate, code: "006"},
	{finding: edi.CodeElementMissing, code: "007"},
	{finding: edi.CodeElementConditional, code: "007"},
	{finding: edi.CodeSegmentMissing, code: "007"},
	{finding: edi.CodeElementShort, code: "008"},
	{finding: edi.CodeElementLong, code: "008"},
	{finding: edi.CodeSegmentTooOften, code: "008"},
	{finding: edi.CodeLoopTooOften, code: "008"},
	{finding: edi.CodeRepetitionTooMany, code: "008"},
	{finding: edi.CodeElementDate, code: "009"},
	{finding: edi.CodeDateImplausible, code: "009"},
	{finding: edi.CodeTotalLines, code: "010"},
	{finding: edi.CodeTotalQuantity, code: "010"},
	{finding: edi.CodeTotalAmount, code: "010"},
	{finding: CodeSECount, code: "010"},
	{finding: CodeGECount, code: "010"},
	{finding: CodeSENumber, code: "011"},
	{finding: CodeGENumber, code: "011"},
	{finding: edi.CodeElementExclusion, code: "012"},
}

// find is the row of a finding, nil if nothing tells it.
func find(table []told, finding string) *told {
	for i := range table {
		if table[i].finding == finding {
			return &table[i]
		}
	}
	return nil
}

// meant is the finding a received code stands for, empty if there is none.
func meant(table []told, code string, guide bool) string {
	if code == "" {
		return ""
	}
	for _, t := range table {
		if guide && t.guide == code || t.code == code {
			return t.finding
		}
	}
	return ""
}

// ta1Note is TA105 for a finding of an interchange, empty if none tells it.
// What is said of the qualifier beside a value has a note of its own.
func ta1Note(f edi.Finding) string {
	switch t := find(ta1Notes[:], f.Code); {
	case t == nil:
		return ""
	case f.Code == CodeAuthorization && f.Element == 1:
		return "010"
	case f.Code == CodeSecurity && f.Element == 3:
		return "012"
	default:
		return t.code
	}
}

// wording is what the release and the partner make of the codes.
type wording struct {
	version string // of the acknowledgement
	guide   bool   // it is a 999
	p       AckPolicy
}

// groupCode is AK905 for a finding of a group, empty if none tells it.
func (w wording) groupCode(code string) string {
	t := find(groupCodes[:], code)
	switch {
	case t == nil:
		return ""
	case code == CodeGroupDuplicate && (w.p.DuplicateGroupCode == "6" || !atLeast(w.version, "004050")):
		return "6"
	}
	return t.code
}

// setCode is AK502 for a finding of the envelope of a set, empty if none tells it.
func (w wording) setCode(code string) string {
	t := find(setCodes[:], code)
	switch {
	case t == nil:
		return ""
	case code == CodeSetDuplicate && (w.p.DuplicateSetCode == "7" || before(w.version, "003030")):
		return "7"
	case code == CodeSEMissing && w.p.MissingSECode == "3":
		return "3"
	}
	return t.code
}

// segmentCode is AK304 or IK304 for a finding about a whole segment, empty if the
// finding is about something else.
func (w wording) segmentCode(code string) string { return w.choose(find(segmentCodes[:], code)) }

// elementCode is AK403 or IK403 for a finding about an element, empty if the
// finding is about something else.
func (w wording) elementCode(code string) string {
	t := find(elementCodes[:], code)
	if t != nil && (t.code == "12" || t.code == "13") && !atLeast(w.version, "005010") {
		return "3"
	}
	return w.choose(t)
}

func (w wording) choose(t *told) string {
	switch {
	case t == nil:
		return ""
	case w.guide && t.guide != "":
		return t.guide
	}
	return t.code
}

// adviceCode is TED01 for any finding.
func (w wording) adviceCode(code string) string {
	if c, ok := w.p.AdviceCodes[code]; ok {
		return c
	}
	if t := find(adviceCodes[:], code); t != nil {
		return t.code
	}
	if before(w.version, "003030") {
		return "ZZZ" // 024 is not in the list yet
	}
	return "024"
}

// atLeast compares the first six digits of GS08 values.
func atLeast(version, than string) bool { return isVersion(version) && version[:6] >= than }

// before is the contrary, but false for what is no version either.
func before(version, than string) bool { return isVersion(version) && version[:6] < than }

func isVersion(version string) bool { return len(version) >= 6 && ascii.Digits([]byte(version[:6])) }
