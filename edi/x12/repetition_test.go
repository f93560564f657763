package x12

import (
	"strings"
	"testing"
)

// TestRepetitionAgreed: what is agreed about ISA11 counts more than what its
// version makes of it, unless it can be no separator.
func TestRepetitionAgreed(t *testing.T) {
	const isa = "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260105*1200*%*@*000000001*0*P*>~IEA*0*000000001~"
	for _, c := range []struct {
		version, isa11 string
		agreed         func(ISA, byte) byte
		want           byte
		findings       int
	}{
		{"00401", "^", nil, 0, 1},
		{"00401", "^", func(isa ISA, _ byte) byte { return isa.Repetition[0] }, '^', 0},
		{"00401", "U", func(isa ISA, _ byte) byte { return isa.Repetition[0] }, 0, 0},
		{"00501", "^", nil, '^', 0},
		{"00501", "^", func(ISA, byte) byte { return 0 }, 0, 0},
		{"00501", "^", func(_ ISA, read byte) byte { return read }, '^', 0},
		{"00501", ">", func(isa ISA, _ byte) byte { return isa.Repetition[0] }, 0, 1},
	} {
		text := strings.NewReplacer("%", c.isa11, "@", c.version).Replace(isa)
		for e, err := range NewReader(strings.NewReader(text), Options{Repetition: c.agreed}).Events() {
			if err != nil {
				t.Fatal(err)
			}
			if e.Kind != InterchangeEnd {
				continue
			}
			odd := 0
			for _, f := range e.Interchange.Findings {
				if f.Code == CodeISARepetition {
					odd++
				}
			}
			if got := e.Interchange.Delimiters.Repetition; got != c.want || odd != c.findings {
				t.Errorf("ISA11 %s of %s: %q, %v; want %q and %d findings", c.isa11, c.version, got, e.Interchange.Findings, c.want, c.findings)
			}
		}
	}
}
