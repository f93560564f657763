package mappings

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/edifact"
	"github.com/crossdock/crossdock/edi/x12"
)

// realSets reads every set of the real files that the catalogue has a map for,
// each by the grammar of its own release.
func realSets(t *testing.T, c *Catalog, each func(file string, b *Bound, doc json.RawMessage, findings []edi.Finding)) {
	t.Helper()
	dir := samples(t)
	index, err := os.ReadFile(filepath.Join(dir, "index.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(index)) {
		columns := strings.Split(line, "\t")
		if len(columns) < 9 || columns[4] != "X12" && columns[4] != "EDIFACT" {
			continue
		}
		text, err := fs.ReadFile(os.DirFS(dir), columns[0])
		if err != nil {
			t.Fatal(err)
		}
		r := setReader{t: t, c: c, done: func(b *Bound, doc json.RawMessage, findings []edi.Finding) { each(columns[0], b, doc, findings) }}
		if columns[4] == "X12" {
			r.x12(text)
		} else {
			r.edifact(text)
		}
	}
}

// setReader feeds the sets of a file to readings.
type setReader struct {
	t       *testing.T
	c       *Catalog
	reading *Reading
	done    func(*Bound, json.RawMessage, []edi.Finding)
}

func (r *setReader) begin(name, release, syntax string) {
	r.reading = nil
	if d, ok := r.c.Document(name); ok {
		b, _, err := d.For(release, syntax)
		if err != nil {
			r.t.Fatal(err)
		}
		r.reading = b.NewReading(ReadingOptions{})
	}
}

func (r *setReader) segment(seg *edi.Segment, inSet int) {
	if r.reading != nil {
		r.reading.Segment(seg, inSet)
	}
}

func (r *setReader) end() {
	if r.reading != nil {
		doc, findings := r.reading.Finish()
		r.done(r.reading.Bound(), doc, findings)
	}
}

func (r *setReader) x12(text []byte) {
	for ev, err := range x12.NewReader(bytes.NewReader(text), x12.Options{}).Events() {
		switch {
		case err != nil:
			r.t.Fatal(err)
		case ev.Kind == x12.SetStart:
			r.begin("x12/"+ev.Set.ID, ev.Group.Version, "")
		case ev.Kind == x12.SetSegment:
			r.segment(ev.Segment, ev.Set.Segments)
		case ev.Kind == x12.SetEnd:
			r.end()
		}
	}
}

func (r *setReader) edifact(text []byte) {
	for ev, err := range edifact.NewReader(bytes.NewReader(text), edifact.Options{}).Events() {
		switch {
		case err != nil:
			r.t.Fatal(err)
		case ev.Kind == edifact.MessageStart:
			r.begin("edifact/"+ev.Message.Type, ev.Message.Version+ev.Message.Release, "3")
		case ev.Kind == edifact.MessageSegment:
			r.segment(ev.Segment, ev.Message.Segments)
		case ev.Kind == edifact.MessageEnd:
			r.end()
		}
	}
}

// TestLawOnRealFiles: what is read from any sample is valid by its schema, and
// written and read again it is the same, on every release.
func TestLawOnRealFiles(t *testing.T) {
	c := shipped(t)
	checks := map[string]func(json.RawMessage) error{}
	sets, documents, written := map[string]int{}, map[string]int{}, map[string]int{}
	realSets(t, c, func(file string, b *Bound, doc json.RawMessage, findings []edi.Finding) {
		name := b.Document().Name()
		sets[name]++
		if doc == nil {
			t.Logf("%s: no document:\n%s", file, listing(findings))
			return
		}
		documents[name]++
		noun := b.Document().Noun()
		if checks[noun] == nil {
			checks[noun] = validator(t, noun)
		}
		verify(t, noun, doc, checks[noun])
		text, told := roundTrip(t, b, doc)
		if text != nil {
			written[name]++
		} else {
			t.Logf("%s: not written:\n%s", file, listing(told))
		}
	})
	for _, name := range c.Documents() {
		t.Logf("%s: %d sets read, %d documents made, %d written", name, sets[name], documents[name], written[name])
	}
}

// FuzzLaw: whatever the segments, what is read of them is valid by its schema
// and, written and read again, the same.
func FuzzLaw(f *testing.F) {
	c := shipped(f)
	checks := map[string]func(json.RawMessage) error{}
	for _, name := range c.Documents() {
		d, _ := c.Document(name)
		checks[d.Noun()] = validator(f, d.Noun())
		cases, _ := filepath.Glob(filepath.Join("testdata", strings.ReplaceAll(name, "/", "-"), "*.txtar"))
		for _, file := range cases {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(name, true, archive.Files[0].Data)
		}
	}
	f.Fuzz(func(t *testing.T, name string, newer bool, text []byte) {
		d, ok := c.Document(name)
		if !ok {
			return
		}
		list := bindings(t, d)
		b := list[0]
		if newer {
			b = list[len(list)-1]
		}
		doc, findings := readText(t, b, text, header(d.Standard(), d.Set()).Delimiters)
		failed := false
		for _, found := range findings {
			failed = failed || found.Severity == edi.Error
		}
		if failed != (doc == nil) {
			t.Fatalf("document %s with %v", doc, findings)
		}
		if doc != nil {
			verify(t, d.Noun(), doc, checks[d.Noun()])
			roundTrip(t, b, doc)
		}
	})
}
