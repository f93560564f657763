package edi

import "encoding/binary"

// masksPlainly has a bit for each byte of b: both for those of element or
// terminator, ends for those of terminator, each of which holds its byte
// eight times. It looks at eight bytes a step.
func masksPlainly(b *[64]byte, element, terminator uint64) (both, ends uint64) {
	return gather(b, element, terminator, 0x7f7f7f7f7f7f7f7f, 0x8080808080808080, 0x0002040810204081)
}

// gather is masksPlainly with constants that are arguments, so that they stay
// in registers. What brings the high bits of eight bytes into the highest
// byte is a multiplication.
//
//go:noinline
func gather(b *[64]byte, element, terminator, sevens, highs, bring uint64) (both, ends uint64) {
	for i := 0; i < 64; i += 8 {
		w := binary.LittleEndian.Uint64(b[i : i+8])
		t := unlike(w, terminator, sevens) & highs
		e := unlike(w, element, sevens) & t
		ends = ends>>8 | t*bring>>56<<56
		both = both>>8 | e*bring>>56<<56
	}
	return ^both, ^ends
}

// unlike has the high bit of exactly the bytes of w set that are not as in
// pattern.
func unlike(w, pattern, sevens uint64) uint64 {
	w ^= pattern
	return w&sevens + sevens | w
}
