package label_test

import (
	"fmt"

	"github.com/crossdock/crossdock/edi/label"
)

func Example() {
	x12, edifact := label.X12(), label.EDIFACT()
	fmt.Println(x12.Set("850"), "|", x12.Segment("PO1"), "|", x12.Element("330"), "|", x12.Code("98", "ST"))
	fmt.Println(edifact.Set("ORDERS"), "|", edifact.Segment("NAD"), "|", edifact.Element("C186"))
	// Output:
	// purchase order | order line | quantity ordered | ship to
	// purchase order | party | quantity
}
