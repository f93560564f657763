package edifact

import (
	"bytes"
	"errors"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/grammar"
	"github.com/google/go-cmp/cmp"
)

var ordinary = edi.Delimiters{Element: '+', Component: ':', Segment: '\'', Release: '?'}

func finding(code string, severity edi.Severity, segment string, inSet, element, component int) edi.Finding {
	return edi.Finding{Code: code, Severity: severity, SegmentID: segment, InSet: inSet, Element: element, Component: component}
}

func message(reference string, fate edi.Fate, findings ...edi.Finding) MessageResult {
	return MessageResult{UNH{Reference: reference, Type: "ORDERS", Version: "D", Release: "96A", Agency: "UN", Association: "EAN008"}, fate, findings}
}

func bare(fate edi.Fate, findings []edi.Finding, messages ...MessageResult) InterchangeResult {
	return InterchangeResult{
		UNB:      UNB{Syntax: "UNOC", Version: "3", Sender: Party{ID: "A", Qualifier: "14"}, Receiver: Party{ID: "B"}, Reference: "REF17"},
		Messages: len(messages), Fate: fate, Findings: findings, Groups: []GroupResult{{Implicit: true, Fate: edi.Accepted, Messages: messages}},
	}
}

func TestCONTRL(t *testing.T) {
	fine := message("1", edi.Accepted)
	bad := message("2", edi.Rejected,
		finding(edi.CodeElementCode, edi.Error, "BGM", 2, 1, 1), finding(CodeUNTCount, edi.Error, "UNT", 9, 1, 0),
		finding(edi.CodeSegmentMissing, edi.Error, "DTM", 2, 0, 0), finding(edi.CodeElementLong, edi.Error, "NAD", 5, 4, 0),
		finding(edi.CodeElementMissing, edi.Error, "NAD", 5, 2, 1), finding(edi.CodeTrailingSeparator, edi.Warning, "NAD", 5, 4, 0),
		finding(edi.CodeLoopTooOften, edi.Error, "LIN", 7, 0, 0), finding("ODD", edi.Error, "QTY", 8, 0, 0))
	group := func(fate edi.Fate, findings []edi.Finding, messages ...MessageResult) GroupResult {
		return GroupResult{UNG: UNG{Type: "ORDERS", Sender: Party{ID: "GA"}, Receiver: Party{ID: "GB"}, Reference: "G1"}, Fate: fate, Findings: findings, Messages: messages}
	}
	grouped := func(fate edi.Fate, findings []edi.Finding, groups ...GroupResult) InterchangeResult {
		x := bare(fate, findings)
		x.Messages, x.Groups = 2, groups
		return x
	}
	four := bare(edi.Accepted, nil, message("1", edi.Rejected,
		edi.Finding{Code: edi.CodeElementConditional, Severity: edi.Error, SegmentID: "NAD", InSet: 3, Element: 2, Repetition: 3},
		finding(edi.CodeTrailingSeparator, edi.Error, "NAD", 3, 9, 0)))
	four.Version, four.Sender.Internal = "4", "DEPT+1"
	content := []edi.Finding{finding(edi.CodeInterchangeContent, edi.Error, "", 0, 0, 0)}
	for _, c := range []struct {
		name string
		x    InterchangeResult
		p    AckPolicy
		want string
	}{
		{"accepted", bare(edi.Accepted, nil, fine), AckPolicy{}, "UCI+REF17+A:14+B+7'UCM+1+ORDERS:D:96A:UN:EAN008+7'"},
		{"only rejected", bare(edi.Accepted, nil, fine), AckPolicy{OnlyRejected: true}, "UCI+REF17+A:14+B+7'"},
		{"received", bare(edi.Accepted, nil, fine, bad), AckPolicy{Receipt: true}, "UCI+REF17+A:14+B+8'"},
		{"not even received", bare(edi.Rejected, []edi.Finding{finding(CodeUNZMissing, edi.Error, "UNZ", 0, 0, 0)}, fine), AckPolicy{Receipt: true},
			"UCI+REF17+A:14+B+4+13+UNZ'"},
		{"message rejected", bare(edi.AcceptedWithErrors, []edi.Finding{finding(CodeUNZCount, edi.Error, "UNZ", 0, 1, 0)}, fine, bad), AckPolicy{},
			"UCI+REF17+A:14+B+7'UCM+1+ORDERS:D:96A:UN:EAN008+7'UCM+2+ORDERS:D:96A:UN:EAN008+4+29+UNT+2'" +
				"UCS+2+13'UCS+2'UCD+12+2:1'UCS+5'UCD+39+5'UCD+13+3:1'UCS+7+36'UCS+8+18'"},
		{"capped", bare(edi.Accepted, nil, fine, bad), AckPolicy{OnlyRejected: true, MaxSegments: 3, MaxElements: 1},
			"UCI+REF17+A:14+B+7'UCM+2+ORDERS:D:96A:UN:EAN008+4+29+UNT+2'UCS+2+13'UCS+2'UCD+12+2:1'UCS+5'UCD+39+5'"},
		{"interchange rejected", bare(edi.Rejected, []edi.Finding{finding(edi.CodeElementDate, edi.Warning, "UNB", 0, 4, 1),
			finding(edi.CodeElementMissing, edi.Error, "UNB", 0, 3, 1)}, fine, bad), AckPolicy{}, "UCI+REF17+A:14+B+4+13+UNB+4:1'"},
		{"duplicate", bare(edi.Rejected, []edi.Finding{finding(edi.CodeInterchangeDuplicate, edi.Error, "UNB", 0, 5, 0)}, fine), AckPolicy{},
			"UCI+REF17+A:14+B+4+26+UNB+6'"},
		{"rejected for its content", bare(edi.Rejected, content, fine, message("2", edi.Rejected, finding(edi.CodeSegmentUnknown, edi.Error, "XXX", 2, 0, 0)), message("3", edi.Rejected)),
			AckPolicy{}, "UCI+REF17+A:14+B+4'UCM+2+ORDERS:D:96A:UN:EAN008+4'UCS+2+15'"},
		{"rejected for no reason", bare(edi.Rejected, nil, message("1", edi.Rejected)), AckPolicy{}, "UCI+REF17+A:14+B+4+18'"},
		{"message rejected for no reason", bare(edi.Accepted, nil, message("1", edi.Rejected)), AckPolicy{}, "UCI+REF17+A:14+B+7'UCM+1+ORDERS:D:96A:UN:EAN008+4+18'"},
		{"groups", grouped(edi.Accepted, nil, group(edi.Accepted, nil, fine), group(edi.Rejected, []edi.Finding{finding(CodeUNECount, edi.Error, "UNE", 0, 1, 0)}, fine, bad)), AckPolicy{},
			"UCI+REF17+A:14+B+7'UCF+G1+GA+GB+7'UCM+1+ORDERS:D:96A:UN:EAN008+7'UCF+G1+GA+GB+4+29+UNE+2'"},
		{"groups, only rejected", grouped(edi.Accepted, nil, group(edi.Accepted, nil, fine), group(edi.Accepted, nil, fine, message("9", edi.Rejected))), AckPolicy{OnlyRejected: true},
			"UCI+REF17+A:14+B+7'UCF+G1+GA+GB+7'UCM+9+ORDERS:D:96A:UN:EAN008+4+18'"},
		{"group rejected for its content", grouped(edi.Accepted, nil, group(edi.Rejected, nil, fine, message("9", edi.Rejected, finding(CodeUNHDuplicate, edi.Error, "UNH", 1, 1, 0)))), AckPolicy{},
			"UCI+REF17+A:14+B+7'UCF+G1+GA+GB+4'UCM+9+ORDERS:D:96A:UN:EAN008+4+26+UNH+2'"},
		{"syntax 4", four, AckPolicy{}, "UCI+REF17+A:14::DEPT?+1+B+7'UCM+1+ORDERS:D:96A:UN:EAN008+4'UCS+3+45'UCS+3'UCD+48+3::3'"},
		{"syntax 4 told as 3", four, AckPolicy{Version: "3"}, "UCI+REF17+A:14+B+7'UCM+1+ORDERS:D:96A:UN:EAN008+4'UCS+3+18'UCS+3'UCD+13+3'"},
	} {
		got := string(AppendCONTRL(nil, ordinary, "77", c.x, c.p))
		head := "UNH+77+CONTRL:D:3:UN'"
		if c.x.Version == "4" && c.p.Version == "" {
			head = "UNH+77+CONTRL:4:1:UN'"
		}
		body, ok := strings.CutPrefix(got, head)
		i := strings.LastIndex(body, "UNT+")
		if !ok || i < 0 || body[:i] != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, got, head+c.want)
		}
		checkGrammar(t, c.name, []byte(got))
		var b bytes.Buffer
		if err := WriteCONTRL(&b, ordinary, "77", c.x, results(c.x), c.p); err != nil || b.String() != got {
			t.Errorf("%s: written %s, %v", c.name, b.String(), err)
		}
	}
}

