package mappings

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/crossdock/crossdock/edi"
)

var (
	segmentPattern = regexp.MustCompile(`^` + segmentExpr + `$`)
	elementPattern = regexp.MustCompile(`^[0-9]{2}(-[1-9][0-9]?)?$`)
)

// document loads documents/<standard>/<set>.jsonc.
func (l *loader) document(src *source) {
	root, ok := parse(src)
	if !ok {
		return
	}
	standard := path.Base(path.Dir(src.name))
	d := &Document{name: standard + "/" + stem(src.name), standard: standard, source: src, codes: l.codes[standard], shared: l.shared[standard]}
	head := d.decode(root)
	if len(src.faults) > 0 {
		return
	}
	d.noun, d.set = head.noun, head.set
	if d.schema = l.schemas[d.noun]; d.schema == nil {
		root.fail("there is no documents/%s.schema.json", d.noun)
		return
	}
	if head.feed.value != nil {
		d.feed = head.feed.text()
	}
	hash, shipped := sha256.New(), true
	for _, of := range []ingredient{
		l.ingredient(src.text, d.name+".jsonc"),
		l.ingredient(d.schema.text, d.noun+".schema.json", partsFile),
		l.ingredient(l.codesText[standard], "codes/"+standard+".jsonc"),
		l.ingredient(d.shared.bytes(), "fields/"+standard+".jsonc"),
	} {
		hash.Write(of.digest[:])
		shipped = shipped && of.shipped
	}
	d.version = hex.EncodeToString(hash.Sum(nil)[:8])
	if !shipped {
		l.place(d)
	}
	if len(src.faults) == 0 {
		l.catalog.documents[d.name] = d
	}
}

// head is the members of a map.
type head struct {
	noun, set                                                                             string
	fields, feed, pairs, qualifiers, trees, also, once, ignore, checks, constants, always node
}

func (d *Document) decode(root node) head {
	var h head
	keep := func(to *node) func(node) { return func(n node) { *to = n } }
	root.fields(map[string]func(node){
		"noun":       func(n node) { h.noun = n.text() },
		"set":        func(n node) { h.set = n.matching(setPattern, "a transaction set or message type") },
		"feed":       keep(&h.feed),
		"pairs":      keep(&h.pairs),
		"qualifiers": keep(&h.qualifiers),
		"trees":      keep(&h.trees),
		"also":       keep(&h.also),
		"once":       keep(&h.once),
		"ignore":     keep(&h.ignore),
		"checks":     keep(&h.checks),
		"constants":  keep(&h.constants),
		"always":     keep(&h.always),
		"fields":     keep(&h.fields),
	}, "noun", "set", "fields")
	return h
}

// site is where an object's references are looked up: the turns of a loop,
// one segment, or one pair of a segment.
type site struct {
	scope   *scope
	loops   []*loop // none where the set does not have what the map reads
	segment string  // one segment
	spots   []spot  // where it stands
	steps   *[]step // of that segment or pair
	pairs   *pairing
}

// spot is a row as one loop of the map sees it.
type spot struct {
	loop      *loop
	row       int // negative for a segment only older releases have
	qualifier string
	extra     *cell // of such a segment
}

// scope begins an object.
func (c *compiler) scope(parent *scope, i int, severity edi.Severity) *scope {
	s := &scope{index: len(c.b.scopes), parent: parent, field: i, severity: severity}
	if parent != nil {
		f := &parent.fields[i]
		s.path = strings.TrimPrefix(parent.path+"."+f.name, ".")
		s.list = c.list(parent, f)
	}
	c.b.scopes = append(c.b.scopes, s)
	return s
}

// list gives a field one more list of the frame: items of several places are
// kept apart, so that the document has them in the order of the map.
func (c *compiler) list(s *scope, f *field) int {
	if f.parts == 0 {
		f.list = s.lists
	}
	f.parts++
	s.lists++
	return s.lists - 1
}

