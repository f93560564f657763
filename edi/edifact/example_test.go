package edifact_test

import (
	"encoding/json"
	"fmt"
	"log"
	"strings"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/edifact"
)

const file = `UNA:+.? '
UNB+UNOC:3+4012345000009:14+4012345000016:14+260105:0930+REF17'
UNH+1+ORDERS:D:96A:UN:EAN008'
BGM+220+PO-77+9'
FTX+AAI+++Don?'t ring'
UNT+4+1'
UNH+2+ORDERS:D:96A:UN:EAN008'
BGM+220+PO-78+9'
UNT+7+2'
UNZ+2+REF17'
`

func ExampleReader_Events() {
	for e, err := range edifact.NewReader(strings.NewReader(file), edifact.Options{}).Events() {
		if err != nil {
			log.Fatal(err)
		}
		switch {
		case e.Kind == edifact.MessageSegment && e.Segment.Is("BGM"):
			fmt.Println("order", e.Segment.Text(2), "from", e.Interchange.Sender.ID)
		case e.Kind == edifact.MessageSegment && e.Segment.Is("FTX"):
			fmt.Println("text:", e.Segment.Text(4))
		case e.Kind == edifact.MessageEnd:
			for _, f := range e.Message.Findings {
				fmt.Println(f.Position, f.Reference(), f.Message)
			}
		}
	}
	// Output:
	// order PO-77 from 4012345000009
	// text: Don't ring
	// order PO-78 from 4012345000009
	// line 9, byte 200 UNT-01 0074 says 7 segments, there are 3
}

func ExampleResume() {
	var saved []byte
	for e, err := range edifact.NewReader(strings.NewReader(file), edifact.Options{}).Events() {
		if err != nil {
			log.Fatal(err)
		}
		if e.Kind == edifact.MessageStart {
			saved, _ = json.Marshal(e.Message.Mark) // of the last message
		}
	}
	var m edifact.Mark
	if err := json.Unmarshal(saved, &m); err != nil {
		log.Fatal(err)
	}
	for e, err := range edifact.Resume(strings.NewReader(file[m.Offset():]), m, edifact.Options{}).Events() {
		if err != nil {
			log.Fatal(err)
		}
		if e.Kind == edifact.MessageSegment {
			fmt.Printf("%s\n", e.Segment.Raw())
		}
	}
	// Output:
	// UNH+2+ORDERS:D:96A:UN:EAN008
	// BGM+220+PO-78+9
	// UNT+7+2
}

func ExampleAppendInterchange() {
	e := edifact.Envelope{
		UNB: edifact.UNB{
			Sender: edifact.Party{ID: "4012345000016", Qualifier: "14"}, Receiver: edifact.Party{ID: "4012345000009", Qualifier: "14"},
			Date: "260105", Time: "0931", Reference: "5", Test: "1",
		},
		Delimiters: edifact.Delimiters("3"),
		LineEnd:    "\n",
	}
	if err := e.Check(); err != nil {
		log.Fatal(err)
	}
	w := edi.NewWriter(nil, e.Delimiters, e.LineEnd)
	w.Begin("UNH")
	w.Element("1")
	w.Composite("ORDRSP", "D", "96A", "UN", "EAN005")
	w.End()
	w.Segment("BGM", "231", "PO+77")
	w.Segment("UNT", fmt.Sprint(w.Count()+1), "1")
	fmt.Printf("%s", edifact.AppendInterchange(nil, e, 1, w.Bytes()))
	// Output:
	// UNB+UNOC:3+4012345000016:14+4012345000009:14+260105:0931+5++++++1'
	// UNH+1+ORDRSP:D:96A:UN:EAN005'
	// BGM+231+PO?+77'
	// UNT+3+1'
	// UNZ+1+5'
}

func ExampleAppendCONTRL() {
	x := edifact.InterchangeResult{
		UNB: edifact.UNB{Version: "3", Sender: edifact.Party{ID: "BUYER"}, Receiver: edifact.Party{ID: "SELLER"}, Reference: "REF17"},
		// One message of two is rejected, for a value of its third segment.
		Messages: 2, Fate: edi.Accepted,
		Groups: []edifact.GroupResult{{Implicit: true, Fate: edi.Accepted, Messages: []edifact.MessageResult{
			{UNH: edifact.UNH{Reference: "1", Type: "ORDERS", Version: "D", Release: "96A", Agency: "UN"}, Fate: edi.Accepted},
			{UNH: edifact.UNH{Reference: "2", Type: "ORDERS", Version: "D", Release: "96A", Agency: "UN"}, Fate: edi.Rejected, Findings: []edi.Finding{
				{Code: edi.CodeElementDate, Severity: edi.Error, SegmentID: "DTM", InSet: 3, Element: 1, Component: 2},
			}},
		}}},
	}
	fmt.Printf("%s", edifact.AppendCONTRL(nil, edifact.Delimiters("3"), "1", x, edifact.AckPolicy{LineEnd: "\n"}))
	// Output:
	// UNH+1+CONTRL:D:3:UN'
	// UCI+REF17+BUYER+SELLER+7'
	// UCM+1+ORDERS:D:96A:UN+7'
	// UCM+2+ORDERS:D:96A:UN+4'
	// UCS+3'
	// UCD+12+2:2'
	// UNT+7+1'
}

func ExampleAcknowledgements() {
	const received = `UNB+UNOC:3+SELLER+BUYER+260105:0931+9'
UNH+1+CONTRL:D:3:UN'
UCI+REF17+BUYER+SELLER+7'
UCM+2+ORDERS:D:96A:UN+4'
UCS+3'
UCD+12+2:2'
UNT+6+1'
UNZ+1+9'
`
	for a, err := range edifact.Acknowledgements(edifact.NewReader(strings.NewReader(received), edifact.Options{}).Events()) {
		if err != nil {
			log.Fatal(err)
		}
		if a.Message == nil {
			fmt.Println("interchange", a.Reference, a.Fate)
			continue
		}
		fmt.Println("message", a.Message.Reference, a.Fate)
		for _, f := range a.Findings {
			fmt.Printf("segment %d, element %d, component %d: %s\n", f.InSet, f.Element, f.Component, f.Message)
		}
	}
	// Output:
	// interchange REF17 accepted
	// message 2 rejected
	// segment 3, element 1, component 2: the partner says: a value is not valid (12)
}

func ExampleCharset() {
	latin := edifact.UNB{Syntax: "UNOC"}.Charset()
	fmt.Println(latin.Decode("\xC4rger"))
	value, ok := latin.Encode("Ärger")
	fmt.Printf("%q %v\n", value, ok)
	_, ok = latin.Encode("Łódź")
	fmt.Println(ok)
	// Output:
	// Ärger
	// "\xc4rger" true
	// false
}
