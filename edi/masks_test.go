package edi

import (
	"math/rand/v2"
	"testing"
)

func TestMasks(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	few := []byte{0, 1, '*', '+', '~', '\'', '\n', 0x7f, 0x80, 0x81, 0xaa, 0xff}
	for range 5000 {
		var b [64]byte
		for i := range b {
			if b[i] = byte(rnd.Uint32()); rnd.IntN(2) == 0 {
				b[i] = few[rnd.IntN(len(few))]
			}
		}
		element, terminator := few[rnd.IntN(len(few))], few[rnd.IntN(len(few))]
		var both, ends uint64
		for i, c := range b {
			if c == element || c == terminator {
				both |= 1 << i
			}
			if c == terminator {
				ends |= 1 << i
			}
		}
		e, s := uint64(element)*ones, uint64(terminator)*ones
		if gotBoth, gotEnds := masks(&b, e, s); gotBoth != both || gotEnds != ends {
			t.Fatalf("%q and %q in %q: got %x, %x, want %x, %x", element, terminator, b, gotBoth, gotEnds, both, ends)
		}
		if gotBoth, gotEnds := masksPlainly(&b, e, s); gotBoth != both || gotEnds != ends {
			t.Fatalf("plainly, %q and %q in %q: got %x, %x, want %x, %x", element, terminator, b, gotBoth, gotEnds, both, ends)
		}
	}
}
