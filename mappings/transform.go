package mappings

import (
	"math/bits"
	"unicode/utf8"

	"github.com/crossdock/crossdock/edi"
)

// transform turns the bytes of an element, its padding removed and not empty,
// into the JSON string of a canonical value, appended to dst. A fault is a
// code and a sentence; dst is then returned as it was.
type transform func(dst, value []byte) (out []byte, code, reason string)

// transforms is the closed list a map chooses from by "as". A code table is
// "code" with the name of its table.
func transforms() map[string]transform {
	return map[string]transform{
		"text":     text,
		"decimal":  decimal,
		"quantity": quantity,
		"implied2": impliedTwo,
		"date":     date,
	}
}

// text takes a value as it is. Bytes that are not UTF-8 are read as ISO 8859-1,
// which is what partners send who name no character set.
func text(dst, value []byte) ([]byte, string, string) {
	return appendString(dst, value), "", ""
}

// decimal takes X12 type R and EDIFACT n: a sign, digits, a decimal mark.
func decimal(dst, value []byte) ([]byte, string, string) {
	return appendDecimal(dst, value, 0, false)
}

// quantity is a decimal that is not negative.
func quantity(dst, value []byte) ([]byte, string, string) {
	return appendDecimal(dst, value, 0, true)
}

// impliedTwo takes X12 type N2: the last two digits stand after the point.
func impliedTwo(dst, value []byte) ([]byte, string, string) {
	return appendDecimal(dst, value, 2, false)
}

// maxMillionths bounds decimals to what an int64 of millionths holds, as the
// nouns keep them.
const (
	decimalPlaces   = 6
	maxMillionths   = 1<<63 - 1
	notANumber      = "is not a number"
	tooManyPlaces   = "has more than six digits after the decimal point"
	numberTooLarge  = "is too large a number"
	negativeRefused = "must not be negative"
)

func appendDecimal(dst, value []byte, implied int, positive bool) ([]byte, string, string) {
	digits := value
	negative := false
	if digits[0] == '-' || digits[0] == '+' {
		negative = digits[0] == '-'
		digits = digits[1:]
	}
	var n uint64
	seen, point, places := 0, false, 0
	for _, c := range digits {
		switch {
		case c == '.' && !point && implied == 0:
			point = true
			continue
		case c < '0' || c > '9':
			return dst, edi.CodeElementNumber, notANumber
		}
		seen++
		if point {
			if places++; places > decimalPlaces {
				if c != '0' {
					return dst, edi.CodeElementNumber, tooManyPlaces
				}
				continue
			}
		}
		high, low := bits.Mul64(n, 10)
		sum, carry := bits.Add64(low, uint64(c-'0'), 0)
		if high != 0 || carry != 0 || sum > maxMillionths {
			return dst, edi.CodeElementNumber, numberTooLarge
		}
		n = sum
	}
	if seen == 0 {
		return dst, edi.CodeElementNumber, notANumber
	}
	for places = min(places, decimalPlaces) + implied; places < decimalPlaces; places++ {
		if n > maxMillionths/10 {
			return dst, edi.CodeElementNumber, numberTooLarge
		}
		n *= 10
	}
	if negative && n > 0 && positive {
		return dst, edi.CodeElementNumber, negativeRefused
	}
	return appendMillionths(dst, n, negative && n > 0), "", ""
}

// appendMillionths writes the canonical spelling: no needless zeros, a digit
// before the point.
func appendMillionths(dst []byte, n uint64, negative bool) []byte {
	dst = append(dst, '"')
	if negative {
		dst = append(dst, '-')
	}
	const one = 1_000_000
	dst = appendUint(dst, n/one, 1)
	if fraction := n % one; fraction > 0 {
		width := decimalPlaces
		for fraction%10 == 0 {
			fraction /= 10
			width--
		}
		dst = append(dst, '.')
		dst = appendUint(dst, fraction, width)
	}
	return append(dst, '"')
}

