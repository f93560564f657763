package mappings

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/crossdock/crossdock/edi"
)

// TestFeedsOfMaps: the golden cases of a map of a feed are the same document
// read whole and read item by item, and what Feed writes of the items reads
// back as the same items.
func TestFeedsOfMaps(t *testing.T) {
	c := shipped(t)
	feeds := 0
	for _, name := range c.Documents() {
		d, _ := c.Document(name)
		if bindings(t, d)[0].feed == nil {
			continue
		}
		feeds++
		h := header(d.Standard(), d.Set())
		cases, _ := filepath.Glob(filepath.Join("testdata", strings.ReplaceAll(name, "/", "-"), "*.txtar"))
		for _, file := range cases {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			b, input := inputOf(t, d, archive)
			whole, _ := readText(t, b, input, h.Delimiters)
			if whole == nil {
				continue
			}
			lines := itemsOf(t, b, input, h.Delimiters)
			if diff := cmp.Diff(indented(whole), indented(joined(t, b, lines))); diff != "" {
				t.Errorf("%s (-whole +by items):\n%s", file, diff)
			}
			var out bytes.Buffer
			_, told, err := b.NewWriting(WritingOptions{Permissive: true}).Feed(&out, texts(lines), h)
			if err != nil {
				t.Fatalf("%s: %v\n%s", file, err, listing(told))
			}
			if diff := cmp.Diff(lines, itemsOf(t, b, out.Bytes(), h.Delimiters)); diff != "" {
				t.Errorf("%s (-read +written and read):\n%s\n%s", file, diff, listing(told))
			}
		}
	}
	if feeds == 0 {
		t.Error("there is no map of a feed")
	}
}

// itemsOf is the header of a feed and its items.
func itemsOf(t *testing.T, b *Bound, text []byte, d edi.Delimiters) (lines []string) {
	r := b.NewReading(ReadingOptions{Line: func(line json.RawMessage) error {
		lines = append(lines, string(line))
		return nil
	}})
	inSet := 0
	for seg, err := range edi.NewReader(bytes.NewReader(text), d, edi.Limits{}).Segments() {
		if err != nil {
			t.Fatal(err)
		}
		inSet++
		r.Segment(seg, inSet)
	}
	r.Finish()
	return lines
}

// joined is the document that a header and its items are; the items stand last.
func joined(t *testing.T, b *Bound, lines []string) json.RawMessage {
	name := b.feed.parent.fields[b.feed.field].name
	head, ok := strings.CutSuffix(lines[0], "}")
	if !ok {
		t.Fatalf("no header: %s", lines[0])
	}
	return json.RawMessage(head + `,"` + name + `":[` + strings.Join(lines[1:], ",") + "]}")
}
