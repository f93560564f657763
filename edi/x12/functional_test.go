package x12

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/crossdock/crossdock/edi"
	"github.com/google/go-cmp/cmp"
)

var plainDelimiters = edi.Delimiters{Element: '*', Component: ':', Segment: '~'}

func at(code, id string, inSet, element, component, repetition int, value string) edi.Finding {
	return edi.Finding{
		Code: code, Severity: edi.Error, SegmentID: id, InSet: inSet, Element: element, Component: component, Repetition: repetition, Value: value,
	}
}

func rejectedSet(findings ...edi.Finding) SetResult {
	return SetResult{ID: "850", ControlNumber: "0001", Fate: Rejected, Findings: findings}
}

func groupOf(version string, sets ...SetResult) GroupResult {
	return GroupResult{
		FunctionalID: "PO", ControlNumber: "17", Version: version, Declared: fmt.Sprint(len(sets)), Received: len(sets), Fate: Accepted, Sets: sets,
	}
}

// inner is what stands between ST and SE, whose count is checked.
func inner(t *testing.T, out []byte) string {
	t.Helper()
	s := string(out)
	if s == "" {
		return ""
	}
	_, s, _ = strings.Cut(s, "~")
	i := strings.LastIndex(s, "SE*")
	if i < 0 || s[i:] != fmt.Sprintf("SE*%d*0042~", strings.Count(string(out), "~")) {
		t.Errorf("the trailer of %s", out)
	}
	return s[:i]
}

func TestAppend999(t *testing.T) {
	named := rejectedSet(
		at(edi.CodeElementConditional, "PO1", 5, 4, 0, 0, ""), at(edi.CodeElementCode, "PO1", 5, 3, 0, 2, "XX"), at(edi.CodeSegmentMissing, "N1", 7, 0, 0, 0, ""),
	)
	named.Context = Context{Name: "BEG03", Value: "PO-77"}
	looped := at(edi.CodeSegmentTooOften, "LDT", 9, 0, 0, 0, "")
	looped.Loop = "PO1/LS#2/LS/LDT#2"
	odd := rejectedSet(at(edi.CodeElementMissing, "PO1", 5, 2, 0, 0, ""))
	odd.Context = Context{Name: "BEG03", Value: "~~~"}
	odd.Implementation = "005010X1"
	for _, c := range []struct {
		name string
		g    GroupResult
		p    AckPolicy
		want string
	}{
		{"accepted", groupOf("005010", SetResult{ID: "850", ControlNumber: "0001", Fate: Accepted}), AckPolicy{}, "AK1*PO*17*005010~AK2*850*0001~IK5*A~AK9*A*1*1*1~"},
		{
			"the document is named and what asks for an element", groupOf("005010", named), AckPolicy{},
			"AK1*PO*17*005010~AK2*850*0001~IK3*PO1*5**8~CTX*BEG03:PO-77~IK4*4**2~CTX*SITUATIONAL TRIGGER*PO1*5~IK4*3::2**7*XX~" +
				"IK3*N1*7**3~CTX*BEG03:PO-77~IK5*R*5~AK9*R*1*1*0~",
		},
		{
			"the loop between LS and LE", groupOf("005010", rejectedSet(looped)), AckPolicy{},
			"AK1*PO*17*005010~AK2*850*0001~IK3*LDT*9*LDT*5~IK5*R*5~AK9*R*1*1*0~",
		},
		{
			"a context that cannot be sent", groupOf("005010", odd), AckPolicy{},
			"AK1*PO*17*005010~AK2*850*0001*005010X1~IK3*PO1*5**8~IK4*2**1~IK5*R*5~AK9*R*1*1*0~",
		},
		{"an older group is answered by the 999 it wants", groupOf("004010"), AckPolicy{}, "AK1*PO*17*004010~AK9*A*0*0*0~"},
	} {
		t.Run(c.name, func(t *testing.T) {
			out := Append999(nil, plainDelimiters, "0042", c.g, c.p)
			if diff := cmp.Diff(c.want, inner(t, out)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if !bytes.HasPrefix(out, []byte("ST*999*0042*005010X231A1~")) {
				t.Errorf("begins %.40q", out)
			}
		})
	}
}

// TestReleases writes the same verdict under each release that differs.
func TestReleases(t *testing.T) {
	g := groupOf("004010", rejectedSet(
		at(edi.CodeRepetitionTooMany, "REF", 3, 4, 2, 7, "X"), at(CodeSetDuplicate, "ST", 1, 2, 0, 0, "0001"),
		at(edi.CodeElementMissing, "REF", 1234567, 1, 0, 0, ""),
	))
	g.Sets[0].Implementation = "004010X1"
	g.Fate, g.Findings = Rejected, []edi.Finding{{Code: CodeGroupDuplicate, Severity: edi.Error}}
	for version, want := range map[string]string{
		"003010":     "AK1*PO*17~AK2*850*0001~AK3*REF*3~AK4*4**3*X~AK5*R*7*5~AK9*R*1*1*0*6~",
		"003040":     "AK1*PO*17~AK2*850*0001~AK3*REF*3**8~AK4*4**3*X~AK5*R*23*5~AK9*R*1*1*0*6~",
		"003050":     "AK1*PO*17~AK2*850*0001~AK3*REF*3**8~AK4*4:2**3*X~AK5*R*23*5~AK9*R*1*1*0*6~",
		"004010":     "AK1*PO*17~AK2*850*0001~AK3*REF*3**8~AK4*4:2**3*X~AK5*R*23*5~AK9*R*1*1*0*6~",
		"004050":     "AK1*PO*17~AK2*850*0001~AK3*REF*3**8~AK4*4:2**3*X~AK5*R*23*5~AK9*R*1*1*0*19~",
		"005010X230": "AK1*PO*17*004010~AK2*850*0001*004010X1~AK3*REF*3**8~AK4*4:2:7**12*X~AK3*REF*1234567**8~AK4*1**1~AK5*R*23*5~AK9*R*1*1*0*19~",
		"nonsense":   "AK1*PO*17~AK2*850*0001~AK3*REF*3**8~AK4*4:2**3*X~AK5*R*23*5~AK9*R*1*1*0*6~",
	} {
		if diff := cmp.Diff(want, inner(t, Append997(nil, plainDelimiters, "0042", g, AckPolicy{Version: version}))); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", version, diff)
		}
	}
}

