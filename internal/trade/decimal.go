package trade

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// DecimalPlaces is how many digits a Decimal keeps after the point.
const DecimalPlaces = 6

const decimalOne = 1_000_000

// What ParseDecimal and the arithmetic of Decimal refuse.
var (
	ErrDecimalSyntax    = errors.New("not a decimal number")
	ErrDecimalPrecision = errors.New("more than six digits after the point")
	ErrDecimalRange     = errors.New("decimal out of range")
)

// Decimal is an exact number in millionths, from -9223372036854.775808 to
// 9223372036854.775807. Its zero value is 0. It carries no unit and no
// currency: the noun that holds it says what it counts.
type Decimal struct{ micros int64 }

// Millionths returns the Decimal n/1000000.
func Millionths(n int64) Decimal { return Decimal{n} }

// Millionths returns d as a count of millionths.
func (d Decimal) Millionths() int64 { return d.micros }

// ParseDecimal reads an optional sign, digits and an optional point with
// digits on at least one side. Zeros beyond the sixth place are dropped, other
// digits there are ErrDecimalPrecision: nothing is rounded.
func ParseDecimal(s string) (Decimal, error) {
	digits := s
	negative := false
	if digits != "" && (digits[0] == '-' || digits[0] == '+') {
		negative = digits[0] == '-'
		digits = digits[1:]
	}
	whole, fraction, _ := strings.Cut(digits, ".")
	if whole == "" && fraction == "" || !allDigits(whole) || !allDigits(fraction) {
		return Decimal{}, fmt.Errorf("decimal %q: %w", s, ErrDecimalSyntax)
	}
	fraction = strings.TrimRight(fraction, "0")
	if len(fraction) > DecimalPlaces {
		return Decimal{}, fmt.Errorf("decimal %q: %w", s, ErrDecimalPrecision)
	}
	text := whole + fraction + strings.Repeat("0", DecimalPlaces-len(fraction))
	if negative {
		text = "-" + text
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return Decimal{}, fmt.Errorf("decimal %q: %w", s, ErrDecimalRange)
	}
	return Decimal{n}, nil
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// String returns the one canonical spelling: no plus sign, no needless zeros,
// a digit before the point.
func (d Decimal) String() string {
	// The magnitude as uint64, since the smallest int64 has no positive twin.
	magnitude := uint64(d.micros)
	sign := ""
	if d.micros < 0 {
		magnitude, sign = -magnitude, "-"
	}
	text := sign + strconv.FormatUint(magnitude/decimalOne, 10)
	fraction := magnitude % decimalOne
	if fraction == 0 {
		return text
	}
	return text + "." + strings.TrimRight(fmt.Sprintf("%06d", fraction), "0")
}

// Sign returns -1, 0 or 1.
func (d Decimal) Sign() int {
	switch {
	case d.micros < 0:
		return -1
	case d.micros > 0:
		return 1
	default:
		return 0
	}
}

// Add returns d+e, or ErrDecimalRange.
func (d Decimal) Add(e Decimal) (Decimal, error) {
	sum := d.micros + e.micros
	if e.micros > 0 && sum < d.micros || e.micros < 0 && sum > d.micros {
		return Decimal{}, fmt.Errorf("%s + %s: %w", d, e, ErrDecimalRange)
	}
	return Decimal{sum}, nil
}

// Sub returns d-e, or ErrDecimalRange.
func (d Decimal) Sub(e Decimal) (Decimal, error) {
	difference := d.micros - e.micros
	if e.micros > 0 && difference > d.micros || e.micros < 0 && difference < d.micros {
		return Decimal{}, fmt.Errorf("%s - %s: %w", d, e, ErrDecimalRange)
	}
	return Decimal{difference}, nil
}

// Compare returns -1, 0 or 1 as d is less than, equal to or greater than e.
func (d Decimal) Compare(e Decimal) int {
	switch {
	case d.micros < e.micros:
		return -1
	case d.micros > e.micros:
		return 1
	default:
		return 0
	}
}

// MarshalJSON writes a JSON string: a JSON number would pass through the
// binary floats of most readers.
func (d Decimal) MarshalJSON() ([]byte, error) { return []byte(`"` + d.String() + `"`), nil }

// UnmarshalJSON reads a JSON string as ParseDecimal does; a JSON number is an
// error.
func (d *Decimal) UnmarshalJSON(data []byte) error {
	var s string
	if err := json.Unmarshal(data, &s); err != nil {
		return fmt.Errorf("decimal %s: must be a JSON string", data)
	}
	parsed, err := ParseDecimal(s)
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}
