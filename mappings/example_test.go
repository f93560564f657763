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
func ExampleBound_NewReading() {
	catalog, err := mappings.Load(mappings.Options{}, mappings.Embedded())
	if err != nil {
		log.Fatal(err)
	}
	document, _ := catalog.Document("x12/850")
	orders, _, err := document.For("004010", "")
	if err != nil {
		log.Fatal(err)
	}
	reading := orders.NewReading(mappings.ReadingOptions{})

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
	// warning LINE-COUNT CTT-01 - the set says it has another number of PO1 than the 1 that came
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
	order, _ := a.Receives(mappings.DocumentKind{Set: "850", Release: "004010"})
	fmt.Println(a.Partner, a.Status, a.X12.Errors, order.Map, order.Repeat)

	_, err = catalog.Agreement("harbor", "sftp-east", sender)
	fmt.Println(err)
	// Output:
	// prairie-outfitters live reject-set x12/850 replace
	// partner "prairie-outfitters" on channel "sftp-east": the partner may not use this channel
}

// The map that reads a document writes it: what an ERP confirms, a partner
// gets as the segments of its standard.
func ExampleBound_NewWriting() {
	catalog, err := mappings.Load(mappings.Options{}, mappings.Embedded())
	if err != nil {
		log.Fatal(err)
	}
	document, _ := catalog.Document("edifact/ORDERS")
	orders, _, err := document.For("D96A", "3")
	if err != nil {
		log.Fatal(err)
	}
	const order = `{"kind":"order","version":1,"number":"PO-1","purpose":"original","type":"new","date":"2026-11-02",
		"parties":[{"role":"ship-to","name":"CHILD'S PLAY"}],
		"lines":[{"number":"1","quantity":"2","unit":"EA","price":"9.5","items":[{"type":"vendor","id":"HS-1"}]}]}`
	message, segments, findings, err := orders.NewWriting(mappings.WritingOptions{}).Append(nil, []byte(order), mappings.Header{
		ControlNumber: "1", Message: []string{"ORDERS", "D", "96A", "UN"}, LineEnd: "\n",
		Delimiters: edi.Delimiters{Element: '+', Component: ':', Segment: '\'', Release: '?'},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(string(message))
	fmt.Println(segments, "segments,", len(findings), "findings")
	// Output:
	// UNH+1+ORDERS:D:96A:UN'
	// BGM+220+PO-1+9'
	// DTM+137:20261102:102'
	// NAD+DP+++CHILD?'S PLAY'
	// LIN+1'
	// PIA+5+HS-1:SA'
	// QTY+21:2:PCE'
	// PRI+AAA:9.5'
	// UNS+S'
	// CNT+2:1'
	// UNT+11+1'
	// 11 segments, 0 findings
}
