package mappings

import (
	"slices"
	"strings"
)

// constant is a value that writing gives an element no field is written in.
type constant struct {
	element, component int
	value              string
	with               int // an element without which the value is not written; 0 for none
}

// counting is a count or a sum that the set states of itself.
type counting struct {
	loops []int // of the grammar, whose turns are counted
	name  string
	sum   []spot // where the values stand that are added
	of    place
	in    []spot
	place place
	write bool
}

// also reads the segments that releases without tables have in a loop:
//
//	"also": {"": "NTE", "PO1": "NTE"}
func (c *compiler) also(where string, n node) {
	segments := strings.Fields(n.text())
	for _, segment := range segments {
		if !segmentPattern.MatchString(segment) {
			n.fail("%q is not a segment", segment)
		}
	}
	for _, g := range c.grammarLoops(n, where) {
		c.extra[g] = append(c.extra[g], segments...)
	}
}

// grammarLoops are the loops of the set that a path means.
func (c *compiler) grammarLoops(n node, where string) []int {
	if where == "" {
		return []int{0}
	}
	path, err := parsePath(where)
	if err != nil {
		n.fail("%v", err)
		return nil
	}
	from := []int{0}
	for _, name := range path {
		var next []int
		for g, l := range c.b.set.Loops {
			if g > 0 && slices.Contains(from, l.Parent) && c.b.set.Rows[l.First].Segment.ID == name.segment {
				next = append(next, g)
			}
		}
		from = next
	}
	if len(from) == 0 {
		c.lacks(n, "there is no loop %s", where)
	}
	return from
}

// marks applies what the map says of segments: those that come once in the
// header, those that are not missed wherever they stand, and what is written
// beside the values of the fields.
func (c *compiler) marks(h head) {
	set := c.b.set
	c.b.rows = make([]rowPlace, len(set.Rows))
	for i, r := range set.Rows {
		p := &c.b.rows[i]
		p.loop, p.parent = int32(r.Loop), int32(r.Loop)
		if set.Trigger(i) {
			p.trigger, p.parent = true, int32(set.Loops[r.Loop].Parent)
			p.tree = c.b.tree[r.Loop] != nil
		}
	}
	each := func(n node, do func(node)) {
		if n.value != nil {
			for _, n := range n.elements() {
				do(n)
			}
		}
	}
	c.b.rows[0].ignored, c.b.rows[len(set.Rows)-1].ignored = true, true
	each(h.once, func(n node) {
		for _, row := range c.rows(c.b.loops[0], loopName{segment: n.text()}) {
			c.b.rows[row].once = true
		}
	})
	each(h.ignore, func(n node) {
		segment, known := n.text(), false
		if r, err := ParseReference(segment); err == nil && r.Loop == "" && r.Qualifier == "" {
			c.ignoreElement(n, r)
			return
		}
		for i, r := range set.Rows {
			if r.Segment.ID == segment {
				c.b.rows[i].ignored, known = true, true
			}
		}
		if !known {
			c.lacks(n, "no loop has this segment")
		}
	})
	each(h.always, func(n node) {
		if n.text() == "" {
			return
		}
		rows := c.rows(c.b.loops[0], loopName{segment: n.text()})
		if len(rows) == 0 {
			c.lacks(n, "the set has no segment %s outside of loops", n.text())
			return
		}
		c.b.always = append(c.b.always, rows[0])
	})
	if h.constants.value != nil {
		h.constants.members(c.constant)
	}
}

// ignoreElement takes an element of which nothing is wanted, wherever its
// segment stands.
func (c *compiler) ignoreElement(n node, r Reference) {
	p := place{element: r.Element, component: r.Component}
	if !c.normalise(r.Segment, &p) {
		c.lacks(n, "%s has no such element", r.Segment)
		return
	}
	if r.Component == 0 {
		p.component = 0 // all of them
	}
	c.ignored[r.Segment] = append(c.ignored[r.Segment], p)
}

