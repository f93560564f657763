package document_test

import (
	"fmt"
	"log"
	"strings"

	"github.com/crossdock/crossdock/edi/document"
)

const order = "UNB+UNOC:3+4012345000016:14+4098765000010:14+261102:0930+77'UNH+1+ORDERS:D:96A:UN'BGM+220+G-100+9'" +
	"LIN+1++4711:SA'QTY+21:twelve'UNS+S'UNT+6+1'UNZ+1+77'"

// A walk through a file: each segment with its depth, and what is found.
func ExampleRead() {
	text, err := document.NewText(strings.NewReader(order))
	if err != nil {
		log.Fatal(err)
	}
	for s, err := range document.Read(text, document.Options{}) {
		if err != nil {
			log.Fatal(err)
		}
		if s.Kind != document.SetSegment {
			continue
		}
		fmt.Printf("%s%s\n", strings.Repeat("  ", s.Depth), s.Segment.Raw())
		for _, f := range s.Findings {
			fmt.Printf("%s^ %s %s\n", strings.Repeat("  ", s.Depth), f.Code, f.Reference())
		}
	}
	// Output:
	// UNH+1+ORDERS:D:96A:UN
	// BGM+220+G-100+9
	// LIN+1++4711:SA
	// ^ SEGMENT-MISSING DTM
	//   QTY+21:twelve
	//   ^ ELEMENT-NUMBER QTY-01-2
	// UNS+S
	// UNT+6+1
}
