package compare

import (
	"bytes"
	"testing"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/document"
)

// FuzzFiles: a file is the same as itself, and what is told of two is told
// whichever comes first.
func FuzzFiles(f *testing.F) {
	f.Add([]byte(before), []byte(before[:len(before)/2]))
	f.Add([]byte("UNB+UNOC:3+A+B+261102:0930+77'UNH+1+ORDERS:D:96A:UN'BGM+220+1'UNT+3+1'UNZ+1+77'"), []byte("UNH+1+ORDERS:D:96A:UN'BGM+220+2'UNT+3+1'"))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		for _, o := range []Options{{}, {Envelope: true}} {
			if changes := differ(t, "fuzz", a, a, o); len(changes) > 0 {
				t.Fatalf("it differs from itself: %v", changes)
			}
		}
		if standard(t, a) != standard(t, b) {
			return
		}
		forth, back := differ(t, "fuzz", a, b, Options{}), differ(t, "fuzz", b, a, Options{})
		if (len(forth) > 0) != (len(back) > 0) {
			t.Fatalf("%v, and back: %v", forth, back)
		}
	})
}

func standard(t *testing.T, data []byte) edi.Standard {
	t.Helper()
	text, err := document.NewText(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return text.Standard
}
