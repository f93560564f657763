package mappings

import (
	"strings"
	"testing"
)

// withDocument is the small tenant whose partner has terms for one document.
func withDocument(terms string) map[string]string {
	return map[string]string{
		"erp/rest.jsonc": small()["erp/rest.jsonc"],
		"partners/t/tenant.jsonc": `{"name": "T", "erp": {"kind": "rest", "url": "http://erp"}, "channels": {},
			"x12": {"ours": {"qualifier": "ZZ", "id": "US"}}, "edifact": {"ours": {"id": "US"}}}`,
		"partners/t/p.jsonc": `{"name": "P", "x12": {"theirs": {"qualifier": "01", "id": "1"}}, "edifact": {"theirs": {"id": "1"}}, ` + terms + `}`,
	}
}

// TestTables: the tables that check a document are those of its release, or
// those the terms name, with what the partner does differently; and are the
// same each time.
func TestTables(t *testing.T) {
	c, err := Load(Options{}, filesOf(withDocument(`"receive": {
		"850": [
			{"application": "PLAIN", "map": "none"},
			{"application": "OLD", "map": "none", "grammar": "004010"},
			{"map": "none", "patches": [{"segment": "REF", "loop": "/", "require": true}]}
		],
		"ORDERS": {"map": "none", "patches": {"segment": "BGM", "element": 3, "codes": ["9"]}}}`)))
	if err != nil {
		t.Fatal(err)
	}
	a, _ := c.Partner("t", "p")
	for _, test := range []struct {
		kind     DocumentKind
		release  string
		tables   string
		exact    bool
		required bool // of the first REF
	}{
		{DocumentKind{Set: "850", Application: "PLAIN"}, "005010", "005010", true, false},
		{DocumentKind{Set: "850", Application: "PLAIN"}, "003050", "004010", false, false},
		{DocumentKind{Set: "850", Application: "OLD"}, "005010", "004010", true, false},
		{DocumentKind{Set: "850"}, "004010", "004010", true, true},
		{DocumentKind{Set: "850"}, "005010", "005010", true, true},
		{DocumentKind{Set: "850"}, "003050", "004010", false, true},
	} {
		d, ok := a.Receives(test.kind)
		if !ok {
			t.Fatalf("%+v: no terms", test.kind)
		}
		g, exact := d.Tables(test.release, "")
		if again, _ := d.Tables(test.release, ""); again != g {
			t.Errorf("%+v: other tables the second time", test.kind)
		}
		required := false
		for _, row := range g.Set("850").Rows {
			if row.Segment.ID == "REF" {
				required = row.Required
				break
			}
		}
		if g.Release() != test.tables || exact != test.exact || required != test.required {
			t.Errorf("%+v of %s: %s, exact %v, REF required %v", test.kind, test.release, g.Release(), exact, required)
		}
	}
	orders, _ := a.Receives(DocumentKind{Set: "ORDERS"})
	g, _ := orders.Tables("D96A", "3")
	found := false
	for _, row := range g.Set("ORDERS").Rows {
		if row.Segment.ID == "BGM" {
			found = true
			if e := row.Segment.Elements[2].Element; !e.HasCode("9") || e.HasCode("5") {
				t.Error("the codes of BGM are not narrowed")
			}
		}
	}
	if !found {
		t.Error("no BGM")
	}
}

// TestPatchesAreTried: what fits no release, or not each that can come, is
// refused where it stands.
func TestPatchesAreTried(t *testing.T) {
	for terms, want := range map[string]string{
		`"850": {"map": "none", "patches": {"segment": "XYZ", "require": true}}`:                                 "receive.850.patches: on 004010: patch 1: set 850 has no segment XYZ there",
		`"850": {"map": "none", "patches": [{"name": "dept", "segment": "BEG", "element": 90, "forbid": true}]}`: "receive.850.patches: on 004010: patch dept: BEG has 12 elements",
		`"850": {"map": "none", "patches": {"segment": "REF"}}`:                                                  "receive.850.patches: on 004010: patch 1: it changes nothing",
		`"850": {"map": "none", "patches": {"segment": "ref", "require": true}}`:                                 `receive.850.patches.segment: "ref" is not a segment`,
		`"850": {"map": "none", "patches": {"set": "850"}}`:                                                      "receive.850.patches.set: unknown field",
		`"9Z9": {"map": "none", "patches": {"segment": "REF", "require": true}}`:                                 "receive.9Z9.patches: no release has a set 9Z9",
	} {
		_, err := Load(Options{}, filesOf(withDocument(`"receive": {`+terms+`}`)))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s:\ngot  %v\nwant %s", terms, err, want)
		}
	}
}