// checkGrammar holds a CONTRL to the tables of its own syntax.
func checkGrammar(t testing.TB, name string, data []byte) {
	t.Helper()
	syntax := "3"
	if bytes.Contains(data, []byte("CONTRL:4")) {
		syntax = "4"
	}
	g, _ := Grammar("D96A", syntax)
	c := g.Set(contrl).NewChecker(grammar.CheckOptions{})
	n := 0
	for s, err := range edi.NewReader(bytes.NewReader(data), ordinary, edi.Limits{}).Segments() {
		if err != nil {
			t.Fatal(err)
		}
		n++
		c.Segment(s, n)
	}
	for _, f := range c.Finish(edi.Position{}) {
		t.Errorf("%s: %s %s %s in %s", name, f.Code, f.Reference(), f.Message, data)
	}
}

// results is the verdict on x step by step.
func results(x InterchangeResult) iter.Seq2[Result, error] {
	return func(yield func(Result, error) bool) {
		for _, g := range x.Groups {
			messages := g.Messages
			g.Messages = nil
			if !yield(Result{Group: &g}, nil) {
				return
			}
			for _, m := range messages {
				if !yield(Result{Message: &m}, nil) {
					return
				}
			}
		}
	}
}

func TestNoCONTRL(t *testing.T) {
	fine := bare(edi.Accepted, nil, message("1", edi.Accepted))
	change := func(with func(*InterchangeResult)) InterchangeResult {
		x := fine
		with(&x)
		return x
	}
	for _, x := range []InterchangeResult{
		change(func(x *InterchangeResult) { x.Implicit = true }),
		change(func(x *InterchangeResult) { x.Reference = "" }),
		change(func(x *InterchangeResult) { x.Sender.ID = "" }),
		change(func(x *InterchangeResult) { x.Receiver.ID = "" }),
		change(func(x *InterchangeResult) { x.CONTRL = 1 }),
	} {
		if out := AppendCONTRL([]byte("kept"), ordinary, "1", x, AckPolicy{}); string(out) != "kept" {
			t.Errorf("got %s for %+v", out, x)
		}
		if err := WriteCONTRL(nil, ordinary, "1", x, nil, AckPolicy{}); !errors.Is(err, ErrNotAcknowledged) {
			t.Errorf("got %v for %+v", err, x)
		}
	}
	var b bytes.Buffer
	want := "UNH+1+CONTRL:D:3:UN'UCI+REF17+A:14+B+8'UNT+3+1'"
	if err := WriteCONTRL(&b, ordinary, "1", fine, nil, AckPolicy{Receipt: true}); err != nil || b.String() != want {
		t.Errorf("got %s, %v, want %s", b.String(), err, want)
	}
	broken := errors.New("line is down")
	err := WriteCONTRL(&b, ordinary, "1", fine, func(yield func(Result, error) bool) { yield(Result{}, broken) }, AckPolicy{})
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	if out := AppendCONTRL([]byte("kept"), edi.Delimiters{}, "1", fine, AckPolicy{}); string(out) != "kept" {
		t.Errorf("got %s without delimiters", out)
	}
	mixed := bare(edi.Accepted, nil, message("1", edi.Accepted), MessageResult{UNH: UNH{Reference: "2", Type: contrl, Version: "D", Release: "3", Agency: "UN"}, Fate: edi.Accepted})
	mixed.CONTRL = 1
	want = "UNH+1+CONTRL:D:3:UN'UCI+REF17+A:14+B+7'UCM+1+ORDERS:D:96A:UN:EAN008+7'UNT+4+1'"
	if out := AppendCONTRL(nil, ordinary, "1", mixed, AckPolicy{}); string(out) != want {
		t.Errorf("got %s, want %s", out, want)
	}
}

