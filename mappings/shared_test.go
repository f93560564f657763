package mappings

import (
	"errors"
	"strings"
	"testing"

	"github.com/tailscale/hujson"
)

// TestNamedParts: a map reads what the parts that it names say, and what its
// place does not have of them is not read there.
func TestNamedParts(t *testing.T) {
	files := small()
	files["documents/fields/x12.jsonc"] = `{
		"lines": {"each": "OTI", "fields": "@line"},
		"line": {"text": "@text"},
		"text": ["QTY02", "REF02"] // an 824 has no QTY
	}`
	files["documents/x12/824.jsonc"] = `{"noun": "note", "set": "824", "fields": {"id": "BGN02", "lines": ["@lines"]}}`
	c, err := Load(Options{}, filesOf(files))
	if err != nil {
		t.Fatal(err)
	}
	d, _ := c.Document("x12/824")
	doc, findings := readText(t, bindings(t, d)[0], []byte("ST*824*1~BGN*00*A*20261102~OTI*TA*ZZ*1~REF*ZZ*B~SE*5*1~"), testDelimiters())
	if want := `{"kind":"note","id":"A","lines":[{"text":"B"}]}`; string(doc) != want {
		t.Errorf("got %s, want %s\n%s", doc, want, listing(findings))
	}
	version := d.Version()
	files["documents/fields/x12.jsonc"] += "\n"
	if c, err = Load(Options{}, filesOf(files)); err != nil {
		t.Fatal(err)
	}
	if d, _ = c.Document("x12/824"); d.Version() == version {
		t.Error("the version of a map does not tell its parts")
	}
}

func TestNamedPartErrors(t *testing.T) {
	const parts = "documents/fields/x12.jsonc"
	for _, test := range []struct{ parts, lines, want string }{
		{`{}`, `"@lines"`, `documents/x12/824.jsonc:1: fields.lines: documents/fields/x12.jsonc has no part "lines"`},
		{`{"lines": "@lines"}`, `"@lines"`, parts + `:1: fields.lines: is a part of itself`},
		{"{\n\"lines\": {\"each\": \"OTI\", \"fields\": {\"id\": \"REF02\"}}}", `"@lines"`, parts + `:2: fields.lines.fields.id: the schema has no such field`},
		{`{"value": {}}`, `{"each": "OTI", "fields": {}}`, parts + `:1: value: "value" is no name of a part`},
	} {
		files := small()
		files[parts] = test.parts
		files["documents/x12/824.jsonc"] = `{"noun": "note", "set": "824", "fields": {"id": "BGN02", "lines": ` + test.lines + `}}`
		_, err := Load(Options{}, filesOf(files))
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("got  %v\nwant %s", err, test.want)
		}
	}
}

// TestPartsAreUsed: every shared part is named by a map or by another part.
func TestPartsAreUsed(t *testing.T) {
	files, err := Files(Embedded())
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		if !isShared(name) {
			continue
		}
		src := &source{name: name, text: text}
		root, _ := parse(src)
		root.members(func(part string, _ node) {
			used := false
			for other, text := range files {
				if (isMap(other) || other == name) && stem(name) == standardOfFile(other, name) {
					used = used || uses(text, part)
				}
			}
			if !used {
				t.Errorf("%s: nothing names the part %q", name, part)
			}
		})
		if err := errors.Join(src.faults...); err != nil {
			t.Error(err)
		}
	}
}

// standardOfFile is the standard of a map, or of the shared parts themselves.
func standardOfFile(name, shared string) string {
	if name == shared {
		return stem(shared)
	}
	parts := strings.Split(name, "/")
	return parts[len(parts)-2]
}

func uses(text []byte, part string) bool {
	value, err := hujson.Standardize(text)
	return err == nil && strings.Contains(string(value), `"@`+part+`"`)
}
