package mappings

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

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
	reading := d.NewReading(ReadingOptions{})
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

func TestReadRealOrders(t *testing.T) {
	d := document(t, "x12/850")
	files := 0
	realOrders(t, func(name, text string) {
		files++
		sets := read850(t, d, text, isaDelimiters(t, text))
		if len(sets) == 0 {
			t.Errorf("%s: no set", name)
		}
		for i, set := range sets {
			for _, f := range set.findings {
				t.Log(name, i, f.Severity, f.Code, f.Position, f.Reference(), fmt.Sprintf("%q", f.Value), f.Message)
			}
			t.Logf("%s %d: %s", name, i, set.doc)
		}
	})
	if files == 0 {
		t.Fatal("no real order among the samples")
	}
}
