package mappings

import (
	"encoding/json"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/crossdock/crossdock/edi"
)

// mutant is a golden input with segments left out, doubled, exchanged and
// moved, and elements replaced.
func mutant(r *rand.Rand, text []byte, d edi.Delimiters) []byte {
	parts := strings.Split(strings.TrimSpace(string(text)), string(d.Segment))
	for i := range parts {
		parts[i] = strings.TrimLeft(parts[i], "\n")
	}
	parts = parts[:len(parts)-1]
	values := []string{"", "0", "00", "1", "-5", "12.50", "12,5", "20260229", "991231", "203", "102", "EN", "ZZ", "E9", "X", " PADDED ", "Caf\xe9", "Käse", "a\"b\\c", "1:2", "x12:AB", "2026", "0930", "1", strings.Repeat("L", 90)}
	for range 1 + r.IntN(6) {
		i := 1 + r.IntN(max(len(parts)-1, 1))
		if i >= len(parts) {
			break
		}
		switch r.IntN(6) {
		case 0:
			parts = append(parts[:i], parts[i+1:]...)
		case 1:
			parts = append(parts[:i], append([]string{parts[i]}, parts[i:]...)...)
		case 2:
			j := 1 + r.IntN(len(parts)-1)
			parts[i], parts[j] = parts[j], parts[i]
		case 3:
			j := 1 + r.IntN(len(parts)-1)
			parts = append(parts, parts[j])
		default:
			elements := strings.Split(parts[i], string(d.Element))
			k := 1 + r.IntN(len(elements)+1)
			for len(elements) <= k {
				elements = append(elements, "")
			}
			value := values[r.IntN(len(values))]
			if components := strings.Split(elements[k], string(d.Component)); len(components) > 1 && r.IntN(2) == 0 {
				components[r.IntN(len(components))] = value
				value = strings.Join(components, string(d.Component))
			}
			elements[k] = value
			parts[i] = strings.Join(elements, string(d.Element))
		}
	}
	return []byte(strings.Join(parts, string(d.Segment)) + string(d.Segment))
}

// rounds is how often a golden case is tried in other forms. The cases of a
// map share what it is tried, so that many maps stay quick to test.
func rounds(cases int) int {
	tries := 150
	if testing.Short() {
		tries = 30
	}
	return max(1, tries/max(1, cases))
}

// TestLawOnMutants: what is read of broken sets is valid by its schema and,
// written and read again, the same.
func TestLawOnMutants(t *testing.T) {
	c := shipped(t)
	for _, name := range c.Documents() {
		d, _ := c.Document(name)
		h := header(d.Standard(), d.Set())
		check := validator(t, d.Noun())
		cases, _ := filepath.Glob(filepath.Join("testdata", strings.ReplaceAll(name, "/", "-"), "*.txtar"))
		rounds := rounds(len(cases))
		for _, file := range cases {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			r := rand.New(rand.NewPCG(1, uint64(len(file))))
			list := bindings(t, d)
			made, written := 0, 0
			for range rounds {
				b := list[r.IntN(len(list))]
				text := mutant(r, archive.Files[0].Data, h.Delimiters)
				doc, findings := readText(t, b, text, h.Delimiters)
				failed := false
				for _, found := range findings {
					failed = failed || found.Severity == edi.Error
				}
				if failed != (doc == nil) {
					t.Fatalf("document %s with\n%s", doc, listing(findings))
				}
				if doc == nil {
					continue
				}
				made++
				verify(t, d.Noun(), doc, check)
				out, told := roundTrip(t, b, doc)
				if out != nil {
					written++
				} else if !explained(told) {
					t.Errorf("%s of %s is not written:\n%s\n%s%s", file, b.Set().Grammar().Release(), text, indented(doc), listing(told))
				}
				if t.Failed() {
					t.Fatalf("%s of %s:\n%s", file, b.Set().Grammar().Release(), text)
				}
			}
			t.Logf("%s: %d mutants, %d documents, %d written", file, rounds, made, written)
		}
	}
}

// explained reports whether what keeps a document that was read from being
// written is a thing that does: a value has no place in the release.
func explained(findings []edi.Finding) bool {
	for _, f := range findings {
		if f.Code == CodeFieldChanged && f.Severity == edi.Error {
			return false
		}
	}
	return true
}

// altered is a document with fields left out, items doubled and moved, and
// values replaced.
func altered(r *rand.Rand, value any) any {
	values := []string{"1", "12.5", "12.555", "-1", "2026-11-02", "14:30", "buyer", "gln", "x12:ZZ9", "edifact:ZZ9", "TEXT", "A*B:C+D'E~F", " ", "", "Käse ", "EA", strings.Repeat("W", 200)}
	if _, whole := value.(map[string]any); !whole && r.IntN(40) == 0 {
		return values[r.IntN(len(values))]
	}
	switch v := value.(type) {
	case map[string]any:
		for name := range v {
			switch {
			case name == "kind" || name == "version":
			case r.IntN(30) == 0:
				delete(v, name)
			default:
				v[name] = altered(r, v[name])
			}
		}
	case []any:
		for i := range v {
			v[i] = altered(r, v[i])
		}
		if i := r.IntN(len(v)); r.IntN(10) == 0 {
			v = append(v, v[i])
		}
		if r.IntN(10) == 0 {
			r.Shuffle(len(v), func(i, j int) { v[i], v[j] = v[j], v[i] })
		}
		return v
	}
	return value
}

// TestLawOnDocuments: any document at all is written so that it reads back the
// same, or what is not the same is told; none brings the writing down.
func TestLawOnDocuments(t *testing.T) {
	c := shipped(t)
	for _, name := range c.Documents() {
		d, _ := c.Document(name)
		list := bindings(t, d)
		r := rand.New(rand.NewPCG(2, 3))
		cases, _ := filepath.Glob(filepath.Join("testdata", strings.ReplaceAll(name, "/", "-"), "*.txtar"))
		rounds := rounds(len(cases))
		for _, file := range cases {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			whole, _ := readText(t, list[0], archive.Files[0].Data, header(d.Standard(), d.Set()).Delimiters)
			if whole == nil {
				continue
			}
			written := 0
			for range rounds {
				var value map[string]any
				if err := json.Unmarshal(whole, &value); err != nil {
					t.Fatal(err)
				}
				altered(r, value)
				doc, err := json.Marshal(value)
				if err != nil {
					t.Fatal(err)
				}
				b := list[r.IntN(len(list))]
				out, told := trip(t, b, doc, sameJSON)
				if out == nil {
					continue
				}
				written++
				if len(told) > 0 {
					continue
				}
				// Its members stand in any order; read back they stand in that
				// of the schema and are written again to the same bytes.
				back, _ := readText(t, b, out, proposed(t, b, doc))
				roundTrip(t, b, back)
			}
			t.Logf("%s: %d of %d altered documents written", file, written, rounds)
		}
	}
}

func proposed(t *testing.T, b *Bound, doc json.RawMessage) edi.Delimiters {
	t.Helper()
	var used [256]bool
	if err := b.NewWriting(WritingOptions{}).Used(&used, doc); err != nil {
		t.Fatal(err)
	}
	d, err := ProposeDelimiters(b.d.standard, header(b.d.standard, b.d.set).Delimiters, &used)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
