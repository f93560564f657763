package mappings

import (
	"bytes"
	"math/bits"
	"slices"

	"github.com/crossdock/crossdock/edi"
)

// cover is what is read of a segment at one place, so that what is not can be
// told. Bits stand for elements, and for the parts of one, by number.
type cover struct {
	whole     uint64 // elements of which nothing is lost
	parts     [coverable]uint64
	constants []constant // what writing gives it again
	pairs     *pairing   // where only some qualifiers are taken, or some parts read
	lists     []*pairing // that take some of them
	first     []tagKey   // by fields, each of them once
	all       bool       // pairs of any qualifier are taken
	read      uint64     // parts of a pair
}

// coverable is how many elements, and parts of one, are looked at.
const coverable = 64

// cover works out what the steps read of a segment.
func (c *compiler) cover(segment string, row int, steps []step, known ...place) *cover {
	v := new(cover)
	for _, p := range known {
		v.add(p.element, p.component)
	}
	v.steps(steps)
	for _, p := range c.ignored[segment] {
		v.add(p.element, p.component)
	}
	if row >= 0 {
		v.constants = c.b.constants[row]
	}
	def := c.b.set.Grammar().Segment(segment)
	if v.pairs != nil {
		v.group()
	}
	for e := range v.parts {
		if full := v.parts[e] &^ 1; full != 0 && def != nil && e > 0 && e <= len(def.Elements) {
			if of := def.Elements[e-1].Composite; of != nil && full == 1<<(len(of.Components)+1)-2 {
				v.whole |= 1 << e
			}
		}
	}
	return v
}

// add marks an element, or a component of it, as read.
func (v *cover) add(element, component int) {
	if element <= 0 || element >= coverable || component >= coverable {
		return
	}
	if component == 0 {
		v.whole |= 1 << element
	}
	v.parts[element] |= 1 << component
}

func (v *cover) steps(steps []step) {
	for i := range steps {
		st := &steps[i]
		p := &st.place
		switch {
		case st.kind == stepItem:
			v.steps(st.steps)
		case st.kind == stepPairs:
			v.pairs = st.pairs
			v.read |= 1 << st.pairs.qualifier
			v.lists = append(v.lists, st.pairs)
			v.all = v.all || st.pairs.keys == nil
			v.steps(st.steps)
		case p.part > 0:
			v.read |= 1 << p.part
		case p.element == 0:
			v.pairs = p.pairs
			v.read |= 1<<p.pairs.qualifier | 1<<p.pairs.value
			v.first = append(v.first, keyOf([]byte(p.qualifier)))
		default:
			v.add(p.element, p.component)
			if st.transform != nil && st.transform.period != noPeriod {
				v.add(p.element, p.component+1)
			}
		}
	}
}

// group marks the elements of pairs, where all of them are taken: what is
// left is looked at pair by pair.
func (v *cover) group() {
	p := v.pairs
	if !v.all {
		return
	}
	for _, first := range p.places {
		for part := 1; part < coverable; part++ {
			if v.read&(1<<part) != 0 {
				v.add(p.at(first, part))
			}
		}
	}
	v.pairs = nil
}

// covers works out what is read at each place of the map.
func (c *compiler) covers() {
	for _, l := range c.b.loops {
		if len(l.scopes) > 0 && l.grammar > 0 {
			c.cell(l, l.first).begins = true
		}
		for i, cell := range l.cells {
			if cell == nil {
				continue
			}
			var known []place
			if row := l.first + i; row == l.first && l.grammar > 0 {
				if len(l.qualifiers) > 0 {
					known = append(known, place{element: cell.element, component: cell.component})
				}
				if t := c.b.tree[l.grammar]; t != nil {
					known = append(known, place{element: t.id}, place{element: t.parent}, place{element: t.level}, place{element: t.children})
				}
			}
			c.coverCell(cell, l.first+i, known)
		}
		for _, cell := range l.also {
			c.coverCell(cell, -1, nil)
		}
	}
}

func (c *compiler) coverCell(cell *cell, row int, known []place) {
	cell.within = withinOf(cell.steps)
	for i := range cell.routes {
		cell.routes[i].within = withinOf(cell.routes[i].steps)
	}
	if row >= 0 && c.b.rows[row].ignored {
		return // all of it
	}
	cell.cover = c.cover(cell.segment, row, cell.steps, known...)
	for i := range cell.routes {
		r := &cell.routes[i]
		r.cover = c.cover(cell.segment, row, r.steps, append(known, place{element: cell.element, component: cell.component})...)
	}
}

// lostKey is an element, or a component of it, of one kind of segment.
type lostKey struct {
	tag                tagKey
	element, component uint8
}

