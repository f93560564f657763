package exchange_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossdock/crossdock/internal/inbox"
)

// Each kind of bad EDIFACT ends in a finding, an outcome, and a CONTRL that
// says what was done, as the agreement has it.
func TestBadEDIFACT(t *testing.T) {
	rejected := func(sent []string, errs ...string) ending { return ending{inbox.Rejected, 0, errs, sent} }
	two := func(partner string) string { return orders(partner, numbers(partner, 2)...) }
	for _, c := range []struct {
		name, channel, content string
		want                   ending
	}{
		{"good", "main", two("setwise"), ending{inbox.Accepted, 2, nil, []string{"CONTRL 7"}}},
		{"unknown partner", "main", two("nobody"), rejected([]string{"CONTRL 4"}, "INTERCHANGE-SENDER")},
		{"partner of another channel", "main", two("elsewhere"), rejected([]string{"CONTRL 4"}, "PARTNER-NOT-ON-CHANNEL")},
		{"unknown receiver", "main", edited(two("setwise"), "QUAY:14", "QUAI:14"), rejected([]string{"CONTRL 4"}, "INTERCHANGE-RECEIVER")},
		{"unknown message type", "main", edited(orders("setwise", "T"), "+ORDERS:", "+INVOIC:"), rejected([]string{"CONTRL 7, 1 of 1 rejected"}, "MESSAGE-UNSUPPORTED")},
		{"no UNB", "main", strings.SplitAfterN(orders("setwise", "T"), "\n", 2)[1], rejected(nil, "UNB-MISSING")},
		{"wrong reference in the UNZ", "main", edited(two("strict"), "UNZ+2+7", "UNZ+2+8"), rejected([]string{"CONTRL 4"}, "UNZ-REFERENCE")},
		{"the same, where errors are noted", "main", edited(two("lenient"), "UNZ+2+7", "UNZ+2+8"),
			ending{inbox.Accepted, 2, []string{"UNZ-REFERENCE"}, []string{"CONTRL 7"}}},
		{"wrong count in the UNZ", "main", edited(two("setwise"), "UNZ+2+7", "UNZ+3+7"), ending{inbox.Accepted, 2, []string{"UNZ-COUNT"}, []string{"CONTRL 7"}}},
		{"wrong count in a UNT", "main", edited(two("setwise"), "UNT+8+2'", "UNT+9+2'"),
			ending{inbox.PartlyAccepted, 1, []string{"UNT-COUNT"}, []string{"CONTRL 7, 1 of 2 rejected"}}},
		{"the same, all or nothing", "main", edited(two("strict"), "UNT+8+2'", "UNT+9+2'"),
			rejected([]string{"CONTRL 4"}, "INTERCHANGE-REFUSED", "UNT-COUNT")},
		{"a message number twice", "main", strings.NewReplacer("UNH+2+", "UNH+1+", "UNT+8+2", "UNT+8+1").Replace(two("setwise")),
			ending{inbox.PartlyAccepted, 1, []string{"UNH-DUPLICATE"}, []string{"CONTRL 7, 1 of 2 rejected"}}},
		{"a quantity that is none", "main", edited(orders("setwise", "T"), "QTY+21:12:", "QTY+21:twelve:"),
			rejected([]string{"CONTRL 7, 1 of 1 rejected"}, "ELEMENT-NUMBER")},
		{"a code that is none, where errors are noted", "main", edited(orders("lenient", "T"), "NAD+BY+", "NAD+QQQ+"),
			ending{inbox.Accepted, 1, []string{"ELEMENT-CODE"}, []string{"CONTRL 7"}}},
		{"a segment nobody knows", "main", edited(orders("setwise", "T"), "UNS+S'", "XYZ+1'\nUNS+S'"),
			rejected([]string{"CONTRL 7, 1 of 1 rejected"}, "SEGMENT-UNKNOWN", "UNT-COUNT")},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := newRig(t, nil).end(c.channel, c.name, c.content)
			slices.Sort(got.Errors)
			slices.Sort(c.want.Errors)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// An EDIFACT file cut off anywhere ends as rejected, applies nothing, and its
// sender hears of it.
func TestTruncatedEDIFACT(t *testing.T) {
	r := newRig(t, nil)
	whole := orders("setwise", "A", "B")
	header := strings.Index(whole, "\n")
	for at := 1; at < len(whole)-2; at += 17 {
		got := r.end("main", fmt.Sprintf("cut-%d", at), whole[:at])
		if got.Outcome != inbox.Rejected || got.Orders != 0 || len(got.Errors) == 0 {
			t.Errorf("cut at byte %d: %+v, want it rejected with a finding", at, got)
		}
		if at > header && !slices.Equal(got.Sent, []string{"CONTRL 4"}) {
			t.Errorf("cut at byte %d: sent %q, want the CONTRL that says so", at, got.Sent)
		}
	}
	if got := r.end("main", "whole", whole); got.Outcome != inbox.Accepted || got.Orders != 2 {
		t.Errorf("the whole file: %+v", got)
	}
}

// An acknowledgement that came is accepted, and not acknowledged; one about
// nothing that was sent is told.
func TestAcknowledgementsReceived(t *testing.T) {
	envelope := func(gs, body string) string {
		return "ISA*00*          *00*          *ZZ*SETWISE        *ZZ*QUAY           *261102*1015*U*00401*000000009*0*P*>~" + gs + body
	}
	for name, content := range map[string]string{
		"997": envelope("GS*FA*THEM*US*20261102*1015*7*X*004010~",
			"ST*997*0001~AK1*IN*12~AK2*810*0001~AK5*A~AK9*A*1*1*1~SE*6*0001~GE*1*7~IEA*1*000000009~"),
		"TA1":    envelope("", "TA1*000000012*261102*1015*A*000~IEA*0*000000009~"),
		"CONTRL": "UNB+UNOC:3+SETWISE:14+QUAY:14+261102:1015+9'UNH+1+CONTRL:D:3:UN'UCI+12+QUAY:14+SETWISE:14+7'UNT+3+1'UNZ+1+9'",
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, nil)
			v := r.receive("main", name, []byte(content))
			if v.File.Outcome != inbox.Accepted || len(v.Sent) > 0 || len(codes(v)) > 0 {
				t.Errorf("%s, sent %v, found %v", v.File.Outcome, sent(v), codes(v))
			}
			if got := noted(v); !slices.Equal(got, []string{"ACKNOWLEDGEMENT-UNMATCHED"}) {
				t.Errorf("noted %v", got)
			}
		})
	}
}
