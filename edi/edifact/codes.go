package edifact

// Codes of an interchange. What is wrong with an element of UNB has the codes
// of package edi, located in UNB. The number is the CONTRL code (0085) that
// tells it.
const (
	CodeUNABroken         = "UNA-BROKEN"         // 20: UNA is cut, its service characters cannot be those, or UNB uses others
	CodeUNBBroken         = "UNB-BROKEN"         // a UNB that is not followed by a syntax identifier: nothing after it is read
	CodeUNBMissing        = "UNB-MISSING"        // 47: messages without an interchange around them
	CodeSyntaxUnknown     = "SYNTAX-UNKNOWN"     // 2: 0001 or 0002 is not known
	CodeCharacterSet      = "CHARACTER-SET"      // 21: a character that the set named by UNB does not have
	CodeUNZMissing        = "UNZ-MISSING"        // 13: the interchange ends without a UNZ
	CodeUNZCount          = "UNZ-COUNT"          // 29: 0036 is not the number of groups, or of messages if there are none
	CodeUNZReference      = "UNZ-REFERENCE"      // 28: 0020 is not that of UNB
	CodeGroupsMixed       = "GROUPS-MIXED"       // 30: groups, and messages outside of them
	CodeLevelEmpty        = "LEVEL-EMPTY"        // 32: no message in the interchange or the group
	CodePartyDiffers      = "PARTY-DIFFERS"      // not told: the parties of a group are not those of the interchange
	CodeMessageOutOfGroup = "MESSAGE-NO-SEGMENT" // not told
)
