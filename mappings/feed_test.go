package mappings

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossdock/crossdock/edi"
)

// sales is a catalogue with one map of a feed: each quantity of a product
// transfer, with the store and the day around it.
func sales(t testing.TB) *Bound {
	t.Helper()
	files := small()
	files["documents/sales.schema.json"] = `{"type": "object", "required": ["kind", "id", "lines"], "properties": {
		"kind": {"const": "sales"}, "id": {"type": "string"},
		"lines": {"type": "array", "minItems": 1, "items": {"type": "object", "required": ["quantity"], "properties": {
			"day": {"type": "string"}, "store": {"type": "string"}, "quantity": {"type": "string"}, "unit": {"type": "string"},
			"items": {"type": "array", "items": {"type": "object", "required": ["type", "id"], "properties": {"type": {"type": "string"}, "id": {"type": "string"}}}}}}}}}`
	files["documents/x12/867.jsonc"] = `{
		"noun": "sales", "set": "867", "feed": "lines",
		"pairs": {"LIN": "02"},
		"ignore": "CTT",
		"checks": [{"count": "PTD", "in": "CTT01"}, {"sum": "PTD/QTY/QTY02", "in": "CTT02"}],
		"constants": {"BPT01": "00", "BPT03": "20261102", "PTD01": "SD", "PTD/QTY/QTY01": "32", "PTD/N1/N103": {"value": "92", "with": "04"}},
		"fields": {
			"id": "BPT02",
			"lines": {"each": "PTD/QTY", "fields": {
				"day": {"from": "../DTM[007]02", "as": "date"},
				"store": "../N1[ST]04",
				"quantity": {"from": "QTY02", "as": "decimal"},
				"unit": "QTY03-1",
				"items": {"pairs": "LIN", "fields": {"type": "@qualifier", "id": "@value"}}
			}}
		}
	}`
	c, err := Load(Options{}, filesOf(files))
	if err != nil {
		t.Fatal(err)
	}
	d, _ := c.Document("x12/867")
	return bindings(t, d)[0]
}

const salesText = `ST*867*0001~
BPT*00*S-1*20261102~
PTD*SD~
DTM*007*20261101~
N1*ST**92*0007~
QTY*32*4*EA~
LIN**UP*041900000012~
QTY*32*6.5*LB~
LIN**UP*041900000029*VN*HS-2~
PTD*SD~
DTM*007*20261101~
N1*ST**92*0008~
QTY*32*1*EA~
LIN**UP*041900000012~
CTT*2*11.5~
SE*16*0001~
`

func feedLines(t testing.TB, b *Bound, text []byte) []string {
	t.Helper()
	var lines []string
	r := b.NewReading(ReadingOptions{Line: func(line json.RawMessage) error {
		lines = append(lines, string(line))
		return nil
	}})
	inSet := 0
	for seg, err := range edi.NewReader(bytes.NewReader(text), testDelimiters(), edi.Limits{}).Segments() {
		if err != nil {
			t.Fatal(err)
		}
		inSet++
		r.Segment(seg, inSet)
	}
	if _, findings := r.Finish(); len(findings) > 0 {
		t.Errorf("found:\n%s", listing(findings))
	}
	return lines
}

func texts(lines []string) iter.Seq2[json.RawMessage, error] {
	return func(yield func(json.RawMessage, error) bool) {
		for _, line := range lines {
			if !yield(json.RawMessage(line), nil) {
				return
			}
		}
	}
}

