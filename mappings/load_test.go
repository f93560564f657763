package mappings

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
)

func TestEmbeddedLoads(t *testing.T) {
	c, err := Load(Options{Getenv: func(string) string { return "http://127.0.0.1:7200/" }}, Embedded())
	if err != nil {
		t.Fatal(err)
	}
	harbor, ok := c.Tenant("harbor")
	if !ok {
		t.Fatal("no tenant harbor")
	}
	if harbor.ERP != (ERP{Kind: "rest", URL: "http://127.0.0.1:7200"}) {
		t.Errorf("ERP %+v", harbor.ERP)
	}
	if got := len(c.Tenants()); got != 1 {
		t.Errorf("%d tenants", got)
	}
	ch, ok := c.Channel("harbor", "van")
	if !ok || ch.Name != "van" || len(ch.Partners) != 2 {
		t.Errorf("channel %+v", ch)
	}
	if _, ok := c.Channel("harbor", "nowhere"); ok {
		t.Error("a channel nobody declared")
	}
}

// TestShippedMapsArePlaced: Load leaves out for the maps of this program what
// is done here.
func TestShippedMapsArePlaced(t *testing.T) {
	c := shipped(t)
	for _, name := range c.Documents() {
		d, _ := c.Document(name)
		new(loader).place(d)
		if err := d.source.err(); err != nil {
			t.Error(err)
		}
	}
}

// small is a complete set of files, by path, as short as they can be.
func small() map[string]string {
	return map[string]string{
		"documents/note.schema.json": `{"type": "object", "required": ["kind", "id"], "properties": {
			"kind": {"const": "note"}, "id": {"type": "string"}, "name": {"type": "string"},
			"lines": {"type": "array", "items": {"type": "object", "properties": {"text": {"type": "string"}}}}}}`,
		"documents/codes/x12.jsonc": `{"color": {"other": "keep", "words": {"R": "red"}}}`,
		"documents/x12/824.jsonc": `{
			"noun": "note", "set": "824",
			"once": "BGN",
			"fields": {
				"id": "BGN02",
				"lines": {"each": "OTI", "fields": {"text": "REF02"}}
			}
		}`,
		"erp/rest.jsonc": `{"documents": {"order": {"method": "PUT", "path": "/o/{key}", "idempotencyKey": "K", "timeout": "1s"}}, "done": "200", "refused": "400"}`,
		"partners/t/tenant.jsonc": `{
			"name": "T", "erp": {"kind": "rest", "url": "http://erp"},
			"x12": {"ours": {"qualifier": "ZZ", "id": "US"}},
			"channels": {"c": {"partners": ["p"]}}
		}`,
		"partners/t/p.jsonc": `{
			"name": "P",
			"x12": {"theirs": {"qualifier": "01", "id": "1"}},
			"receive": {"824": {"map": "x12/824"}}
		}`,
	}
}

