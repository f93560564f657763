package x12_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"strings"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/x12"
)

const file = `ISA*00*          *00*          *ZZ*BUYER          *ZZ*SELLER         *260105*0930*U*00401*000000017*0*P*>~
GS*PO*BUYER*SELLER*20260105*0930*17*X*004010~
ST*850*0001~
BEG*00*SA*PO-77**20260105~
PO1*1*5*EA*2.50**VN*A-1~
SE*4*0001~
ST*850*0002~
BEG*00*SA*PO-78**20260105~
SE*7*0002~
GE*2*17~
IEA*1*000000017~
`

func ExampleReader_Events() {
	for e, err := range x12.NewReader(strings.NewReader(file), x12.Options{}).Events() {
		if err != nil {
			log.Fatal(err)
		}
		switch {
		case e.Kind == x12.SetSegment && e.Segment.Is("BEG"):
			fmt.Println("order", e.Segment.Text(3), "from", e.Interchange.SenderID)
		case e.Kind == x12.SetEnd:
			for _, f := range e.Set.Findings {
				fmt.Println(f.Position, f.Reference(), f.Message)
			}
		}
	}
	// Output:
	// order PO-77 from BUYER
	// order PO-78 from BUYER
	// line 9, byte 269 SE-01 SE01 says 7 segments, there are 3
}

func ExampleResume() {
	var saved []byte
	for e, err := range x12.NewReader(strings.NewReader(file), x12.Options{}).Events() {
		if err != nil {
			log.Fatal(err)
		}
		if e.Kind == x12.SetStart {
			saved, _ = json.Marshal(e.Set.Mark) // of the last set
		}
	}
	var m x12.Mark
	if err := json.Unmarshal(saved, &m); err != nil {
		log.Fatal(err)
	}
	for e, err := range x12.Resume(strings.NewReader(file[m.Offset():]), m, x12.Options{}).Events() {
		if err != nil {
			log.Fatal(err)
		}
		if e.Kind == x12.SetSegment {
			fmt.Printf("%s\n", e.Segment.Raw())
		}
	}
	// Output:
	// ST*850*0002
	// BEG*00*SA*PO-78**20260105
	// SE*7*0002
}

func ExampleAppend997() {
	group := x12.GroupResult{
		FunctionalID: "PO", ControlNumber: "17", Version: "004010", Declared: "1", Received: 1, Fate: x12.Accepted,
		Sets: []x12.SetResult{{ID: "850", ControlNumber: "0001", Fate: x12.Rejected, Findings: []edi.Finding{
			{Code: edi.CodeElementCode, Severity: edi.Error, SegmentID: "PO1", InSet: 3, Element: 3, Value: "XX"},
		}}},
	}
	e := x12.Envelope{
		ISA:        x12.ISA{SenderID: "SELLER", ReceiverID: "BUYER", Date: "260105", Time: "0931", ControlNumber: "5"},
		Group:      x12.GS{FunctionalID: "FA", Sender: "SELLER", Receiver: "BUYER", Date: "20260105", Time: "0931", ControlNumber: "5", Version: "004010"},
		Delimiters: edi.Delimiters{Element: '*', Component: '>', Segment: '~'},
		LineEnd:    "\n",
	}
	if err := e.Check(); err != nil {
		log.Fatal(err)
	}
	body := x12.Append997(nil, e.Delimiters, "0001", group, x12.AckPolicy{LineEnd: "\n"})
	fmt.Printf("%s", bytes.ReplaceAll(x12.AppendInterchange(nil, e, 1, body), []byte("          "), []byte(" ")))
	// Output:
	// ISA*00* *00* *ZZ*SELLER         *ZZ*BUYER *260105*0931*U*00401*000000005*0*P*>~
	// GS*FA*SELLER*BUYER*20260105*0931*5*X*004010~
	// ST*997*0001~
	// AK1*PO*17~
	// AK2*850*0001~
	// AK3*PO1*3**8~
	// AK4*3**7*XX~
	// AK5*R*5~
	// AK9*R*1*1*0~
	// SE*8*0001~
	// GE*1*5~
	// IEA*1*000000005~
}

func ExampleAppendTA1() {
	d := edi.Delimiters{Element: '*', Component: '>', Segment: '~'}
	r := x12.InterchangeResult{
		ISA:      x12.ISA{ControlNumber: "000000017", Date: "260105", Time: "0930"},
		Fate:     x12.Rejected,
		Findings: []edi.Finding{{Code: x12.CodeInterchangeDuplicate, Severity: edi.Error}},
	}
	fmt.Printf("%s\n", x12.AppendTA1(nil, d, r))
	// Output: TA1*000000017*260105*0930*R*025~
}
