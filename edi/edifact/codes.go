package edifact

// Codes of an interchange. What is wrong with an element of UNB has the codes
// of package edi, located in UNB. The number is the code of a CONTRL (0085)
// that tells it.
const (
	CodeUNABroken     = "UNA-BROKEN"     // 20: UNA is cut, its service characters cannot be those, or UNB uses others
	CodeUNBBroken     = "UNB-BROKEN"     // a UNB without a syntax identifier: nothing up to the next UNB is read
	CodeUNBMissing    = "UNB-MISSING"    // segments without an interchange around them
	CodeSyntaxUnknown = "SYNTAX-UNKNOWN" // 2: 0001 or 0002 is not known here
	CodeCharacterSet  = "CHARACTER-SET"  // 21: a character that the set named by 0001 does not have
	CodeUNZMissing    = "UNZ-MISSING"    // 13: the interchange ends without a UNZ
	CodeUNZCount      = "UNZ-COUNT"      // 29: 0036 is not the number of groups, or of messages if there are none
	CodeUNZReference  = "UNZ-REFERENCE"  // 28: 0020 is not that of UNB
	CodeGroupsMixed   = "GROUPS-MIXED"   // 30: some messages are in groups, others are not
	CodeLevelEmpty    = "LEVEL-EMPTY"    // 32: no message in the interchange or in the group
)

// Codes of a group.
const (
	CodeUNGDuplicate = "UNG-DUPLICATE" // 26: 0048 came before in the interchange
	CodeUNEMissing   = "UNE-MISSING"   // 13: the group ends without a UNE
	CodeUNECount     = "UNE-COUNT"     // 29: 0060 is not the number of messages
	CodeUNEReference = "UNE-REFERENCE" // 28: 0048 is not that of UNG
	CodeGroupTypes   = "GROUP-TYPES"   // 31: messages of several types before syntax 4
)

// Codes of a message.
const (
	CodeUNHDuplicate       = "UNH-DUPLICATE"       // 26: 0062 came before in the group, or in the interchange if there is none
	CodeUNTMissing         = "UNT-MISSING"         // 13: the message ends without a UNT
	CodeUNTCount           = "UNT-COUNT"           // 29: 0074 is not the number of segments
	CodeUNTReference       = "UNT-REFERENCE"       // 28: 0062 is not that of UNH
	CodeMessageUnsupported = "MESSAGE-UNSUPPORTED" // 14: the type or version is not supported, or not with this partner; for agreements
)

// Codes lists every code of this package, in the order declared.
func Codes() []string {
	return []string{
		CodeUNABroken, CodeUNBBroken, CodeUNBMissing, CodeSyntaxUnknown, CodeCharacterSet,
		CodeUNZMissing, CodeUNZCount, CodeUNZReference, CodeGroupsMixed, CodeLevelEmpty,

		CodeUNGDuplicate, CodeUNEMissing, CodeUNECount, CodeUNEReference, CodeGroupTypes,

		CodeUNHDuplicate, CodeUNTMissing, CodeUNTCount, CodeUNTReference, CodeMessageUnsupported,
	}
}
