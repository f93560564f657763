package edi

// Codes of what can be wrong with the bytes of a file.
const (
	CodeFileEmpty         = "FILE-EMPTY"         // the file has no byte, or only white space
	CodeNotEDI            = "NOT-EDI"            // no interchange of a known standard begins anywhere in the file
	CodeOtherStandard     = "OTHER-STANDARD"     // an interchange of another standard than the one that is read begins here
	CodeStrayData         = "STRAY-DATA"         // bytes outside any interchange
	CodeTerminatorMissing = "TERMINATOR-MISSING" // the segment is ended by the end of the file or by the next interchange
	CodeSegmentTooLarge   = "SEGMENT-TOO-LARGE"  // longer than Limits.SegmentBytes; what is beyond was not read
	CodeSegmentElements   = "SEGMENT-ELEMENTS"   // more elements than Limits.Elements; what is beyond was not read
	CodeSegmentEmpty      = "SEGMENT-EMPTY"      // a terminator follows a terminator
	CodeTrailingSeparator = "TRAILING-SEPARATOR" // empty elements stand at the end of the segment
	CodeFindingsOmitted   = "FINDINGS-OMITTED"   // there are more findings than are kept; its severity is the worst of them
	CodeControlUnchecked  = "CONTROL-UNCHECKED"  // too many control numbers to look for duplicates among them
	CodeTooManyGroups     = "GROUPS-TOO-MANY"    // more interchanges, groups or sets than are kept of one file; it is not read further
)

// Codes of what an agreement finds in the header of an interchange.
const (
	CodeSenderQualifier      = "INTERCHANGE-SENDER-QUALIFIER"   // the sender's qualifier is not the partner's
	CodeSender               = "INTERCHANGE-SENDER"             // the sender is not known
	CodeReceiverQualifier    = "INTERCHANGE-RECEIVER-QUALIFIER" // the receiver's qualifier is not ours
	CodeReceiver             = "INTERCHANGE-RECEIVER"           // the receiver is not us
	CodeReceiverUnknown      = "INTERCHANGE-RECEIVER-UNKNOWN"   // nobody here has the receiver's id
	CodeAuthorization        = "INTERCHANGE-AUTHORIZATION"      // ISA01 and ISA02, or the password of UNB, are not as agreed
	CodeSecurity             = "INTERCHANGE-SECURITY"           // ISA03 and ISA04 are not as agreed
	CodeInterchangeVersion   = "INTERCHANGE-VERSION"            // the version of the envelope is not supported
	CodeInterchangeDuplicate = "INTERCHANGE-DUPLICATE"          // the control number came before
	CodeInterchangeContent   = "INTERCHANGE-CONTENT"            // the interchange is refused for what is in it
)

// Codes of what a partner says in an acknowledgement of its own.
const (
	CodeAcknowledged          = "ACKNOWLEDGED"           // the partner tells an error by a code that no finding here stands for
	CodeAcknowledgementBroken = "ACKNOWLEDGEMENT-BROKEN" // an acknowledgement contradicts itself or lacks a part
)

