package exchange

// Finding codes of this package.
const (
	CodeSenderSuspended = "PARTNER-SUSPENDED"
	CodeNotOnChannel    = "PARTNER-NOT-ON-CHANNEL"
	CodeErrorsRefuse    = "INTERCHANGE-REFUSED"
	CodeTooManyGroups   = "GROUPS-TOO-MANY"
	CodeOrderDuplicate  = "ORDER-DUPLICATE"
	CodeOrderRepeated   = "ORDER-REPEATED"
	CodeOrderReplaced   = "ORDER-REPLACED"
	CodeOrderHeld       = "ORDER-HELD"
)

// Codes lists the finding codes of this package.
func Codes() []string {
	return []string{
		CodeSenderSuspended, CodeNotOnChannel, CodeErrorsRefuse, CodeTooManyGroups,
		CodeOrderDuplicate, CodeOrderRepeated, CodeOrderReplaced, CodeOrderHeld,
	}
}
