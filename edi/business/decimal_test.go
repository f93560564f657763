package business

import (
	"math/big"
	"testing"
)

func (a amount) big() *big.Int {
	b := new(big.Int).Lsh(big.NewInt(a.hi), 64)
	return b.Add(b, new(big.Int).SetUint64(a.lo))
}

// FuzzProduct compares products and sums with those of math/big.
func FuzzProduct(f *testing.F) {
	f.Add("12.345", "-0,5")
	f.Add("999999999999999999", "999999999999999999")
	f.Add("0.000000000001", "0.000000000001")
	f.Add("-123456789.123456", "987654321.123456")
	f.Fuzz(func(t *testing.T, x, y string) {
		a, okA := parse([]byte(x), 0)
		b, okB := parse([]byte(y), 2)
		if !okA || !okB {
			return
		}
		got, ok := product(a, b)
		want := new(big.Int).Mul(big.NewInt(a.units), big.NewInt(b.units))
		exact := true
		for s := a.scale + b.scale; s != places; {
			if s < places {
				want.Mul(want, big.NewInt(10))
				s++
				continue
			}
			var r big.Int
			want.QuoRem(want, big.NewInt(10), &r)
			exact = exact && r.Sign() == 0
			s--
		}
		if fits := exact && want.BitLen() < 126; ok != fits && want.BitLen() != 127 {
			t.Fatalf("%q × %q: ok %t, want %t (%d bits)", x, y, ok, fits, want.BitLen())
		}
		if ok && got.big().Cmp(want) != 0 {
			t.Fatalf("%q × %q = %v, want %v", x, y, got.big(), want)
		}
		if sum, fits := got.plus(got.negated()); ok && (!fits || !sum.zero()) {
			t.Fatalf("%q × %q less itself is not zero", x, y)
		}
		if ok && got.less(got) || got.abs().hi < 0 {
			t.Fatal("order is broken")
		}
	})
}

func TestParse(t *testing.T) {
	for _, c := range []struct {
		text    string
		implied int
		units   int64
		scale   int
		ok      bool
	}{
		{"12", 0, 12, 0, true}, {"12", 2, 12, 2, true}, {"1200", 2, 12, 0, true}, {"-1,50", 0, -15, 1, true}, {".5", 0, 5, 1, true},
		{"5.", 0, 5, 0, true}, {"0", 2, 0, 0, true}, {"0.00", 0, 0, 0, true}, {"000000000000000000000001", 0, 1, 0, true},
		{"", 0, 0, 0, false}, {"-", 0, 0, 0, false}, {".", 0, 0, 0, false}, {"1.2.3", 0, 0, 0, false}, {"1E3", 0, 0, 0, false},
		{"1234567890123456789", 0, 0, 0, false}, {"0.0000000000001", 0, 0, 0, false},
	} {
		n, ok := parse([]byte(c.text), c.implied)
		if ok != c.ok || ok && (n.units != c.units || n.scale != c.scale) {
			t.Errorf("parse(%q, %d) = %v, %t", c.text, c.implied, n, ok)
		}
	}
}

// Numbers that make a sum too large make it unknown, not wrong.
func TestSumTooLarge(t *testing.T) {
	n, _ := parse([]byte("999999999999999999"), 0)
	var s sum
	for range 10 {
		s.add(product(n, number{units: 999999}))
	}
	if s.unknown {
		t.Error("a sum of ten was too large")
	}
	s = sum{}
	s.add(product(n, n))
	if !s.unknown {
		t.Error("a product of 36 digits was taken")
	}
}
