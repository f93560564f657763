package mappings

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestImplied: what reading makes where nothing came is not written, and what
// stands for no value is written only beside what asks for it.
func TestImplied(t *testing.T) {
	files := small()
	files["documents/codes/x12.jsonc"] = `{
		"type": {"other": "refuse", "words": {"CR": "credit"}},
		"basis": {"other": "keep", "words": {"1": "item"}}
	}`
	files["documents/bill.schema.json"] = `{"type": "object", "required": ["kind", "id", "type"], "properties": {
		"kind": {"const": "bill"}, "id": {"type": "string"}, "type": {"type": "string"}, "state": {"type": "string"},
		"lines": {"type": "array", "items": {"type": "object", "required": ["number"], "properties": {
			"number": {"type": "string"}, "quantity": {"type": "string"}}}},
		"charges": {"type": "array", "items": {"type": "object", "properties": {
			"code": {"type": "string"}, "basis": {"type": "string"}, "percent": {"type": "string"}}}}}}`
	files["documents/x12/810.jsonc"] = `{
		"noun": "bill", "set": "810", "ignore": "BIG01", "constants": {"BIG01": "20261102"},
		"fields": {
			"id": "BIG02",
			"type": {"from": "BIG07", "as": "code", "table": "type", "default": "invoice"},
			"state": {"default": "final"},
			"lines": {"each": "IT1", "fields": {"number": {"default": "@ordinal"}, "quantity": "IT102"}},
			"charges": {"each": "SAC", "fields": {
				"code": "SAC02",
				"basis": {"from": "SAC06", "as": "code", "table": "basis", "absent": {"value": "Z", "with": "07"}},
				"percent": {"from": "SAC07", "as": "decimal"}
			}}
		}
	}`
	c, err := Load(Options{}, filesOf(files))
	if err != nil {
		t.Fatal(err)
	}
	d, _ := c.Document("x12/810")
	b := bindings(t, d)[0]
	for _, test := range []struct{ name, doc, want, told string }{
		{"defaults", `{"kind":"bill","id":"1","type":"invoice","state":"final","lines":[{"number":"1","quantity":"5"},{"number":"2","quantity":"6"}]}`,
			"ST*810*0001~BIG*20261102*1~IT1**5~IT1**6~SE*5*0001~", ""},
		{"others", `{"kind":"bill","id":"1","type":"credit","state":"draft","lines":[{"number":"7","quantity":"5"}]}`,
			"ST*810*0001~BIG*20261102*1*****CR~IT1**5~SE*4*0001~",
			"FIELD-UNMAPPED state: this release has no place for this field; FIELD-UNMAPPED lines[0].number: this release has no place for this field; "},
		{"a word without a code", `{"kind":"bill","id":"1","type":"quote","state":"final"}`,
			"", "FIELD-UNWRITABLE type: is not a word this document is written with; "},
		{"no value", `{"kind":"bill","id":"1","type":"invoice","state":"final","charges":[{"code":"A100"},{"code":"A101","percent":"5"},{"code":"A102","basis":"item","percent":"6"}]}`,
			"ST*810*0001~BIG*20261102*1~SAC**A100~SAC**A101****Z*5~SAC**A102****1*6~SE*6*0001~", ""},
	} {
		w := b.NewWriting(WritingOptions{Permissive: true})
		text, _, findings, err := w.Append(nil, json.RawMessage(test.doc), header("x12", "810"))
		if err != nil {
			t.Fatal(err)
		}
		told := ""
		for _, f := range findings {
			if f.SegmentID == "" {
				told += f.Code + " " + f.Message + "; "
			}
		}
		if diff := cmp.Diff(test.want+" "+test.told, strings.ReplaceAll(string(text), "\n", "")+" "+told); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
		if test.told == "" {
			if back, _ := readText(t, b, text, testDelimiters()); string(back) != test.doc {
				t.Errorf("%s reads back as %s", test.name, back)
			}
		}
	}
	files["documents/x12/810.jsonc"] = `{"noun": "bill", "set": "810", "fields": {"id": "BIG02", "type": {"expected": true}}}`
	if _, err := Load(Options{}, filesOf(files)); err == nil {
		t.Error("a field without from and default is taken")
	}
}
