package envelope

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/crossdock/crossdock/edi/internal/ascii"
)

const maxText = 40 // bytes of a header value; what is longer is wrong and noted

// Text is a header value as a string that JSON keeps as it is, cut at 40
// bytes.
func Text(v []byte) string {
	if len(v) > maxText {
		v = v[:maxText]
	}
	return strings.ToValidUTF8(string(v), "\uFFFD")
}

// Count reads a declared count; ok is whether it is a number.
func Count(declared []byte) (n int, ok bool) {
	declared = bytes.TrimSpace(declared)
	if len(declared) == 0 || !ascii.Digits(declared) {
		return 0, false
	}
	n, err := strconv.Atoi(string(declared))
	return n, err == nil
}

// SameNumber reports whether two control numbers that differ as text are the
// same number.
func SameNumber(a, b string) bool {
	x, errX := strconv.ParseUint(strings.TrimSpace(a), 10, 63)
	y, errY := strconv.ParseUint(strings.TrimSpace(b), 10, 63)
	return errX == nil && errY == nil && x == y
}

// IsDate reports whether v is a date YYMMDD or CCYYMMDD, its day being one
// that some month has.
func IsDate(v []byte) bool {
	if len(v) != 6 && len(v) != 8 || !ascii.Digits(v) {
		return false
	}
	v = v[len(v)-4:]
	m, d := number2(v), number2(v[2:])
	return m >= 1 && m <= 12 && d >= 1 && d <= 31
}

// IsTime reports whether v is a time HHMM.
func IsTime(v []byte) bool {
	return len(v) == 4 && ascii.Digits(v) && number2(v) < 24 && number2(v[2:]) < 60
}

func number2(v []byte) int { return int(v[0]-'0')*10 + int(v[1]-'0') }
