package mappings

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/tailscale/hujson"
)

// everything is a tenant and a partner that say all an agreement can say.
func everything(t *testing.T) map[string]string {
	t.Helper()
	files := map[string]string{}
	root := os.DirFS("testdata/agreements")
	if err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			var text []byte
			text, err = fs.ReadFile(root, name)
			files[name] = string(text)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return files
}

// programData is what the program ships without its partners.
func programData(t *testing.T) map[string][]byte {
	t.Helper()
	files, err := Files(Embedded())
	if err != nil {
		t.Fatal(err)
	}
	maps.DeleteFunc(files, func(name string, _ []byte) bool { return strings.HasPrefix(name, "partners/") })
	return files
}

func laidOver(t *testing.T, partners map[string]string) fs.FS {
	all := fstest.MapFS{}
	for name, text := range programData(t) {
		all[name] = &fstest.MapFile{Data: text}
	}
	for name, text := range partners {
		all[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return all
}

// TestEverythingLoads: the most an agreement can say is understood.
func TestEverythingLoads(t *testing.T) {
	c, err := Load(Options{}, laidOver(t, everything(t)))
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := c.Partner("mill", "everything"); !ok {
		t.Error("no partner")
	}
}

// TestEveryFieldCounts: to leave out any field that may be left out makes
// another agreement, so that each field is read, and no two are one.
func TestEveryFieldCounts(t *testing.T) {
	files := everything(t)
	c, err := Load(Options{}, laidOver(t, files))
	if err != nil {
		t.Fatal(err)
	}
	version := func(partner []byte) (string, error) {
		l := newLoader(Options{})
		l.catalog.documents, l.catalog.erps = c.documents, c.erps
		l.tenant(&source{name: "partners/mill/tenant.jsonc", text: []byte(files["partners/mill/tenant.jsonc"])})
		src := &source{name: "partners/mill/everything.jsonc", text: partner}
		l.partner(src)
		if err := src.err(); err != nil {
			return "", err
		}
		a, _ := l.catalog.Partner("mill", "everything")
		return a.Version, nil
	}
	plain, err := hujson.Standardize([]byte(files["partners/mill/everything.jsonc"]))
	if err != nil {
		t.Fatal(err)
	}
	var root any
	if err := json.Unmarshal(plain, &root); err != nil {
		t.Fatal(err)
	}
	whole, err := version(plain)
	if err != nil {
		t.Fatal(err)
	}
	counted := 0
	var each func(path string, v any)
	each = func(path string, v any) {
		object, _ := v.(map[string]any)
		for key, value := range object {
			each(path+"."+key, value)
			delete(object, key)
			text, err := json.Marshal(root)
			if err != nil {
				t.Fatal(err)
			}
			got, err := version(text)
			if err == nil {
				counted++
			}
			if got == whole {
				t.Errorf("without %s.%s it is the same agreement", path, key)
			}
			object[key] = value
		}
		list, _ := v.([]any)
		for _, value := range list {
			each(path, value)
		}
	}
	each("", root)
	if counted < 120 {
		t.Errorf("only %d fields may be left out", counted)
	}
}

// shared maps the path of a field to the one docs/agreements.md has: what
// several parts share stands there once.
var shared = []struct {
	path *regexp.Regexp
	to   string
}{
	{regexp.MustCompile(`\[[0-9]+\]`), ""},
	{regexp.MustCompile(`^tenant\.(x12|edifact|receive|send)\.`), "$1."},
	{regexp.MustCompile(`^tenant\.channels\.[^.]+\.`), "tenant.channels.CHANNEL."},
	{regexp.MustCompile(`^.*\.patches\.`), "patch."},
	{regexp.MustCompile(`^send\.[0-9]{3}\.envelope\.`), "x12.send."},
	{regexp.MustCompile(`^send\.[A-Z]{6}\.envelope\.`), "edifact.send."},
	{regexp.MustCompile(`^(receive|send)\.[0-9A-Z]+\.`), "$1.SET."},
	{regexp.MustCompile(`^.*\.validate\.`), "validate."},
	{regexp.MustCompile(`^.*\.(?:numbers|groupNumbers|setNumbers)\.`), "numbers."},
	{regexp.MustCompile(`^.*\.(batch|expect)\.`), "$1."},
	{regexp.MustCompile(`^.*\.(?:theirs|ours|sender|receiver)\.`), "identity."},
	{regexp.MustCompile(`^.*\.(?:authorization|security|reference)\.`), "credential."},
	{regexp.MustCompile(`^x12\.acknowledge\.adviceCodes\..*`), "x12.acknowledge.adviceCodes"},
}

// decoded returns the fields that the decoder asks for, over everything.
func decoded(t *testing.T) []string {
	t.Helper()
	fields := map[string]bool{}
	files := everything(t)
	l := newLoader(Options{})
	load := func(name, prefix string, decode func(*source)) {
		src := &source{name: name, text: []byte(files[name]), known: func(field string) {
			field = prefix + field
			for _, s := range shared {
				field = s.path.ReplaceAllString(field, s.to)
			}
			fields[field] = true
		}}
		decode(src)
	}
	load("partners/mill/tenant.jsonc", "tenant.", l.tenant)
	load("partners/mill/everything.jsonc", "", l.partner)
	return slices.Sorted(maps.Keys(fields))
}

var docRow = regexp.MustCompile("(?m)^\\| `([^`]+)` \\| (?:`([^`]+)` )?\\| [^|]+ \\| [^|]+ \\|$")

// documented returns the fields of docs/agreements.md with their defaults.
func documented(t *testing.T) (fields []string, defaults map[string]string) {
	t.Helper()
	text, err := os.ReadFile("../docs/agreements.md")
	if err != nil {
		t.Fatal(err)
	}
	defaults = map[string]string{}
	for _, m := range docRow.FindAllStringSubmatch(string(text), -1) {
		fields = append(fields, m[1])
		defaults[m[1]] = m[2]
	}
	if rows := strings.Count(string(text), "\n| `"); rows != len(fields) {
		t.Errorf("%d rows begin as a field's does, %d are one", rows, len(fields))
	}
	return fields, defaults
}

// TestFieldsAreDocumented: docs/agreements.md lists the fields that the
// decoder takes, each once.
func TestFieldsAreDocumented(t *testing.T) {
	want := decoded(t)
	got, _ := documented(t)
	slices.Sort(got)
	for i, field := range got {
		if i > 0 && got[i-1] == field {
			t.Errorf("%s stands twice in docs/agreements.md", field)
		}
		if !slices.Contains(want, field) {
			t.Errorf("%s stands in docs/agreements.md, and no decoder takes it", field)
		}
	}
	for _, field := range want {
		if !slices.Contains(got, field) {
			t.Errorf("%s is not in docs/agreements.md", field)
		}
	}
}

// TestDefaultsAreDocumented: to say the default that docs/agreements.md gives
// is to say nothing.
func TestDefaultsAreDocumented(t *testing.T) {
	version := func(field, value string) string {
		files := map[string]string{"erp/rest.jsonc": small()["erp/rest.jsonc"]}
		files["partners/t/tenant.jsonc"] = `{"name": "T", "erp": {"kind": "rest", "url": "http://erp"}, "channels": {},
			"x12": {"ours": {"qualifier": "ZZ", "id": "US"}}, "edifact": {"ours": {"id": "US"}}}`
		said := map[string]string{"x12": `"theirs": {"qualifier": "01", "id": "1"}`, "edifact": `"theirs": {"id": "1"}`, "receive.850": `"map": "none"`}
		top := ""
		if field != "" {
			path := strings.Split(fieldPlace(field), ".")
			key := path[0]
			if key == "receive" {
				key, path = "receive.850", path[1:]
			}
			text := fmt.Sprintf("%q: %s", path[len(path)-1], value)
			for i := len(path) - 2; i > 0; i-- {
				text = fmt.Sprintf("%q: {%s}", path[i], text)
			}
			if len(path) == 1 && key == field {
				top = text + ", "
			} else {
				said[key] += ", " + text
			}
		}
		files["partners/t/p.jsonc"] = fmt.Sprintf(`{"name": "P", %s"x12": {%s}, "edifact": {%s}, "receive": {"850": {%s}}}`, top, said["x12"], said["edifact"], said["receive.850"])
		c, err := Load(Options{}, filesOf(files))
		if err != nil {
			t.Errorf("%s: %v", field, err)
			return ""
		}
		a, _ := c.Partner("t", "p")
		return a.Version
	}
	plain := version("", "")
	_, defaults := documented(t)
	tried := 0
	for field, value := range defaults {
		if value == "" || strings.HasPrefix(field, "tenant.") {
			continue
		}
		tried++
		if got := version(field, value); got != plain {
			t.Errorf("%s: %s is not the default", field, value)
		}
	}
	if tried < 60 {
		t.Errorf("only %d defaults were tried", tried)
	}
}

// fieldPlace is a place where a field stands that several parts share.
func fieldPlace(field string) string {
	group, rest, _ := strings.Cut(field, ".")
	switch group {
	case "validate":
		return "edifact.validate." + rest
	case "numbers":
		return "x12.send.numbers." + rest
	case "batch", "expect":
		return "x12.send." + field
	case "receive":
		return "receive.850." + strings.TrimPrefix(rest, "SET.")
	default:
		return field
	}
}
