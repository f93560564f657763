package x12_test

import (
	"bytes"
	"fmt"
	"log"
	"strings"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/x12"
)

// A file is judged by its envelopes: what is found becomes results, the
// policy settles their fates, and the acknowledgement follows from those.
func ExampleFatePolicy_Settle() {
	var interchange x12.InterchangeResult
	var groups []x12.GroupResult
	var sets []x12.SetResult
	for e, err := range x12.NewReader(strings.NewReader(file), x12.Options{}).Events() {
		if err != nil {
			log.Fatal(err)
		}
		switch e.Kind {
		case x12.SetEnd:
			sets = append(sets, x12.SetResult{ID: e.Set.ID, ControlNumber: e.Set.ControlNumber, Findings: e.Set.Findings})
		case x12.GroupEnd:
			g := e.Group
			groups = append(groups, x12.GroupResult{
				FunctionalID: g.FunctionalID, ControlNumber: g.ControlNumber, Version: g.Version,
				Declared: g.Declared, Received: g.Sets, Findings: g.Findings, Sets: sets,
			})
			sets = nil
		case x12.InterchangeEnd:
			interchange = x12.InterchangeResult{ISA: e.Interchange.ISA, Findings: e.Interchange.Findings}
		}
	}
	d := edi.Delimiters{Element: '*', Component: '>', Segment: '~'}
	for _, p := range []x12.FatePolicy{{}, {Together: x12.WholeInterchange}} {
		p.Settle(&interchange, groups)
		fmt.Printf("%s\n%s", x12.AppendTA1(nil, d, interchange), x12.Append997(nil, d, "0001", groups[0], x12.AckPolicy{LineEnd: "\n"}))
	}
	// Output:
	// TA1*000000017*260105*0930*A*000~
	// ST*997*0001~
	// AK1*PO*17~
	// AK2*850*0001~
	// AK5*A~
	// AK2*850*0002~
	// AK5*R*4~
	// AK9*P*2*2*1~
	// SE*8*0001~
	// TA1*000000017*260105*0930*A*000~
	// ST*997*0001~
	// AK1*PO*17~
	// AK2*850*0001~
	// AK5*R~
	// AK2*850*0002~
	// AK5*R*4~
	// AK9*R*2*2*0~
	// SE*8*0001~
}

func ExampleAppend999() {
	group := x12.GroupResult{
		FunctionalID: "PO", ControlNumber: "17", Version: "005010", Declared: "1", Received: 1, Fate: x12.Accepted,
		Sets: []x12.SetResult{{
			ID: "850", ControlNumber: "0001", Fate: x12.AcceptedWithErrors, Context: x12.Context{Name: "BEG03", Value: "PO-77"},
			Findings: []edi.Finding{{Code: edi.CodeElementNotUsed, Severity: edi.Error, SegmentID: "PO1", InSet: 3, Element: 10, Value: "RED"}},
		}},
	}
	d := edi.Delimiters{Element: '*', Component: ':', Repetition: '^', Segment: '~'}
	fmt.Printf("%s", x12.Append999(nil, d, "0001", group, x12.AckPolicy{LineEnd: "\n"}))
	// Output:
	// ST*999*0001*005010X231A1~
	// AK1*PO*17*005010~
	// AK2*850*0001~
	// IK3*PO1*3**8~
	// CTX*BEG03:PO-77~
	// IK4*10**I10*RED~
	// IK5*E*I5~
	// AK9*E*1*1*1~
	// SE*9*0001~
}

// The form of an order was fine; its content was not.
func ExampleAppend824() {
	gs := x12.GS{FunctionalID: "PO", Sender: "BUYER", Receiver: "SELLER", Date: "20260105", Time: "0930", ControlNumber: "17", Version: "004010"}
	advice := x12.Advice{Reference: "A-9", Date: "20260105", Time: "0945", Outcomes: []x12.Outcome{{
		Fate: x12.Rejected, Qualifier: "PO", Number: "PO-77", Group: gs, ID: "850", ControlNumber: "0001",
		Findings: []edi.Finding{{
			Code: "PRICE-DIFFERS", Severity: edi.Error, SegmentID: "PO1", InSet: 3, Element: 4, Value: "2.50", Message: "the price agreed is 2.75",
		}},
	}}}
	d := edi.Delimiters{Element: '*', Component: '>', Segment: '~'}
	fmt.Printf("%s", x12.Append824(nil, d, "0001", advice, x12.AckPolicy{Version: "004010", LineEnd: "\n"}))
	// Output:
	// ST*824*0001~
	// BGN*11*A-9*20260105*0945~
	// OTI*TR*PO*PO-77*BUYER*SELLER*20260105*0930*17*0001*850*004010~
	// TED*024*the price agreed is 2.75*PO1*3*4**2.50~
	// SE*5*0001~
}

// What a partner says of our documents, by the control numbers we gave them.
func ExampleAcknowledgements() {
	const answer = `ISA*00*          *00*          *ZZ*BUYER          *ZZ*SELLER         *260105*1012*U*00401*000000031*0*P*>~
TA1*000000005*260105*0931*A*000~
GS*FA*BUYER*SELLER*20260105*1012*31*X*004010~
ST*997*0001~
AK1*PR*5~
AK2*855*0001~
AK5*A~
AK2*855*0002~
AK3*PO1*4**8~
AK4*4**7*2,50~
AK5*R*5~
AK9*P*2*2*1~
SE*10*0001~
GE*1*31~
IEA*1*000000031~
`
	for a, err := range x12.Acknowledgements(x12.NewReader(strings.NewReader(answer), x12.Options{}).Events()) {
		if err != nil {
			log.Fatal(err)
		}
		switch {
		case a.TA1 != nil:
			fmt.Println("interchange", a.TA1.ControlNumber, a.TA1.Fate())
		case a.Set != nil:
			fmt.Println("set", a.Set.GroupControl, a.Set.ControlNumber, a.Set.Fate)
			for _, f := range a.Set.Findings {
				fmt.Println("  segment", f.InSet, f.Reference(), f.Code, f.Value)
			}
		case a.Group != nil:
			fmt.Println("group", a.Group.ControlNumber, a.Group.AcceptedCount, "of", a.Group.Received)
		}
	}
	// Output:
	// interchange 000000005 accepted
	// set 5 0001 accepted
	// set 5 0002 rejected
	//   segment 4 PO1-04 ELEMENT-CODE 2,50
	// group 5 1 of 2
}

// A group of many sets is acknowledged while they are read.
func ExampleWrite997() {
	var out bytes.Buffer
	group := x12.GroupResult{FunctionalID: "PO", ControlNumber: "17", Version: "004010", Received: 100_000, Fate: x12.Accepted}
	sets := func(yield func(x12.SetResult, error) bool) {
		for i := range group.Received {
			s := x12.SetResult{ID: "850", ControlNumber: fmt.Sprintf("%06d", i), Fate: x12.Accepted}
			if i == 41 {
				s.Fate = x12.Rejected
			}
			if !yield(s, nil) {
				return
			}
		}
	}
	d := edi.Delimiters{Element: '*', Component: '>', Segment: '~'}
	if err := x12.Write997(&out, d, "0001", group, sets, x12.AckPolicy{OnlyRejectedSets: true, LineEnd: "\n"}); err != nil {
		log.Fatal(err)
	}
	fmt.Print(out.String())
	// Output:
	// ST*997*0001~
	// AK1*PO*17~
	// AK2*850*000041~
	// AK5*R~
	// AK9*P*100000*100000*99999~
	// SE*6*0001~
}
