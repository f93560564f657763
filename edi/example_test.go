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

func ExampleSegment_Component() {
	d := edi.Delimiters{Element: '*', Component: ':', Repetition: '^', Segment: '~'}
	s := edi.ParseSegment([]byte("SV1*HC:99213:25*40*UN*AB^CD"), d)
	fmt.Printf("%s has %d elements\n", s.ID(), s.Len())
	fmt.Printf("%s, code %s, modifier %s\n", s.Element(1), s.Component(1, 2), s.Component(1, 3))
	for r := range s.Repetitions(4) {
		fmt.Printf("%s\n", r)
	}
	// Output:
	// SV1 has 4 elements
	// HC:99213:25, code 99213, modifier 25
	// AB
	// CD
}

// In EDIFACT a release character takes the meaning from the byte after it.
func ExampleSegment_Text() {
	d := edi.Delimiters{Element: '+', Component: ':', Segment: '\'', Release: '?'}
	r := edi.NewReader(strings.NewReader("FTX+AAI+++SMITH?+SONS?: WHAT??'"), d, edi.Limits{})
	for s, err := range r.Segments() {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%s\n%s\n", s.Element(4), s.Text(4))
	}
	// Output:
	// SMITH?+SONS?: WHAT??
	// SMITH+SONS: WHAT?
}

// What is wrong with the bytes themselves is told beside the segment, which is
// still there to be read.
func ExampleSegment_AppendFindings() {
	r := edi.NewReader(strings.NewReader("N1*ST*NORTH DOCK~~N1*BT*SOUTH DOCK"), delimiters, edi.Limits{})
	for s, err := range r.Segments() {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%q\n", s.Raw())
		for _, f := range s.AppendFindings(nil) {
			fmt.Printf("  %v: %s: %s\n", f.Position, f.Code, f.Message)
		}
	}
	// Output:
	// "N1*ST*NORTH DOCK"
	// ""
	//   line 1, byte 17: SEGMENT-EMPTY: two segment terminators follow each other with nothing between
	// "N1*BT*SOUTH DOCK"
	//   line 1, byte 18: TERMINATOR-MISSING: the segment has no terminator
}

// A file that was wrapped at a column has line breaks inside its segments.
func ExampleReader_JoinLines() {
	r := edi.NewReader(strings.NewReader("N1*ST*NOR\r\nTH DOCK~N3*1 HARB\r\nOUR ROAD~"), delimiters, edi.Limits{})
	r.JoinLines(true)
	for s, err := range r.Segments() {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%s %s\n", s.ID(), s.Element(s.Len()))
	}
	// Output:
	// N1 NORTH DOCK
	// N3 1 HARBOUR ROAD
}

func ExampleWriter_Composite() {
	w := edi.NewWriter(nil, edi.Delimiters{Element: '+', Component: ':', Segment: '\'', Release: '?'}, "")
	w.Begin("NAD")
	w.Element("BY")
	w.Composite("5412345000013", "", "9")
	w.Element("SMITH+SONS")
	w.Element("")
	w.End()
	fmt.Printf("%s\n", w.Bytes())
	// Output: NAD+BY+5412345000013::9+SMITH?+SONS'
}

func ExampleFinding_Reference() {
	f := edi.Finding{Code: edi.CodeElementLong, Severity: edi.Error, SegmentID: "PO1", InSet: 7, Element: 3, Value: "EACH"}
	fmt.Println(f.Reference(), f.Code, f.Value)
	// Output: PO1-03 ELEMENT-LONG EACH
}
