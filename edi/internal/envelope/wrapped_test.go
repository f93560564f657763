package envelope

import (
	"strings"
	"testing"
)

func TestWrapped(t *testing.T) {
	line := strings.Repeat("x", 30)
	for _, c := range []struct {
		in   string
		want bool
	}{
		{line + "\n" + line + "\n", true}, {line + "\r\n" + line + "\r\nrest~", true},
		{line + "~\n" + line + "~\n", false}, {line + "\n" + line + "x\n", false}, {line + "\n" + line, false}, {"short\nshort\n", false}, {"", false},
	} {
		if got := Wrapped([]byte(c.in), '~'); got != c.want {
			t.Errorf("%q: got %v", c.in, got)
		}
	}
}
