package mappings

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

// transform is one way of writing a value in an element, and back.
type transform struct {
	name string
	// read turns the bytes of an element, its padding removed and not empty,
	// into the JSON string of a canonical value, appended to dst. With a fault
	// dst is returned as it was. format is that of an EDIFACT period, for those
	// that ask for it.
	read func(dst, value, format []byte) (out []byte, f fault)
	// write turns a canonical value into the bytes of an element, appended to
	// dst; a reason says why it cannot, and dst is then returned as it was.
	write func(dst, value []byte, at *slotInfo) (out []byte, reason string)
	// period is the part of an EDIFACT period that the value is.
	period periodPart
	table  *codeTable
}

// slotInfo is what writing a value needs to know of its element.
type slotInfo struct {
	max     int  // characters; 0 if not known
	decimal byte // decimal mark
}

// transforms is the closed list a map chooses from by "as". A code table is
// "code" with the name of its table.
func transforms(standard string) map[string]*transform {
	comma := standard == "edifact"
	number := func(name string, implied int, positive bool) *transform {
		return &transform{
			name: name,
			read: func(dst, value, _ []byte) ([]byte, fault) {
				return appendDecimal(dst, value, implied, positive, comma)
			},
			write: func(dst, value []byte, at *slotInfo) ([]byte, string) {
				return writeDecimal(dst, value, implied, positive, at.decimal)
			},
		}
	}
	list := []*transform{
		textTransform(),
		number("decimal", 0, false),
		number("quantity", 0, true),
		number("implied1", 1, false),
		number("implied2", 2, false),
		number("implied3", 3, false),
		number("implied4", 4, false),
		{name: "date", read: date, write: writeDate},
		{name: "time", read: clock, write: writeClock},
	}
	if comma {
		list = append(list,
			&transform{name: "dtm-date", read: periodDate, write: writeText, period: periodIsDate},
			&transform{name: "dtm-time", read: periodTime, write: writeText, period: periodIsTime},
			&transform{name: "dtm-end", read: periodEnd, write: writeText, period: periodIsEnd},
			positionAfterID(),
		)
	}
	known := map[string]*transform{}
	for _, t := range list {
		known[t.name] = t
	}
	return known
}

// textName is the transform that takes a value as it is.
const textName = "text"

// textTransform takes a value as it is. Bytes that are not UTF-8 are read as
// ISO 8859-1, which is what partners send who name no character set.
func textTransform() *transform {
	return &transform{
		name:  textName,
		read:  func(dst, value, _ []byte) ([]byte, fault) { return appendString(dst, value), fine },
		write: writeText,
	}
}

func writeText(dst, value []byte, _ *slotInfo) ([]byte, string) { return append(dst, value...), "" }

// decimalPlaces and maxMillionths bound decimals to what an int64 of millionths
// holds, as the nouns keep them.
const (
	decimalPlaces = 6
	maxMillionths = 1<<63 - 1
)

// appendDecimal reads X12 types R and Nn and EDIFACT n: a sign, digits, a
// decimal mark. Of a number with implied places the last digits stand after
// the point.
func appendDecimal(dst, value []byte, implied int, positive, comma bool) ([]byte, fault) {
	if implied == 0 && spelled(value) {
		dst = append(dst, '"')
		dst = append(dst, value...)
		return append(dst, '"'), fine
	}
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
		case (c == '.' || c == ',' && comma) && !point && implied == 0:
			point = true
			continue
		case c < '0' || c > '9':
			return dst, notANumber
		}
		seen++
		if point {
			if places++; places > decimalPlaces {
				if c != '0' {
					return dst, tooManyPlaces
				}
				continue
			}
		}
		high, low := bits.Mul64(n, 10)
		sum, carry := bits.Add64(low, uint64(c-'0'), 0)
		if high != 0 || carry != 0 || sum > maxMillionths {
			return dst, numberTooLarge
		}
		n = sum
	}
	if seen == 0 {
		return dst, notANumber
	}
	for places = min(places, decimalPlaces) + implied; places < decimalPlaces; places++ {
		if n > maxMillionths/10 {
			return dst, numberTooLarge
		}
		n *= 10
	}
	if negative && n > 0 && positive {
		return dst, negativeRefused
	}
	return appendMillionths(dst, n, negative && n > 0), fine
}

