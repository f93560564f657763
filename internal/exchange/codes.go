package exchange

// Finding codes of this package.
const (
	CodeSenderSuspended   = "PARTNER-SUSPENDED"
	CodeNotOnChannel      = "PARTNER-NOT-ON-CHANNEL"
	CodeErrorsRefuse      = "INTERCHANGE-REFUSED"
	CodeGroupRefused      = "GROUP-REFUSED"
	CodeUnmatched         = "ACKNOWLEDGEMENT-UNMATCHED"
	CodeAcceptedByPartner = "ACKNOWLEDGEMENT-ACCEPTS"
	CodeRejectedByPartner = "ACKNOWLEDGEMENT-REJECTS"
	CodeTooManyGroups     = "GROUPS-TOO-MANY"
	CodeDocumentDuplicate = "DOCUMENT-DUPLICATE"
	CodeDocumentRepeated  = "DOCUMENT-REPEATED"
	CodeDocumentReplaced  = "DOCUMENT-REPLACED"
	CodeDocumentHeld      = "DOCUMENT-HELD"
)

// Codes lists the finding codes of this package.
func Codes() []string {
	return []string{
		CodeSenderSuspended, CodeNotOnChannel, CodeErrorsRefuse, CodeGroupRefused, CodeTooManyGroups, CodeUnmatched, CodeAcceptedByPartner, CodeRejectedByPartner,
		CodeDocumentDuplicate, CodeDocumentRepeated, CodeDocumentReplaced, CodeDocumentHeld,
	}
}