// TestAckPolicy shows each setting and its default.
func TestAckPolicy(t *testing.T) {
	long := at(edi.CodeElementLong, "N1", 2, 2, 0, 0, "TOO LONG")
	code := func(c string) []edi.Finding { return []edi.Finding{{Code: c, Severity: edi.Error}} }
	partly := groupOf("005010", SetResult{ID: "850", ControlNumber: "0001", Fate: Accepted}, rejectedSet(long))
	repeated := groupOf("005010")
	repeated.Fate, repeated.Findings = Rejected, code(CodeGroupDuplicate)
	for _, c := range []struct {
		name string
		g    GroupResult
		p    AckPolicy
		want string
	}{
		{"some rejected", partly, AckPolicy{}, "AK9*P*2*2*1~"},
		{"some rejected, no P", partly, AckPolicy{PartialGroup: "R"}, "AK9*R*2*2*1~"},
		{"none of some accepted", groupOf("005010", rejectedSet(long), rejectedSet(long)), AckPolicy{}, "AK9*R*2*2*0~"},
		{"ST02 repeated", groupOf("005010", rejectedSet(code(CodeSetDuplicate)...)), AckPolicy{}, "AK5*R*23~"},
		{"ST02 repeated, old", groupOf("005010", rejectedSet(code(CodeSetDuplicate)...)), AckPolicy{DuplicateSetCode: "7"}, "AK5*R*7~"},
		{"GS06 repeated", repeated, AckPolicy{}, "AK9*R*0*0*0*19~"},
		{"GS06 repeated, old", repeated, AckPolicy{DuplicateGroupCode: "6"}, "AK9*R*0*0*0*6~"},
		{"SE missing", groupOf("005010", rejectedSet(code(CodeSEMissing)...)), AckPolicy{}, "AK5*R*2~"},
		{"SE missing, 3", groupOf("005010", rejectedSet(code(CodeSEMissing)...)), AckPolicy{MissingSECode: "3"}, "AK5*R*3~"},
		{"the bad data", partly, AckPolicy{}, "AK4*2**5*TOO LONG~"},
		{"no bad data", partly, AckPolicy{NoValues: true}, "AK4*2**5~"},
		{"accepted sets", partly, AckPolicy{}, "AK2*850*0001~AK5*A~"},
		{"only rejected sets", partly, AckPolicy{OnlyRejectedSets: true}, "AK1*PO*17*005010~AK2*850*0001~AK3*"},
		{"line ends", partly, AckPolicy{LineEnd: "\r\n"}, "AK5*A~\r\n"},
	} {
		if out := string(Append997(nil, plainDelimiters, "0042", c.g, c.p)); !strings.Contains(out, c.want) {
			t.Errorf("%s: %s not in %s", c.name, c.want, out)
		}
	}
}

