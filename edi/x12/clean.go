package x12

import (
	"strings"

	"github.com/crossdock/crossdock/edi"
)

// sendable reports whether value can be sent as it is: printable ASCII that
// holds no delimiter of the outgoing interchange.
func sendable(d edi.Delimiters, value string) bool {
	for i := 0; i < len(value); i++ {
		if b := value[i]; b < ' ' || b > '~' || d.Has(b) {
			return false
		}
	}
	return true
}

// clean is what can be sent of value: other bytes are left out, and so is
// what goes beyond max bytes, and blanks at the end.
func clean(d edi.Delimiters, value string, max int) string {
	if !sendable(d, value) {
		value = strings.Map(func(r rune) rune {
			if r < ' ' || r > '~' || d.Has(byte(r)) {
				return -1
			}
			return r
		}, value)
	}
	if len(value) > max {
		value = value[:max]
	}
	return strings.TrimRight(value, " ")
}

// number is value as digits padded with zeros on the left to width: what is
// no digit is left out, and of too many the last count.
func number(value string, width int) string {
	value = strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, value)
	if len(value) > width {
		value = value[len(value)-width:]
	}
	return strings.Repeat("0", width-len(value)) + value
}
