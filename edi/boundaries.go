package edi

import (
	"bytes"
	"math/bits"
	"slices"
)

// boundaries finds element separators and terminators ahead of the reader, in
// blocks: all of them are found in one pass that looks at eight bytes a step,
// and a segment is then a run of their offsets. That is much faster than to
// look for the end of each segment, and then of each element, in calls of
// their own: elements are a few bytes long.
type boundaries struct {
	element, terminator, release uint64 // each eight times in a word
	releases                     bool
	released                     uint64   // 1 if the byte at to is released
	marks                        []uint32 // offsets in the buffer, those up to n in order
	n                            int
	ends                         []uint32 // places in marks of the terminators
	next                         int      // in ends
	first                        int      // in marks, of the segment that comes next
	to                           int      // bytes of the buffer that were looked at
}

const (
	ones = 0x0101010101010101

	lookAhead = 2 << 10 // bytes looked at in one go
	spare     = 80      // places in marks that the last step may write to and not use
)

// delimit begins anew at byte at of the buffer with other delimiters.
func (x *boundaries) delimit(d Delimiters, at int) {
	x.element, x.terminator = uint64(d.Element)*ones, uint64(d.Segment)*ones
	x.release, x.releases = uint64(d.Release)*ones, d.Release != 0
	x.reset(at)
}

// reset forgets what lies ahead and begins anew at byte at of the buffer,
// which is not released.
func (x *boundaries) reset(at int) {
	x.n, x.ends, x.next, x.first, x.to, x.released = 0, x.ends[:0], 0, 0, at, 0
}

// shift follows the buffer, of which the first by bytes have left.
func (x *boundaries) shift(by int) {
	if x.to < by {
		x.reset(0)
		return
	}
	for x.next < len(x.ends) && int(x.marks[x.ends[x.next]]) < by {
		x.first = int(x.ends[x.next]) + 1
		x.next++
	}
	for x.first < x.n && int(x.marks[x.first]) < by {
		x.first++
	}
	x.compact()
	for i := range x.marks[:x.n] {
		x.marks[i] -= uint32(by)
	}
	x.to -= by
}

// compact forgets what lies behind.
func (x *boundaries) compact() {
	if x.first == 0 {
		return // as in each but the first fill of a long segment; next is 0 too
	}
	ends := x.ends[x.next:]
	for i := range ends {
		ends[i] -= uint32(x.first)
	}
	x.ends = append(x.ends[:0], ends...)
	x.n = copy(x.marks, x.marks[x.first:x.n])
	x.first, x.next = 0, 0
}

// scan looks at the next bytes of the buffer. Of a segment of more than limit
// elements no more are kept; its end is found all the same.
func (x *boundaries) scan(buf []byte, limit int) {
	x.compact()
	if len(x.ends) == 0 && x.n > limit {
		x.n = limit
	}
	data := buf[x.to:min(len(buf), x.to+lookAhead)]
	if need := x.n + len(data) + spare; need > len(x.marks) {
		marks := make([]uint32, max(need, 2*len(x.marks)))
		copy(marks, x.marks[:x.n])
		x.marks = marks
	}
	x.ends = slices.Grow(x.ends, len(data)+1)
	at := uint32(x.to)
	x.to += len(data)
	quote := x.quote(data) // bytes to the next release character
	for len(data) > 0 {
		var both, ends uint64
		n := len(data)
		if n >= 64 {
			n = 64
			both, ends = masks((*[64]byte)(data), x.element, x.terminator)
			if quote < 64 || x.released != 0 {
				free := ^x.quoted((*[64]byte)(data), 64)
				both, ends = both&free, ends&free
				quote = 64 + x.quote(data[64:])
			}
		} else {
			var block [64]byte
			copy(block[:], data)
			both, ends = masks(&block, x.element, x.terminator)
			free := uint64(1)<<n - 1
			if quote < n || x.released != 0 {
				free &^= x.quoted(&block, n)
			}
			both, ends = both&free, ends&free
		}
		x.add(both, ends, at)
		data = data[n:]
		at += uint32(n)
		quote -= n
	}
}

// quote is how many bytes stand before the next release character, all of data
// and more if there is none.
func (x *boundaries) quote(data []byte) int {
	if x.releases {
		if i := bytes.IndexByte(data, byte(x.release)); i >= 0 {
			return i
		}
	}
	return lookAhead + 64
}

// quoted has a bit for each of n bytes that a release character stands before,
// unless that is itself released.
func (x *boundaries) quoted(b *[64]byte, n int) uint64 {
	r, _ := masks(b, x.release, x.release)
	if n < 64 {
		r &= 1<<n - 1
	}
	if r == 0 {
		released := x.released
		x.released = 0
		return released
	}
	// A run of release characters quotes the byte after it if it is odd. Runs are
	// told apart by where they begin, at an odd or an even place, with the carry
	// of a subtraction running through them.
	const odd = 0xAAAAAAAAAAAAAAAA
	starts := r &^ x.released
	after := starts << 1
	series := (after | odd) - starts
	quotes := series ^ odd // release characters that quote, and the bytes they quote
	quoted := quotes ^ (r | x.released)
	x.released = (quotes & r) >> (n - 1) & 1
	return quoted
}

// add notes the bytes of 64 from at on that have a bit. There must be room.
func (x *boundaries) add(both, ends uint64, at uint32) {
	if ends != 0 {
		n, list := uint32(x.n), x.ends
		for ; ends != 0; ends &= ends - 1 {
			list = append(list, n+uint32(bits.OnesCount64(both&(ends&-ends-1))))
		}
		x.ends = list
	}
	// Eight are written in a go, whether there are as many or not, for a loop
	// that ends after each would be mispredicted more often than not.
	n, marks := x.n, x.marks
	x.n += bits.OnesCount64(both)
	for both != 0 {
		out := (*[8]uint32)(marks[n:])
		out[0] = at + uint32(bits.TrailingZeros64(both))
		both &= both - 1
		out[1] = at + uint32(bits.TrailingZeros64(both))
		both &= both - 1
		out[2] = at + uint32(bits.TrailingZeros64(both))
		both &= both - 1
		out[3] = at + uint32(bits.TrailingZeros64(both))
		both &= both - 1
		out[4] = at + uint32(bits.TrailingZeros64(both))
		both &= both - 1
		out[5] = at + uint32(bits.TrailingZeros64(both))
		both &= both - 1
		out[6] = at + uint32(bits.TrailingZeros64(both))
		both &= both - 1
		out[7] = at + uint32(bits.TrailingZeros64(both))
		both &= both - 1
		n += 8
	}
}
