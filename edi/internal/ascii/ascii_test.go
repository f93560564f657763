package ascii

import "testing"

func TestAlphanumeric(t *testing.T) {
	const all = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	n := 0
	for b := range 256 {
		if Alphanumeric(byte(b)) {
			if n == len(all) || all[n] != byte(b) {
				t.Fatalf("%q is none", rune(b))
			}
			n++
		}
	}
	if n != len(all) {
		t.Errorf("got %d, want %d", n, len(all))
	}
}

func TestDigits(t *testing.T) {
	for in, want := range map[string]bool{"": true, "0": true, "0123456789": true, "12a": false, "/": false, ":": false, "-1": false, "\xff": false, "\u0661": false} {
		if Digits(in) != want || Digits([]byte(in)) != want {
			t.Errorf("%q: want %v", in, want)
		}
	}
}
