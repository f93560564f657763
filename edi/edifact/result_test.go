package edifact

import (
	"strings"
	"testing"

	"github.com/crossdock/crossdock/edi"
)

func TestFates(t *testing.T) {
	bad := finding(edi.CodeElementCode, edi.Error, "BGM", 2, 1, 1)
	for _, c := range []struct {
		name     string
		findings []edi.Finding
		accept   bool
		want     edi.Fate
	}{
		{"none", nil, false, edi.Accepted},
		{"warning", []edi.Finding{finding(CodeCharacterSet, edi.Warning, "BGM", 2, 1, 1)}, false, edi.Accepted},
		{"error", []edi.Finding{bad}, false, edi.Rejected},
		{"error accepted", []edi.Finding{bad}, true, edi.AcceptedWithErrors},
		{"UNH", []edi.Finding{finding(CodeUNHDuplicate, edi.Error, "UNH", 1, 1, 0)}, true, edi.Rejected},
		{"UNT", []edi.Finding{bad, finding(CodeUNTCount, edi.Error, "UNT", 9, 1, 0)}, true, edi.Rejected},
		{"too large", []edi.Finding{finding(edi.CodeSegmentTooLarge, edi.Error, "FTX", 3, 0, 0)}, true, edi.Rejected},
		{"too many elements", []edi.Finding{finding(edi.CodeSegmentElements, edi.Error, "FTX", 3, 1001, 0)}, true, edi.Rejected},
		{"omitted", []edi.Finding{{Code: edi.CodeFindingsOmitted, Severity: edi.Error}}, true, edi.Rejected},
	} {
		if got := MessageFate(c.findings, c.accept); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
	trailer := []edi.Finding{finding(CodeUNZCount, edi.Error, "UNZ", 0, 1, 0)}
	if a, b := InterchangeFate(trailer, false), InterchangeFate(trailer, true); a != edi.AcceptedWithErrors || b != edi.Rejected {
		t.Errorf("got %s and %s", a, b)
	}
}

func TestSettle(t *testing.T) {
	bad := finding(edi.CodeElementCode, edi.Error, "BGM", 2, 1, 1)
	groupBad := []edi.Finding{finding(CodeUNECount, edi.Error, "UNE", 0, 1, 0)}
	two := func(x, g []edi.Finding, of ...edi.Finding) InterchangeResult {
		return InterchangeResult{Findings: x, Groups: []GroupResult{
			{Findings: g, Messages: []MessageResult{message("1", "", of...), message("2", "")}},
			{Messages: []MessageResult{message("3", "")}},
		}}
	}
	for _, c := range []struct {
		name string
		x    InterchangeResult
		p    FatePolicy
		want string // of the interchange, then each group with its messages
	}{
		{"fine", two(nil, nil), FatePolicy{}, "A A(A A) A(A)"},
		{"one bad", two(nil, nil, bad), FatePolicy{}, "A A(R A) A(A)"},
		{"one bad, accepted", two(nil, nil, bad), FatePolicy{AcceptErrors: true, Together: WholeInterchange}, "A A(E A) A(A)"},
		{"its group", two(nil, nil, bad), FatePolicy{Together: WholeGroup}, "A R(R R) A(A)"},
		{"its interchange", two(nil, nil, bad), FatePolicy{Together: WholeInterchange}, "R R(R R) R(R)"},
		{"bad group", two(nil, groupBad), FatePolicy{}, "A R(R R) A(A)"},
		{"bad group, its interchange", two(nil, groupBad), FatePolicy{Together: WholeInterchange}, "R R(R R) R(R)"},
		{"bad interchange", two([]edi.Finding{finding(CodeUNZMissing, edi.Error, "UNZ", 0, 0, 0)}, nil), FatePolicy{}, "R R(R R) R(R)"},
		{"UNZ wrong", two([]edi.Finding{finding(CodeUNZCount, edi.Error, "UNZ", 0, 0, 0)}, nil), FatePolicy{}, "E A(A A) A(A)"},
		{"UNZ wrong, refused", two([]edi.Finding{finding(CodeUNZCount, edi.Error, "UNZ", 0, 0, 0)}, nil), FatePolicy{RejectTrailers: true}, "R R(R R) R(R)"},
	} {
		c.p.Settle(&c.x)
		short := map[edi.Fate]string{edi.Accepted: "A", edi.AcceptedWithErrors: "E", edi.Rejected: "R"}
		got := short[c.x.Fate]
		for _, g := range c.x.Groups {
			var fates []string
			for _, m := range g.Messages {
				fates = append(fates, short[m.Fate])
			}
			got += " " + short[g.Fate] + "(" + strings.Join(fates, " ") + ")"
		}
		if got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
	bad.Position = edi.Position{Offset: 80, Line: 3, Segment: 4}
	x := two(nil, nil, bad)
	x.UNB = bare(edi.Accepted, nil).UNB
	x.Messages = 3
	x.Groups[0].Implicit = true
	x.Groups = x.Groups[:1]
	FatePolicy{Together: WholeInterchange}.Settle(&x)
	if f := x.Findings[0]; f.Code != edi.CodeInterchangeContent || f.Position != bad.Position {
		t.Errorf("got %+v, want it where the error is", f)
	}
	want := "UNH+1+CONTRL:D:3:UN'UCI+REF17+A:14+B+4'UCM+1+ORDERS:D:96A:UN:EAN008+4'UCS+2'UCD+12+2:1'UNT+6+1'"
	if got := AppendCONTRL(nil, ordinary, "1", x, AckPolicy{}); string(got) != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
