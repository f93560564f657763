package grammar

import (
	"encoding/binary"

	"github.com/crossdock/crossdock/edi"
)

// scan looks at the bytes of a segment, eight at a time, for what takes a
// closer look: bytes that are no printable ASCII, repetition separators and
// release characters. In EDIFACT it finds the component separators; in X12,
// where few segments have any, they take the closer look.
type scan struct {
	special   [3]uint64
	count     int
	component uint64 // to find, 0 if not
}

const (
	ones = 0x0101010101010101
	high = 0x80 * ones
)

func newScan(d edi.Delimiters, components bool) scan {
	s := scan{}
	add := func(b byte) {
		if b != 0 {
			s.special[s.count] = uint64(b) * ones
			s.count++
		}
	}
	add(d.Repetition)
	add(d.Release)
	if components {
		s.component = uint64(d.Component) * ones
	} else {
		add(d.Component)
	}
	return s
}

// look reports whether data holds nothing that takes a closer look, and where
// its component separators are, a bit each. Where those are to be found and
// there are more bytes than bits, it takes a closer look.
func (s *scan) look(data []byte) (plain bool, separators uint64) {
	if s.component == 0 {
		return s.plain(data), 0
	}
	n := len(data)
	if n < 8 || n > 64 || s.count > 1 || s.component >= high {
		return s.apart(data)
	}
	var found, special uint64 = 0, s.special[0] // 0, a control byte, if there is none
	for i := 0; i+8 <= n; i += 8 {
		x := binary.LittleEndian.Uint64(data[i:])
		found |= unprintable(x) | zeros(x^special)
		separators |= gather(x^s.component) << i
	}
	x := binary.LittleEndian.Uint64(data[n-8:])
	found |= unprintable(x) | zeros(x^special)
	return found&high == 0, separators | gather(x^s.component)<<(n-8)
}

// apart is look in two steps, for segments that are short or have several
// special bytes.
func (s *scan) apart(data []byte) (plain bool, separators uint64) {
	if len(data) > 64 || !s.plain(data) {
		return false, 0
	}
	for i, b := range data {
		if b == byte(s.component) {
			separators |= 1 << i
		}
	}
	return true, separators
}

// gather has a bit for each of the eight bytes of x that is zero, provided
// that none is above 0x7F: then only a zero keeps its high bit when it is taken
// from 0x80, and nothing is borrowed. The product brings the bits together, no
// two of which meet.
func gather(x uint64) uint64 { return (high - x) & high * 0x0002040810204081 >> 56 }

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
