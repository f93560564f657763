package mappings

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/crossdock/crossdock/edi"
)

var (
	segmentPattern = regexp.MustCompile(`^[A-Z][A-Z0-9]{1,2}$`)
	elementPattern = regexp.MustCompile(`^[0-9]{2}$`)
)

// document loads and compiles documents/<standard>/<set>.jsonc.
func (l *loader) document(src *source) {
	root, ok := parse(src)
	if !ok {
		return
	}
	standard := path.Base(path.Dir(src.name))
	c := &compiler{
		loader: l, pairs: map[string]int{}, loops: map[string]*loop{},
		d: &Document{name: standard + "/" + stem(src.name), standard: standard},
	}
	var fields, checks, once, ignore, loops node
	root.fields(map[string]func(node){
		"noun":   func(n node) { c.d.noun = n.text() },
		"set":    func(n node) { c.d.set = n.matching(setPattern, "a transaction set or message type") },
		"loops":  func(n node) { loops = n },
		"pairs":  c.pairStarts,
		"once":   func(n node) { once = n },
		"ignore": func(n node) { ignore = n },
		"checks": func(n node) { checks = n },
		"fields": func(n node) { fields = n },
	}, "noun", "set", "loops", "fields")
	if len(src.faults) > 0 {
		return
	}
	noun := l.schemas[c.d.noun]
	if noun == nil {
		root.fail("there is no documents/%s.schema.json", c.d.noun)
		return
	}
	c.tree(loops)
	if len(src.faults) > 0 {
		return
	}
	top := c.scope(nil, 0, "", edi.Error)
	top.where = true
	c.d.root.scopes = append(c.d.root.scopes, top)
	c.object(fields, noun.root, top, &site{loop: c.d.root})
	c.marks(once, ignore)
	if checks.value != nil {
		for _, n := range checks.elements() {
			c.check(n, top)
		}
	}
	hash := sha256.New()
	for _, text := range [][]byte{src.text, noun.text, l.codesText[standard]} {
		hash.Write(text)
	}
	c.d.version = hex.EncodeToString(hash.Sum(nil)[:8])
	l.catalog.documents[c.d.name] = c.d
}

// compiler turns one map into a Document.
type compiler struct {
	loader *loader
	d      *Document
	pairs  map[string]int   // first qualifier of a segment's pairs
	loops  map[string]*loop // by path
}

// site is where an object's references are looked up: a turn of a loop, one
// segment, or one pair of a segment.
type site struct {
	loop    *loop
	segment string  // one segment
	steps   *[]step // of that segment or pair
	pair    bool
}

func (c *compiler) pairStarts(n node) {
	n.members(func(segment string, n node) {
		c.pairs[segment], _ = strconv.Atoi(n.matching(elementPattern, "an element of two digits, such as 06"))
	})
}

// tree builds the loops. Each line names a loop by its path and lists the
// segments that stand in it.
func (c *compiler) tree(n node) {
	c.d.root = &loop{}
	c.loops[""] = c.d.root
	c.d.loops = []*loop{c.d.root}
	n.members(func(where string, n node) {
		l := c.d.root
		if where != "" {
			parent, id := "", where
			if i := strings.LastIndexByte(where, '/'); i >= 0 {
				parent, id = where[:i], where[i+1:]
			}
			up := c.loops[parent]
			if up == nil {
				n.fail("the loop %q is not declared above", parent)
				return
			}
			l = &loop{index: len(c.d.loops), id: id, path: where, parent: up}
			c.d.loops = append(c.d.loops, l)
			c.loops[where] = l
			l.begin = c.placement(n, up, id)
			if l.begin == nil {
				return
			}
			l.begin.opens = l
		}
		if n.kind() != '"' {
			n.fail("must be a string of segments with spaces between")
			return
		}
		text := n.value.Value.(interface{ String() string }).String()
		for segment := range strings.FieldsSeq(text) {
			c.placement(n, l, segment)
		}
	})
}

func (c *compiler) placement(n node, l *loop, segment string) *placement {
	if !segmentPattern.MatchString(segment) {
		n.fail("%q is not a segment", segment)
		return nil
	}
	if c.at(l, segment) != nil {
		n.fail("%s stands twice in this loop", segment)
		return nil
	}
	number := c.d.tags.add(keyOf([]byte(segment)))
	p := &placement{index: c.d.placements, segment: segment}
	c.d.placements++
	for len(l.places) <= number {
		l.places = append(l.places, nil)
	}
	l.places[number] = p
	return p
}

// at is a segment's placement in a loop, nil if it has none there.
func (c *compiler) at(l *loop, segment string) *placement {
	return l.place(c.d.tags.find(keyOf([]byte(segment))))
}

func (c *compiler) scope(parent *scope, list int, where string, severity edi.Severity) *scope {
	s := &scope{index: len(c.d.scopes), parent: parent, list: list, path: where, severity: severity}
	c.d.scopes = append(c.d.scopes, s)
	return s
}

