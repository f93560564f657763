package mappings

import (
	"slices"
	"strconv"
	"strings"
)

// newLoop makes a loop of the map, and those inside it. A void one takes the
// turns of a tree that the map has no place for, and all below them.
func (c *compiler) newLoop(g int, parent *loop, qualifiers []string, void bool) *loop {
	of := c.b.set.Loops[g]
	l := &loop{
		index: len(c.b.loops), grammar: g, path: of.Path, parent: parent, qualifiers: qualifiers, first: of.First,
		cells: make([]*cell, of.Last-of.First+1), void: void,
	}
	for _, segment := range c.extra[g] {
		if l.also == nil {
			l.also = map[tagKey]*cell{}
		}
		l.also[keyOf([]byte(segment))] = c.newCell(segment)
	}
	for _, q := range qualifiers {
		l.keys = append(l.keys, keyOf([]byte(q)))
	}
	c.b.loops = append(c.b.loops, l)
	for inner := range c.b.set.Loops {
		if c.b.set.Loops[inner].Parent == g || inner == g && c.b.tree[g] != nil {
			c.kid(l, inner)
		}
	}
	return l
}

// kid makes the general loop inside another.
func (c *compiler) kid(l *loop, g int) {
	at := c.qualifierOf(c.b.set.Rows[c.b.set.Loops[g].First].Segment.ID)
	l.kids = append(l.kids, kids{grammar: g, element: at.element, component: at.component})
	for len(l.kidOf) <= g {
		l.kidOf = append(l.kidOf, 0)
	}
	l.kidOf[g] = len(l.kids)
	general := l
	if !l.void || g != l.grammar {
		general = c.newLoop(g, l, nil, c.b.tree[g] != nil)
	}
	l.kidsOf(g).general = general
}

func (l *loop) kidsOf(g int) *kids {
	if g >= len(l.kidOf) || l.kidOf[g] == 0 {
		return nil
	}
	return &l.kids[l.kidOf[g]-1]
}

// qualifierOf is where a segment's qualifier stands: its first element, in
// EDIFACT the first component of that, unless the map says otherwise.
func (c *compiler) qualifierOf(segment string) place {
	p, ok := c.qualifiers[segment]
	if t := c.trees[segment]; !ok && t != nil {
		p, ok = place{element: t.level}, true
	}
	if !ok {
		p = place{element: 1}
	}
	c.normalise(segment, &p)
	return p
}

// normalise adds the component that an element means where the release has a
// composite, and takes it away where it has none.
func (c *compiler) normalise(segment string, p *place) (ok bool) {
	def := c.b.set.Grammar().Segment(segment)
	if def == nil {
		return false
	}
	if p.element > len(def.Elements) {
		return false
	}
	if p.element == 0 {
		return true
	}
	use := def.Elements[p.element-1]
	switch {
	case use.Composite == nil && p.component > 1:
		return false
	case use.Composite == nil:
		p.component = 0
	case p.component == 0:
		p.component = 1
	case p.component > len(use.Composite.Components):
		return false
	}
	return true
}

// slotInfo is what the release says of an element.
func (c *compiler) slotInfo(spots []spot, p place) slotInfo {
	var info slotInfo
	if len(spots) == 0 || spots[0].extra != nil {
		return info
	}
	def := c.b.set.Rows[spots[0].row].Segment
	element, component := p.element, p.component
	switch {
	case p.part > 0:
		element, component = p.pairs.at(p.pairs.places[0], p.part)
	case element == 0:
		element, component = p.pairs.at(p.pairs.places[0], p.pairs.value)
	}
	if element > len(def.Elements) {
		return info
	}
	use := def.Elements[element-1]
	if use.Composite != nil {
		if component < 1 || component > len(use.Composite.Components) {
			return info
		}
		use = use.Composite.Components[component-1]
	}
	if use.Element != nil {
		info.max = use.Element.Max
	}
	return info
}

