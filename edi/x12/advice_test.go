package x12

import (
	"testing"

	"github.com/crossdock/crossdock/edi"
	"github.com/google/go-cmp/cmp"
)

func TestAppend824(t *testing.T) {
	gs := GS{FunctionalID: "PO", Sender: "BUYER", Receiver: "SELLER", Date: "20260105", Time: "0930", ControlNumber: "17", Version: "004010"}
	outcome := func(fate Fate, findings ...edi.Finding) Outcome {
		return Outcome{Fate: fate, Group: gs, ID: "850", ControlNumber: "0001", Findings: findings}
	}
	missing := at(edi.CodeElementMissing, "PO1", 5, 2, 3, 0, "")
	missing.Message = "mandatory and not there"
	price := edi.Finding{Code: "PRICE-DIFFERS", Severity: edi.Error, SegmentID: "PO1", InSet: 5, Element: 4, Value: "2.50", Message: "not the price agreed"}
	order := outcome(Accepted)
	order.Code, order.Qualifier, order.Number = "TC", "PO", "PO-77"
	order.References = []Reference{{"VR", "4711"}, {"", "no qualifier"}, {"VR", "~"}}
	for _, c := range []struct {
		name string
		a    Advice
		p    AckPolicy
		want string
	}{
		{"accepted", Advice{Outcomes: []Outcome{outcome(Accepted)}}, AckPolicy{}, "BGN*11*0042*20260105~OTI*TA*TN*0001*BUYER*SELLER*20260105*0930*17*0001*850*004010~"},
		{
			"rejected", Advice{Reference: "A-1", Time: "0931", Original: "000000017", Outcomes: []Outcome{outcome(Rejected, missing, price)}}, AckPolicy{},
			"BGN*11*A-1*20260105*0931**000000017~OTI*TR*TN*0001*BUYER*SELLER*20260105*0930*17*0001*850*004010~" +
				"TED*007*mandatory and not there*PO1*5*2~TED*024*not the price agreed*PO1*5*4**2.50~",
		},
		{
			"005010 has the component", Advice{Outcomes: []Outcome{outcome(Rejected, missing)}}, AckPolicy{Version: "005010"},
			"BGN*11*0042*20260105~OTI*TR*TN*0001*BUYER*SELLER*20260105*0930*17*0001*850*004010~TED*007*mandatory and not there*PO1*5*2:3~",
		},
		{
			"003020 has short dates and no 024", Advice{Outcomes: []Outcome{outcome(Rejected, price)}}, AckPolicy{Version: "003020"},
			"BGN*11*0042*260105~OTI*TR*TN*0001*BUYER*SELLER*260105*0930*17*0001*850*004010~TED*ZZZ*not the price agreed*PO1*5*4**2.50~",
		},
		{
			"codes of the partner's own, no data", Advice{Outcomes: []Outcome{outcome(AcceptedWithErrors, price)}},
			AckPolicy{AdviceCodes: map[string]string{"PRICE-DIFFERS": "UP"}, NoValues: true},
			"BGN*11*0042*20260105~OTI*TE*TN*0001*BUYER*SELLER*20260105*0930*17*0001*850*004010~TED*UP*not the price agreed*PO1*5*4~",
		},
		{
			"an outcome of the business", Advice{Outcomes: []Outcome{order}}, AckPolicy{},
			"BGN*11*0042*20260105~OTI*TC*PO*PO-77*BUYER*SELLER*20260105*0930*17*0001*850*004010~REF*VR*4711~",
		},
		{"about an acknowledgement", Advice{Outcomes: []Outcome{{Group: gs, ID: "997", ControlNumber: "0001"}}}, AckPolicy{}, ""},
		{"about a set without any number", Advice{Outcomes: []Outcome{{Group: gs, ID: "850"}}}, AckPolicy{}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.a.Date = "20260105"
			if diff := cmp.Diff(c.want, inner(t, Append824(nil, plainDelimiters, "0042", c.a, c.p))); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
	if out := Append824(nil, plainDelimiters, "0042", Advice{Outcomes: []Outcome{order}}, AckPolicy{}); len(out) > 0 {
		t.Errorf("without a date: %s", out)
	}
}
