package mappings

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/crossdock/crossdock/edi"
)

func header(standard, set string) Header {
	if standard == "edifact" {
		return Header{ControlNumber: "1", Message: []string{set, "D", "96A", "UN"}, Delimiters: edifactDelimiters()}
	}
	return Header{ControlNumber: "0001", Delimiters: testDelimiters(), LineEnd: "\n"}
}

func edifactDelimiters() edi.Delimiters {
	return edi.Delimiters{Element: '+', Component: ':', Segment: '\'', Release: '?'}
}

// bindings are a map on every grammar that has its set.
func bindings(t testing.TB, d *Document) []*Bound {
	t.Helper()
	var list []*Bound
	for _, g := range grammars(d.Standard()) {
		if set := g.Set(d.Set()); set != nil {
			b, err := d.Bind(set)
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, b)
		}
	}
	return list
}

// readText reads the one set of a text.
func readText(t testing.TB, b *Bound, text []byte, d edi.Delimiters) (json.RawMessage, []edi.Finding) {
	t.Helper()
	r := b.NewReading(ReadingOptions{})
	inSet := 0
	for seg, err := range edi.NewReader(bytes.NewReader(text), d, edi.Limits{}).Segments() {
		if err != nil {
			t.Fatal(err)
		}
		inSet++
		r.Segment(seg, inSet)
	}
	return r.Finish()
}

// roundTrip writes what a map read and reads it again: it is the same, or what
// is not is told.
func roundTrip(t testing.TB, b *Bound, doc json.RawMessage) (text []byte, findings []edi.Finding) {
	t.Helper()
	return trip(t, b, doc, func(a, b json.RawMessage) bool { return bytes.Equal(a, b) })
}

func trip(t testing.TB, b *Bound, doc json.RawMessage, equal func(a, b json.RawMessage) bool) (text []byte, findings []edi.Finding) {
	t.Helper()
	h := header(b.d.standard, b.d.set)
	var used [256]bool
	w := b.NewWriting(WritingOptions{Permissive: true})
	if err := w.Used(&used, doc); err != nil {
		t.Fatal(err)
	}
	d, err := ProposeDelimiters(b.d.standard, h.Delimiters, &used)
	if err != nil {
		t.Fatal(err)
	}
	h.Delimiters = d
	text, n, findings, err := w.Append(nil, doc, h)
	if err != nil {
		t.Fatal(err)
	}
	told := false
	for _, f := range findings {
		told = told || slices.Contains(Codes(), f.Code)
	}
	if text == nil {
		if !slices.ContainsFunc(findings, func(f edi.Finding) bool { return f.Severity == edi.Error }) {
			t.Fatalf("not written with findings\n%s", listing(findings))
		}
		return nil, findings
	}
	if got := bytes.Count(text, []byte{d.Segment}); d.Release == 0 && got != n {
		t.Errorf("%d segments told, %d written", n, got)
	}
	back, again := readText(t, b, text, d)
	if !equal(back, doc) && !told {
		t.Errorf("written:\n%s\nreads back with %s (-want +got):\n%s", text, listing(again), cmp.Diff(indented(doc), indented(back)))
	}
	return text, findings
}

// sameJSON reports whether two documents are equal but for the order of their
// members.
func sameJSON(a, b json.RawMessage) bool {
	var x, y any
	if json.Unmarshal(a, &x) != nil || json.Unmarshal(b, &y) != nil {
		return false
	}
	return cmp.Equal(x, y)
}

func indented(doc json.RawMessage) string {
	var b bytes.Buffer
	if err := json.Indent(&b, doc, "", "  "); err != nil {
		return string(doc)
	}
	return b.String()
}

// TestWriteGoldens: what the golden cases make is written and reads back the
// same, on every release.
func TestWriteGoldens(t *testing.T) {
	catalog := shipped(t)
	for _, name := range catalog.Documents() {
		d, _ := catalog.Document(name)
		cases, _ := filepath.Glob(filepath.Join("testdata", strings.ReplaceAll(name, "/", "-"), "*.txtar"))
		for _, file := range cases {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, b := range bindings(t, d) {
				doc, _ := readText(t, b, archive.Files[0].Data, header(d.Standard(), d.Set()).Delimiters)
				if doc == nil {
					continue
				}
				text, findings := roundTrip(t, b, doc)
				t.Logf("%s %s\n%s%s", file, b.Set().Grammar().Release(), text, listing(findings))
			}
		}
	}
}