// Codes of what a grammar or a map finds.
const (
	CodeSegmentUnknown     = "SEGMENT-UNKNOWN"      // no such segment in the standard
	CodeSegmentUnexpected  = "SEGMENT-UNEXPECTED"   // a known segment that may not stand here
	CodeSegmentMissing     = "SEGMENT-MISSING"      // a mandatory segment is not there
	CodeSegmentTooOften    = "SEGMENT-TOO-OFTEN"    // more repeats than allowed
	CodeSegmentNotInSet    = "SEGMENT-NOT-IN-SET"   // the set has no such segment at all
	CodeSegmentOutOfOrder  = "SEGMENT-OUT-OF-ORDER" // the segment belongs to another place of the set
	CodeLoopTooOften       = "LOOP-TOO-OFTEN"       // more repeats of a loop than allowed
	CodeSegmentNotUsed     = "SEGMENT-NOT-USED"     // a segment that the agreement leaves no place for
	CodeLoopIdentifier     = "LOOP-IDENTIFIER"      // LE01 is not the LS01 of the loop it ends
	CodeElementMissing     = "ELEMENT-MISSING"      // a mandatory element or component is absent or empty
	CodeElementConditional = "ELEMENT-CONDITIONAL"  // absent, though another element asks for it
	CodeElementExclusion   = "ELEMENT-EXCLUSION"    // present, though another element forbids it
	CodeElementNotUsed     = "ELEMENT-NOT-USED"     // an element that the agreement leaves no place for
	CodeElementTooMany     = "ELEMENT-TOO-MANY"     // more elements than the segment has
	CodeComponentTooMany   = "COMPONENT-TOO-MANY"   // more components than the composite has
	CodeRepetitionTooMany  = "REPETITION-TOO-MANY"  // more repetitions than allowed
	CodeElementShort       = "ELEMENT-SHORT"        // shorter than the minimum
	CodeElementLong        = "ELEMENT-LONG"         // longer than the maximum
	CodeElementCharacter   = "ELEMENT-CHARACTER"    // a character the type or the character set does not have
	CodeElementCode        = "ELEMENT-CODE"         // not a value of its code list
	CodeElementDate        = "ELEMENT-DATE"         // not a date
	CodeElementTime        = "ELEMENT-TIME"         // not a time
	CodeElementNumber      = "ELEMENT-NUMBER"       // not a number
)

// Codes of what segments say about each other.
const (
	CodeTotalLines        = "TOTAL-LINES"        // the stated number of lines is not the one that came
	CodeTotalQuantity     = "TOTAL-QUANTITY"     // the stated sum of quantities is not the one that came
	CodeTotalAmount       = "TOTAL-AMOUNT"       // no reading of the amounts gives the stated total
	CodeHierarchyNumber   = "HIERARCHY-NUMBER"   // levels are not numbered 1, 2, 3 and so on
	CodeHierarchyParent   = "HIERARCHY-PARENT"   // the parent is not there, or not open any more
	CodeHierarchyLevel    = "HIERARCHY-LEVEL"    // a level stands under one that cannot hold it
	CodeHierarchyChildren = "HIERARCHY-CHILDREN" // a level is not as HL04 says: it has children, or has none
	CodeCheckDigit        = "CHECK-DIGIT"        // the last digit of an article or pallet number does not fit
	CodeIdentifierLength  = "IDENTIFIER-LENGTH"  // an article or pallet number has the wrong length or other than digits
	CodeDateImplausible   = "DATE-IMPLAUSIBLE"   // a date is years away from that of the interchange
)

// Codes lists every code of this package, in the order declared.
func Codes() []string {
	return []string{
		CodeFileEmpty, CodeNotEDI, CodeOtherStandard, CodeStrayData, CodeTerminatorMissing, CodeSegmentTooLarge,
		CodeSegmentElements, CodeSegmentEmpty, CodeTrailingSeparator, CodeFindingsOmitted, CodeControlUnchecked, CodeTooManyGroups,

		CodeSenderQualifier, CodeSender, CodeReceiverQualifier, CodeReceiver, CodeReceiverUnknown,
		CodeAuthorization, CodeSecurity, CodeInterchangeVersion, CodeInterchangeDuplicate, CodeInterchangeContent,

		CodeAcknowledged, CodeAcknowledgementBroken,

		CodeSegmentUnknown, CodeSegmentUnexpected, CodeSegmentMissing, CodeSegmentTooOften,
		CodeSegmentNotInSet, CodeSegmentOutOfOrder, CodeLoopTooOften, CodeSegmentNotUsed, CodeLoopIdentifier, CodeElementMissing,
		CodeElementConditional, CodeElementExclusion, CodeElementNotUsed, CodeElementTooMany, CodeComponentTooMany,
		CodeRepetitionTooMany, CodeElementShort, CodeElementLong, CodeElementCharacter,
		CodeElementCode, CodeElementDate, CodeElementTime, CodeElementNumber,

		CodeTotalLines, CodeTotalQuantity, CodeTotalAmount,
		CodeHierarchyNumber, CodeHierarchyParent, CodeHierarchyLevel, CodeHierarchyChildren,
		CodeCheckDigit, CodeIdentifierLength, CodeDateImplausible,
	}
}
