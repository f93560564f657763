package mappings

import (
	"bytes"
	"testing"
)

// TestChoosesWhatHasACode: a note of a type that is no reference is no N9, and
// goes where its text has room.
func TestChoosesWhatHasACode(t *testing.T) {
	const doc = `{"kind":"order","version":1,"number":"1","purpose":"original","type":"new","date":"2026-11-02",` +
		`"lines":[{"number":"1","quantity":"4","unit":"EA","notes":[{"type":"mutual","text":["BY HAND"]},{"type":"transport","text":["ON PALLETS"]}]}]}`
	b := bindings(t, document(t, "x12/850"))[0]
	text, findings := roundTrip(t, b, []byte(doc))
	for _, want := range []string{"\nMSG*ON PALLETS~", "\nN9*ZZ**BY HAND~"} {
		if !bytes.Contains(text, []byte(want)) {
			t.Errorf("%q is not in\n%s%s", want, text, listing(findings))
		}
	}
	if len(findings) != 1 || findings[0].Code != CodeFieldUnmapped || findings[0].Severity != "warning" {
		t.Errorf("got\n%s, want one %s", listing(findings), CodeFieldUnmapped)
	}
}
