package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/crossdock/crossdock/internal/ops"
)

// name is a file name and order number in one.
func name(i int) string { return fmt.Sprintf("PO-%04d", i) }

// orders is an interchange of a partner of the demo with an 850 for each
// number. Its control number is made of seed, so one seed is one interchange.
func orders(partner, seed string, numbers ...string) string {
	isa := map[string]string{
		"guest":      "ZZ*WANDERER       *ZZ*HARBORSUPPLY   ",
		"lighthouse": "01*100200300      *01*600600600      ",
		"prairie":    "12*5550100        *01*600600600      ",
		"old-mill":   "16*0700400OLDM    *01*600600600      ",
	}[partner]
	if isa == "" {
		panic("no partner " + partner)
	}
	usage := "P"
	if partner == "guest" {
		usage = "T"
	}
	control := uint32(17)
	for _, c := range []byte(seed) {
		control = control*31 + uint32(c)
	}
	control %= 1_000_000_000
	var b strings.Builder
	fmt.Fprintf(&b, "ISA*00*          *00*          *%s*261102*1015*U*00401*%09d*0*%s*>~", isa, control, usage)
	fmt.Fprintf(&b, "GS*PO*THEM*US*20261102*1015*%d*X*004010~", control)
	for i, number := range numbers {
		fmt.Fprintf(&b, "ST*850*%04d~BEG*00*SA*%s**20261102~PO1*1*12*EA*4.25**VN*WB-1007~PO1*2*3*CA*19.9**VN*WB-2210~CTT*2~SE*6*%04d~", i+1, number, i+1)
	}
	fmt.Fprintf(&b, "GE*%d*%d~IEA*1*%09d~", len(numbers), control, control)
	return b.String()
}

// settled reports whether n files have their outcomes and nothing is left to
// do.
func settled(t *testing.T, c *ops.Client, n int) bool {
	t.Helper()
	done := 0
	for _, outcome := range outcomes(t, c) {
		if outcome != "" {
			done++
		}
	}
	s, err := c.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return done >= n && !s.Busy()
}
