package grammar_test

import (
	"encoding/json"
	"fmt"
	"log"
	"strings"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/grammar"
	"github.com/crossdock/crossdock/edi/x12"
)

const set = `ST*850*0001~
BEG*00*SA*PO-77**20260231~
N2*HARBOUR OFFICE~
PO1*1*5*EA*2,50**VN~
CTT*1~
SE*6*0001~
`

var delimiters = edi.Delimiters{Element: '*', Component: '>', Segment: '~'}

func ExampleChecker() {
	g, _ := x12.Grammar("004010")
	c := g.Set("850").NewChecker(grammar.CheckOptions{})
	n := 0
	for seg, err := range edi.NewReader(strings.NewReader(set), delimiters, edi.Limits{}).Segments() {
		if err != nil {
			log.Fatal(err)
		}
		n++
		c.Segment(seg, n)
	}
	for _, f := range c.Finish(edi.Position{}) {
		fmt.Printf("line %d: %s: %s\n", f.Line, f.Reference(), f.Message)
	}
	// Output:
	// line 2: BEG-05: not a day of the calendar
	// line 3: N2: the segment belongs to a loop that is not open, or to a place that is past
	// line 4: PO1-04: not a number of type R
	// line 4: PO1-07: all or none of 06, 07
}

func ExampleWalker() {
	g, _ := x12.Grammar("004010")
	s := g.Set("850")
	w := s.NewWalker()
	for _, tag := range []string{"ST", "BEG", "N1", "N3", "PO1", "SCH", "SE"} {
		row, _ := w.Place([]byte(tag))
		loop := s.Loops[s.Rows[row].Loop]
		fmt.Printf("%-3s at %d in %q\n", tag, s.Rows[row].Position, loop.Path)
	}
	// Output:
	// ST  at 10 in ""
	// BEG at 20 in ""
	// N1  at 420 in "N1"
	// N3  at 440 in "N1"
	// PO1 at 770 in "PO1"
	// SCH at 1190 in "PO1/SCH"
	// SE  at 1960 in ""
}

// A partner that sends its own price code, and has to name the vendor's
// article number.
func ExampleGrammar_Patch() {
	var overlay []grammar.Patch
	err := json.Unmarshal([]byte(`[
		{"name": "price code", "set": "850", "segment": "PO1", "element": 5, "addCodes": ["X9"]},
		{"name": "article number", "set": "850", "segment": "PO1", "element": 7, "require": true}
	]`), &overlay)
	if err != nil {
		log.Fatal(err)
	}
	g, _ := x12.Grammar("004010")
	own, err := g.Patch(overlay...)
	if err != nil {
		log.Fatal(err)
	}
	price := own.Set("850").Rows[76].Segment.Elements[4]
	fmt.Println(price.Element.HasCode("X9"), g.Segment("PO1").Elements[4].Element.HasCode("X9"))
	// Output: true false
}
