package business_test

import (
	"fmt"
	"log"
	"strings"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/business"
	"github.com/crossdock/crossdock/edi/x12"
)

func ExampleChecker() {
	const set = `ST*850*0001~
BEG*00*SA*PO-77**20260105~
PO1*1*5*EA*2.50**UP*036000291453~
PO1*2*3*EA*4.00~
CTT*3*8~
SE*6*0001~
`
	g, _ := x12.Grammar("004010")
	w := g.Set("850").NewWalker()
	c := business.New(w.Set(), business.Options{})
	c.Reset("260105") // the date of the interchange
	n := 0
	d := edi.Delimiters{Element: '*', Component: '>', Segment: '~'}
	for seg, err := range edi.NewReader(strings.NewReader(set), d, edi.Limits{}).Segments() {
		if err != nil {
			log.Fatal(err)
		}
		n++
		row, _ := w.Place(seg.Element(0))
		c.Segment(seg, n, row)
	}
	for _, f := range c.Finish() {
		fmt.Printf("line %d: %s: %s\n", f.Line, f.Reference(), f.Message)
	}
	// Output:
	// line 3: PO1-07: the check digit does not fit the digits before it
	// line 5: CTT-01: there are 2 lines
}
