package grammar

import (
	"encoding/binary"

	"github.com/crossdock/crossdock/edi"
)

// scan looks for what makes a segment anything but plain: a byte that is no
// printable ASCII, a repetition separator, a release character and, if asked
// to, a component separator. It compares eight bytes at a time.
type scan struct {
	components bool // looks for component separators
	special    [3]uint64
	count      int
}

const (
	ones = 0x0101010101010101
	high = 0x80 * ones
)

func newScan(d edi.Delimiters, components bool) scan {
	s := scan{components: components}
	add := func(b byte) {
		if b != 0 {
			s.special[s.count] = uint64(b) * ones
			s.count++
		}
	}
	add(d.Repetition)
	add(d.Release)
	if components {
		add(d.Component)
	}
	return s
}

// plain reports whether data holds nothing that is looked for.
func (s *scan) plain(data []byte) bool {
	n := len(data)
	if n < 8 {
		return s.short(data)
	}
	var found uint64
	switch s.count {
	case 0:
		for i := 0; i+8 <= n; i += 8 {
			found |= unprintable(binary.LittleEndian.Uint64(data[i:]))
		}
		found |= unprintable(binary.LittleEndian.Uint64(data[n-8:]))
	case 1:
		a := s.special[0]
		for i := 0; i+8 <= n; i += 8 {
			x := binary.LittleEndian.Uint64(data[i:])
			found |= unprintable(x) | zeros(x^a)
		}
		x := binary.LittleEndian.Uint64(data[n-8:])
		found |= unprintable(x) | zeros(x^a)
	default:
		a, b, c := s.special[0], s.special[1], s.special[s.count-1]
		for i := 0; i+8 <= n; i += 8 {
			x := binary.LittleEndian.Uint64(data[i:])
			found |= unprintable(x) | zeros(x^a) | zeros(x^b) | zeros(x^c)
		}
		x := binary.LittleEndian.Uint64(data[n-8:])
		found |= unprintable(x) | zeros(x^a) | zeros(x^b) | zeros(x^c)
	}
	return found&high == 0
}

// short is plain for less than eight bytes.
func (s *scan) short(data []byte) bool {
	x := uint64(' ') * ones
	for _, b := range data {
		x = x<<8 | uint64(b)
	}
	found := unprintable(x)
	for _, a := range s.special[:s.count] {
		found |= zeros(x ^ a)
	}
	return found&high == 0
}

// unprintable has a high bit set if a byte of x is below a blank or above a
// tilde. A carry of the addition comes from a byte that is found anyway.
func unprintable(x uint64) uint64 { return x | (x + ones) | (x-0x20*ones)&^x }

// zeros has a high bit set if a byte of x is zero.
func zeros(x uint64) uint64 { return (x - ones) &^ x }