// appendUint writes n in decimal with at least width digits.
func appendUint(dst []byte, n uint64, width int) []byte {
	var buf [20]byte
	i := len(buf)
	for n > 0 || len(buf)-i < width {
		i--
		buf[i] = '0' + byte(n%10)
		n /= 10
	}
	return append(dst, buf[i:]...)
}

// centuryPivot is where two-digit years turn: 80 is 1980, 79 is 2079. EDI is
// hardly older, and an order is not dated half a century ahead.
const centuryPivot = 80

const notADate = "is not a day of the calendar, written CCYYMMDD or YYMMDD"

// date takes CCYYMMDD, and YYMMDD as releases before 004010 write it.
func date(dst, value []byte) ([]byte, string, string) {
	if len(value) != 6 && len(value) != 8 {
		return dst, edi.CodeElementDate, notADate
	}
	n := 0
	for _, c := range value {
		if c < '0' || c > '9' {
			return dst, edi.CodeElementDate, notADate
		}
		n = n*10 + int(c-'0')
	}
	year, month, day := n/10000, n/100%100, n%100
	if len(value) == 6 {
		if year += 1900; year < 1900+centuryPivot {
			year += 100
		}
	}
	if year == 0 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month) {
		return dst, edi.CodeElementDate, notADate
	}
	dst = append(dst, '"')
	dst = appendUint(dst, uint64(year), 4)
	dst = append(dst, '-')
	dst = appendUint(dst, uint64(month), 2)
	dst = append(dst, '-')
	dst = appendUint(dst, uint64(day), 2)
	return append(dst, '"'), "", ""
}

func daysIn(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	default:
		return 31
	}
}

// transform makes the table's own transform.
func (t *codeTable) transform() transform {
	return func(dst, value []byte) ([]byte, string, string) {
		if word, ok := t.words[string(value)]; ok {
			dst = append(dst, '"')
			dst = append(dst, word...)
			return append(dst, '"'), "", ""
		}
		if !t.keep {
			return dst, edi.CodeElementCode, "is not a code this document is accepted with"
		}
		if !looksLikeCode(value) {
			return dst, edi.CodeElementCode, "is not a code"
		}
		dst = append(dst, '"')
		dst = append(dst, t.standard...)
		dst = append(dst, ':')
		quote := len(dst)
		dst = appendString(dst, value)
		dst = append(dst[:quote], dst[quote+1:]...)
		return dst, "", ""
	}
}

// maxCode is well above the longest coded element of either standard.
const maxCode = 20

func looksLikeCode(value []byte) bool {
	for _, c := range value {
		if c <= ' ' || c > '~' {
			return false
		}
	}
	return len(value) <= maxCode
}

const hexDigits = "0123456789abcdef"

// appendString writes a JSON string the way encoding/json does when it does
// not escape HTML, so that decoding and encoding a document changes no byte.
func appendString(dst, s []byte) []byte {
	dst = append(dst, '"')
	plain := 0
	for plain < len(s) && s[plain] >= ' ' && s[plain] < utf8.RuneSelf && s[plain] != '"' && s[plain] != '\\' {
		plain++
	}
	dst = append(dst, s[:plain]...)
	if plain == len(s) {
		return append(dst, '"')
	}
	latin1 := !utf8.Valid(s)
	for i := plain; i < len(s); {
		c := s[i]
		switch {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c == '\b':
			dst = append(dst, '\\', 'b')
		case c == '\f':
			dst = append(dst, '\\', 'f')
		case c == '\n':
			dst = append(dst, '\\', 'n')
		case c == '\r':
			dst = append(dst, '\\', 'r')
		case c == '\t':
			dst = append(dst, '\\', 't')
		case c < ' ':
			dst = append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		case c < utf8.RuneSelf:
			dst = append(dst, c)
		case latin1:
			dst = utf8.AppendRune(dst, rune(c))
		default:
			r, size := utf8.DecodeRune(s[i:])
			if r == '\u2028' || r == '\u2029' {
				dst = append(dst, '\\', 'u', '2', '0', '2', hexDigits[r&15])
			} else {
				dst = append(dst, s[i:i+size]...)
			}
			i += size
			continue
		}
		i++
	}
	return append(dst, '"')
}