// A group whose sets are acknowledgements is not acknowledged, whatever its
// GS01 says; one among other sets is counted.
func TestNeverAcknowledged(t *testing.T) {
	ack := SetResult{ID: "997", ControlNumber: "0001", Fate: Accepted}
	none := func(g GroupResult) {
		t.Helper()
		sets := func(yield func(SetResult, error) bool) {
			for _, s := range g.Sets {
				if !yield(s, nil) {
					return
				}
			}
		}
		var b bytes.Buffer
		if out := Append997([]byte("x"), plainDelimiters, "0042", g, AckPolicy{}); string(out) != "x" {
			t.Errorf("got %s", out)
		}
		if err := Write999(&b, plainDelimiters, "0042", g, sets, AckPolicy{}); !errors.Is(err, ErrNotAcknowledged) || b.Len() > 0 {
			t.Errorf("got %v and %s", err, b.String())
		}
	}
	none(groupOf("004010", ack, ack))
	fa := groupOf("004010", ack)
	fa.FunctionalID = "FA"
	none(fa)
	fa.FunctionalID = "po"
	none(fa)
	mixed := Append997(nil, plainDelimiters, "0042", groupOf("004010", ack, SetResult{ID: "850", ControlNumber: "0002", Fate: Accepted}), AckPolicy{})
	if want := "AK1*PO*17~AK2*850*0002~AK5*A~AK9*A*2*2*2~"; inner(t, mixed) != want {
		t.Errorf("got %s, want %s", mixed, want)
	}
	advice := groupOf("004010", SetResult{ID: "824", ControlNumber: "0001", Fate: Accepted})
	advice.FunctionalID = "AG"
	if out := Append997(nil, plainDelimiters, "0042", advice, AckPolicy{}); inner(t, out) != "AK1*AG*17~AK2*824*0001~AK5*A~AK9*A*1*1*1~" {
		t.Errorf("got %s", out)
	}
	if out := Append824(nil, plainDelimiters, "0042", Advice{Date: "20260105", Outcomes: Outcomes(GS{FunctionalID: "AG"}, advice)}, AckPolicy{}); len(out) > 0 {
		t.Errorf("advice on advice: %s", out)
	}
}

// TestEveryCodeIsTold lists the codes that no acknowledgement tells, and why.
func TestEveryCodeIsTold(t *testing.T) {
	silent := map[string]string{
		edi.CodeFileEmpty: "there is no interchange to answer", edi.CodeNotEDI: "there is no interchange to answer",
		edi.CodeOtherStandard: "it is the other reader's to answer",
		edi.CodeStrayData:     "it belongs to no interchange", edi.CodeSegmentEmpty: "a warning about nothing",
		edi.CodeFindingsOmitted: "others are told", edi.CodeControlUnchecked: "a note",
		CodeAcknowledged: "about an acknowledgement", CodeAcknowledgementBroken: "about an acknowledgement",
	}
	var tables []told
	for _, t := range [][]told{ta1Notes[:], groupCodes[:], setCodes[:], segmentCodes[:], elementCodes[:]} {
		tables = append(tables, t...)
	}
	all := append(edi.Codes(), Codes()...)
	for _, code := range all {
		if (find(tables, code) == nil) != (silent[code] != "") {
			t.Errorf("%s: told %v, silent because %q", code, find(tables, code) != nil, silent[code])
		}
	}
	for _, row := range append(tables, adviceCodes[:]...) {
		if !slices.Contains(all, row.finding) {
			t.Errorf("%s is no code of a finding", row.finding)
		}
	}
}