// object compiles the fields of one object into the order of its schema.
func (c *compiler) object(n node, of *shape, s *scope, at *site) {
	mapped := map[string]node{}
	n.members(func(name string, n node) {
		if _, p := of.property(name); p == nil {
			n.fail("the schema has no such field")
			return
		}
		mapped[name] = n
	})
	if len(of.properties) > maxFields {
		n.fail("an object may have %d fields, the schema has %d", maxFields, len(of.properties))
		return
	}
	s.fields = make([]field, len(of.properties))
	for i, p := range of.properties {
		f := &s.fields[i]
		f.name, f.head, f.required = p.name, []byte(strconv.Quote(p.name)+":"), p.required
		f.malformed = edi.Warning
		spec, ok := mapped[p.name]
		switch {
		case p.shape.constant != nil && !ok:
			f.constant = p.shape.constant
		case p.shape.constant != nil:
			spec.fail("the schema fixes this field")
		case !ok && p.required:
			n.fail("the schema requires the field %s", p.name)
		case !ok:
			f.kind = fieldValue // never set
		case p.shape.kind == "array" && p.shape.items.kind == "object":
			f.kind = fieldList
			f.required = f.required && p.shape.least > 0
			c.list(spec, p.shape.items, s, i, at)
		case p.shape.kind == "array":
			f.kind = fieldTexts
			c.texts(spec, s, i, at)
		default:
			f.kind = fieldValue
			c.value(spec, s, i, at)
		}
		s.where = s.where || f.late
		s.needed = s.needed || f.required && !f.ordinal && f.kind != fieldConstant
		if f.required || f.expected || f.ordinal || f.kind == fieldConstant && f.constant != nil {
			s.always |= 1 << i
		}
	}
}

// value compiles a field of one value: a reference, or an object with "from"
// and what is done with what it finds.
func (c *compiler) value(n node, s *scope, i int, at *site) {
	f := &s.fields[i]
	as, table := "text", ""
	from := n.elements()
	if n.kind() == '{' {
		from = nil
		n.fields(map[string]func(node){
			"from":      func(n node) { from = n.elements() },
			"as":        func(n node) { as = n.text() },
			"table":     func(n node) { table = n.text() },
			"expected":  func(n node) { f.expected = n.flag() },
			"malformed": func(n node) { f.malformed = edi.Severity(n.oneOf("error", "warning")) },
			"default":   func(n node) { f.ordinal = n.oneOf("@ordinal") != "" },
		}, "from")
	}
	transform := c.transform(n, as, table)
	f.late = len(from) > 1
	for rank, n := range from {
		st := step{kind: stepValue, scope: s, field: i, rank: rank, transform: transform}
		if !c.aim(n, &st, at) {
			continue
		}
		if rank == 0 {
			f.reference, f.alone = n.text(), at.pair
			if st.place != nil {
				f.segment, f.element = st.place.Segment, st.place.Element
				f.alone = len(from) == 1 && st.place.qualifier == nil
				f.late = f.late || st.place.qualifier != nil || at.segment == "" && st.place.Segment != at.loop.id
			}
		}
		c.add(n, st, at)
	}
}

func (c *compiler) texts(n node, s *scope, i int, at *site) {
	n.fields(map[string]func(node){
		"all": func(n node) {
			for _, n := range n.elements() {
				st := step{kind: stepText, scope: s, field: i, transform: text}
				if c.aim(n, &st, at) {
					c.add(n, st, at)
				}
			}
		},
	}, "all")
}

// list compiles a list of objects; an array of specifications fills one list
// from several places.
func (c *compiler) list(n node, of *shape, s *scope, i int, at *site) {
	f := &s.fields[i]
	severity := edi.Warning
	if f.required {
		severity = s.severity
	}
	for _, n := range n.elements() {
		var each, pairs, fields node
		n.fields(map[string]func(node){
			"each":      func(n node) { each = n },
			"pairs":     func(n node) { pairs = n },
			"fields":    func(n node) { fields = n },
			"expected":  func(n node) { f.expected = n.flag() },
			"malformed": func(n node) { severity = edi.Severity(n.oneOf("error", "warning")) },
		}, "fields")
		f.late = f.required || f.expected
		sub := c.scope(s, i, strings.TrimPrefix(s.path+"."+f.name, "."), severity)
		switch {
		case fields.value == nil:
		case (each.value == nil) == (pairs.value == nil):
			n.fail("needs either each or pairs")
		case each.value != nil:
			c.each(each, fields, of, sub, at)
		default:
			c.eachPair(pairs, fields, of, sub, at)
		}
	}
}

func (c *compiler) each(n, fields node, of *shape, sub *scope, at *site) {
	f := &sub.parent.fields[sub.list]
	segment := n.text()
	p := c.locate(n, Reference{Segment: segment}, at)
	if p == nil {
		return
	}
	f.segment, f.reference = segment, segment
	if p.opens != nil && at.segment == "" {
		p.opens.scopes = append(p.opens.scopes, sub)
		c.object(fields, of, sub, &site{loop: p.opens})
		return
	}
	st := step{kind: stepItem, scope: sub.parent, sub: sub}
	c.object(fields, of, sub, &site{loop: at.loop, segment: segment, steps: &st.steps})
	p.steps = append(p.steps, st)
}

