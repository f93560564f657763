package mappings

import (
	"github.com/crossdock/crossdock/edi"
)

// fault is why a value cannot be read. It is a number, for a reading asks for
// it with each value.
type fault uint8

const (
	fine fault = iota
	notANumber
	tooManyPlaces
	numberTooLarge
	negativeRefused
	notADate
	notAPeriod
	notATime
	codeRefused
	notACode
)

// code is that of the finding.
func (f fault) code() string {
	switch f {
	case notANumber, tooManyPlaces, numberTooLarge, negativeRefused:
		return edi.CodeElementNumber
	case notADate, notAPeriod:
		return edi.CodeElementDate
	case notATime:
		return edi.CodeElementTime
	default:
		return edi.CodeElementCode
	}
}

// reason is the end of a sentence about the value.
func (f fault) reason() string {
	switch f {
	case notANumber:
		return "is not a number"
	case tooManyPlaces:
		return "has more than six digits after the decimal point"
	case numberTooLarge:
		return "is too large a number"
	case negativeRefused:
		return "must not be negative"
	case notADate:
		return "is not a day of the calendar, written CCYYMMDD or YYMMDD"
	case notAPeriod:
		return "is not a day in the format that its DTM names"
	case notATime:
		return "is not a time of day, written HHMM, HHMMSS or HHMMSSDD"
	case codeRefused:
		return "is not a code this document is accepted with"
	default:
		return "is not a code"
	}
}
