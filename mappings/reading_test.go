package mappings

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/crossdock/crossdock/edi"
)

func shipped(t testing.TB) *Catalog {
	t.Helper()
	c, err := Load(Options{}, Embedded())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func document(t testing.TB, name string) *Document {
	t.Helper()
	d, ok := shipped(t).Document(name)
	if !ok {
		t.Fatalf("there is no map %s", name)
	}
	return d
}

// outcome is what a reading made of one set.
type outcome struct {
	doc      json.RawMessage
	findings []edi.Finding
}

// read850 finds the sets of an X12 file and reads the 850s among them, with
// the delimiters as the ISA or, where the file has none, as the test says.
func read850(t testing.TB, d *Document, text string, delimiters edi.Delimiters) []outcome {
	t.Helper()
	r := edi.NewReader(strings.NewReader(text), delimiters, edi.Limits{})
	reading := bindings(t, d)[0].NewReading(ReadingOptions{})
	var sets []outcome
	inSet := 0
	for seg, err := range r.Segments() {
		if err != nil {
			t.Fatal(err)
		}
		if seg.Is("ST") {
			inSet = 0
			if string(seg.Element(1)) == d.Set() {
				inSet = 1
			}
		}
		if inSet == 0 {
			continue
		}
		reading.Segment(seg, inSet)
		inSet++
		if seg.Is("SE") {
			doc, findings := reading.Finish()
			sets = append(sets, outcome{append(json.RawMessage(nil), doc...), findings})
			reading.Reset()
			inSet = 0
		}
	}
	return sets
}

// isaDelimiters takes the delimiters of an ISA by counting its separators.
func isaDelimiters(t testing.TB, text string) edi.Delimiters {
	t.Helper()
	at := strings.Index(text, "ISA")
	if at < 0 || len(text) < at+106 {
		t.Fatal("no ISA")
	}
	d := edi.Delimiters{Element: text[at+3]}
	for i, n := at+3, 0; i < len(text); i++ {
		if text[i] != d.Element {
			continue
		}
		if n++; n == 16 {
			d.Component, d.Segment = text[i+1], text[i+2]
			return d
		}
	}
	t.Fatal("the ISA has no 16 separators")
	return d
}

// samples returns the folder of the real files, which must be there.
func samples(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("CROSSDOCK_SAMPLES")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared", "samples")
	}
	if _, err := os.Stat(filepath.Join(dir, "index.tsv")); err != nil {
		t.Fatalf("the samples are not there: %v", err)
	}
	return dir
}

// realOrders calls each for every real X12 file that holds 850s.
func realOrders(t testing.TB, each func(name, text string)) {
	t.Helper()
	dir := samples(t)
	index, err := os.ReadFile(filepath.Join(dir, "index.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(index)) {
		columns := strings.Split(line, "\t")
		if len(columns) < 9 || columns[4] != "X12" || columns[8] != "real" || !strings.Contains(columns[5], "850") {
			continue
		}
		text, err := fs.ReadFile(os.DirFS(dir), columns[0])
		if err != nil {
			t.Fatal(err)
		}
		each(columns[0], string(text))
	}
}

// TestReadRealOrders reads every real 850: each is an order by the schema and
// the noun, and what the map says of it besides is known here.
func TestReadRealOrders(t *testing.T) {
	d := document(t, "x12/850")
	check := validator(t, d.Noun())
	want := map[string]string{
		"ballerina-platform__module-ballerina-edi/examples_edi-vendor-router_resources_sample-data_x12-sender.edi": "PO1-07 ELEMENT-MISSING",
		"kputnam__stupidedi/003010_PO850_fail_1.edi":                                                               "CTT-01 LINE-COUNT",
		"olmelabs__EdiEngine/850.SyntaxNotes.ERR.edi":                                                              "PO1-07 ELEMENT-MISSING",
	}
	files, orders := 0, 0
	realOrders(t, func(name, text string) {
		files++
		sets := read850(t, d, text, isaDelimiters(t, text))
		if len(sets) == 0 {
			t.Errorf("%s: no set", name)
		}
		for i, set := range sets {
			orders++
			if set.doc == nil {
				t.Errorf("%s, set %d: no order:\n%s", name, i, listing(set.findings))
				continue
			}
			verify(t, d.Noun(), set.doc, check)
			for _, f := range set.findings {
				if f.Line == 0 || f.SegmentID == "" {
					t.Errorf("%s, set %d: a finding without a place: %+v", name, i, f)
				}
				if f.Severity != edi.Note && !strings.HasPrefix(want[name], f.Reference()+" "+f.Code) {
					t.Errorf("%s, set %d: unexpected %s", name, i, listing([]edi.Finding{f}))
				}
			}
		}
	})
	if files < 18 || orders < 21 {
		t.Errorf("%d files with %d orders among the samples; there were 18 and 21", files, orders)
	}
}

func segments(t testing.TB, text string) []*edi.Segment {
	t.Helper()
	var list []*edi.Segment
	for seg, err := range edi.NewReader(strings.NewReader(text), testDelimiters(), edi.Limits{}).Segments() {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, seg.Clone())
	}
	return list
}

func feed(r *Reading, list []*edi.Segment) (json.RawMessage, []edi.Finding) {
	for i, seg := range list {
		r.Segment(seg, i+1)
	}
	return r.Finish()
}

