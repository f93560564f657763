package x12

import (
	"testing"

	"github.com/crossdock/crossdock/edi"
	"github.com/google/go-cmp/cmp"
)

func TestSettle(t *testing.T) {
	finding := func(code string, s edi.Severity, inSet int) []edi.Finding {
		return []edi.Finding{{Code: code, Severity: s, InSet: inSet}}
	}
	type fates struct {
		Interchange Fate
		Groups      []Fate
		Sets        [][]Fate
	}
	type fault struct{ interchange, group, set, second []edi.Finding }
	wrong := finding(edi.CodeElementMissing, edi.Error, 3)
	const a, e, r = Accepted, AcceptedWithErrors, Rejected
	for _, c := range []struct {
		name string
		p    FatePolicy
		f    fault
		want fates
	}{
		{"nothing wrong", FatePolicy{}, fault{}, fates{a, []Fate{a, a}, [][]Fate{{a, a}, {a}}}},
		{"a bad set", FatePolicy{}, fault{set: wrong}, fates{a, []Fate{a, a}, [][]Fate{{r, a}, {a}}}},
		{"noted only", FatePolicy{AcceptErrors: true}, fault{set: wrong}, fates{a, []Fate{a, a}, [][]Fate{{e, a}, {a}}}},
		{"the group falls", FatePolicy{Together: WholeGroup}, fault{set: wrong}, fates{a, []Fate{r, a}, [][]Fate{{r, r}, {a}}}},
		{"all fall", FatePolicy{Together: WholeInterchange}, fault{set: wrong}, fates{a, []Fate{r, r}, [][]Fate{{r, r}, {r}}}},
		{"all fall with a group", FatePolicy{Together: WholeInterchange}, fault{second: finding(CodeGECount, edi.Error, 0)}, fates{a, []Fate{r, r}, [][]Fate{{r, r}, {r}}}},
		{"a bad group", FatePolicy{}, fault{second: finding(CodeGECount, edi.Error, 0)}, fates{a, []Fate{a, r}, [][]Fate{{a, a}, {r}}}},
		{"IEA count", FatePolicy{}, fault{interchange: finding(CodeIEACount, edi.Error, 0)}, fates{e, []Fate{a, a}, [][]Fate{{a, a}, {a}}}},
		{"IEA count rejects", FatePolicy{RejectTrailers: true}, fault{interchange: finding(CodeIEACount, edi.Error, 0)}, fates{r, []Fate{r, r}, [][]Fate{{r, r}, {r}}}},
		{"GE missing", FatePolicy{}, fault{group: finding(CodeGEMissing, edi.Error, 0)}, fates{a, []Fate{r, a}, [][]Fate{{r, r}, {a}}}},
		{"GE missing rejects", FatePolicy{RejectMissingGE: true}, fault{group: finding(CodeGEMissing, edi.Error, 0)}, fates{r, []Fate{r, r}, [][]Fate{{r, r}, {r}}}},
		{"a warning", FatePolicy{}, fault{set: finding(edi.CodeTrailingSeparator, edi.Warning, 2)}, fates{a, []Fate{a, a}, [][]Fate{{a, a}, {a}}}},
		{
			"a warning told", FatePolicy{TellWarnings: true},
			fault{set: finding(edi.CodeTrailingSeparator, edi.Warning, 2), interchange: finding(CodeISAUsage, edi.Warning, 0)},
			fates{e, []Fate{a, a}, [][]Fate{{e, a}, {a}}},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			set := func(f []edi.Finding) SetResult {
				return SetResult{ID: "850", ControlNumber: "0001", Findings: f, Fate: "stale"}
			}
			x := InterchangeResult{Findings: c.f.interchange, Fate: "stale"}
			groups := []GroupResult{
				{FunctionalID: "PO", Received: 2, Findings: c.f.group, Sets: []SetResult{set(c.f.set), set(nil)}},
				{FunctionalID: "PO", Received: 1, Findings: c.f.second, Sets: []SetResult{set(nil)}},
			}
			c.p.Settle(&x, groups)
			got := fates{Interchange: x.Fate}
			for _, g := range groups {
				got.Groups = append(got.Groups, g.Fate)
				var sets []Fate
				for _, s := range g.Sets {
					sets = append(sets, s.Fate)
				}
				got.Sets = append(got.Sets, sets)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if missing := errorOf(c.f.group, CodeGEMissing); missing != nil && c.p.RejectMissingGE && NewTA1(x).Note != "024" {
				t.Errorf("TA1 %+v", NewTA1(x))
			}
		})
	}
}
