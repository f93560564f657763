package edifact

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/crossdock/crossdock/edi"
	"github.com/google/go-cmp/cmp"
)

// TestReceived reads back what AppendCONTRL tells.
func TestReceived(t *testing.T) {
	x := bare(edi.Accepted, nil)
	x.Messages = 3
	x.Groups = []GroupResult{
		{Implicit: true, Fate: edi.Accepted, Messages: []MessageResult{
			message("1", edi.Accepted),
			message("2", edi.Rejected, finding(CodeUNTCount, edi.Error, "UNT", 9, 1, 0), finding(edi.CodeSegmentMissing, edi.Error, "DTM", 2, 0, 0),
				finding(edi.CodeElementLong, edi.Error, "NAD", 5, 4, 2)),
		}},
		{UNG: UNG{Reference: "G1", Sender: Party{ID: "GA"}, Receiver: Party{ID: "GB"}}, Fate: edi.Rejected, Findings: []edi.Finding{finding(CodeUNEReference, edi.Error, "UNE", 0, 2, 0)}},
	}
	e := Envelope{UNB: UNB{Sender: Party{ID: "B"}, Receiver: Party{ID: "A"}, Date: "260105", Time: "0930", Reference: "9"}, Delimiters: ordinary}
	data := AppendInterchange(nil, e, 1, AppendCONTRL(nil, ordinary, "77", x, AckPolicy{}))
	var got []Acknowledgement
	for a, err := range Acknowledgements(NewReader(bytes.NewReader(data), Options{}).Events()) {
		if err != nil {
			t.Fatal(err)
		}
		for i := range a.Findings {
			a.Findings[i].Position, a.Findings[i].Message = edi.Position{}, ""
		}
		got = append(got, a)
	}
	whole := Acknowledgement{Control: "77", Reference: "REF17", Sender: Party{ID: "A", Qualifier: "14"}, Receiver: Party{ID: "B"}, Action: "7", Fate: edi.Accepted}
	with := func(change func(*Acknowledgement)) Acknowledgement {
		a := whole
		change(&a)
		return a
	}
	unh := func(reference string) *UNH {
		u := message(reference, edi.Accepted).UNH
		return &u
	}
	told := func(f edi.Finding) edi.Finding {
		f.SegmentID, f.Severity = "", edi.Error
		return f
	}
	want := []Acknowledgement{
		whole,
		with(func(a *Acknowledgement) { a.Message = unh("1") }),
		with(func(a *Acknowledgement) {
			a.Message, a.Action, a.Fate = unh("2"), "4", edi.Rejected
			a.Findings = []edi.Finding{
				finding(CodeUNTCount, edi.Error, "UNT", 0, 1, 0),
				told(finding(edi.CodeSegmentMissing, edi.Error, "", 2, 0, 0)), told(finding(edi.CodeElementLong, edi.Error, "", 5, 4, 2)),
			}
		}),
		with(func(a *Acknowledgement) {
			a.Group, a.Action, a.Fate = &UNG{Reference: "G1", Sender: Party{ID: "GA"}, Receiver: Party{ID: "GB"}}, "4", edi.Rejected
			a.Findings = []edi.Finding{finding(CodeUNEReference, edi.Error, "UNE", 0, 2, 0)}
		}),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}

	segments := edi.NewReader(strings.NewReader("UNH+5+CONTRL:4:1:UN'UCI+REF1+A+B+8'UCM+1+ORDERS:D:96A:UN+9'UCS+3+75'UCD+12+x:2'UNT+5+5'"), ordinary, edi.Limits{})
	all := ParseCONTRL(func(yield func(*edi.Segment) bool) {
		for s, err := range segments.Segments() {
			if err != nil || !yield(s) {
				return
			}
		}
	})
	if len(all) != 2 || all[0].Action != "8" || all[0].Fate != "" || all[0].Control != "5" || all[1].Reference != "REF1" || all[1].Fate != "" || len(all[1].Findings) != 2 ||
		all[1].Findings[0].Code != edi.CodeAcknowledged || !strings.Contains(all[1].Findings[0].Message, "(75)") {
		t.Errorf("got %+v", all)
	}
}

// TestToldCodes holds what is read back to what is told: the finding is the
// same, or one that is told in the same way.
func TestToldCodes(t *testing.T) {
	known := append(edi.Codes(), Codes()...)
	for _, f := range []edi.Finding{{InSet: 3}, {InSet: 3, Element: 2}, {InSet: 3, Element: 2, Component: 1}, {SegmentID: "UNB", Element: 2}, {SegmentID: "UNZ"}, {SegmentID: "UNG"}, {SegmentID: "UNE"}, {SegmentID: "UNH"}, {SegmentID: "UNT"}} {
		for code := range 50 {
			sent := []string{"", "0"}[0] + strings.TrimLeft(string([]byte{byte('0' + code/10), byte('0' + code%10)}), "0")
			f.Code = told(sent, f)
			if !slices.Contains(known, f.Code) {
				t.Errorf("%s is read as %q, which is no code", sent, f.Code)
			}
			if f.Code != edi.CodeAcknowledged && f.Code != CodeMessageUnsupported && syntaxCode(f, "4") != sent {
				t.Errorf("%s is read as %s, which is told as %s", sent, f.Code, syntaxCode(f, "4"))
			}
		}
	}
}