// TestFeed reads a feed line by line, writes the lines, and gets the same text
// and the same lines.
func TestFeed(t *testing.T) {
	b := sales(t)
	lines := feedLines(t, b, []byte(salesText))
	want := []string{
		`{"kind":"sales","id":"S-1"}`,
		`{"day":"2026-11-01","store":"0007","quantity":"4","unit":"EA","items":[{"type":"UP","id":"041900000012"}]}`,
		`{"day":"2026-11-01","store":"0007","quantity":"6.5","unit":"LB","items":[{"type":"UP","id":"041900000029"},{"type":"VN","id":"HS-2"}]}`,
		`{"day":"2026-11-01","store":"0008","quantity":"1","unit":"EA","items":[{"type":"UP","id":"041900000012"}]}`,
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
	var out bytes.Buffer
	h := header("x12", "867")
	n, findings, err := b.NewWriting(WritingOptions{Permissive: true}).Feed(&out, texts(lines), h)
	if err != nil {
		t.Fatal(err)
	}
	t.Log(listing(findings))
	if diff := cmp.Diff(salesText, out.String()); diff != "" || n != 16 {
		t.Errorf("%d segments (-want +got):\n%s", n, diff)
	}
	if diff := cmp.Diff(lines, feedLines(t, b, out.Bytes())); diff != "" {
		t.Errorf("read again (-first +second):\n%s", diff)
	}
	// As one document it is the same.
	doc, _ := readText(t, b, []byte(salesText), testDelimiters())
	if text, findings := roundTrip(t, b, doc); string(text) != salesText {
		t.Errorf("as one document:\n%s%s", text, listing(findings))
	}
}

// TestFeedHoldsOneItem writes and reads many items and finds that what is kept
// does not grow with them.
func TestFeedHoldsOneItem(t *testing.T) {
	b := sales(t)
	const items = 20_000
	lines := func(yield func(json.RawMessage, error) bool) {
		if !yield(json.RawMessage(`{"kind":"sales","id":"S-1"}`), nil) {
			return
		}
		for i := range items {
			if !yield(fmt.Appendf(nil, `{"day":"2026-11-01","store":"%04d","quantity":"%d","unit":"EA","items":[{"type":"UP","id":"%012d"}]}`, i/7, i+1, i), nil) {
				return
			}
		}
	}
	var out bytes.Buffer
	w := b.NewWriting(WritingOptions{Permissive: true, Findings: 10})
	h := header("x12", "867")
	n, findings, err := w.Feed(&out, lines, h)
	if err != nil || n == 0 {
		t.Fatal(n, listing(findings), err)
	}
	if kept := len(w.segments) + len(w.turns) + cap(w.text); kept > 2000 {
		t.Errorf("%d segments, %d turns and %d bytes kept", len(w.segments), len(w.turns), cap(w.text))
	}
	r := b.NewReading(ReadingOptions{Line: func(json.RawMessage) error { return nil }, Lines: 100, Bytes: 10_000})
	inSet := 0
	for seg, err := range edi.NewReader(&out, testDelimiters(), edi.Limits{}).Segments() {
		if err != nil {
			t.Fatal(err)
		}
		inSet++
		r.Segment(seg, inSet)
		if r.size > 10_000 {
			t.Fatalf("%d bytes held after %d segments", r.size, inSet)
		}
	}
	if _, found := r.Finish(); len(found) > 0 || r.items != 1 || r.frames[0].counts[2] != items {
		t.Errorf("%d items, found:\n%s", r.frames[0].counts[2], listing(found))
	}
	if inSet != n {
		t.Errorf("%d segments told, %d written", n, inSet)
	}
}

// TestFeedStops: what a line says that cannot be written stops the writing and
// is told with its place.
func TestFeedStops(t *testing.T) {
	b := sales(t)
	for _, test := range []struct {
		lines []string
		want  string
	}{
		{[]string{`{"kind":"sales","id":"S-1"}`, `{"quantity":"4"}`, `{"quantity":"four"}`}, "error FIELD-UNWRITABLE: lines[1].quantity: is not a number"},
		{[]string{`{"kind":"sales","id":"S-1"}`, `{"quantity":"4","unit":"EA "}`, `{"quantity":"4"}`}, "error FIELD-CHANGED: lines[0].unit: reads back otherwise from what is written"},
		{[]string{`{"kind":"sales","id":"S-1","lines":[]}`, `{"quantity":"4"}`}, "error FIELD-CHANGED: lines: does not read back from what is written"},
		{[]string{`{"kind":"note"}`}, `write x12/867: not a document of the map's noun: kind is "note", want "sales"`},
		{[]string{}, `write x12/867: not a document of the map's noun: there is no header`},
	} {
		var out bytes.Buffer
		n, findings, err := b.NewWriting(WritingOptions{Permissive: true}).Feed(&out, texts(test.lines), header("x12", "867"))
		got := fmt.Sprint(err)
		for _, f := range findings {
			if f.Severity == edi.Error && strings.HasPrefix(f.Code, "FIELD") {
				got = fmt.Sprintf("%s %s: %s", f.Severity, f.Code, f.Message)
			}
		}
		if got != test.want || n != 0 {
			t.Errorf("got  %s (%d)\nwant %s", got, n, test.want)
		}
	}
}