// lost tells of the elements of a segment that nothing is read of, once for
// each element of each kind of segment.
func (r *Reading) lost(c *cell, v *cover, seg *edi.Segment, n int) {
	left := r.values.present &^ v.whole &^ r.told[c.index]
	for ; left != 0; left &= left - 1 {
		e := bits.TrailingZeros64(left)
		data := r.values.whole(e)
		if len(data) == 0 {
			continue
		}
		read := v.parts[e]
		if v.pairs != nil {
			read |= v.paired(&r.values, e)
			if read&1 != 0 {
				continue
			}
		}
		if read == 0 {
			if !v.holds(e, 0, data) {
				r.tellLost(seg, slotAt{element: e}, data, "")
				r.told[c.index] |= 1 << e
			}
			continue
		}
		r.values.at(e, 1)
		if len(r.values.parts) <= bits.TrailingZeros64(^(read | 1)) {
			continue // those it has are the first, which all are read
		}
		for component := 1; component < min(len(r.values.parts), coverable); component++ {
			if data := r.values.at(e, component); len(data) > 0 && read&(1<<component) == 0 && !v.holds(e, component, data) {
				r.tellLost(seg, slotAt{element: e, component: component}, data, "")
			}
		}
	}
	if r.values.repetition != 0 {
		r.repeated(seg, n)
	}
}

// holds reports whether a value is one that writing puts there again.
func (v *cover) holds(element, component int, value []byte) bool {
	return slices.ContainsFunc(v.constants, func(c constant) bool {
		return c.element == element && (c.component == component || c.component == 1 && component == 0) && c.value == string(value)
	})
}

// paired is what is read of an element that is part of a pair: bit 0 for the
// whole of it, else its components.
func (v *cover) paired(values *values, element int) uint64 {
	p := v.pairs
	for i, first := range p.places {
		size := 1
		if !p.composite {
			size = max(p.step, p.qualifier, p.value)
		}
		if element < first || element >= first+size {
			continue
		}
		if !v.takes(values, i) {
			return 0
		}
		if p.composite {
			return v.read &^ 1
		}
		return v.read >> (element - first + 1) & 1
	}
	return 0
}

// takes reports whether the pair at a place is one that is read.
func (v *cover) takes(values *values, place int) bool {
	p := v.pairs
	qualifier := values.at(p.at(p.places[place], p.qualifier))
	if slices.ContainsFunc(v.lists, func(p *pairing) bool { return p.takes(qualifier) }) {
		return true
	}
	key := values.qualifier(p.at(p.places[place], p.qualifier))
	if !slices.Contains(v.first, key) {
		return false
	}
	for _, before := range p.places[:place] {
		if values.qualifier(p.at(before, p.qualifier)) == key {
			return false // a field reads the first
		}
	}
	return true
}

// repeated tells of elements that repeat: the first repetition is read.
func (r *Reading) repeated(seg *edi.Segment, n int) {
	for e := 1; e <= n; e++ {
		data := r.values.whole(e)
		for i := 0; i < len(data); i++ {
			if data[i] == r.values.release && r.values.release != 0 {
				i++
			} else if data[i] == r.values.repetition {
				r.tellLost(seg, slotAt{element: e}, data[i+1:], "the "+r.b.d.noun+" keeps the first repetition of "+slotAt{element: e}.in(seg))
				break
			}
		}
	}
}

// another tells of a second value for a field that keeps one, unless it is the
// same: of several references the one listed first is kept, of several segments
// the first.
func (r *Reading) another(st *step, seg *edi.Segment, value []byte, at slotAt, frame *frame) {
	value = r.trim(value)
	if len(value) == 0 || st.absent != "" && string(value) == st.absent {
		return
	}
	var format []byte
	if st.transform.period != noPeriod {
		format = r.values.at(at.element, at.component+1)
	}
	slot := &frame.slots[st.field]
	start := len(frame.arena)
	out, fault := st.transform.read(frame.arena, value, format)
	frame.arena = out[:start]
	if fault != fine || len(out) == start || bytes.Equal(out[start:], frame.value(slot, st.head)) {
		return
	}
	if int(slot.rank) <= st.rank {
		r.tellLost(seg, at, value, "")
	} else {
		r.tellLost(seg, at, value, "the "+r.b.d.noun+" keeps this value of "+at.in(seg)+" instead of another that came before it")
	}
}

// tellLost notes a value that leaves no trace in the document.
func (r *Reading) tellLost(seg *edi.Segment, at slotAt, value []byte, message string) {
	if len(r.trim(value)) == 0 {
		return
	}
	key := lostKey{keyOf(seg.Tag()), uint8(at.element), uint8(at.component)}
	if r.gone[key] {
		return
	}
	if r.gone == nil {
		r.gone = map[lostKey]bool{}
	}
	// Notes leave room for what is worse.
	if len(r.findings) >= r.options.Findings/2 || len(r.gone) >= r.options.Findings {
		if len(r.gone) < r.options.Findings {
			r.gone[key] = true
			r.omit(edi.Note)
		}
		return
	}
	r.gone[key] = true
	if message == "" {
		message = "the " + r.b.d.noun + " does not keep this value of " + at.in(seg)
	}
	r.tell(seg, CodeElementUnmapped, edi.Note, at, value, message)
}
