package mappings

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/tailscale/hujson"
)

// schema is what a map needs of a noun's JSON Schema: which fields there are,
// in which order, and which must be there. The subset read is that of our own
// schemas; JSON Schema validators read the same files whole.
type schema struct {
	noun string
	text []byte
	root *shape
}

// shape is one schema: an object with its properties, an array, or a string.
type shape struct {
	kind       string // "object", "array", "string", "integer"
	constant   []byte // JSON text the value must be
	properties []property
	items      *shape
	least      int      // minItems
	def        string   // of the $defs it is, such as date
	enum       []string // values
}

type property struct {
	name     string
	shape    *shape
	required bool
}

func (s *shape) property(name string) (int, *property) {
	for i := range s.properties {
		if s.properties[i].name == name {
			return i, &s.properties[i]
		}
	}
	return -1, nil
}

// definitions are what the references of one file can mean: its own $defs,
// and those of the parts that all nouns share.
type definitions struct {
	own, parts map[string]node
	shapes     map[*hujson.Value]*shape // of those met before
}

// partsFile is the schema file that holds the parts nouns have in common and
// is none itself.
const partsFile = "parts.schema.json"

// partSchemas loads documents/parts.schema.json.
func (l *loader) partSchemas(src *source) {
	root, ok := parse(src)
	if !ok {
		return
	}
	l.parts, l.partsText = root.defs(), src.text
	for _, name := range slices.Sorted(maps.Keys(l.parts)) {
		l.parts[name].shape(definitions{own: l.parts, parts: l.parts, shapes: l.shapes}, 0)
	}
}

// fits says why values as a transform makes them are not those of a field; it
// is empty if they are.
func (s *shape) fits(t *transform) string {
	wanted := map[string]string{
		"date": "date dtm-date dtm-end", "time": "time dtm-time", "word": "code",
		"decimal": "decimal quantity implied1 implied2 implied3 implied4", "quantity": "quantity",
	}
	if s.kind != "string" {
		return "the schema has no string here"
	}
	if names, ok := wanted[s.def]; ok && !slices.Contains(strings.Fields(names), t.name) {
		return fmt.Sprintf("the schema has a %s here: \"as\" is one of %s", s.def, strings.Join(strings.Fields(names), ", "))
	}
	if s.enum == nil || t.table == nil {
		return ""
	}
	for _, word := range slices.Sorted(maps.Values(t.table.words)) {
		if !slices.Contains(s.enum, word) {
			return fmt.Sprintf("the schema does not have %q, which the table does", word)
		}
	}
	if t.table.other != otherRefuse {
		return "the schema lists the words: the table refuses others"
	}
	return ""
}

// schema loads documents/<noun>.schema.json.
func (l *loader) schema(src *source) {
	root, ok := parse(src)
	if !ok {
		return
	}
	noun := strings.TrimSuffix(path.Base(src.name), ".schema.json")
	s := &schema{noun: noun, text: slices.Concat(src.text, l.partsText)}
	s.root = root.shape(definitions{own: root.defs(), parts: l.parts, shapes: l.shapes}, 0)
	if s.root.kind != "object" {
		root.fail("a document is an object")
	}
	l.schemas[noun] = s
}

// maxShapeDepth ends schemas that refer to themselves.
const maxShapeDepth = 32

// child returns a member of an object without requiring that it is there.
func (n node) child(name string) (node, bool) {
	if object, ok := n.value.Value.(*hujson.Object); ok {
		for i := range object.Members {
			if l, _ := object.Members[i].Name.Value.(hujson.Literal); textOf(l) == name {
				return node{src: n.src, field: n.join(name), value: &object.Members[i].Value}, true
			}
		}
	}
	return node{}, false
}

// defs are the $defs of a schema file.
func (n node) defs() map[string]node {
	defs := map[string]node{}
	if d, ok := n.child("$defs"); ok {
		d.members(func(name string, n node) { defs[name] = n })
	}
	return defs
}

func (n node) shape(defs definitions, depth int) *shape {
	s := new(shape)
	if depth > maxShapeDepth {
		n.fail("is nested deeper than %d", maxShapeDepth)
		return s
	}
	if ref, ok := n.child("$ref"); ok {
		name, shared := strings.CutPrefix(ref.text(), partsFile)
		if shared {
			defs.own = defs.parts
		}
		name = strings.TrimPrefix(name, "#/$defs/")
		target, ok := defs.own[name]
		if !ok {
			ref.fail("there is no $defs %q", name)
			return s
		}
		if known := defs.shapes[target.value]; known != nil {
			return known
		}
		if s = target.shape(defs, depth+1); s.def == "" { // else it refers to another
			s.def = name
		}
		defs.shapes[target.value] = s
		return s
	}
	if c, ok := n.child("const"); ok {
		s.constant = c.value.Pack()
		if literal, ok := c.value.Value.(hujson.Literal); ok {
			s.constant = slices.Clone(literal)
		}
		return s
	}
	if t, ok := n.child("type"); ok {
		s.kind = t.oneOf("object", "array", "string", "integer")
	}
	if e, ok := n.child("enum"); ok {
		s.enum = e.texts()
	}
	switch s.kind {
	case "object":
		var required []string
		if r, ok := n.child("required"); ok {
			required = r.texts()
		}
		if p, ok := n.child("properties"); ok {
			p.members(func(name string, n node) {
				s.properties = append(s.properties, property{name, n.shape(defs, depth+1), slices.Contains(required, name)})
			})
		}
	case "array":
		if items, ok := n.child("items"); ok {
			s.items = items.shape(defs, depth+1)
		} else {
			n.fail("an array says what its items are")
			s.items = new(shape)
		}
		if least, ok := n.child("minItems"); ok {
			s.least = int(least.number(0, 1000))
		}
	}
	return s
}
