package mappings

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossdock/crossdock/edi"
)

// covered are two small maps that leave out much.
func covered(t *testing.T) *Catalog {
	t.Helper()
	files := small()
	files["documents/codes/edifact.jsonc"] = `{}`
	list := `{"type": "array", "items": {"type": "object", "properties": {"type": {"type": "string"}, "id": {"type": "string"}}}}`
	files["documents/part.schema.json"] = `{"type": "object", "required": ["kind", "id"], "properties": {
		"kind": {"const": "part"}, "id": {"type": "string"}, "order": {"type": "string"}, "made": {"type": "string"}, "total": {"type": "string"},
		"phone": {"type": "string"}, "parties": ` + list + `,
		"lines": {"type": "array", "items": {"type": "object", "properties": {"quantity": {"type": "string"}, "items": ` + list + `}}}}}`
	files["documents/x12/850.jsonc"] = `{
		"noun": "part", "set": "850", "pairs": {"PO1": "06", "PER": "03"},
		"ignore": ["CTT", "BEG01", "N103"], "constants": {"BEG02": "SA"},
		"fields": {
			"id": "BEG03", "order": "REF[CO]02", "made": {"from": "DTM[002]02", "as": "date"},
			"total": ["CUR02", "CUR05"], "phone": "PER[TE]",
			"parties": {"each": "N1", "fields": {"type": "N101", "id": "N104"}},
			"lines": {"each": "PO1", "fields": {
				"quantity": {"from": "PO102", "as": "decimal"},
				"items": {"pairs": "PO1", "except": ["IN", "SK"], "fields": {"type": "@qualifier", "id": "@value"}}
			}}
		}
	}`
	files["documents/edifact/ORDERS.jsonc"] = `{
		"noun": "part", "set": "ORDERS", "pairs": {"PIA": {"from": "02", "to": "06"}}, "ignore": ["UNS", "NAD02-2"],
		"fields": {
			"id": "BGM02", "order": "RFF[CO]01-2", "made": {"from": "DTM[2]01-2", "as": "dtm-date"},
			"total": ["MOA[77]01-2", "MOA[79]01-2"],
			"parties": {"each": "NAD", "fields": {"type": "NAD01", "id": "NAD02-1"}},
			"lines": {"each": "LIN", "fields": {"items": {"pairs": "PIA", "only": ["SA"], "fields": {"type": "@qualifier", "id": "@value"}}}}
		}
	}`
	c, err := Load(Options{}, filesOf(files))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestElementUnmapped: what no field reads of a segment that is read is told,
// once for each element.
func TestElementUnmapped(t *testing.T) {
	c := covered(t)
	for _, test := range []struct{ name, segments, want string }{
		{"x12/850", "BEG*00*SA*1", ""},
		{"x12/850", "BEG*00*NE*1", "BEG-02 NE"},
		{"x12/850", "BEG*00*SA*1**20261102", "BEG-05 20261102"},
		{"x12/850", "REF*CO*1**X>Y", "REF-04 X>Y"},
		{"x12/850", "REF*DP*1", ""}, // the segment is told
		{"x12/850", "REF*CO*1~REF*CO*1", ""},
		{"x12/850", "REF*CO*1~REF*CO*2~REF*CO*3", "REF-02 2"},
		{"x12/850", "DTM*002*20261102~DTM*002*20261102*1430", "DTM-03 1430"},
		{"x12/850", "DTM*002*20261102~DTM*002*20261103", "DTM-02 20261103"},
		{"x12/850", "CUR*BY*USD", "CUR-01 BY"},
		{"x12/850", "CUR**A***B", "CUR-05 B"},
		{"x12/850", "PER**ANN*TE*1", "PER-02 ANN"},
		{"x12/850", "PER***TE*1*FX*2", "PER-05 FX, PER-06 2"},
		{"x12/850", "PER***TE*1*TE*2", "PER-05 TE, PER-06 2"},
		{"x12/850", "N1*ST*NAME*92*1~N1*BT*NAME*92*2", "N1-02 NAME"},
		{"x12/850", "PO1**1*EA***UP*1*IN*2*VN*3", "PO1-03 EA, PO1-08 IN, PO1-09 2"},
		{"x12/850", "PO1**1*^**", "PO1-03 ^"},
		{"x12/850", "N1*ST**92*1^2", "N1-04 2"},
		{"edifact/ORDERS", "DTM+2:20261102:102", ""},
		{"edifact/ORDERS", "NAD+BY+1:160:9++NAME", "NAD-02-3 9, NAD-04 NAME"},
		{"edifact/ORDERS", "NAD+BY+1:160?:", ""},
		{"edifact/ORDERS", "MOA+79:1'MOA+77:2", "MOA-01-2 2"},
		{"edifact/ORDERS", "MOA+77:1'MOA+79:2", "MOA-01-2 2"},
		{"edifact/ORDERS", "MOA+77:1'MOA+79:1", ""},
		{"edifact/ORDERS", "LIN+1++2:EN'PIA+5+1:SA::9+2:IN", "LIN-01 1, LIN-03 2:EN, PIA-01 5, PIA-02-4 9, PIA-03 2:IN"},
	} {
		d, _ := c.Document(test.name)
		b := bindings(t, d)[0]
		delimiters, text := testDelimiters(), "ST*850*1~"+test.segments+"~SE*1*1~"
		delimiters.Repetition = '^'
		if d.Standard() == "edifact" {
			delimiters, text = edifactDelimiters(), "UNH+1+ORDERS:D:96A:UN'BGM+220+1'"+test.segments+"'UNT+1+1'"
		}
		_, findings := readText(t, b, []byte(text), delimiters)
		var got []string
		for _, f := range findings {
			if f.Code == CodeElementUnmapped && f.SegmentID != "BGM" {
				got = append(got, fmt.Sprintf("%s %s", f.Reference(), f.Value))
			}
		}
		if diff := cmp.Diff(test.want, strings.Join(got, ", ")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.segments, diff)
		}
	}
}

// TestElementUnmappedBounded: notes leave room for what is worse.
func TestElementUnmappedBounded(t *testing.T) {
	d, _ := covered(t).Document("x12/850")
	r := bindings(t, d)[0].NewReading(ReadingOptions{Findings: 4})
	for i, text := range []string{"ST*850*1", "CUR*BY*A*B*C*D*E*F*G", "BEG*00*SA*"} {
		r.Segment(edi.ParseSegment([]byte(text), testDelimiters()), i+1)
	}
	_, findings := r.Finish()
	got := map[string]int{}
	for _, f := range findings {
		got[f.Code]++
	}
	want := map[string]int{CodeElementUnmapped: 2, edi.CodeElementMissing: 1, edi.CodeFindingsOmitted: 1}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s%s", diff, listing(findings))
	}
}
