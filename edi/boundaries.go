package edi

import (
	"encoding/binary"
	"math/bits"
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
	ones   = 0x0101010101010101
	sevens = 0x7f7f7f7f7f7f7f7f
	highs  = 0x8080808080808080

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
	at := uint32(x.to)
	x.to += len(data)
	for ; len(data) >= 64; data = data[64:] {
		both, ends := x.masks((*[64]byte)(data), 64)
		x.add(both, ends, at)
		at += 64
	}
	if n := len(data); n > 0 {
		var last [64]byte
		copy(last[:], data)
		both, ends := x.masks(&last, n)
		keep := uint64(1)<<n - 1
		x.add(both&keep, ends&keep, at)
	}
}

// masks has a bit for each of n bytes: both for separators and terminators,
// ends for terminators, save for those that are released.
func (x *boundaries) masks(b *[64]byte, n int) (both, ends uint64) {
	e, t := x.element, x.terminator
	for i := 0; i < 8; i++ {
		w := binary.LittleEndian.Uint64(b[8*i : 8*i+8])
		we, wt := w^e, w^t
		// Exactly the bytes that are zero have no high bit.
		we = (we&sevens + sevens) | we
		wt = (wt&sevens + sevens) | wt
		both |= gather(^(we & wt)) << (8 * i)
		ends |= gather(^wt) << (8 * i)
	}
	if x.releases {
		free := ^x.quoted(b, n)
		both, ends = both&free, ends&free
	}
	return both, ends
}

// gather makes eight bits of the high bits of eight bytes.
func gather(w uint64) uint64 { return (w & highs) * 0x0002040810204081 >> 56 }

// quoted has a bit for each of n bytes that a release character stands before,
// unless that is itself released.
func (x *boundaries) quoted(b *[64]byte, n int) uint64 {
	var r uint64
	for i := 0; i < 8; i++ {
		w := binary.LittleEndian.Uint64(b[8*i:8*i+8]) ^ x.release
		r |= gather(^((w&sevens + sevens) | w)) << (8 * i)
	}
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

// add notes the bytes of 64 from at on that have a bit.
func (x *boundaries) add(both, ends uint64, at uint32) {
	for t := ends; t != 0; t &= t - 1 {
		x.ends = append(x.ends, uint32(x.n+bits.OnesCount64(both&(t&-t-1))))
	}
	// Eight are written in a go, whether there are as many or not, for a loop
	// that ends after each would be mispredicted more often than not.
	n := x.n
	x.n += bits.OnesCount64(both)
	for both != 0 {
		out := (*[8]uint32)(x.marks[n:])
		for i := range out {
			out[i] = at + uint32(bits.TrailingZeros64(both))
			both &= both - 1
		}
		n += 8
	}
}
