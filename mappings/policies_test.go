package mappings

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/business"
	"github.com/crossdock/crossdock/edi/edifact"
	"github.com/crossdock/crossdock/edi/grammar"
	"github.com/crossdock/crossdock/edi/x12"
)

// TestPolicies: what an agreement says reaches the libraries that do it.
func TestPolicies(t *testing.T) {
	c, err := Load(Options{}, laidOver(t, everything(t)))
	if err != nil {
		t.Fatal(err)
	}
	a, _ := c.Partner("mill", "everything")
	order, _ := a.Receives(DocumentKind{Set: "850", Release: "004010"})
	orders, _ := a.Receives(DocumentKind{Set: "ORDERS", Release: "D96A", Application: "EAST", Association: "EAN008"})
	for name, pair := range map[string][2]any{
		"fate in X12": {a.X12.FatePolicy(), x12.FatePolicy{TellWarnings: true, RejectTrailers: true, RejectMissingGE: true, Together: x12.WholeGroup}},
		"997": {a.X12.AckPolicy(), x12.AckPolicy{
			Version: "005010", OnlyRejectedSets: true, MaxSegments: 50, MaxElements: 10, NoValues: true,
			DuplicateSetCode: "7", DuplicateGroupCode: "6", MissingSECode: "3", PartialGroup: "R", AdviceCodes: map[string]string{"ELEMENT-CODE": "007"},
		}},
		"check in X12":     {a.X12.Check(order, 7), grammar.CheckOptions{Findings: 7, Codes: grammar.Off, Characters: grammar.BasicCharacters}},
		"fate in EDIFACT":  {a.EDIFACT.FatePolicy(), edifact.FatePolicy{AcceptErrors: true, RejectTrailers: true}},
		"CONTRL":           {a.EDIFACT.AckPolicy(true), edifact.AckPolicy{Version: "4", Receipt: true, OnlyRejected: true, MaxSegments: 9, MaxElements: 8, LineEnd: "\r\n"}},
		"check in EDIFACT": {a.EDIFACT.Check(orders, 7), grammar.CheckOptions{Findings: 7, Codes: edi.Warning}},
		"business": {a.X12.Validate.Business(7), business.Options{
			Counts: edi.Warning, Hierarchy: grammar.Off, Identifiers: edi.Error, Totals: edi.Warning, Dates: edi.Error, Days: 90, Findings: 7,
		}},
	} {
		if diff := cmp.Diff(pair[0], pair[1]); diff != "" {
			t.Errorf("%s (-got +want):\n%s", name, diff)
		}
	}
	plain := defaultX12()
	if diff := cmp.Diff(plain.FatePolicy(), x12.FatePolicy{}); diff != "" {
		t.Errorf("the default fates (-got +want):\n%s", diff)
	}
	plain.Errors = RejectInterchange
	if got := plain.FatePolicy().Together; got != x12.WholeInterchange {
		t.Errorf("all or nothing: %q", got)
	}
}

// TestWeigh: every code of a grammar has a level, and the level decides.
func TestWeigh(t *testing.T) {
	off := Validation{Elements: LevelOff, Structure: LevelOff, Codes: LevelOff, Characters: LevelOff, Trailing: TrailingMandatory}
	warn := Validation{Elements: LevelWarning, Structure: LevelWarning, Codes: LevelWarning, Characters: LevelWarning, Trailing: TrailingNotAllowed}
	for _, code := range edi.Codes() {
		f := edi.Finding{Code: code, Severity: edi.Error}
		strict, ok := defaultValidation().Weigh(f)
		if !ok || strict != f {
			t.Errorf("%s by default: %+v, %v", code, strict, ok)
		}
		_, told := off.Weigh(f)
		weighed, _ := warn.Weigh(f)
		switch code {
		case edi.CodeTrailingSeparator:
			if told || weighed.Severity != edi.Error {
				t.Errorf("%s: told %v, %s", code, told, weighed.Severity)
			}
		default:
			if lowered := weighed.Severity == edi.Warning; lowered == told {
				t.Errorf("%s: told %v although it is off, lowered %v", code, told, lowered)
			}
		}
	}
	if _, ok := off.Weigh(edi.Finding{Code: edi.CodeSegmentMissing}); ok {
		t.Error("a missing segment is told although structure is off")
	}
	if f, _ := warn.Weigh(edi.Finding{Code: edi.CodeSegmentMissing, Severity: edi.Note}); f.Severity != edi.Note {
		t.Error("a note became a warning")
	}
}
