package grammar

import (
	"unicode/utf8"

	"github.com/crossdock/crossdock/edi/internal/ascii"
)

// flaw is what is wrong with a value.
type flaw uint8

const (
	sound flaw = iota
	tooShort
	tooLong
	badCharacter
	badCode
	badNumber
	badDate
	badTime
	notUsed
)

// fits reports whether n characters are neither too few nor too many.
func (c *cell) fits(n int) bool { return n >= int(c.min) && n <= int(c.max) }

// judge says what is wrong with a value that is not empty. A plain one holds
// no byte but printable ASCII, and no release character.
func (c *cell) judge(v []byte, plain bool, release byte) flaw {
	switch c.kind {
	case kindCode:
		if c.codes.has(v) {
			return sound
		}
		if f := c.judgeText(v, plain, release); f != sound {
			return f
		}
		return badCode
	case kindText:
		if plain {
			return c.length(len(v))
		}
		return c.judgeText(v, plain, release)
	case kindWhole:
		return c.judgeWhole(v)
	case kindDecimal, kindNumeric:
		return c.judgeDecimal(v)
	case kindDate:
		if f := c.length(len(v)); f != sound {
			return f
		}
		if !isDate(v) {
			return badDate
		}
	case kindTime:
		if f := c.length(len(v)); f != sound {
			return f
		}
		if !isTime(v) {
			return badTime
		}
	case kindAlpha:
		for _, b := range v {
			if '0' <= b && b <= '9' {
				return badCharacter
			}
		}
		return c.judgeText(v, plain, release)
	case kindBinary:
		return c.length(len(v))
	case kindForbidden:
		return notUsed
	}
	return sound
}

func (c *cell) length(n int) flaw {
	if n > int(c.max) {
		return tooLong
	}
	if n < int(c.min) {
		return tooShort
	}
	return sound
}

// judgeText counts characters, and looks for such as no text may hold.
func (c *cell) judgeText(v []byte, plain bool, release byte) flaw {
	n := len(v)
	if !plain {
		var ok bool
		if n, ok = characters(v, release); !ok {
			return badCharacter
		}
	}
	return c.length(n)
}

// characters counts the characters of v, UTF-8 if it is that and else one for
// each byte, release characters left out; not ok if there is a control
// character among them.
func characters(v []byte, release byte) (n int, ok bool) {
	high := false
	for i := 0; i < len(v); i++ {
		b := v[i]
		if b == release && release != 0 && i+1 < len(v) {
			i++
			b = v[i]
		}
		if b < ' ' || b == 0x7F {
			return 0, false
		}
		high = high || b >= utf8.RuneSelf
		n++
	}
	if high && utf8.Valid(v) {
		for _, b := range v {
			if !utf8.RuneStart(b) {
				n--
			}
		}
	}
	return n, true
}

func (c *cell) judgeWhole(v []byte) flaw {
	if v[0] == '-' {
		v = v[1:]
	}
	for _, b := range v {
		if b-'0' > 9 {
			return badNumber
		}
	}
	if len(v) == 0 {
		return badNumber
	}
	return c.length(len(v))
}

// judgeDecimal takes a sign, one decimal mark and, in X12, an exponent; none
// of them counts. EDIFACT has either mark, and a digit on both sides of it.
func (c *cell) judgeDecimal(v []byte) flaw {
	whole := 0
	for whole < len(v) && v[whole]-'0' <= 9 {
		whole++
	}
	if whole == len(v) { // as most are
		return c.length(whole)
	}
	digits, mark, exponent := 0, -1, false
	start := 0
	if v[0] == '-' {
		start = 1
	}
	for i := start; i < len(v); i++ {
		b := v[i]
		switch {
		case b-'0' <= 9:
			digits++
		case mark < 0 && !exponent && (b == '.' || b == ',' && c.kind == kindNumeric):
			mark = i
		case b == 'E' && c.kind == kindDecimal && !exponent && digits > 0:
			exponent = true
			if i+1 < len(v) && v[i+1] == '-' {
				i++
			}
			if i+1 == len(v) {
				return badNumber
			}
		default:
			return badNumber
		}
	}
	if digits == 0 || c.kind == kindNumeric && (mark == start || mark == len(v)-1) {
		return badNumber
	}
	return c.length(digits)
}

// isDate reports whether v is YYMMDD or CCYYMMDD and a day of the calendar. A
// year of two digits is taken to be of this century, which has every leap day
// the last one had but that of 2000 itself.
func isDate(v []byte) bool {
	if len(v) != 6 && len(v) != 8 || !ascii.Digits(v) {
		return false
	}
	year := 2000 + two(v[len(v)-6:])
	if len(v) == 8 {
		year = two(v)*100 + two(v[2:])
	}
	month, day := two(v[len(v)-4:]), two(v[len(v)-2:])
	if month < 1 || month > 12 || day < 1 {
		return false
	}
	last := 31
	switch month {
	case 4, 6, 9, 11:
		last = 30
	case 2:
		last = 28
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			last = 29
		}
	}
	return day <= last
}

// isTime reports whether v is HHMM, HHMMSS, HHMMSSD or HHMMSSDD.
func isTime(v []byte) bool {
	n := len(v)
	if n != 4 && n != 6 && n != 7 && n != 8 || !ascii.Digits(v) {
		return false
	}
	return two(v) < 24 && two(v[2:]) < 60 && (n == 4 || two(v[4:]) < 60)
}

func two(v []byte) int { return int(v[0]-'0')*10 + int(v[1]-'0') }