func filesOf(texts map[string]string) fs.FS {
	m := fstest.MapFS{}
	for name, text := range texts {
		m[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return m
}

func TestSmallLoads(t *testing.T) {
	if _, err := Load(Options{}, filesOf(small())); err != nil {
		t.Fatal(err)
	}
}

// TestLoadErrors changes one thing in the small set of files and wants the
// fault named by file, line and field.
func TestLoadErrors(t *testing.T) {
	const (
		partner, tenant, doc = "partners/t/p.jsonc", "partners/t/tenant.jsonc", "documents/x12/824.jsonc"
		codes, schema, erp   = "documents/codes/x12.jsonc", "documents/note.schema.json", "erp/rest.jsonc"
	)
	for _, test := range []struct {
		name, file, old, new string
		want                 string // file:line: field: beginning of the reason
	}{
		{"not JSON", partner, `"name": "P",`, `"name" "P",`, partner + ":2: not JSON"},
		{"not an object", partner, small()[partner], `[]`, partner + ":1: must be an object"},
		{"unknown field", partner, `"name": "P"`, `"nmae": "P"`, partner + ":2: nmae: unknown field"},
		{"missing field", partner, `"name": "P",`, ``, partner + ":1: name: missing"},
		{"twice", partner, `"name": "P",`, `"name": "P", "name": "Q",`, partner + ":2: name: stands twice"},
		{"unquoted", partner, `"id": "1"`, `"id": 0012`, partner + ":3: not JSON"},
		{"a number", partner, `"id": "1"`, `"id": 12`, partner + ":3: x12.theirs.id: must be a string: put quotes around 12"},
		{"empty", partner, `"id": "1"`, `"id": ""`, partner + ":3: x12.theirs.id: must not be empty"},
		{"padded", partner, `"id": "1"`, `"id": "1  "`, partner + ":3: x12.theirs.id: "},
		{"qualifier", partner, `"01"`, `"1"`, partner + `:3: x12.theirs.qualifier: "1" is not a qualifier`},
		{"wildcard", partner, `{"qualifier": "01", "id": "1"}`, `{"qualifier": "*", "id": "*"}`, partner + ":3: x12.theirs: a wildcard may stand only in guest.jsonc"},
		{"half a wildcard", partner, `"qualifier": "01"`, `"qualifier": "*"`, partner + ":3: x12.theirs: a wildcard stands for"},
		{"identity twice", partner, `{"qualifier": "01", "id": "1"}`, `[{"qualifier": "01", "id": "1"}, {"qualifier": "01", "id": "1"}]`, partner + ":3: x12.theirs[1]: stands twice"},
		{"no identity", partner, `{"qualifier": "01", "id": "1"}`, `[]`, partner + ":3: x12.theirs: must name at least one"},
		{"status", partner, `"name": "P"`, `"name": "P", "status": "alive"`, partner + `:2: status: "alive" is none of testing, live, suspended`},
		{"mode", partner, `"x12": {`, `"x12": {"errors": "reject",`, partner + `:3: x12.errors: "reject" is none of reject-set, reject-group, reject-interchange, note`},
		{"flag", partner, `"x12": {`, `"x12": {"acknowledge": {"acceptedSets": "yes"},`, partner + ":3: x12.acknowledge.acceptedSets: must be true or false"},
		{"days", partner, `"x12": {`, `"x12": {"duplicates": {"interchangeDays": "-1"},`, partner + ":3: x12.duplicates.interchangeDays: -1 is not a whole number from 0 to 365"},
		{"delimiter", partner, `"x12": {`, `"x12": {"send": {"element": "A"},`, partner + ":3: x12.send.element: "},
		{"same delimiter", partner, `"x12": {`, `"x12": {"send": {"element": "~"},`, partner + ":3: x12.send: two delimiters are the same"},
		{"range", partner, `"x12": {`, `"x12": {"send": {"numbers": {"first": "9", "last": "8"}},`, partner + ":3: x12.send.numbers: first 9 is after last 8"},
		{"no map", partner, `x12/824`, `x12/865`, partner + ":4: receive.824.map: there is no documents/x12/865.jsonc"},
		{"another set's map", partner, `"824": {`, `"855": {`, partner + ":4: receive.855.map: the map x12/824 reads the set 824"},
		{"set", partner, `"824": {`, `"86": {`, partner + `:4: receive.86: "86" is not a transaction set`},
		{"nobody's", tenant, `"x12": {"ours": {"qualifier": "ZZ", "id": "US"}},`, ``, partner + ":1: x12.ours: missing here and in tenant.jsonc"},
		{"no such partner", tenant, `["p"]`, "[\n\"q\"]", tenant + `:5: channels.c.partners[0]: the tenant has no partner "q"`},
		{"no such ERP", tenant, `"rest"`, `"soap"`, tenant + ":2: erp.kind: there is no erp/soap.jsonc"},
		{"channel name", tenant, `"c": {`, `"C d": {`, tenant + `:4: channels.C d: "C d" is not a name`},
		{"channel ending in a hyphen", tenant, `"c": {`, `"c-": {`, tenant + `:4: channels.c-: "c-" is not a name`},
		{"shards", tenant, `"name": "T",`, `"name": "T", "shards": "0",`, tenant + ":2: shards: 0 is not a whole number"},
		{"method", erp, `PUT`, `GET`, erp + `:1: documents.order.method: "GET" is none of`},
		{"placeholder", erp, `{key}`, `{id}`, erp + ":1: documents.order.path: {id} is not one of"},
		{"timeout", erp, `1s`, `1h`, erp + ":1: documents.order.timeout: must be a duration"},
		{"status twice", erp, `"400"`, `["400", "200-299"]`, erp + ":1: status 200 stands in two of"},
		{"status range", erp, `"400"`, `"600"`, erp + ":1: refused: must be a status"},
		{"table", codes, `keep`, `drop`, codes + `:1: color.other: "drop" is none of keep, refuse`},
		{"word", codes, `red`, `Red One`, codes + `:1: color.words.R: "Red One" is not a word`},
		{"no schema", doc, `"note"`, `"letter"`, doc + ":1: there is no documents/letter.schema.json"},
		{"not in the schema", doc, `"id": "BGN02"`, `"ident": "BGN02"`, doc + ":5: fields.ident: the schema has no such field"},
		{"required by the schema", doc, `"id": "BGN02",`, ``, doc + ":4: fields: the schema requires the field id"},
		{"fixed by the schema", doc, `"id": "BGN02"`, `"id": "BGN02", "kind": "BGN01"`, doc + ":5: fields.kind: the schema fixes"},
		{"reference", doc, `BGN02`, `BGN2`, doc + `:5: fields.id: "BGN2" is not a reference`},
		{"no such segment", doc, `BGN02`, `BEG02`, doc + `:5: fields.id: the loop "" has no segment BEG`},
		{"no such loop", doc, `"BGN02"`, `"CTT/AMT02"`, doc + ":5: fields.id: there is no loop CTT here"},
		{"no pairs", doc, `"BGN02"`, `"BGN[VP]"`, doc + ":5: fields.id: pairs does not say"},
		{"transform", doc, `"BGN02"`, `{"from": "BGN02", "as": "upper"}`, doc + `:5: fields.id: "upper" is none of code, date,`},
		{"no such table", doc, `"BGN02"`, `{"from": "BGN02", "as": "code", "table": "shape"}`, doc + `:5: fields.id: documents/codes/x12.jsonc has no table "shape"`},
		{"read twice", doc, `"lines":`, `"name": "BGN02", "lines":`, doc + ":6: fields.name: the field id reads this too"},
		{"extra", doc, `"fields": {`, `"also": {"": "message"}, "fields": {`, doc + `:4: also.: "message" is not a segment`},
		{"extra in no loop", doc, `"fields": {`, `"also": {"PO1": "MSG"}, "fields": {`, doc + `:4: also.PO1: there is no loop PO1`},
		{"constant", doc, `"fields": {`, `"constants": {"OTI": "X"}, "fields": {`, doc + `:4: constants.OTI: "OTI" is not a reference`},
		{"constant nowhere", doc, `"fields": {`, `"constants": {"PO101": "X"}, "fields": {`, doc + `:4: constants.PO101: there is no segment PO1`},
		{"always", doc, `"fields": {`, `"always": "UNS", "fields": {`, doc + `:4: always: the set has no segment UNS`},
		{"no such element", doc, `BGN02`, `BGN42`, doc + `:5: fields.id: BGN has no such element`},
		{"qualifier", doc, `"fields": {`, `"qualifiers": {"OTI": "1"}, "fields": {`, doc + `:4: qualifiers.OTI: "1" is not an element`},
		{"feed", doc, `"fields": {`, `"feed": "texts", "fields": {`, doc + `:4: feed: the note has no list of objects "texts"`},
		{"two lists of one loop", doc, `{"each": "OTI", "fields": {"text": "REF02"}}`, `[{"each": "OTI", "fields": {"text": "REF02"}}, {"each": "OTI", "fields": {"text": "REF02"}}]`, doc + `:6: fields.lines[1].each: the field lines is made from it too`},
		{"two words", codes, `{"R": "red"}`, `{"R": "red", "S": "red"}`, codes + `:1: color.words.S: several codes are "red"`},
		{"ignore", doc, `"fields"`, `"ignore": ["ZZZ"], "fields"`, doc + ":4: ignore[0]: no loop has this segment"},
		{"check", doc, `"fields"`, `"checks": {"count": "PO1", "in": "BGN03"}, "fields"`, doc + ":4: checks.count: there is no loop PO1"},
		{"definition", schema, `"id": {"type": "string"}`, `"id": {"$ref": "#/$defs/x"}`, schema + `:2: properties.id.$ref: there is no $defs "x"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			files := small()
			changed := strings.Replace(files[test.file], test.old, test.new, 1)
			if changed == files[test.file] {
				t.Fatalf("%s does not hold %s", test.file, test.old)
			}
			files[test.file] = changed
			_, err := Load(Options{}, filesOf(files))
			if err == nil {
				t.Fatal("loads")
			}
			if !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
			var fault *LoadError
			if !errors.As(err, &fault) || fault.Line == 0 || fault.File == "" {
				t.Errorf("not a LoadError with a place: %v", err)
			}
		})
	}
}

// TestLoadTypes: a transform makes what the schema has, or the map is refused.
func TestLoadTypes(t *testing.T) {
	const doc = "documents/x12/824.jsonc:5: fields.id: "
	for _, test := range []struct{ schema, field, want string }{
		{`{"$ref": "#/$defs/date"}`, `"BGN02"`, doc + `the schema has a date here: "as" is one of date, dtm-date, dtm-end`},
		{`{"$ref": "#/$defs/date"}`, `{"from": "BGN02", "as": "date"}`, "<nil>"},
		{`{"$ref": "#/$defs/decimal"}`, `{"from": "BGN02", "as": "date"}`, doc + `the schema has a decimal here: "as" is one of decimal,`},
		{`{"$ref": "#/$defs/decimal"}`, `{"from": "BGN02", "as": "implied2"}`, "<nil>"},
		{`{"$ref": "#/$defs/word"}`, `{"from": "BGN02"}`, doc + `the schema has a word here: "as" is one of code`},
		{`{"$ref": "#/$defs/word"}`, `{"from": "BGN02", "as": "code", "table": "color"}`, "<nil>"},
		{`{"type": "string", "enum": ["red", "blue"]}`, `{"from": "BGN02", "as": "code", "table": "color"}`, doc + `the schema lists the words: the table refuses others`},
		{`{"type": "string", "enum": ["blue"]}`, `{"from": "BGN02", "as": "code", "table": "color"}`, doc + `the schema does not have "red", which the table does`},
		{`{"type": "integer"}`, `"BGN02"`, doc + `the schema has no string here`},
		{`{"$ref": "#/$defs/time"}`, `{"from": "BGN02", "as": "dtm-time"}`, doc + `"dtm-time" is none of code, date, decimal,`},
	} {
		files := small()
		files["documents/x12/824.jsonc"] = strings.Replace(files["documents/x12/824.jsonc"], `"BGN02"`, test.field, 1)
		s := strings.Replace(files["documents/note.schema.json"], `"id": {"type": "string"}`, `"id": `+test.schema, 1)
		files["documents/note.schema.json"] = strings.TrimSuffix(s, "}") + `, "$defs": {"date": {"type": "string"}, "time": {"type": "string"}, "decimal": {"type": "string"}, "word": {"type": "string"}}}`
		if _, err := Load(Options{}, filesOf(files)); !strings.HasPrefix(fmt.Sprint(err), test.want) {
			t.Errorf("%s with %s: got %v\nwant %s", test.schema, test.field, err, test.want)
		}
	}
}

// TestLoadFeeds: a field of a feed's header that stands after its items is
// refused.
func TestLoadFeeds(t *testing.T) {
	files := small()
	files["documents/x12/820.jsonc"] = `{
		"noun": "note", "set": "820", "feed": "lines",
		"fields": {"id": "SE02", "lines": {"each": "ENT", "fields": {"text": "ENT01"}}}
	}`
	want := "documents/x12/820.jsonc:2: feed: the field id stands after the items of the feed"
	if _, err := Load(Options{}, filesOf(files)); !strings.HasPrefix(fmt.Sprint(err), want) {
		t.Errorf("got %v\nwant %s", err, want)
	}
}

func TestLoadTellsEveryFault(t *testing.T) {
	files := small()
	files["partners/t/p.jsonc"] = `{"nmae": "P", "x12": {"theirs": 7}}`
	files["erp/rest.jsonc"] = `{}`
	_, err := Load(Options{}, filesOf(files))
	for _, want := range []string{"nmae: unknown", "x12.theirs: must be an object", "no document is agreed", "erp/rest.jsonc:1: done: missing"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not among\n%v", want, err)
		}
	}
}

func TestLoadRefusesStrayFiles(t *testing.T) {
	files := small()
	files["partners/p.jsonc"] = `{}`
	if _, err := Load(Options{}, filesOf(files)); err == nil || !strings.HasPrefix(err.Error(), "partners/p.jsonc:1: no file of this name") {
		t.Errorf("got %v", err)
	}
}

func TestLoadSetting(t *testing.T) {
	files := small()
	files["partners/t/tenant.jsonc"] = strings.Replace(files["partners/t/tenant.jsonc"], "http://erp", "http://%HOST%/api/", 1)
	for _, test := range []struct{ host, want string }{
		{"erp.example", "http://erp.example/api"},
		{"", "partners/t/tenant.jsonc:2: erp.url: the setting HOST is empty"},
		{"a b", `partners/t/tenant.jsonc:2: erp.url: "http://a b/api/" is not an http or https URL`},
	} {
		c, err := Load(Options{Getenv: func(string) string { return test.host }}, filesOf(files))
		got := fmt.Sprint(err)
		if err == nil {
			tenant, _ := c.Tenant("t")
			got = tenant.ERP.URL
		}
		if got != test.want {
			t.Errorf("got %s, want %s", got, test.want)
		}
	}
}

// TestLoadOverlay: a file of a later file system takes the place of one with
// the same path, and the rest stays.
func TestLoadOverlay(t *testing.T) {
	overlay := map[string]string{
		"partners/t/p.jsonc": strings.Replace(small()["partners/t/p.jsonc"], `"P"`, `"P of the house"`, 1),
		"partners/t/q.jsonc": strings.Replace(small()["partners/t/p.jsonc"], `"id": "1"`, `"id": "2"`, 1),
	}
	c, err := Load(Options{}, filesOf(small()), filesOf(overlay))
	if err != nil {
		t.Fatal(err)
	}
	a, err := c.Agreement("t", "c", Party{"x12", "01", "1", "ZZ", "US"})
	if err != nil || a.Name != "P of the house" {
		t.Errorf("got %+v, %v", a, err)
	}
	if _, err := c.Agreement("t", "c", Party{"x12", "01", "2", "ZZ", "US"}); !errors.Is(err, ErrNotOnChannel) {
		t.Errorf("got %v, want %v", err, ErrNotOnChannel)
	}
}

// TestLoadRefusesNames: what state would not take, and what a guest might be
// called.
func TestLoadRefusesNames(t *testing.T) {
	for from, to := range map[string]string{"partners/t/p.jsonc": "partners/t/guest-zz-us.jsonc", "partners/t/tenant.jsonc": "partners/t-/tenant.jsonc"} {
		files := small()
		files[to] = files[from]
		if from != "partners/t/tenant.jsonc" {
			delete(files, from)
		}
		if _, err := Load(Options{}, filesOf(files)); err == nil || !strings.Contains(err.Error(), to+":1: the f") {
			t.Errorf("%s: got %v", to, err)
		}
	}
}

func TestLoadRefusesOneIdentityOfTwoPartners(t *testing.T) {
	files := small()
	files["partners/t/q.jsonc"] = files["partners/t/p.jsonc"]
	if _, err := Load(Options{}, filesOf(files)); err == nil || !strings.HasPrefix(err.Error(), `partners/t/q.jsonc:1: x12.theirs: 01:1 is partner "p" already`) {
		t.Errorf("got %v", err)
	}
}
