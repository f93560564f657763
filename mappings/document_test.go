package mappings

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"golang.org/x/tools/txtar"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/internal/trade"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func testDelimiters() edi.Delimiters {
	return edi.Delimiters{Element: '*', Component: '>', Segment: '~'}
}

// TestSame: what stands in testdata/same is one document in two standards, and
// both give the same bytes.
func TestSame(t *testing.T) {
	catalog := shipped(t)
	cases, err := filepath.Glob("testdata/same/*.txtar")
	if err != nil || len(cases) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range cases {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		want := ""
		for _, part := range archive.Files {
			d, ok := catalog.Document(part.Name)
			if !ok {
				t.Fatalf("%s: there is no map %s", file, part.Name)
			}
			b := bindings(t, d)[0]
			doc, findings := readText(t, b, part.Data, header(d.Standard(), d.Set()).Delimiters)
			if doc == nil {
				t.Fatalf("%s: %s gives no document:\n%s", file, part.Name, listing(findings))
			}
			got := indented(doc)
			if want == "" {
				want = got
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-%s +%s):\n%s", file, archive.Files[0].Name, part.Name, diff)
			}
		}
	}
}

// TestDocuments holds each map to its golden cases: testdata/<standard>-<set>.
func TestDocuments(t *testing.T) {
	catalog := shipped(t)
	for _, name := range catalog.Documents() {
		d, _ := catalog.Document(name)
		cases, err := filepath.Glob(filepath.Join("testdata", strings.ReplaceAll(name, "/", "-"), "*.txtar"))
		if err != nil || len(cases) == 0 {
			t.Errorf("%s has no golden case (%v)", name, err)
		}
		check := validator(t, d.Noun())
		for _, file := range cases {
			t.Run(name+"/"+filepath.Base(file), func(t *testing.T) { golden(t, d, file, check) })
		}
	}
}

func golden(t *testing.T, d *Document, file string, check func(json.RawMessage) error) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]*txtar.File{}
	for i := range archive.Files {
		parts[archive.Files[i].Name] = &archive.Files[i]
	}
	b, input := inputOf(t, d, archive)
	doc, findings := readText(t, b, input, header(d.Standard(), d.Set()).Delimiters)
	result := d.Noun() + ".json"
	got := map[string]string{"findings": listing(findings), result: ""}
	if len(doc) > 0 {
		verify(t, d.Noun(), doc, check)
		got[result] = indented(doc) + "\n"
	}
	for name, text := range got {
		if parts[name] == nil {
			t.Fatalf("the case has no part %s", name)
		}
		if *update {
			parts[name].Data = []byte(text)
			continue
		}
		if diff := cmp.Diff(text, string(parts[name].Data)); diff != "" {
			t.Errorf("%s (-got +want):\n%s", name, diff)
		}
	}
	if *update {
		if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// inputOf is the set that a case begins with and the map on the release it is
// of: the oldest with tables, or the one that the part is named after, such as
// "input 005010".
func inputOf(t *testing.T, d *Document, archive *txtar.Archive) (*Bound, []byte) {
	t.Helper()
	name, release, named := strings.Cut(archive.Files[0].Name, " ")
	if name != "input" {
		t.Fatalf("the case begins with %s, not with its input", archive.Files[0].Name)
	}
	for _, b := range bindings(t, d) {
		if !named || b.Set().Grammar().Release() == release {
			return b, archive.Files[0].Data
		}
	}
	t.Fatalf("no release %s has the set %s", release, d.Set())
	return nil, nil
}

// verify holds a document to its schema. An order is held to the noun too, and
// to being canonical: the noun decodes it and encodes it to the same bytes.
func verify(t testing.TB, noun string, doc json.RawMessage, check func(json.RawMessage) error) {
	t.Helper()
	if err := check(doc); err != nil {
		t.Errorf("against the schema: %v\n%s", err, doc)
	}
	if noun != trade.KindOrder {
		return
	}
	order, err := trade.DecodeOrder(doc)
	if err != nil {
		t.Fatalf("%v\n%s", err, doc)
	}
	again, err := order.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(doc), string(again)); diff != "" {
		t.Errorf("the map's JSON and the noun's differ (-map +noun):\n%s", diff)
	}
}

// validator compiles a noun's published schema.
func validator(t testing.TB, noun string) func(json.RawMessage) error {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	const base = "https://crossdock.example/schemas/"
	for _, name := range []string{noun + ".schema.json", partsFile} {
		text, err := embedded.ReadFile("documents/" + name)
		if err != nil {
			t.Fatal(err)
		}
		schema, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := c.AddResource(base+name, schema); err != nil {
			t.Fatal(err)
		}
	}
	compiled, err := c.Compile(base + noun + ".schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return func(doc json.RawMessage) error {
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(doc))
		if err != nil {
			return err
		}
		return compiled.Validate(value)
	}
}

func listing(findings []edi.Finding) string {
	var b strings.Builder
	for _, f := range findings {
		fmt.Fprintf(&b, "%s %s: line %d, segment %d of the set, %s", f.Severity, f.Code, f.Line, f.InSet, f.Reference())
		if f.Loop != "" {
			fmt.Fprintf(&b, " in %s", f.Loop)
		}
		if f.Value != "" {
			fmt.Fprintf(&b, " %q", f.Value)
		}
		fmt.Fprintf(&b, ": %s\n", f.Message)
	}
	return b.String()
}
