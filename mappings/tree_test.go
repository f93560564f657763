package mappings

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestTreeByDepth reads and writes a tree whose levels are not coded: CPS of
// DESADV, whose depth says what a turn is.
func TestTreeByDepth(t *testing.T) {
	files := small()
	files["documents/codes/edifact.jsonc"] = `{}`
	files["documents/despatch.schema.json"] = `{"type": "object", "required": ["kind", "id"], "properties": {
		"kind": {"const": "despatch"}, "id": {"type": "string"},
		"orders": {"type": "array", "items": {"type": "object", "properties": {
			"number": {"type": "string"},
			"items": {"$ref": "#/$defs/items"},
			"packs": {"type": "array", "items": {"type": "object", "properties": {
				"type": {"type": "string"}, "marks": {"type": "array", "items": {"type": "object", "properties": {"id": {"type": "string"}}}},
				"items": {"$ref": "#/$defs/items"}}}}}}}},
		"$defs": {"items": {"type": "array", "items": {"type": "object", "properties": {"id": {"type": "string"}, "quantity": {"type": "string"}}}}}}`
	at := func(path string) string {
		return `{"each": "` + path + `LIN", "fields": {"id": "LIN03-1", "quantity": {"from": "QTY[12]01-2", "as": "quantity"}}}`
	}
	files["documents/edifact/DESADV.jsonc"] = `{
		"noun": "despatch", "set": "DESADV",
		"trees": {"CPS": {"id": "01", "parent": "02"}},
		"pairs": {"GIN": {"from": "02", "to": "06", "qualifier": "2", "value": "1"}},
		"constants": {"CPS/PAC/PCI01": "33E", "CPS/PAC/PCI/GIN01": "BJ"},
		"fields": {
			"id": "BGM02",
			"orders": {"one": true, "fields": {
				"number": "RFF[ON]01-2",
				"items": ` + at("CPS[1]/") + `,
				"packs": {"each": "CPS[1]/CPS[2]", "fields": {
					"type": "PAC03-1",
					"marks": {"pairs": "PAC/PCI/GIN", "fields": {"id": "@1"}},
					"items": ` + at("") + `
				}}
			}}
		}
	}`
	c, err := Load(Options{}, filesOf(files))
	if err != nil {
		t.Fatal(err)
	}
	d, _ := c.Document("edifact/DESADV")
	const text = `UNH+1+DESADV:D:96A:UN'
BGM+351+D-1'
RFF+ON:PO-1'
CPS+1'
LIN+1++LOOSE:EN'
QTY+12:1'
CPS+2+1'
PAC+1++201'
PCI+33E'
GIN+BJ+00012345678901234568+00012345678901234575'
LIN+2++A:EN'
QTY+12:4'
CPS+3+1'
PAC+1++CT'
LIN+3++B:EN'
QTY+12:5'
UNT+17+1'
`
	for _, b := range bindings(t, d) {
		doc, findings := readText(t, b, []byte(text), edifactDelimiters())
		want := `{"kind":"despatch","id":"D-1","orders":[{"number":"PO-1","items":[{"id":"LOOSE","quantity":"1"}],` +
			`"packs":[{"type":"201","marks":[{"id":"00012345678901234568"},{"id":"00012345678901234575"}],"items":[{"id":"A","quantity":"4"}]},` +
			`{"type":"CT","items":[{"id":"B","quantity":"5"}]}]}]}`
		if diff := cmp.Diff(want, string(doc)); diff != "" {
			t.Errorf("%s (-want +got):\n%s\n%s", b.Set().Grammar().Release(), diff, listing(findings))
		}
		out, findings := roundTrip(t, b, doc)
		t.Logf("%s\n%s", out, listing(findings))
	}
}