// aim sets what a step reads and finds where its segment stands.
func (c *compiler) aim(n node, st *step, at *site) (r Reference, spots []spot, ok bool) {
	text, _ := outerReference(n.text())
	if text == "" {
		return r, nil, false
	}
	if at.pairs != nil && text[0] == '@' {
		st.place.pairs = at.pairs
		switch part, err := strconv.Atoi(text[1:]); {
		case text == "@qualifier":
			st.place.part = at.pairs.qualifier
		case text == "@value":
			st.place.part = at.pairs.value
		case err == nil && part >= 1 && part <= 9 && (at.pairs.composite || part <= at.pairs.step):
			st.place.part = part
		default:
			n.fail("%s is no part of a pair: they are @qualifier, @value and @1 to @%d", text, at.pairs.step)
			return r, nil, false
		}
		return Reference{Segment: at.segment}, at.spots, true
	}
	r, err := ParseReference(text)
	if err != nil {
		n.fail("%v", err)
		return r, nil, false
	}
	st.place.element, st.place.component = r.Element, r.Component
	path := []loopName{}
	if r.Loop != "" {
		path, _ = parsePath(r.Loop)
	}
	last := loopName{segment: r.Segment}
	if r.Element == 0 {
		if st.place.pairs = c.pairs[r.Segment]; st.place.pairs == nil {
			n.fail("pairs does not say where those of %s begin", r.Segment)
			return r, nil, false
		}
		st.place.qualifier = r.Qualifier
	} else if r.Qualifier != "" {
		last.qualifiers = strings.Split(r.Qualifier, "|")
	}
	if at.segment != "" {
		if r.Loop != "" || r.Segment != at.segment || last.qualifiers != nil {
			c.lacks(n, "%s is not %s, which alone is read here", text, at.segment)
			return r, nil, false
		}
		spots = at.spots
	} else {
		_, spots = c.findAll(n, append(path, last), at)
	}
	if len(spots) > 0 && !c.normalise(r.Segment, &st.place) && spots[0].extra == nil {
		c.lacks(n, "%s has no such element", r.Segment)
		spots = nil
	}
	return r, spots, true
}

// find is findAll, but a path that ends at a loop is all its turns.
func (c *compiler) find(n node, path []loopName, at *site) ([]*loop, []spot) {
	if at.segment != "" {
		c.lacks(n, "%s alone is read here", at.segment)
		return nil, nil
	}
	loops, spots := c.findAll(n, path, at)
	return loops, spots
}

// findAll finds the rows a path means: of the segment itself where the loop
// has it or begins with it, else of the loop inside that begins with it. The
// loops are returned too where the path ends at loops.
func (c *compiler) findAll(n node, path []loopName, at *site) (loops []*loop, spots []spot) {
	from := at.loops
	for _, name := range path[:len(path)-1] {
		var next []*loop
		for _, l := range from {
			next = append(next, c.inside(n, l, name)...)
		}
		if len(next) == 0 && len(from) > 0 {
			c.lacks(n, "there is no loop %s here", name.segment)
		}
		from = next
	}
	last := path[len(path)-1]
	for _, l := range from {
		rows := c.rows(l, last)
		for _, row := range rows {
			spots = append(spots, spotsOf(spot{loop: l, row: row}, last.qualifiers)...)
		}
		if rows != nil {
			continue
		}
		if extra := l.also[keyOf([]byte(last.segment))]; extra != nil {
			spots = append(spots, spotsOf(spot{loop: l, row: -2 - extra.index, extra: extra}, last.qualifiers)...)
			continue
		}
		for _, inner := range c.inside(n, l, last) {
			loops = append(loops, inner)
			spots = append(spots, spot{loop: inner, row: inner.first})
		}
	}
	if len(spots) == 0 && len(from) > 0 {
		c.lacks(n, "the loop %q has no segment %s", from[0].path, last.segment)
	}
	return loops, spots
}

// rows are where a segment stands in a loop itself, its trigger included.
func (c *compiler) rows(l *loop, name loopName) []int {
	var rows []int
	of := c.b.set.Loops[l.grammar]
	for row := of.First; row <= of.Last; row++ {
		r := c.b.set.Rows[row]
		if r.Loop == l.grammar && r.Segment.ID == name.segment && (row != l.first || c.b.tree[l.grammar] == nil || name.qualifiers == nil) {
			rows = append(rows, row)
		}
	}
	return rows
}

// inside are the loops in l that a name means, one for each list of
// qualifiers.
func (c *compiler) inside(n node, l *loop, name loopName) []*loop {
	var found []*loop
	set := c.b.set
	nth := 0
	for g, of := range set.Loops {
		if g == 0 || set.Rows[of.First].Segment.ID != name.segment {
			continue
		}
		own := g == l.grammar && c.b.tree[g] != nil
		if of.Parent != l.grammar && !own {
			continue
		}
		if c.b.tree[g] != nil && name.qualifiers == nil {
			n.fail("the turns of %s are a tree: say which level is meant, as in %s[1]", name.segment, name.segment)
			return nil
		}
		if nth++; name.nth > 0 && nth != name.nth {
			continue
		}
		found = append(found, c.special(l, g, name.qualifiers))
	}
	return found
}