// TestWriteRealOrders writes every real 850 again.
func TestWriteRealOrders(t *testing.T) {
	d := document(t, "x12/850")
	realOrders(t, func(name, text string) {
		for i, set := range read850(t, d, text, isaDelimiters(t, text)) {
			for _, b := range bindings(t, d) {
				if set.doc == nil {
					continue
				}
				out, findings := roundTrip(t, b, set.doc)
				if len(findings) > 0 {
					t.Logf("%s set %d: %s\n%s", name, i, out, listing(findings))
				}
			}
		}
	})
}

// TestWriteRefuses: what cannot stand in a segment, or is not the document of
// the map, is told with its place, and nothing is written.
func TestWriteRefuses(t *testing.T) {
	b := bindings(t, document(t, "x12/850"))[0]
	line := func(fields string) string {
		return `{"kind":"order","version":1,"number":"1","purpose":"original","type":"new","date":"2026-11-02","lines":[{"number":"1","quantity":"1","unit":"EA"` + fields + `}]}`
	}
	for _, test := range []struct{ doc, want string }{
		{line(`,"descriptions":["A*B"]`), `error FIELD-UNWRITABLE PID-05: lines[0].descriptions[0]: the value holds the delimiter '*', and the interchange has no release character`},
		{line(`,"descriptions":["A\nB"]`), `error FIELD-UNWRITABLE PID-05: lines[0].descriptions[0]: the value holds a line break`},
		{line(`,"descriptions":["` + strings.Repeat("X", 90) + `"]`), `error ELEMENT-LONG PID-05: lines[0].descriptions[0]: element 352 has at most 80 characters`},
		{line(`,"descriptions":["A "]`), `error FIELD-CHANGED : lines[0].descriptions[0]: reads back otherwise from what is written`},
		{line(`,"items":[{"type":"edifact:AB","id":"1"}]`), `error FIELD-UNWRITABLE : lines[0].items[0].type: has no code in x12`},
		{line(`,"price":"1.50"`), `error FIELD-UNWRITABLE : lines[0].price: is not the canonical spelling of a number`},
		{line(`,"price":1.5`), `error FIELD-UNWRITABLE : lines[0].price: must be a string`},
		{line(`,"color":"red"`), `warning FIELD-UNMAPPED : lines[0].color: the map has no place for this field`},
		{`{"kind":"order"`, `write x12/850: not a document of the map's noun: not JSON`},
		{`{"kind":"shipment","version":1}`, `write x12/850: not a document of the map's noun: kind is "shipment", want "order"`},
	} {
		out, n, findings, err := b.NewWriting(WritingOptions{}).Append([]byte("before"), json.RawMessage(test.doc), header("x12", "850"))
		got := ""
		if err != nil {
			got = err.Error()
		} else if len(findings) > 0 {
			f := findings[0]
			got = string(f.Severity) + " " + f.Code + " " + f.Reference() + ": " + f.Message
		}
		if got != test.want {
			t.Errorf("got  %s\nwant %s", got, test.want)
		}
		if failed := !strings.HasPrefix(test.want, "warning"); failed != (string(out) == "before" && n == 0) {
			t.Errorf("%s: wrote %q", test.want, out)
		}
	}
}

// TestProposeDelimiters: a delimiter that a value holds is another.
func TestProposeDelimiters(t *testing.T) {
	want := testDelimiters()
	var used [256]bool
	for _, test := range []struct {
		values string
		want   edi.Delimiters
	}{
		{"PLAIN", want},
		{"A*B", edi.Delimiters{Element: '|', Component: '>', Segment: '~'}},
		{"A*B|C~D>E", edi.Delimiters{Element: '^', Component: '<', Segment: ':'}},
	} {
		clear(used[:])
		for i := range len(test.values) {
			used[test.values[i]] = true
		}
		if got, err := ProposeDelimiters("x12", want, &used); got != test.want || err != nil {
			t.Errorf("%s: got %+v, %v", test.values, got, err)
		}
		if got, err := ProposeDelimiters("edifact", edifactDelimiters(), &used); got != edifactDelimiters() || err != nil {
			t.Errorf("%s: with a release character, got %+v, %v", test.values, got, err)
		}
	}
	for i := range used {
		used[i] = true
	}
	if _, err := ProposeDelimiters("x12", want, &used); err == nil {
		t.Error("delimiters where every character is a value's")
	}
}