// TestSyntaxCodes holds every code of a finding to the codes of the standard.
func TestSyntaxCodes(t *testing.T) {
	untold := []string{ // none of them is an error inside an interchange that can be answered, but that it is too large, for which there is no code
		edi.CodeFileEmpty, edi.CodeNotEDI, edi.CodeOtherStandard, edi.CodeStrayData, edi.CodeTerminatorMissing, edi.CodeSegmentTooLarge,
		edi.CodeSegmentEmpty, edi.CodeFindingsOmitted, edi.CodeControlUnchecked, edi.CodeTooManyGroups, edi.CodeInterchangeContent, edi.CodeLoopIdentifier,
		edi.CodeAcknowledged, edi.CodeAcknowledgementBroken, CodeUNBBroken, CodeUNBMissing,
	}
	for _, code := range append(edi.Codes(), Codes()...) {
		for _, version := range []string{"3", "4"} {
			got := syntaxCode(edi.Finding{Code: code}, version)
			if SyntaxError(got) == "" || version == "3" && got > "43" && len(got) == 2 {
				t.Errorf("%s is told as %q under syntax %s", code, got, version)
			}
			want := slices.Contains(untold, code) || code == edi.CodeTrailingSeparator && version == "3"
			if (got == unspecified) != want {
				t.Errorf("%s is told as %q under syntax %s", code, got, version)
			}
		}
	}
	for n := 70; n <= 76; n++ {
		if s := SyntaxError(string([]byte{'7', byte('0' + n - 70)})); s != "" {
			t.Errorf("%d: %s", n, s)
		}
	}
	if diff := cmp.Diff("", SyntaxError("44")); diff != "" {
		t.Error(diff)
	}
}
