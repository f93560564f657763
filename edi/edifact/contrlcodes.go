package edifact

import "github.com/crossdock/crossdock/edi"

// unspecified is the code of an error that no other code tells.
const unspecified = "18"

// syntaxCode is the code of a CONTRL (0085) for a finding, under the syntax
// version the CONTRL goes out under. An error that has none of its own is
// told as unspecified.
func syntaxCode(f edi.Finding, version string) string {
	code, from4 := f.Code, version >= "4"
	switch code {
	case CodeSyntaxUnknown, edi.CodeInterchangeVersion:
		return "2"
	case edi.CodeReceiver, edi.CodeReceiverQualifier, edi.CodeReceiverUnknown:
		return "7"
	case edi.CodeElementCode, edi.CodeElementDate, edi.CodeElementTime,
		edi.CodeTotalLines, edi.CodeTotalQuantity, edi.CodeTotalAmount, edi.CodeHierarchyNumber, edi.CodeHierarchyParent,
		edi.CodeHierarchyLevel, edi.CodeHierarchyChildren, edi.CodeCheckDigit, edi.CodeIdentifierLength, edi.CodeDateImplausible:
		return "12"
	case CodeUNZMissing, CodeUNEMissing, CodeUNTMissing, edi.CodeSegmentMissing, edi.CodeElementMissing:
		return "13"
	case CodeMessageUnsupported:
		return "14"
	case edi.CodeSegmentUnknown, edi.CodeSegmentNotInSet, edi.CodeSegmentOutOfOrder, edi.CodeSegmentNotUsed, edi.CodeElementNotUsed:
		return "15"
	case edi.CodeElementTooMany, edi.CodeSegmentElements, edi.CodeComponentTooMany:
		return "16"
	case CodeUNABroken:
		return "20"
	case CodeCharacterSet:
		return "21"
	case edi.CodeSender, edi.CodeSenderQualifier:
		return "23"
	case CodeUNGDuplicate, CodeUNHDuplicate, edi.CodeInterchangeDuplicate:
		return "26"
	case edi.CodeAuthorization, edi.CodeSecurity:
		return "27"
	case CodeUNZReference, CodeUNEReference, CodeUNTReference:
		return "28"
	case CodeUNZCount, CodeUNECount, CodeUNTCount:
		return "29"
	case CodeGroupsMixed:
		return "30"
	case CodeGroupTypes:
		return "31"
	case CodeLevelEmpty:
		return "32"
	case edi.CodeSegmentTooOften, edi.CodeRepetitionTooMany:
		return "35"
	case edi.CodeLoopTooOften:
		return "36"
	case edi.CodeElementCharacter, edi.CodeElementNumber:
		return "37"
	case edi.CodeElementLong:
		return "39"
	case edi.CodeElementShort:
		return "40"
	}
	switch {
	case code == edi.CodeSegmentUnexpected && f.InSet == 0:
		return "33"
	case code == edi.CodeSegmentUnexpected:
		return "15"
	case code == edi.CodeElementConditional && from4, code == edi.CodeElementExclusion && from4:
		return "48"
	case code == edi.CodeElementConditional:
		return "13"
	case code == edi.CodeElementExclusion:
		return "15"
	case code == edi.CodeTrailingSeparator && from4:
		return "45"
	}
	return unspecified
}

// SyntaxError says what a code of a CONTRL (0085) means, empty if the
// standard has no such code.
func SyntaxError(code string) string {
	switch code {
	case "2":
		return "the syntax version or its character set is not supported"
	case "7":
		return "the interchange reached somebody it is not addressed to"
	case "12":
		return "a value is not valid"
	case "13":
		return "a mandatory segment or element is missing"
	case "14":
		return "a value is not supported in this place"
	case "15":
		return "a segment or an element is not supported in this place"
	case "16":
		return "a segment has too many elements or a composite too many components"
	case "17":
		return "there is no agreement that would allow it"
	case "18":
		return "an error that is not specified"
	case "19":
		return "the decimal mark is not valid"
	case "20":
		return "a character cannot be a service character"
	case "21":
		return "a character is not one of the character set"
	case "22":
		return "a service character is not the one agreed"
	case "23":
		return "the sender is not known"
	case "24":
		return "it is too old"
	case "25":
		return "tests are not supported"
	case "26":
		return "it came before"
	case "27":
		return "a security function is not supported"
	case "28":
		return "the references of header and trailer differ"
	case "29":
		return "a count is not what was received"
	case "30":
		return "groups and messages outside of them are mixed"
	case "31":
		return "a group holds messages of several types"
	case "32":
		return "there is nothing on the level below"
	case "33":
		return "something stands outside any message, group or package"
	case "34":
		return "a nesting indicator is not allowed"
	case "35":
		return "a segment or an element repeats too often"
	case "36":
		return "a segment group repeats too often"
	case "37":
		return "characters are of the wrong type"
	case "38":
		return "a digit is missing before the decimal mark"
	case "39":
		return "an element is too long"
	case "40":
		return "an element is too short"
	case "41":
		return "the network failed for good"
	case "42":
		return "the network failed for a while"
	case "43":
		return "the network does not know the recipient"
	case "45":
		return "separators stand at the end for nothing"
	case "46":
		return "the character set is not supported"
	case "47":
		return "the envelope is not supported"
	case "48":
		return "a dependency between elements is violated"
	}
	return ""
}
