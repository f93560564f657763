package mappings

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestQualifiers reads and writes values of one qualifier, of any of several,
// and of all others.
func TestQualifiers(t *testing.T) {
	files := small()
	files["documents/codes/edifact.jsonc"] = `{}`
	list := `{"type": "array", "items": {"type": "object", "properties": {"type": {"type": "string"}, "id": {"type": "string"}}}}`
	files["documents/marks.schema.json"] = `{"type": "object", "required": ["kind", "id"], "properties": {
		"kind": {"const": "marks"}, "id": {"type": "string"}, "order": {"type": "string"}, "made": {"type": "string"},
		"wanted": ` + list + `, "dates": ` + list + `, "buyers": ` + list + `, "parties": ` + list + `}}`
	files["documents/edifact/ORDERS.jsonc"] = `{
		"noun": "marks", "set": "ORDERS", "always": ["UNS"], "constants": {"UNS01": "S"},
		"fields": {
			"id": "BGM02",
			"order": "RFF[ON|CO]01-2",
			"made": {"from": "DTM[137|4]01-2"},
			"wanted": {"each": "DTM[2|63]", "fields": {"type": "DTM01-1", "id": "DTM01-2"}},
			"dates": {"each": "DTM", "fields": {"type": "DTM01-1", "id": "DTM01-2"}},
			"buyers": {"each": "NAD[BY|OB]", "fields": {"type": "NAD01", "id": "NAD02-1"}},
			"parties": {"each": "NAD", "fields": {"type": "NAD01", "id": "NAD02-1"}}
		}
	}`
	c, err := Load(Options{}, filesOf(files))
	if err != nil {
		t.Fatal(err)
	}
	d, _ := c.Document("edifact/ORDERS")
	const text = `UNH+1+ORDERS:D:96A:UN'BGM+220+1'DTM+7:A'DTM+63:B'DTM+4:C'DTM+2:D'RFF+CO:E'NAD+SU+F'NAD+OB+G'NAD+BY+H'UNS+S'UNT+12+1'`
	const want = `{"kind":"marks","id":"1","order":"E","made":"C","wanted":[{"type":"63","id":"B"},{"type":"2","id":"D"}],` +
		`"dates":[{"type":"7","id":"A"}],"buyers":[{"type":"OB","id":"G"},{"type":"BY","id":"H"}],"parties":[{"type":"SU","id":"F"}]}`
	const written = `UNH+1+ORDERS:D:96A:UN'BGM++1'DTM+137:C'DTM+63:B'DTM+2:D'DTM+7:A'RFF+ON:E'NAD+OB+G'NAD+BY+H'NAD+SU+F'UNS+S'UNT+12+1'`
	b := bindings(t, d)[0]
	doc, findings := readText(t, b, []byte(text), edifactDelimiters())
	if diff := cmp.Diff(want, string(doc)); diff != "" {
		t.Errorf("(-want +got):\n%s\n%s", diff, listing(findings))
	}
	out, findings := roundTrip(t, b, doc)
	if diff := cmp.Diff(written, string(out)); diff != "" {
		t.Errorf("(-want +got):\n%s\n%s", diff, listing(findings))
	}
}
