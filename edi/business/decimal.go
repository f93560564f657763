package business

import "math/bits"

// number is a value as it stands: an integer and how many of its digits are
// decimals.
type number struct {
	units int64
	scale int
}

const (
	maxDigits = 18 // that an int64 holds whatever they are
	places    = 12 // decimals of an amount
)

// parse reads a decimal number with either mark; implied is the number of
// decimals of one without mark. Not ok if it is none, or too long.
func parse(v []byte, implied int) (n number, ok bool) {
	negative := len(v) > 0 && v[0] == '-'
	if negative {
		v = v[1:]
	}
	digits, mark := 0, false
	for _, b := range v {
		switch {
		case '0' <= b && b <= '9':
			n.units = n.units*10 + int64(b-'0')
			if n.units > 0 {
				digits++
			}
			if mark {
				n.scale++
			}
		case (b == '.' || b == ',') && !mark:
			mark = true
		default:
			return number{}, false
		}
		if digits > maxDigits {
			return number{}, false
		}
	}
	if len(v) == 0 || mark && len(v) == 1 {
		return number{}, false
	}
	if !mark {
		n.scale = implied
	}
	for n.scale > 0 && n.units%10 == 0 {
		n.units /= 10
		n.scale--
	}
	if negative {
		n.units = -n.units
	}
	return n, n.scale <= places
}

// amount is an exact sum: 128 bits of units of 10⁻¹². It takes 26 digits
// before the mark.
type amount struct {
	hi int64
	lo uint64
}

// amount is n itself.
func (n number) amount() (amount, bool) { return product(n, number{units: 1}) }

// product is a × b; not ok if it has too many digits on either side.
func product(a, b number) (amount, bool) {
	negative := (a.units < 0) != (b.units < 0)
	hi, lo := bits.Mul64(magnitude(a.units), magnitude(b.units))
	scale := a.scale + b.scale
	for scale > places {
		// What does not end in zeros now cannot be kept exactly.
		q, r := bits.Div64(0, hi, 10)
		low, r := bits.Div64(r, lo, 10)
		if r != 0 {
			return amount{}, false
		}
		hi, lo = q, low
		scale--
	}
	for ; scale < places; scale++ {
		var carry, over uint64
		over, hi = bits.Mul64(hi, 10)
		carry, lo = bits.Mul64(lo, 10)
		hi, carry = bits.Add64(hi, carry, 0)
		if over != 0 || carry != 0 || hi > 1<<62 {
			return amount{}, false
		}
	}
	if hi > 1<<62 {
		return amount{}, false
	}
	x := amount{int64(hi), lo}
	if negative {
		x = x.negated()
	}
	return x, true
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

func (a amount) negated() amount {
	lo, borrow := bits.Sub64(0, a.lo, 0)
	hi, _ := bits.Sub64(0, uint64(a.hi), borrow)
	return amount{int64(hi), lo}
}

// plus is a + b. Each is at most 2⁶² high words, so that a sum of two cannot
// wrap; one that grew too large is not ok.
func (a amount) plus(b amount) (amount, bool) {
	lo, carry := bits.Add64(a.lo, b.lo, 0)
	hi := a.hi + b.hi + int64(carry)
	return amount{hi, lo}, hi < 1<<62 && hi > -(1<<62)
}

func (a amount) zero() bool { return a == amount{} }

// less reports whether a < b.
func (a amount) less(b amount) bool { return a.hi < b.hi || a.hi == b.hi && a.lo < b.lo }

func (a amount) abs() amount {
	if a.hi < 0 {
		return a.negated()
	}
	return a
}

// sum adds amounts up until one of them is unknown.
type sum struct {
	total   amount
	unknown bool // something that belongs to it could not be read
}

func (s *sum) add(a amount, ok bool) {
	if ok {
		s.total, ok = s.total.plus(a)
	}
	s.unknown = s.unknown || !ok
}
