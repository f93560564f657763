package x12

// FunctionalID is the GS01 of the groups that a transaction set stands in,
// such as PO for 850; empty for a set that no release with tables has.
func FunctionalID(setID string) string {
	switch setID {
	case "810":
		return "IN"
	case "820":
		return "RA"
	case "824":
		return "AG"
	case "832":
		return "SC"
	case "846":
		return "IB"
	case "850":
		return "PO"
	case "852":
		return "PD"
	case "855":
		return "PR"
	case "856":
		return "SH"
	case "860":
		return "PC"
	case "865":
		return "CA"
	case "867":
		return "PT"
	case "875":
		return "OG"
	case "880":
		return "GP"
	case "940":
		return "OW"
	case "943":
		return "AR"
	case "944":
		return "RE"
	case "945":
		return "SW"
	case "997", "999":
		return "FA"
	}
	return ""
}
