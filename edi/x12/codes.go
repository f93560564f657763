package x12

import "github.com/crossdock/crossdock/edi"

// Codes of an interchange. Each is told by the TA1 note beside it.
const (
	CodeISABroken       = "ISA-BROKEN"        // an ISA without its 16 separators: nothing after it can be read
	CodeISALength       = "ISA-LENGTH"        // elements of the ISA have other lengths than they must have
	CodeISATerminator   = "ISA-TERMINATOR"    // 004: no usable segment terminator follows ISA16
	CodeISAComponent    = "ISA-COMPONENT"     // 027: ISA16 is missing or no separator
	CodeISARepetition   = "ISA-REPETITION"    // 016: ISA11 is not what the version has there
	CodeISADate         = "ISA-DATE"          // 014: ISA09 is no date
	CodeISATime         = "ISA-TIME"          // 015: ISA10 is no time
	CodeISAVersion      = "ISA-VERSION"       // 017: ISA12 is no version
	CodeISANumber       = "ISA-NUMBER"        // 018: ISA13 is not nine digits
	CodeISAAckRequested = "ISA-ACK-REQUESTED" // 019: ISA14 is not 0 or 1
	CodeISAUsage        = "ISA-USAGE"         // 020: ISA15 is not P, T or I
	CodeIEAMissing      = "IEA-MISSING"       // 023: the interchange ends without an IEA
	CodeIEACount        = "IEA-COUNT"         // 021: IEA01 is not the number of groups
	CodeIEANumber       = "IEA-NUMBER"        // 001: IEA02 is not ISA13
	CodeGSMissing       = "GS-MISSING"        // 024: a set outside any group, or no group at all

	// For what only an agreement can know.
	CodeSenderQualifier      = edi.CodeSenderQualifier      // 005: ISA05 is not the partner's
	CodeSender               = edi.CodeSender               // 006: ISA06 is not known
	CodeReceiverQualifier    = edi.CodeReceiverQualifier    // 007: ISA07 is not ours
	CodeReceiver             = edi.CodeReceiver             // 008: ISA08 is not ours
	CodeReceiverUnknown      = edi.CodeReceiverUnknown      // 009: nobody here has the receiver's id
	CodeAuthorization        = edi.CodeAuthorization        // 011: ISA01 and ISA02 are not as agreed
	CodeSecurity             = edi.CodeSecurity             // 013: ISA03 and ISA04 are not as agreed
	CodeInterchangeVersion   = edi.CodeInterchangeVersion   // 003: ISA12 is a version that is not supported
	CodeInterchangeDuplicate = edi.CodeInterchangeDuplicate // 025: ISA13 came before
	CodeInterchangeContent   = edi.CodeInterchangeContent   // 024: the interchange is refused for what is in it
)

// Codes of a functional group. Each is told by the AK9 code beside it.
const (
	CodeGSBroken         = "GS-BROKEN"         // an element of the GS is missing; GS01 is the interchange's error, told by TA1 024
	CodeGSNumber         = "GS-NUMBER"         // 6: GS06 is not one to nine digits
	CodeGroupDuplicate   = "GROUP-DUPLICATE"   // 19, before 004050 6: GS06 came before in the interchange
	CodeGEMissing        = "GE-MISSING"        // 3: the group ends without a GE
	CodeGENumber         = "GE-NUMBER"         // 4: GE02 is not GS06
	CodeGECount          = "GE-COUNT"          // 5: GE01 is not the number of sets
	CodeGroupUnsupported = "GROUP-UNSUPPORTED" // 1: GS01 is not supported; for agreements
	CodeGroupVersion     = "GROUP-VERSION"     // 2: GS08 is not supported; for agreements
)

// Codes of a transaction set. Each is told by the AK5 code beside it.
const (
	CodeSTID           = "ST-ID"           // 6: ST01 is missing or no set id
	CodeSTNumber       = "ST-NUMBER"       // 7: ST02 is missing or not 4 to 9 characters
	CodeSetDuplicate   = "SET-DUPLICATE"   // 23 or 7 by policy: ST02 came before in the group
	CodeSEMissing      = "SE-MISSING"      // 2: the set ends without an SE
	CodeSENumber       = "SE-NUMBER"       // 3: SE02 is not ST02
	CodeSECount        = "SE-COUNT"        // 4: SE01 is not the number of segments
	CodeSetUnsupported = "SET-UNSUPPORTED" // 1: ST01 is not supported, or not with this partner; for agreements
)

// Codes of what a partner says in an acknowledgement of its own.
const (
	CodeAcknowledged          = edi.CodeAcknowledged          // the partner tells an error by a code that no finding here stands for
	CodeAcknowledgementBroken = edi.CodeAcknowledgementBroken // an acknowledgement contradicts itself or lacks a part
)

// Codes lists every code that this package declares itself, in the order
// declared; those of package edi are told by edi.Codes.
func Codes() []string {
	return []string{
		CodeISABroken, CodeISALength, CodeISATerminator, CodeISAComponent, CodeISARepetition,
		CodeISADate, CodeISATime, CodeISAVersion, CodeISANumber, CodeISAAckRequested, CodeISAUsage,
		CodeIEAMissing, CodeIEACount, CodeIEANumber, CodeGSMissing,

		CodeGSBroken, CodeGSNumber, CodeGroupDuplicate, CodeGEMissing, CodeGENumber, CodeGECount,
		CodeGroupUnsupported, CodeGroupVersion,

		CodeSTID, CodeSTNumber, CodeSetDuplicate, CodeSEMissing, CodeSENumber, CodeSECount, CodeSetUnsupported,
	}
}
