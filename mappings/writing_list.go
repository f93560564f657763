package mappings

import (
	"bytes"
	"unicode/utf8"
)

// list writes the items of a list, each in the way that loses least of it.
func (w *Writing) list(f *field, doc *jsonNode, at home) {
	last := len(w.path) - 1
	for item, i := doc.items('['), 0; item != nil; item, i = item.next, i+1 {
		w.path[last].index = i
		sp := w.choose(f, item, at)
		if sp == nil {
			w.lose("this release has no place for this item")
			continue
		}
		w.item(sp, item, at)
	}
	w.path[last].index = -1
}

// choose is the first specification that carries all of an item with the
// fewest fields to spare, or else the one that carries most of it. Nil if the
// set has a place for none.
func (w *Writing) choose(f *field, item *jsonNode, at home) *spec {
	var best *spec
	bestLost, bestSpare := 0, 0
	for _, sp := range f.specs {
		if !w.available(sp, item, at) {
			continue
		}
		lost := 0
		for m := item.items('{'); m != nil; m = m.next {
			if i := sp.sub.named(m.name); i < 0 || sp.sub.mapped&(1<<i) == 0 {
				lost++
			} else if !w.codable(&sp.sub.fields[i], m) {
				lost++
			} else if k := sp.sub.fields[i].kind; k == fieldTexts && sp.kind == specSegment && m.count() > len(sp.sub.fields[i].targets) {
				lost++
			}
		}
		spare := 0
		for i := range sp.sub.fields {
			if sp.sub.mapped&(1<<i) != 0 {
				spare++
			}
		}
		if best == nil || lost < bestLost || lost == bestLost && spare < bestSpare {
			best, bestLost, bestSpare = sp, lost, spare
		}
	}
	return best
}

// codable reports whether a word has a code where the field is written.
func (w *Writing) codable(f *field, value *jsonNode) bool {
	if f.kind != fieldValue || len(f.targets) == 0 || f.targets[0].transform.name != "code" {
		return true
	}
	word, ok := value.string()
	if !ok {
		return true
	}
	_, reason := w.spell(&f.targets[0], word)
	return reason == "" || w.implied(f, word)
}

// available reports whether the set has a place for an item.
func (w *Writing) available(sp *spec, item *jsonNode, at home) bool {
	if sp.kind == specSame {
		return true
	}
	if sp.kind == specPairs && (!w.wanted(sp, item) || w.pairSegment(sp, item, at, false) == nil) {
		return false
	}
	_, ok := sp.spot()
	return ok
}

// spot is the first place of a specification that the set has.
func (sp *spec) spot() (spot, bool) {
	for _, s := range sp.spots {
		if s.row >= 0 {
			return s, true
		}
	}
	return spot{}, false
}

// wanted reports whether the pairs of a specification take the qualifier that
// an item would be written with.
func (w *Writing) wanted(sp *spec, item *jsonNode) bool {
	if sp.pairs.keys == nil {
		return true
	}
	for i := range sp.sub.fields {
		f := &sp.sub.fields[i]
		if len(f.targets) == 0 || f.targets[0].place.part != sp.pairs.qualifier {
			continue
		}
		text, ok := item.member(f.name).string()
		if !ok {
			return false
		}
		code, reason := w.spell(&f.targets[0], text)
		return reason == "" && sp.pairs.takes(code)
	}
	return false
}

func (w *Writing) item(sp *spec, item *jsonNode, at home) {
	switch sp.kind {
	case specSame:
		w.object(sp.sub, item, at)
	case specLoop:
		s, _ := sp.spot()
		w.object(sp.sub, item, home{turn: w.open(w.under(sp, item, at, s.loop), s.loop)})
	case specSegment:
		s, _ := sp.spot()
		turn := w.reach(at.turn, s.loop)
		seg := w.add(turn, s.row)
		seg.own = true
		if !sp.anyOf {
			w.qualify(seg, s)
		}
		w.object(sp.sub, item, home{turn: turn, segment: seg})
	case specPairs:
		seg := w.pairSegment(sp, item, at, true)
		first, ok := w.freePair(seg, sp.pairs)
		if !ok {
			w.fail(CodeFieldUnwritable, "the segment has no room for another pair")
			return
		}
		w.object(sp.sub, item, home{turn: at.turn, segment: seg, group: first})
	}
}

