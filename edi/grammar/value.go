package grammar

import (
	"encoding/binary"
	"unicode/utf8"

	"github.com/crossdock/crossdock/edi"
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
)

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
	}
	return sound
}

func (c *cell) length(n int) flaw {
	if n > c.max {
		return tooLong
	}
	if n < c.min {
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
	if len(v) != 6 && len(v) != 8 || !digits(v) {
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
	if n != 4 && n != 6 && n != 7 && n != 8 || !digits(v) {
		return false
	}
	return two(v) < 24 && two(v[2:]) < 60 && (n == 4 || two(v[4:]) < 60)
}

func two(v []byte) int { return int(v[0]-'0')*10 + int(v[1]-'0') }

func digits(v []byte) bool {
	for _, b := range v {
		if b-'0' > 9 {
			return false
		}
	}
	return true
}

// scan looks for what makes a segment anything but plain: a byte that is no
// printable ASCII, a repetition separator, a release character and, if asked
// to, a component separator. It compares eight bytes at a time.
type scan struct {
	components                     bool // looks for component separators
	component, repetition, release uint64
}

const (
	ones = 0x0101010101010101
	high = 0x80 * ones
)

func newScan(d edi.Delimiters, components bool) scan {
	// 0x7F, never plain anyway, stands in for a delimiter that is not used.
	pattern := func(b byte) uint64 {
		if b == 0 {
			b = 0x7F
		}
		return uint64(b) * ones
	}
	s := scan{components: components, repetition: pattern(d.Repetition), release: pattern(d.Release), component: pattern(0)}
	if components {
		s.component = pattern(d.Component)
	}
	return s
}

func (s *scan) plain(data []byte) bool {
	var found uint64
	i := 0
	for ; i+8 <= len(data); i += 8 {
		found |= s.word(binary.LittleEndian.Uint64(data[i:]))
	}
	if i < len(data) {
		if len(data) >= 8 {
			found |= s.word(binary.LittleEndian.Uint64(data[len(data)-8:]))
		} else {
			last := uint64(' ') * ones
			for _, b := range data[i:] {
				last = last<<8 | uint64(b)
			}
			found |= s.word(last)
		}
	}
	return found == 0
}

// word is 0 if none of the eight bytes of x is one that plain looks for.
func (s *scan) word(x uint64) uint64 {
	a, b, c, d := x^s.component, x^s.repetition, x^s.release, x^0x7F*ones
	return (x | (x-0x20*ones)&^x | (a-ones)&^a | (b-ones)&^b | (c-ones)&^c | (d-ones)&^d) & high
}
