package envelope

import (
	"strings"
	"testing"

	"github.com/crossdock/crossdock/edi"
)

// TestFindOther finds a start wherever windows divide it.
func TestFindOther(t *testing.T) {
	const start = "UNB+UNOC:3+A+B+260105:0930+1'"
	for before := range 2 * SeekWindow {
		data := strings.Repeat(" x", before/2) + strings.Repeat(" ", before%2) + " " + start + strings.Repeat("y", 200)
		segs := edi.NewReader(strings.NewReader(data), edi.Delimiters{}, edi.Limits{})
		s := NewStray(segs)
		for {
			w := segs.Peek(SeekWindow)
			at, found := s.FindOther(w, edi.X12)
			if found {
				s.Pass(at)
				break
			}
			if len(w) < SeekWindow {
				t.Fatalf("nothing found after %d bytes", before)
			}
			s.Pass(SeekWindow - StartWindow)
		}
		if segs.Offset() != int64(before+1) {
			t.Fatalf("found at %d, want %d", segs.Offset(), before+1)
		}
	}
}

func TestLooksLike(t *testing.T) {
	for in, want := range map[string]string{
		"ISA*": "X12", "UNB+": "EDIFACT", "UIB+": "interactive", "STX=": "TRADACOMS", "GS*": "ISA is missing", "<?xml": "XML", "[1]": "JSON", "%PDF-1": "PDF", "PK\x03\x04": "ZIP", "hello": `"hello"`,
	} {
		if got := looksLike([]byte(in)); !strings.Contains(got, want) {
			t.Errorf("%q: %s", in, got)
		}
	}
}

func TestNothing(t *testing.T) {
	for in, want := range map[string]string{
		"<order/>":      "no interchange of X12 or EDIFACT begins in the file: it looks like XML or HTML",
		"GS*PO*A*B~":    "no interchange of X12 or EDIFACT begins in the file: the ISA is missing",
		"ISA\x0000\x00": "no interchange of X12 or EDIFACT begins in the file: the byte after ISA separates no elements",
		"UNB+UNOA:3+":   "no X12 interchange begins in the file: it is EDIFACT",
	} {
		if got := (&Stray{Sample: []byte(in)}).Nothing(edi.X12); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