// pairSegment is the segment that an item's pair goes to: the one the last
// pair went to, while it has room and holds the same values beside its pairs,
// else another if there may be one. Nil if there may not.
func (w *Writing) pairSegment(sp *spec, item *jsonNode, at home, open bool) *segment {
	if sp.inside {
		if _, ok := w.freePair(at.segment, sp.pairs); ok {
			return at.segment
		}
		return nil
	}
	s, ok := sp.spot()
	if !ok {
		return nil
	}
	row := w.b.set.Rows[s.row]
	trigger := w.b.rows[s.row].trigger && s.row == s.loop.first
	var last *segment
	uses := 0
	if turn := w.standing(at.turn, s.loop); turn != nil {
		for _, p := range turn.parts {
			if p.segment != nil && p.row == s.row {
				uses++
				if p.segment.qualifier == s.qualifier {
					last = p.segment
				}
			}
		}
	}
	if last != nil {
		if _, ok := w.freePair(last, sp.pairs); ok && w.beside(sp, item, last) {
			return last
		}
	}
	if trigger && last != nil || !trigger && row.Max > 0 && uses >= row.Max {
		return nil
	}
	if !open {
		return &w.another
	}
	turn := w.reach(at.turn, s.loop)
	if trigger {
		return w.segmentOf(turn, s)
	}
	seg := w.add(turn, s.row)
	w.qualify(seg, s)
	return seg
}

// standing is the turn that reach would return, nil if it would make one.
func (w *Writing) standing(from *turn, l *loop) *turn {
	if from.loop == l || l.parent == nil {
		return from
	}
	up := w.standing(from, l.parent)
	if up == nil {
		return nil
	}
	for _, p := range up.parts {
		if p.turn != nil && p.turn.loop == l && p.turn.implied {
			return p.turn
		}
	}
	return nil
}

// beside reports whether what an item says beside its pair is what a segment
// holds.
func (w *Writing) beside(sp *spec, item *jsonNode, seg *segment) bool {
	for i := range sp.sub.fields {
		f := &sp.sub.fields[i]
		if len(f.targets) == 0 || f.targets[0].place.part > 0 {
			continue
		}
		t := &f.targets[0]
		var held []byte
		if c := seg.get(t.place.element, t.place.component); c != nil {
			held = w.text[c.start:c.end]
		}
		text, _ := item.member(f.name).string()
		var out []byte
		if len(text) > 0 {
			out, _ = w.spell(t, text)
		}
		if !bytes.Equal(out, held) {
			return false
		}
	}
	return true
}

// texts writes a list of texts: each in the next of its places that it fits.
func (w *Writing) texts(f *field, doc *jsonNode, at home) {
	p := textPlaces{w: w, at: at, groups: f.groups}
	step := &w.path[len(w.path)-1]
	for item, i := doc.items('['), 0; item != nil; item, i = item.next, i+1 {
		step.index = i
		text, ok := item.string()
		if !ok {
			w.fail(CodeFieldUnwritable, "must be a string")
			continue
		}
		seg, t := p.next(text, true)
		if seg == nil { // longer than any place: the check of what is written tells of it
			seg, t = p.next(text, false)
		}
		if seg == nil {
			w.lose("there is no room for this text")
			continue
		}
		w.set(seg, t, text, at)
	}
	step.index = -1
}

// textPlaces goes through the places that texts may stand in, in order.
type textPlaces struct {
	w      *Writing
	at     home
	groups [][]target // each in one segment
	group  int        // the current one
	from   int        // the next target of it
	seg    *segment   // the current segment of it
	uses   int        // segments of it
}

