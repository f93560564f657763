package mappings

import "maps"

// Validation is how strictly a document is checked.
type Validation struct {
	Elements   Level              `json:"elements"`   // type, length and characters of each element
	Structure  Level              `json:"structure"`  // segments, loops, requirement, repetition, syntax notes
	Codes      Level              `json:"codes"`      // values outside their code list
	Characters Level              `json:"characters"` // characters outside the agreed set
	Padding    Padding            `json:"padding"`
	Trailing   TrailingSeparators `json:"trailingSeparators"`
	Checks     map[Check]Level    `json:"checks"` // what goes beyond the standard; each check has a level
	Days       int                `json:"days"`   // that a date may lie from that of its interchange
}

// Level is what a fault found by a check means.
type Level string

const (
	LevelOff     Level = "off"     // it is not looked for
	LevelWarning Level = "warning" // it is told, and costs nothing
	LevelError   Level = "error"   // the document is not accepted as it is
)

// Padding is what zeros that a number does not need, and spaces around other
// values, mean. Maps read a value without them in any case.
type Padding string

const (
	PaddingKeep   Padding = "keep"   // nothing
	PaddingRefuse Padding = "refuse" // they are a fault of the element
)

// TrailingSeparators is whether empty elements may, or must, stand at the end
// of a segment.
type TrailingSeparators string

const (
	TrailingNotAllowed TrailingSeparators = "not-allowed"
	TrailingOptional   TrailingSeparators = "optional" // read either way, written without
	TrailingMandatory  TrailingSeparators = "mandatory"
)

// Check is a check of what a document says, beyond what its standard asks.
type Check string

const (
	CheckCounts      Check = "counts"      // CTT, CNT: lines and sums of quantities
	CheckHierarchy   Check = "hierarchy"   // HL, CPS: parents, levels, orphans
	CheckIdentifiers Check = "identifiers" // the check digits of items, pallets and cartons
	CheckTotals      Check = "totals"      // TDS, MOA: the sum of lines, allowances and taxes
	CheckDates       Check = "dates"       // a date far from that of the interchange
)

// Checks lists every check.
func Checks() []Check {
	return []Check{CheckCounts, CheckHierarchy, CheckIdentifiers, CheckTotals, CheckDates}
}

// Days that a date may lie from that of its interchange.
const (
	defaultDays = 5 * 365
	mostDays    = 36_500
)

func defaultValidation() Validation {
	checks := map[Check]Level{}
	for _, c := range Checks() {
		checks[c] = LevelWarning
	}
	return Validation{
		Elements: LevelError, Structure: LevelError, Codes: LevelError, Characters: LevelError,
		Padding: PaddingKeep, Trailing: TrailingOptional, Checks: checks, Days: defaultDays,
	}
}

// read reads the settings over what v has.
func (v *Validation) read(n node) {
	level := func(to *Level) func(node) {
		return func(n node) { *to = choice(n, LevelOff, LevelWarning, LevelError) }
	}
	n.fields(map[string]func(node){
		"elements":   level(&v.Elements),
		"structure":  level(&v.Structure),
		"codes":      level(&v.Codes),
		"characters": level(&v.Characters),
		"padding":    func(n node) { v.Padding = choice(n, PaddingKeep, PaddingRefuse) },
		"trailingSeparators": func(n node) {
			v.Trailing = choice(n, TrailingNotAllowed, TrailingOptional, TrailingMandatory)
		},
		"days": func(n node) { v.Days = int(n.number(1, mostDays)) },
		"checks": func(n node) {
			checks := maps.Clone(v.Checks) // those of the file go over those of the tenant
			known := map[string]func(node){}
			for _, c := range Checks() {
				known[string(c)] = func(n node) { checks[c] = choice(n, LevelOff, LevelWarning, LevelError) }
			}
			n.fields(known)
			v.Checks = checks
		},
	})
}
