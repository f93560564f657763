package mappings_test

import (
	"fmt"
	"log"
	"strings"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/mappings"
)

// A set is fed to a reading segment by segment; what comes out is canonical
// JSON, and what is wrong with the set.
func ExampleDocument_NewReading() {
	catalog, err := mappings.Load(mappings.Options{}, mappings.Embedded())
	if err != nil {
		log.Fatal(err)
	}
	document, _ := catalog.Document("x12/850")
	reading := document.NewReading(mappings.ReadingOptions{})

	const set = "ST*850*0001~BEG*00*NE*PO-1**20261102~PO1**2*EA*9.50**VN*HS-1~CTT*2~SE*5*0001~"
	segments := edi.NewReader(strings.NewReader(set), edi.Delimiters{Element: '*', Component: '>', Segment: '~'}, edi.Limits{})
	inSet := 0
	for segment, err := range segments.Segments() {
		if err != nil {
			log.Fatal(err)
		}
		inSet++
		reading.Segment(segment, inSet)
	}
	order, findings := reading.Finish()
	fmt.Println(string(order))
	for _, f := range findings {
		fmt.Println(f.Severity, f.Code, f.Reference(), "-", f.Message)
	}
	// Output:
	// {"kind":"order","version":1,"number":"PO-1","purpose":"original","type":"new","date":"2026-11-02","lines":[{"number":"1","quantity":"2","unit":"EA","price":"9.5","items":[{"type":"vendor","id":"HS-1"}]}]}
	// warning LINE-COUNT CTT-01 - the set says it has 2 PO1, and 1 came
}

// The sender of an interchange and the channel it came on name the agreement.
func ExampleCatalog_Agreement() {
	catalog, err := mappings.Load(mappings.Options{}, mappings.Embedded())
	if err != nil {
		log.Fatal(err)
	}
	sender := mappings.Party{
		Standard: "x12", SenderQualifier: "12", SenderID: "5550100",
		ReceiverQualifier: "01", ReceiverID: "600600600",
	}
	a, err := catalog.Agreement("harbor", "van", sender)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(a.Partner, a.Status, a.X12.Errors, a.Documents["850"].Repeat)

	_, err = catalog.Agreement("harbor", "sftp-east", sender)
	fmt.Println(err)
	// Output:
	// prairie-outfitters live reject-set replace
	// partner "prairie-outfitters" on channel "sftp-east": the partner may not use this channel
}