func TestReadingLimits(t *testing.T) {
	d := document(t, "x12/850")
	list := segments(t, generated(1, 300))
	for _, test := range []struct {
		name    string
		options ReadingOptions
		large   bool
	}{
		{"none", ReadingOptions{}, false},
		{"lines enough", ReadingOptions{Lines: 300}, false},
		{"a line too many", ReadingOptions{Lines: 299}, true},
		{"bytes", ReadingOptions{Bytes: 10_000}, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := bindings(t, d)[0].NewReading(test.options)
			for range 2 { // the second time after Reset
				doc, findings := feed(r, list)
				if got := doc == nil; got != test.large {
					t.Errorf("no document: %v, want %v (%v)", got, test.large, findings)
				}
				large := len(findings) == 1 && findings[0].Code == CodeDocumentTooLarge && findings[0].Severity == edi.Error
				if large != test.large {
					t.Errorf("findings %v", findings)
				}
				r.Reset()
			}
		})
	}
}

// TestReadingHoldsNothing feeds one line of many texts: what is held stays
// within the limit and is let go when it is passed.
func TestReadingHoldsNothing(t *testing.T) {
	r := bindings(t, document(t, "x12/850"))[0].NewReading(ReadingOptions{Bytes: 1 << 20})
	list := segments(t, "BEG*00*NE*1**20261102~PO1*1*1*EA***VN*A~MSG*"+strings.Repeat("X", 1000)+"~")
	r.Segment(list[0], 1)
	r.Segment(list[1], 2)
	for i := range 5000 {
		r.Segment(list[2], i+3)
		if r.size > r.options.Bytes+2000 {
			t.Fatalf("%d bytes held after %d segments", r.size, i)
		}
	}
	if doc, findings := r.Finish(); doc != nil || len(findings) != 1 || findings[0].Code != CodeDocumentTooLarge {
		t.Errorf("document %.40s, findings %v", doc, findings)
	}
}

func TestReadingFindingsLimit(t *testing.T) {
	text := "BEG*00*NE*1**20261102~" + strings.Repeat("DTM*002*NEVER~", 50) + "PO1*1*MANY*EA***VN*A~"
	doc, findings := feed(bindings(t, document(t, "x12/850"))[0].NewReading(ReadingOptions{Findings: 10}), segments(t, text))
	if doc != nil {
		t.Errorf("a document in spite of an error that was not kept")
	}
	if len(findings) != 11 {
		t.Fatalf("%d findings, want 10 and their sum", len(findings))
	}
	if last := findings[10]; last.Code != edi.CodeFindingsOmitted || last.Severity != edi.Error || !strings.HasPrefix(last.Message, "41 ") {
		t.Errorf("sum %+v", last)
	}
}

// TestReadingAgain reads one set between two others and finds no trace of them.
func TestReadingAgain(t *testing.T) {
	d := document(t, "x12/850")
	broken := segments(t, "BEG*18**~REF*ZZ~CUR*BY*USD~PO1*1*NO~PO1*2*2*EA*X~")
	good := segments(t, "BEG*00*NE*1**20261102~PO1**1*EA***VN*A~")
	want, _ := feed(bindings(t, d)[0].NewReading(ReadingOptions{}), good)
	r := bindings(t, d)[0].NewReading(ReadingOptions{})
	for range 3 {
		feed(r, broken)
		r.Reset()
		if got, findings := feed(r, good); string(got) != string(want) || len(findings) > 0 {
			t.Errorf("got %s %v, want %s", got, findings, want)
		}
		r.Reset()
	}
}

func TestReadingKeepsAnyBytes(t *testing.T) {
	for _, test := range []struct{ value, want string }{
		{"Caf\xe9", `"Café"`},
		{"Café", `"Café"`},
		{"a\"b\\c", `"a\"b\\c"`},
		{"tab\tbell\x07", `"tab\tbell\u0007"`},
		{"\u2028", `"\u2028"`},
		{"<&>", `"<&>"`},
		{"\x7f", "\"\x7f\""},
	} {
		got := string(appendString(nil, []byte(test.value)))
		if got != test.want {
			t.Errorf("%q: got %s, want %s", test.value, got, test.want)
		}
		var back string
		if err := json.Unmarshal([]byte(got), &back); err != nil {
			t.Errorf("%q: %v", test.value, err)
		}
	}
}

// FuzzReading: whatever the segments, a document that comes out is one by the
// schema and the noun, and none comes with an error.
func FuzzReading(f *testing.F) {
	d := document(f, "x12/850")
	check := validator(f, d.Noun())
	files, err := filepath.Glob("testdata/x12-850/*.txtar")
	if err != nil || len(files) == 0 {
		f.Fatal("no seeds", err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(archive.Files[0].Data))
	}
	reading := bindings(f, d)[0].NewReading(ReadingOptions{Lines: 50, Bytes: 1 << 16, Findings: 20})
	f.Fuzz(func(t *testing.T, text string) {
		reading.Reset()
		doc, findings := feed(reading, segments(t, text))
		failed := false
		for _, found := range findings {
			failed = failed || found.Severity == edi.Error
		}
		if failed != (doc == nil) {
			t.Fatalf("document %s with %v", doc, findings)
		}
		if doc != nil {
			verify(t, d.Noun(), doc, check)
		}
		if len(findings) > 21 {
			t.Fatalf("%d findings", len(findings))
		}
	})
}