func (c *compiler) eachPair(n, fields node, of *shape, sub *scope, at *site) {
	f := &sub.parent.fields[sub.list]
	segment := n.text()
	first, ok := c.pairs[segment]
	if !ok {
		n.fail("pairs does not say where those of %s begin", segment)
		return
	}
	p := c.locate(n, Reference{Segment: segment}, at)
	if p == nil {
		return
	}
	f.segment, f.element, f.reference = segment, first+1, fmt.Sprintf("%s%02d", segment, first+1)
	st := step{kind: stepPairs, scope: sub.parent, sub: sub, first: first}
	c.object(fields, of, sub, &site{loop: at.loop, segment: segment, steps: &st.steps, pair: true})
	c.addTo(p, st, at)
}

// aim sets what a step reads.
func (c *compiler) aim(n node, st *step, at *site) bool {
	text := n.text()
	if text == "" {
		return false
	}
	switch {
	case at.pair && text == "@qualifier":
		st.side = sideQualifier
		return true
	case at.pair && text == "@value":
		st.side = sideValue
		return true
	case at.pair:
		n.fail("in pairs only @qualifier and @value can be read")
		return false
	}
	r, err := ParseReference(text)
	if err != nil {
		n.fail("%v", err)
		return false
	}
	st.place = &place{Reference: r, composite: c.d.standard == "edifact"}
	if r.Qualifier != "" {
		st.place.qualifier = []byte(r.Qualifier)
	}
	if r.Element == 0 {
		st.place.pairs = c.pairs[r.Segment]
		if st.place.pairs == 0 {
			n.fail("pairs does not say where those of %s begin", r.Segment)
			return false
		}
	}
	return true
}

// add puts a step where its segment stands.
func (c *compiler) add(n node, st step, at *site) {
	if st.side != sidePlace {
		*at.steps = append(*at.steps, st)
		return
	}
	if p := c.locate(n, st.place.Reference, at); p != nil {
		c.addTo(p, st, at)
	}
}

func (c *compiler) addTo(p *placement, st step, at *site) {
	if at.steps != nil {
		*at.steps = append(*at.steps, st)
		return
	}
	p.steps = append(p.steps, st)
}

// locate finds the placement a reference means: the segment that begins the
// loop, one that stands in it, or one in a loop below named by path.
func (c *compiler) locate(n node, r Reference, at *site) *placement {
	if at.segment != "" {
		if r.Loop != "" || r.Segment != at.segment {
			n.fail("%s is not %s, which alone is read here", r.Segment, at.segment)
			return nil
		}
		if r.Segment == at.loop.id {
			return at.loop.begin
		}
		return c.at(at.loop, r.Segment)
	}
	l := at.loop
	if r.Loop != "" {
		l = c.loops[strings.TrimPrefix(l.path+"/"+r.Loop, "/")]
		if l == nil {
			n.fail("there is no loop %s here", r.Loop)
			return nil
		}
	}
	if r.Segment == l.id {
		return l.begin
	}
	p := c.at(l, r.Segment)
	if p == nil {
		n.fail("the loop %q has no segment %s", l.path, r.Segment)
	}
	return p
}

func (c *compiler) transform(n node, as, table string) transform {
	if as == "code" {
		t := c.loader.codes[c.d.standard][table]
		if t == nil {
			n.fail("documents/codes/%s.jsonc has no table %q", c.d.standard, table)
			return text
		}
		return t.transform()
	}
	known := transforms()
	t := known[as]
	if t == nil {
		names := []string{"code"}
		for name := range known {
			names = append(names, name)
		}
		slices.Sort(names)
		n.fail("%q is none of %s", as, strings.Join(names, ", "))
		return text
	}
	if table != "" {
		n.fail("only \"code\" takes a table")
	}
	return t
}

// marks applies what the map says of segments by name: those that come once
// in the header, and those that are not missed, wherever they stand.
func (c *compiler) marks(once, ignore node) {
	if once.value != nil {
		for _, n := range once.elements() {
			if p := c.locate(n, Reference{Segment: n.text()}, &site{loop: c.d.root}); p != nil {
				p.once = true
			}
		}
	}
	if ignore.value == nil {
		return
	}
	for _, n := range ignore.elements() {
		segment, known := n.text(), false
		for _, l := range c.d.loops {
			if p := c.at(l, segment); p != nil {
				p.ignored, known = true, true
			}
		}
		if !known {
			n.fail("no loop has this segment")
		}
	}
}

// check compiles {"count": "PO1", "in": "CTT01"}: the element says how often
// the loop turned. A difference is a warning: what counts the segments
// themselves is the envelope.
func (c *compiler) check(n node, top *scope) {
	st := step{kind: stepCount, scope: top}
	var in node
	n.fields(map[string]func(node){
		"count": func(n node) {
			if st.counted = c.loops[n.text()]; st.counted == nil {
				n.fail("there is no such loop")
			}
		},
		"in": func(n node) { in = n },
	}, "count", "in")
	at := &site{loop: c.d.root}
	if st.counted != nil && in.value != nil && c.aim(in, &st, at) {
		c.add(in, st, at)
	}
}
