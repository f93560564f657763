package x12

import "github.com/crossdock/crossdock/edi"

// ta1Note is TA105 for a finding of an interchange, empty if none tells it.
func ta1Note(code string) string {
	switch code {
	case CodeIEANumber:
		return "001"
	case CodeInterchangeVersion:
		return "003"
	case CodeISATerminator:
		return "004"
	case CodeSenderQualifier:
		return "005"
	case CodeSender:
		return "006"
	case CodeReceiverQualifier:
		return "007"
	case CodeReceiver:
		return "008"
	case CodeReceiverUnknown:
		return "009"
	case CodeAuthorization:
		return "011"
	case CodeSecurity:
		return "013"
	case CodeISADate:
		return "014"
	case CodeISATime:
		return "015"
	case CodeISARepetition:
		return "016"
	case CodeISAVersion:
		return "017"
	case CodeISANumber:
		return "018"
	case CodeISAAckRequested:
		return "019"
	case CodeISAUsage:
		return "020"
	case CodeIEACount:
		return "021"
	case CodeISABroken, CodeISALength:
		return "022"
	case CodeIEAMissing:
		return "023"
	case CodeGSMissing, CodeGSBroken, CodeInterchangeContent, edi.CodeSegmentUnexpected, edi.CodeSegmentTooLarge:
		return "024"
	case CodeInterchangeDuplicate:
		return "025"
	case CodeISAComponent:
		return "027"
	}
	return ""
}

// groupCode is AK905 for a finding of a group, empty if none tells it.
func groupCode(code, version string) string {
	switch code {
	case CodeGroupUnsupported:
		return "1"
	case CodeGroupVersion:
		return "2"
	case CodeGEMissing:
		return "3"
	case CodeGENumber:
		return "4"
	case CodeGECount:
		return "5"
	case CodeGSNumber:
		return "6"
	case CodeGroupDuplicate:
		if atLeast(version, "005010") {
			return "19"
		}
		return "6"
	}
	return ""
}

// setCode is AK502 for a finding of the envelope of a set, empty if none
// tells it. duplicate is the code for a repeated ST02, 23 if empty.
func setCode(code, duplicate string) string {
	switch code {
	case CodeSetUnsupported:
		return "1"
	case CodeSEMissing:
		return "2"
	case CodeSENumber:
		return "3"
	case CodeSECount:
		return "4"
	case CodeSTID:
		return "6"
	case CodeSTNumber:
		return "7"
	case CodeSetDuplicate:
		if duplicate != "" {
			return duplicate
		}
		return "23"
	}
	return ""
}

// segmentCode is AK304 for a finding about a whole segment, empty if the
// finding is about something else.
func segmentCode(code string) string {
	switch code {
	case edi.CodeSegmentUnknown:
		return "1"
	case edi.CodeSegmentUnexpected:
		return "2"
	case edi.CodeSegmentMissing:
		return "3"
	case edi.CodeLoopTooOften:
		return "4"
	case edi.CodeSegmentTooOften:
		return "5"
	case edi.CodeSegmentNotInSet:
		return "6"
	case edi.CodeSegmentOutOfOrder:
		return "7"
	}
	return ""
}

// elementCode is AK403 for a finding about an element, empty if the finding
// is about something else.
func elementCode(code, version string) string {
	switch code {
	case edi.CodeElementMissing:
		return "1"
	case edi.CodeElementConditional:
		return "2"
	case edi.CodeElementTooMany, edi.CodeSegmentElements:
		return "3"
	case edi.CodeElementShort:
		return "4"
	case edi.CodeElementLong:
		return "5"
	case edi.CodeElementCharacter, edi.CodeElementNumber:
		return "6"
	case edi.CodeElementCode:
		return "7"
	case edi.CodeElementDate:
		return "8"
	case edi.CodeElementTime:
		return "9"
	case edi.CodeElementExclusion:
		return "10"
	case edi.CodeRepetitionTooMany, edi.CodeComponentTooMany:
		switch {
		case !atLeast(version, "005010"):
			return "3"
		case code == edi.CodeRepetitionTooMany:
			return "12"
		}
		return "13"
	}
	return ""
}

// atLeast compares the first six digits of GS08 values.
func atLeast(version, than string) bool {
	return len(version) >= 6 && digits([]byte(version[:6])) && version[:6] >= than
}
