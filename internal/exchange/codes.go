package exchange

import "github.com/crossdock/crossdock/edi"

// Finding codes of this package.
const (
	CodeSenderSuspended   = "PARTNER-SUSPENDED"
	CodeNotOnChannel      = "PARTNER-NOT-ON-CHANNEL"
	CodeErrorsRefuse      = "INTERCHANGE-REFUSED"
	CodeGroupRefused      = "GROUP-REFUSED"
	CodeUnmatched         = "ACKNOWLEDGEMENT-UNMATCHED"
	CodeAcceptedByPartner = "ACKNOWLEDGEMENT-ACCEPTS"
	CodeRejectedByPartner = "ACKNOWLEDGEMENT-REJECTS"
	CodeDocumentDuplicate = "DOCUMENT-DUPLICATE"
	CodeDocumentRepeated  = "DOCUMENT-REPEATED"
	CodeDocumentReplaced  = "DOCUMENT-REPLACED"
	CodeDocumentHeld      = "DOCUMENT-HELD"
)

// CodeTooManyGroups is that of the standards: how many are kept is a bound here.
const CodeTooManyGroups = edi.CodeTooManyGroups

// Codes lists the finding codes of this package.
func Codes() []string {
	return []string{
		CodeSenderSuspended, CodeNotOnChannel, CodeErrorsRefuse, CodeGroupRefused, CodeUnmatched, CodeAcceptedByPartner, CodeRejectedByPartner,
		CodeDocumentDuplicate, CodeDocumentRepeated, CodeDocumentReplaced, CodeDocumentHeld,
	}
}