// groups divides targets into those that stand in one segment.
func groups(targets []target) [][]target {
	var list [][]target
	for i := range targets {
		if n := len(list) - 1; n >= 0 && sameSegment(list[n][0].spots, targets[i].spots) {
			list[n] = list[n][:len(list[n])+1]
			continue
		}
		list = append(list, targets[i:i+1:len(targets)])
	}
	return list
}

func sameSegment(a, b []spot) bool {
	if len(a) != len(b) || len(a) == 0 {
		return len(a) == len(b)
	}
	return a[0] == b[0]
}

// next is the place of the next text: in the current segment, in another like
// it, or in one further on.
func (p *textPlaces) next(text []byte, fits bool) (*segment, *target) {
	for g := p.group; g < len(p.groups); g++ {
		from, uses := 0, 0
		if g == p.group {
			if t := room(p.groups[g], p.from, text, fits); t >= 0 && p.seg != nil {
				p.from = t + 1
				return p.seg, &p.groups[g][t]
			}
			uses = p.uses
		}
		if t := room(p.groups[g], from, text, fits); t >= 0 {
			if seg := p.segment(&p.groups[g][t], uses+1); seg != nil {
				p.group, p.from, p.seg, p.uses = g, t+1, seg, uses+1
				return seg, &p.groups[g][t]
			}
		}
	}
	return nil, nil
}

// room is the first target from one on that takes a text, -1 if none does.
func room(group []target, from int, text []byte, fits bool) int {
	for i := from; i < len(group); i++ {
		if limit := group[i].info.max; !fits || limit == 0 || utf8.RuneCount(text) <= limit {
			return i
		}
	}
	return -1
}

// segment is another segment for a target, nil if there may be no more than
// those before it.
func (p *textPlaces) segment(t *target, uses int) *segment {
	w := p.w
	if p.at.segment != nil {
		if uses > 1 {
			return nil
		}
		return p.at.segment
	}
	for _, s := range t.spots {
		if s.row < 0 {
			continue
		}
		limit := w.b.set.Rows[s.row].Max
		trigger := w.b.rows[s.row].trigger && s.row == s.loop.first
		own := trigger && s.loop == p.at.turn.loop
		if trigger && !own {
			limit = w.b.set.Loops[s.loop.grammar].Max
		}
		if limit > 0 && uses > limit {
			return nil
		}
		switch {
		case own:
			return w.segmentOf(p.at.turn, s)
		case trigger:
			return w.segmentOf(w.open(w.reach(p.at.turn, s.loop.parent), s.loop), s)
		}
		seg := w.add(w.reach(p.at.turn, s.loop), s.row)
		seg.own = true
		w.qualify(seg, s)
		return seg
	}
	return nil
}

// totals writes what the set says of itself: how many lines it has, and what
// their quantities add up to, in millionths.
func (w *Writing) totals(root *turn, of func(check int) int64) {
	for i := range w.b.counts {
		c := &w.b.counts[i]
		if !c.write || len(c.in) == 0 || c.in[0].row < 0 {
			continue
		}
		t := target{spots: c.in, place: c.place}
		if seg := w.home(&t, home{turn: root}); seg != nil {
			w.put(seg, c.place.element, c.place.component, decimalOf(of(i)))
		}
	}
}

// total is what a check counts or adds up in a whole document.
func (w *Writing) total(check int) int64 {
	c := &w.b.counts[check]
	if c.loops == nil {
		return w.sum(c, w.segments[:w.used.segments])
	}
	n := 0
	for _, t := range w.turns[:w.used.turns] {
		for _, g := range c.loops {
			if t.loop.grammar == g {
				n++
			}
		}
	}
	return int64(n) * 1_000_000
}

// sum adds up the values of a check in some segments.
func (w *Writing) sum(c *counting, segments []*segment) (sum int64) {
	if c.loops != nil {
		return 0
	}
	for _, seg := range segments {
		for _, s := range c.sum {
			if seg.row == s.row && seg.qualifier == s.qualifier {
				if v := seg.get(c.of.element, c.of.component); v != nil {
					n, _ := millionths(w.text[v.start:v.end])
					sum += n
				}
			}
		}
	}
	return sum
}
