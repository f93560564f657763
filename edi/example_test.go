package edi_test

import (
	"fmt"
	"log"
	"strings"

	"github.com/crossdock/crossdock/edi"
)

var delimiters = edi.Delimiters{Element: '*', Component: '>', Segment: '~'}

func ExampleReader_Segments() {
	r := edi.NewReader(strings.NewReader("PO1*1*5*EA*2.50~\nPO1*2*3*CA*9~\n"), delimiters, edi.Limits{})
	for s, err := range r.Segments() {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%s %s x %s, %v\n", s.ID(), s.Element(2), s.Element(4), s.Position())
	}
	// Output:
	// PO1 5 x 2.50, line 1, byte 0
	// PO1 3 x 9, line 2, byte 17
}

func ExampleWriter() {
	w := edi.NewWriter(nil, delimiters, "\n")
	w.Segment("N1", "ST", "NORTH DOCK", "92", "0042")
	w.Segment("N3", "1 HARBOUR ROAD", "")
	w.Segment("N4", "SMITH*SONS")
	fmt.Printf("%s%v\n", w.Bytes(), w.Err())
	// Output:
	// N1*ST*NORTH DOCK*92*0042~
	// N3*1 HARBOUR ROAD~
	// N4-01: value "SMITH*SONS" holds the delimiter '*'
}