// object compiles the fields of one object into the order of its schema.
func (c *compiler) object(n node, of *shape, at *site) {
	n = c.named(n)
	s := at.scope
	mapped := map[string]node{}
	n.members(func(name string, n node) {
		if _, p := of.property(name); p == nil {
			n.fail("the schema has no such field")
			return
		}
		mapped[name] = c.named(n)
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
		if ok {
			s.mapped |= 1 << i
		}
		switch {
		case p.shape.constant != nil && !ok:
			f.constant = p.shape.constant
			s.mapped |= 1 << i
		case p.shape.constant != nil:
			spec.fail("the schema fixes this field")
		case !ok && p.required:
			n.fail("the schema requires the field %s", p.name)
		case p.shape.kind == "object":
			f.kind = fieldObject
			if ok {
				c.single(spec, p.shape, i, at)
			}
		case p.shape.kind == "array" && p.shape.items.kind == "object":
			f.kind = fieldList
			f.required = f.required && p.shape.least > 0
			if ok {
				c.items(spec, p.shape.items, i, at)
			}
		case p.shape.kind == "array":
			f.kind = fieldTexts
			if ok {
				c.texts(spec, p.shape.items, i, at)
			}
		default:
			f.kind = fieldValue
			s.values |= 1 << i
			if ok {
				c.value(spec, p.shape, i, at)
			}
		}
		s.where = s.where || f.late
		s.needed = s.needed || f.required && !f.ordinal && f.fallback == nil && f.kind != fieldConstant
		if f.required || f.expected || f.ordinal || f.fallback != nil || f.kind == fieldConstant && f.constant != nil {
			s.always |= 1 << i
		}
	}
}

// value compiles a field of one value: a reference, or an object with "from"
// and what is done with what it finds.
func (c *compiler) value(n node, of *shape, i int, at *site) {
	f := &at.scope.fields[i]
	as, table, absent, with := textName, "", "", 0
	references := n.elements()
	if n.kind() == '{' {
		references = nil
		n.fields(map[string]func(node){
			"from":      func(n node) { references = n.elements() },
			"as":        func(n node) { as = n.text() },
			"table":     func(n node) { table = n.text() },
			"absent":    func(n node) { absent, with = n.absent() },
			"expected":  func(n node) { f.expected = n.flag() },
			"malformed": func(n node) { f.malformed = edi.Severity(n.oneOf("error", "warning")) },
			"default": func(n node) {
				if f.ordinal = n.text() == "@ordinal"; !f.ordinal {
					f.fallback = appendString(nil, []byte(n.text()))
				}
			},
		})
		if references == nil && !f.ordinal && f.fallback == nil {
			n.fail("says neither where the value comes from nor what it is by default")
		}
	}
	transform := c.transform(n, of, as, table)
	f.late = len(references) > 1
	for rank, n := range references {
		st := step{kind: stepValue, scope: at.scope, field: i, rank: rank, transform: transform, absent: absent}
		from := at
		if _, ups := outerReference(n.text()); ups > 0 {
			o := c.around(n, at, ups)
			if o == nil {
				continue
			}
			from, st.scope, f.ups = o.site, o.scope, ups
		}
		r, spots, ok := c.aim(n, &st, from)
		if !ok {
			continue
		}
		if rank == 0 {
			f.reference, f.segment, f.element = n.text(), r.Segment, r.Element
			f.alone = at.pairs != nil
			if at.pairs == nil {
				f.alone = from == at && len(references) == 1 && r.Qualifier == ""
				begins := len(at.loops) > 0 && c.triggers(at.loops[0], r)
				f.late = f.late || r.Qualifier != "" || at.segment == "" && !begins
			}
		}
		st.head = st.scope.fields[i].head
		st.quiet = !f.alone || !f.expected && (!f.required || f.ordinal || f.fallback != nil)
		c.claim(n, f, st.place, spots)
		c.add(st, spots, from)
		f.targets = append(f.targets, target{spots: spots, place: st.place, transform: transform, info: c.slotInfo(spots, st.place), absent: absent, with: with})
	}
}

// absent reads what stands for no value: "Z", or with the element that asks
// for it, {"value": "Z", "with": "07"}.
func (n node) absent() (value string, with int) {
	if n.kind() != '{' {
		return n.text(), 0
	}
	n.fields(map[string]func(node){
		"value": func(n node) { value = n.text() },
		"with":  func(n node) { with, _ = elementOf(n.matching(elementPattern, "an element of two digits, such as 07")) },
	}, "value", "with")
	return value, with
}

// texts compiles a list of texts, gathered from all references.
func (c *compiler) texts(n node, of *shape, i int, at *site) {
	f := &at.scope.fields[i]
	as, table := textName, ""
	var all []node
	n.fields(map[string]func(node){
		"all":   func(n node) { all = n.elements() },
		"as":    func(n node) { as = n.text() },
		"table": func(n node) { table = n.text() },
	}, "all")
	transform := c.transform(n, of, as, table)
	lists := map[string]int{} // by segment, for its texts stay together
	for _, n := range all {
		st := step{kind: stepText, quiet: true, scope: at.scope, field: i, transform: transform}
		r, spots, ok := c.aim(n, &st, at)
		if !ok {
			continue
		}
		where := r.Loop + "/" + r.Segment
		if _, ok := lists[where]; !ok {
			lists[where] = c.list(at.scope, f)
		}
		st.list = lists[where]
		c.claim(n, f, st.place, spots)
		c.add(st, spots, at)
		f.targets = append(f.targets, target{spots: spots, place: st.place, transform: transform, info: c.slotInfo(spots, st.place)})
	}
	f.groups = groups(f.targets)
}

// single compiles an object inside an object, made from the same place.
func (c *compiler) single(n node, of *shape, i int, at *site) {
	f := &at.scope.fields[i]
	var fields node
	n.fields(map[string]func(node){"fields": func(n node) { fields = n }}, "fields")
	if fields.value == nil {
		return
	}
	severity := edi.Warning
	if f.required {
		severity = at.scope.severity
	}
	c.same(fields, of, i, severity, at)
}

// same compiles an object made from the same place as the one it is in.
func (c *compiler) same(fields node, of *shape, i int, severity edi.Severity, at *site) {
	f := &at.scope.fields[i]
	sub := c.scope(at.scope, i, severity)
	at.scope.inner = append(at.scope.inner, sub)
	sub.where = true
	inner := *at
	inner.scope = sub
	c.object(fields, of, &inner)
	f.specs = append(f.specs, &spec{kind: specSame, sub: sub})
}

// items compiles a list of objects; an array of specifications fills one list
// from several places.
func (c *compiler) items(n node, of *shape, i int, at *site) {
	f := &at.scope.fields[i]
	severity := edi.Warning
	if f.required {
		severity = at.scope.severity
	}
	for _, n := range n.elements() {
		n = c.named(n)
		var each, pairs, fields node
		var only []node
		except := false
		one := false
		severity := severity
		n.fields(map[string]func(node){
			"each":      func(n node) { each = n },
			"pairs":     func(n node) { pairs = n },
			"only":      func(n node) { only = append(only, n.elements()...) },
			"except":    func(n node) { only, except = append(only, n.elements()...), true },
			"one":       func(n node) { one = n.flag() },
			"fields":    func(n node) { fields = n },
			"expected":  func(n node) { f.expected = n.flag() },
			"malformed": func(n node) { severity = edi.Severity(n.oneOf("error", "warning")) },
		}, "fields")
		f.late = f.required || f.expected
		ways := 0
		for _, is := range []bool{each.value != nil, pairs.value != nil, one} {
			if is {
				ways++
			}
		}
		switch {
		case fields.value == nil:
		case ways != 1:
			n.fail("needs one of each, pairs and one")
		case one:
			c.same(fields, of, i, severity, at)
		case each.value != nil:
			c.each(each, fields, of, c.scope(at.scope, i, severity), at)
		default:
			c.eachPair(pairs, only, except, fields, of, c.scope(at.scope, i, severity), at)
		}
	}
}

// each compiles an object made from each turn of a loop, or from each segment
// of one kind.
func (c *compiler) each(n, fields node, of *shape, sub *scope, at *site) {
	f := &sub.parent.fields[sub.field]
	name := n.text()
	steps, err := parsePath(name)
	if err != nil {
		n.fail("%v", err)
		return
	}
	last := steps[len(steps)-1]
	if f.segment == "" {
		f.segment, f.reference = last.segment, last.segment
	}
	loops, spots := c.find(n, steps, at)
	if len(loops) > 0 {
		spots = slices.DeleteFunc(spots, func(s spot) bool { return !slices.Contains(loops, s.loop) })
		sub.loops = loops
		for _, l := range loops {
			l.scopes = append(l.scopes, sub)
			c.claimAll(n, f, spot{loop: l, row: c.b.set.Loops[l.grammar].First}, "")
		}
		c.object(fields, of, &site{scope: sub, loops: loops})
		f.specs = append(f.specs, &spec{kind: specLoop, sub: sub, spots: spots})
		return
	}
	if len(spots) == 0 {
		return // the release has neither such a loop nor such a segment
	}
	sp := &spec{kind: specSegment, sub: sub, spots: spots, anyOf: len(last.qualifiers) > 1}
	inside := []step{}
	c.object(fields, of, &site{scope: sub, segment: last.segment, spots: spots, loops: at.loops, steps: &inside})
	for _, spot := range spots {
		c.claimAll(n, f, spot, spot.qualifier)
		c.addTo(spot, step{kind: stepItem, scope: sub.parent, sub: sub, steps: inside, lean: leanSteps(sub, inside), within: withinOf(inside)})
	}
	f.specs = append(f.specs, sp)
}

// direct reports whether an object can be made without a frame, and puts its
// steps in the order of its fields. Such are most references, dates and items.
func direct(s *scope, steps []step) bool {
	for i := range s.fields {
		f := &s.fields[i]
		if f.kind != fieldValue && s.mapped&(1<<i) != 0 || f.ordinal || f.fallback != nil {
			return false
		}
	}
	slices.SortStableFunc(steps, func(a, b step) int { return cmp.Compare(a.field, b.field) })
	for i := range steps {
		st := &steps[i]
		twice := i > 0 && steps[i-1].field == st.field
		if st.kind != stepValue || st.scope != s || st.absent != "" || st.transform.period != noPeriod || twice || st.place.qualifier != "" {
			return false
		}
	}
	return len(s.inner) == 0 && len(s.outers) == 0
}

func (c *compiler) eachPair(n node, only []node, except bool, fields node, of *shape, sub *scope, at *site) {
	f := &sub.parent.fields[sub.field]
	steps, err := parsePath(n.text())
	if err != nil {
		n.fail("%v", err)
		return
	}
	last := steps[len(steps)-1]
	declared := c.pairs[last.segment]
	if declared == nil {
		n.fail("pairs does not say where those of %s begin", last.segment)
		return
	}
	p := *declared
	p.except = except
	for _, n := range only {
		key := keyOf([]byte(n.text()))
		if key == 0 {
			n.fail("%q is not a qualifier", n.text())
		}
		p.keys = append(p.keys, key)
	}
	var spots []spot
	if at.segment != "" {
		if at.segment != last.segment {
			n.fail("%s is not %s, which alone is read here", last.segment, at.segment)
		}
		spots = at.spots
	} else {
		_, spots = c.findAll(n, steps, at)
	}
	if f.segment == "" {
		element, _ := p.at(p.places[0], p.value)
		f.segment, f.element = last.segment, element
		f.reference = Reference{Segment: last.segment, Element: element}.String()
	}
	inside := []step{}
	c.object(fields, of, &site{scope: sub, segment: last.segment, spots: spots, loops: at.loops, steps: &inside, pairs: &p})
	st := step{kind: stepPairs, scope: sub.parent, sub: sub, steps: inside, pairs: &p, lean: leanSteps(sub, inside), within: withinOf(inside)}
	c.add(st, spots, at)
	f.specs = append(f.specs, &spec{kind: specPairs, sub: sub, spots: spots, pairs: &p, inside: at.segment != ""})
}