// constant reads what writing gives an element: "PO1/PID01": "F", or with the
// element that asks for it, "SAC06": {"value": "Z", "with": "07"}.
func (c *compiler) constant(where string, n node) {
	r, err := ParseReference(where)
	if err != nil || r.Element == 0 || r.Qualifier != "" {
		n.fail("%q is not a reference such as PO1/PID01", where)
		return
	}
	value, with := "", 0
	if n.kind() == '{' {
		n.fields(map[string]func(node){
			"value": func(n node) { value = n.text() },
			"with": func(n node) {
				with, _ = elementOf(n.matching(elementPattern, "an element of two digits, such as 07"))
			},
		}, "value", "with")
	} else {
		value = n.text()
	}
	p := place{element: r.Element, component: r.Component}
	if !c.normalise(r.Segment, &p) {
		c.lacks(n, "%s has no such element", r.Segment)
		return
	}
	found := false
	for _, g := range c.grammarLoops(n, r.Loop) {
		for row, of := range c.b.set.Rows {
			inside := of.Loop == g || c.b.set.Trigger(row) && c.b.set.Loops[of.Loop].Parent == g
			if inside && of.Segment.ID == r.Segment {
				found = true
				c.b.constants[row] = append(c.b.constants[row], constant{p.element, p.component, value, with})
			}
		}
	}
	if !found {
		c.lacks(n, "there is no segment %s here", r.Segment)
	}
}

// check compiles {"count": "PO1", "in": "CTT01"} and {"sum": "PO1/PO102",
// "in": "CTT02"}: the element says how often the loop turned, or what the
// values add up to. A difference is a warning: what counts the segments
// themselves is the envelope.
func (c *compiler) check(n node, at *site) {
	count := counting{write: true}
	var in, sum, loop node
	n.fields(map[string]func(node){
		"count": func(n node) { loop = n },
		"sum":   func(n node) { sum = n },
		"in":    func(n node) { in = n },
		"write": func(n node) { count.write = n.flag() },
	}, "in")
	if (loop.value == nil) == (sum.value == nil) {
		n.fail("needs either count or sum")
		return
	}
	if in.value == nil {
		return
	}
	index := len(c.b.counts)
	if loop.value != nil {
		count.name = loop.text()
		count.loops = c.grammarLoops(loop, count.name)
	} else {
		st := step{kind: stepSum, counted: index, transform: c.known["decimal"]}
		r, spots, ok := c.aim(sum, &st, at)
		if !ok {
			return
		}
		count.name, count.sum, count.of = sum.text(), spots, st.place
		_ = r
		c.add(st, spots, at)
	}
	st := step{kind: stepCount, counted: index}
	_, spots, ok := c.aim(in, &st, at)
	if !ok {
		return
	}
	count.in, count.place = spots, st.place
	c.add(st, spots, at)
	c.b.counts = append(c.b.counts, count)
}

// finish says what only the whole map shows.
func (c *compiler) finish(h head) {
	if h.feed.value != nil {
		c.feed(h.feed)
	}
	for _, s := range c.b.scopes {
		for i := range s.fields {
			for _, t := range s.fields[i].targets {
				if t.absent == "" || t.place.element == 0 {
					continue
				}
				for _, spot := range t.spots {
					if spot.row >= 0 {
						c.b.constants[spot.row] = append(c.b.constants[spot.row], constant{t.place.element, t.place.component, t.absent, t.with})
					}
				}
			}
		}
	}
	c.covers()
}

// feed finds the list whose items are read and written one by one.
func (c *compiler) feed(n node) {
	top := c.b.scopes[0]
	for i := range top.fields {
		if f := &top.fields[i]; f.name == n.text() && f.kind == fieldList {
			if len(f.specs) != 1 || f.specs[0].kind != specLoop {
				n.fail("a feed is a list made from each turn of one loop")
				return
			}
			c.b.feed = f.specs[0].sub
			c.precede(n, top, i)
			return
		}
	}
	n.fail("the %s has no list of objects %q", c.d.noun, n.text())
}

// precede refuses a field of the header that stands after the items: it comes
// when the header is gone.
func (c *compiler) precede(n node, s *scope, list int) {
	if len(c.b.feed.loops) == 0 {
		return // the set does not have them
	}
	items := c.b.feed.loops[0]
	for items.parent.grammar != 0 {
		items = items.parent
	}
	for i := range s.fields {
		f := &s.fields[i]
		var spots []spot
		for _, t := range f.targets {
			spots = append(spots, t.spots...)
		}
		for _, sp := range f.specs {
			spots = append(spots, sp.spots...)
			if sp.kind == specSame {
				c.precede(n, sp.sub, -1)
			}
		}
		for _, at := range spots {
			if i != list && at.row > items.first {
				n.fail("the field %s stands after the items of the feed", f.name)
				break
			}
		}
	}
}
