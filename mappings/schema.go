package mappings

import (
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
	least      int // minItems
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

// schema loads documents/<noun>.schema.json.
func (l *loader) schema(src *source) {
	root, ok := parse(src)
	if !ok {
		return
	}
	noun := strings.TrimSuffix(path.Base(src.name), ".schema.json")
	defs := map[string]node{}
	if n, ok := root.child("$defs"); ok {
		n.members(func(name string, n node) { defs[name] = n })
	}
	s := &schema{noun: noun, text: src.text, root: root.shape(defs, 0)}
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
			if l, _ := object.Members[i].Name.Value.(hujson.Literal); l.String() == name {
				return node{src: n.src, field: n.join(name), value: &object.Members[i].Value}, true
			}
		}
	}
	return node{}, false
}

func (n node) shape(defs map[string]node, depth int) *shape {
	s := new(shape)
	if depth > maxShapeDepth {
		n.fail("is nested deeper than %d", maxShapeDepth)
		return s
	}
	if ref, ok := n.child("$ref"); ok {
		name := strings.TrimPrefix(ref.text(), "#/$defs/")
		target, ok := defs[name]
		if !ok {
			ref.fail("there is no $defs %q", name)
			return s
		}
		return target.shape(defs, depth+1)
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