// spelled reports whether a number is spelled as a canonical decimal without a
// sign, as most are: at most twelve digits, no needless zeros.
func spelled(value []byte) bool {
	const digits = 12
	if len(value) > digits || len(value) == 0 {
		return false
	}
	point := -1
	for i, c := range value {
		if c-'0' <= 9 {
			continue
		}
		if c != '.' || point >= 0 {
			return false
		}
		point = i
	}
	if point < 0 {
		return value[0] != '0' || len(value) == 1
	}
	places := len(value) - point - 1
	return places > 0 && places <= decimalPlaces && value[len(value)-1] != '0' &&
		(point == 1 || point > 1 && value[0] != '0')
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

// writeDecimal writes a canonical decimal. A digit stands before the mark and
// behind it; with implied places there is no mark.
func writeDecimal(dst, value []byte, implied int, positive bool, mark byte) ([]byte, string) {
	var space [32]byte
	out, f := appendDecimal(space[:0], orBlank(value), 0, positive, false)
	if f != fine {
		return dst, f.reason()
	}
	if string(out[1:len(out)-1]) != string(value) {
		return dst, "is not the canonical spelling of a number"
	}
	whole, fraction := value, value[len(value):]
	if point := bytes.IndexByte(value, '.'); point >= 0 {
		whole, fraction = value[:point], value[point+1:]
	}
	if implied == 0 {
		dst = append(dst, whole...)
		if len(fraction) > 0 {
			if mark == 0 {
				mark = '.'
			}
			dst = append(dst, mark)
			dst = append(dst, fraction...)
		}
		return dst, ""
	}
	if len(fraction) > implied {
		return dst, "has more digits after the decimal point than the element implies"
	}
	if whole[0] == '-' {
		dst, whole = append(dst, '-'), whole[1:]
	}
	digits := append(append(space[:0], whole...), fraction...)
	for range implied - len(fraction) {
		digits = append(digits, '0')
	}
	for len(digits) > 1 && digits[0] == '0' {
		digits = digits[1:]
	}
	return append(dst, digits...), ""
}

// millionths is a decimal as a count of millionths; false for what is none.
func millionths(value []byte) (int64, bool) {
	if len(value) > 0 && len(value) <= 12 {
		var n int64
		for _, c := range value {
			if c-'0' > 9 {
				n = -1
				break
			}
			n = n*10 + int64(c-'0')
		}
		if n >= 0 {
			return n * 1_000_000, true
		}
	}
	var space [32]byte
	out, f := appendDecimal(space[:0], orBlank(value), 0, false, true)
	if f != fine {
		return 0, false
	}
	var n int64
	places, negative := -1, false
	for _, c := range out[1 : len(out)-1] {
		switch c {
		case '-':
			negative = true
		case '.':
			places = 0
		default:
			n = n*10 + int64(c-'0')
			if places >= 0 {
				places++
			}
		}
	}
	for places = max(places, 0); places < decimalPlaces; places++ {
		n *= 10
	}
	if negative {
		n = -n
	}
	return n, true
}

// decimalOf is the canonical spelling of a count of millionths.
func decimalOf(n int64) string {
	negative := n < 0
	if negative {
		n = -n
	}
	out := appendMillionths(nil, uint64(n), negative)
	return string(out[1 : len(out)-1])
}

// orBlank makes an empty value one that no number is.
func orBlank(value []byte) []byte {
	if len(value) == 0 {
		return []byte{' '}
	}
	return value
}

// plainPrefix is how many bytes at the beginning stand for themselves in a JSON
// string. Eight are looked at together: a byte has its high bit set in flawed
// if it is a control byte, a quote, a backslash or not ASCII.
func plainPrefix(s []byte) int {
	const (
		ones  = 0x0101010101010101
		highs = 0x8080808080808080
	)
	i := 0
	for ; i+8 <= len(s); i += 8 {
		x := binary.LittleEndian.Uint64(s[i:])
		quote, slash := x^'"'*ones, x^'\\'*ones
		flawed := (x - ' '*ones) | x | (quote - ones) | (slash - ones)
		if flawed&highs != 0 {
			break
		}
	}
	for i < len(s) && s[i] >= ' ' && s[i] < utf8.RuneSelf && s[i] != '"' && s[i] != '\\' {
		i++
	}
	return i
}

const hexDigits = "0123456789abcdef"

// appendString writes a JSON string the way encoding/json does when it does
// not escape HTML, so that decoding and encoding a document changes no byte.
func appendString(dst, s []byte) []byte {
	plain := plainPrefix(s)
	if n := len(dst); plain == len(s) && cap(dst)-n >= plain+2 {
		dst = dst[:n+plain+2]
		dst[n], dst[n+plain+1] = '"', '"'
		copy(dst[n+1:], s)
		return dst
	}
	dst = append(dst, '"')
	dst = append(dst, s[:plain]...)
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