// special is the loop of the turns with these qualifiers, made when first
// named.
func (c *compiler) special(l *loop, g int, qualifiers []string) *loop {
	k := l.kidsOf(g)
	if len(qualifiers) == 0 {
		return k.general
	}
	for _, one := range k.special {
		if slices.Equal(one.qualifiers, qualifiers) {
			return one
		}
	}
	made := c.newLoop(g, l, qualifiers, false)
	k = l.kidsOf(g)
	k.special = append(k.special, made)
	return made
}

// spotsOf makes a spot for each qualifier.
func spotsOf(at spot, qualifiers []string) []spot {
	if len(qualifiers) == 0 {
		return []spot{at}
	}
	var spots []spot
	for _, at.qualifier = range qualifiers {
		spots = append(spots, at)
	}
	return spots
}

// cell is what is done at a spot, made when first asked for.
func (c *compiler) cell(l *loop, row int) *cell {
	at := &l.cells[row-l.first]
	if *at == nil {
		*at = c.newCell(c.b.set.Rows[row].Segment.ID)
	}
	return *at
}

func (c *compiler) newCell(segment string) *cell {
	q := c.qualifierOf(segment)
	made := &cell{index: c.b.cells, segment: segment, element: q.element, component: q.component}
	c.b.cells++
	return made
}

// add puts a step where its segment stands.
func (c *compiler) add(st step, spots []spot, at *site) {
	if at.steps != nil {
		*at.steps = append(*at.steps, st)
		return
	}
	for _, spot := range spots {
		c.addTo(spot, st)
	}
}

func (c *compiler) addTo(at spot, st step) {
	cell := at.extra
	if cell == nil {
		cell = c.cell(at.loop, at.row)
	}
	if at.qualifier == "" {
		cell.steps = append(cell.steps, st)
		return
	}
	for i := range cell.routes {
		if r := &cell.routes[i]; r.qualifier == at.qualifier {
			r.steps = append(r.steps, st)
			return
		}
	}
	cell.routes = append(cell.routes, route{qualifier: at.qualifier, key: keyOf([]byte(at.qualifier)), steps: []step{st}})
}

// triggers reports whether a reference is to the segment its loop begins with.
func (c *compiler) triggers(l *loop, r Reference) bool {
	return l.grammar > 0 && r.Loop == "" && c.b.set.Rows[l.first].Segment.ID == r.Segment
}

// claim refuses a value that two fields read.
func (c *compiler) claim(n node, f *field, p place, spots []spot) {
	if p.part > 0 {
		return
	}
	for _, s := range spots {
		key := claim{loop: s.loop, row: s.row, qualifier: s.qualifier, element: p.element, component: p.component, pair: p.qualifier}
		if by, ok := c.claimed[key]; ok && by != f && !c.shares(by, f) {
			n.fail("the field %s reads this too", by.name)
			return
		}
		c.claimed[key] = f
	}
}

// shares reports whether two fields are parts of one period.
func (c *compiler) shares(a, b *field) bool {
	return len(a.targets) > 0 && a.targets[0].transform.period != noPeriod && a.name != b.name
}

// claimAll refuses a segment or loop from which two lists are made.
func (c *compiler) claimAll(n node, f *field, s spot, qualifier string) {
	key := claim{loop: s.loop, row: s.row, qualifier: qualifier, element: -1}
	if by, ok := c.claimed[key]; ok {
		n.fail("the field %s is made from it too", by.name)
	}
	c.claimed[key] = f
}

// transform is the one that a map names, if it makes what the schema has.
func (c *compiler) transform(n node, of *shape, as, table string) *transform {
	t := c.known[as]
	switch {
	case as == "code":
		if of := c.d.codes[table]; of != nil {
			t = of.transform()
			break
		}
		n.fail("documents/codes/%s.jsonc has no table %q", c.d.standard, table)
		return textTransform()
	case t == nil:
		names := []string{"code"}
		for name := range c.known {
			names = append(names, name)
		}
		slices.Sort(names)
		n.fail("%q is none of %s", as, strings.Join(names, ", "))
		return textTransform()
	case table != "":
		n.fail("only \"code\" takes a table")
	}
	if reason := of.fits(t); reason != "" {
		n.fail("%s", reason)
	}
	return t
}
