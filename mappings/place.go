package mappings

import (
	"bytes"
	"slices"
	"unicode/utf8"

	"github.com/crossdock/crossdock/edi"
)

// place is where in a segment a value stands.
type place struct {
	element   int // from 1; 0 for the value of a pair, found by its qualifier
	component int
	part      int // from 1, of the pair at hand; 0 outside of pairs
	qualifier string
	pairs     *pairing
}

// pairing is how a segment repeats a qualifier with its value: in groups of
// elements, or in elements of components.
type pairing struct {
	places    []int // the elements that groups begin at
	step      int
	composite bool // the parts are components of one element
	qualifier int  // part, from 1
	value     int
	keys      []tagKey // qualifiers taken; nil for any
	except    bool     // the keys are those not taken
}

// at is the element and component of a part of the group that begins at an
// element.
func (p *pairing) at(first, part int) (element, component int) {
	if p.composite {
		return first, part
	}
	return first + part - 1, 0
}

// takes reports whether the group's qualifier is one of those wanted.
func (p *pairing) takes(qualifier []byte) bool {
	return p.keys == nil || slices.Contains(p.keys, keyOf(qualifier)) != p.except
}

// values finds the values of the segment at hand.
type values struct {
	seg                   *edi.Segment
	data                  []byte   // the segment stands in
	ends                  []uint32 // of the tag and each element
	component, repetition byte     // repetition is 0 where the segment has none
	release               byte     // 0 where the segment holds none
	coded                 bool     // the segment is in a character set other than UTF-8
	present               uint64   // the elements that hold something, as bits; of those beyond coverable nothing is said
	element               int      // whose components are known
	parts                 []uint32 // where they begin in data, and where one behind them would
}

// take begins with another segment.
func (v *values) take(seg *edi.Segment) {
	d := seg.Delimiters()
	v.seg, v.component, v.repetition, v.release, v.element = seg, d.Component, d.Repetition, d.Release, 0
	v.data, _, v.ends = seg.Parts()
	if d.Release != 0 && bytes.IndexByte(seg.Raw(), d.Release) < 0 {
		v.release = 0
	}
	if d.Repetition != 0 && bytes.IndexByte(seg.Raw(), d.Repetition) < 0 {
		v.repetition = 0
	}
	v.coded = d.Decimal != 0 && !utf8.Valid(seg.Raw()) // X12 names no character set
	v.present = 0
	from := v.ends[0]
	for i, end := range v.ends[1:min(len(v.ends), coverable)] {
		v.present |= uint64((from+1-end)>>31) << (i + 1) // negative where something stands between the separators
		from = end
	}
}

// padded reports whether a value, not empty, may have to be trimmed: it begins
// or ends with a blank, or its segment has release characters or is not UTF-8.
func (v *values) padded(value []byte) bool {
	return v.coded || v.release != 0 || value[0] <= ' ' || value[len(value)-1] <= ' '
}

// empty reports whether an element is known to hold nothing.
func (v *values) empty(element int) bool {
	return uint(element-1) < coverable-1 && v.present>>element&1 == 0
}

// whole is an element, from 1; nil if the segment has fewer.
func (v *values) whole(i int) []byte {
	if uint(i) >= uint(len(v.ends)) {
		return nil
	}
	return v.data[v.ends[i-1]+1 : v.ends[i]]
}

// count is how many elements there are.
func (v *values) count() int { return len(v.ends) - 1 }

// at is the value of an element or, of its first repetition, a component.
func (v *values) at(element, component int) []byte {
	if component == 0 {
		return v.whole(element)
	}
	if v.element != element {
		v.divide(element)
	}
	if component >= len(v.parts) {
		return nil
	}
	return v.data[v.parts[component-1] : v.parts[component]-1]
}

// divide finds the components of an element.
func (v *values) divide(element int) {
	v.element, v.parts = element, v.parts[:0]
	data := v.whole(element)
	if data == nil {
		return
	}
	start := v.ends[element-1] + 1
	v.parts = append(v.parts, start)
	if v.release|v.repetition == 0 && v.component != 0 { // nearly all
		for i, c := range data {
			if c == v.component {
				v.parts = append(v.parts, start+uint32(i)+1)
			}
		}
	} else {
		for i := 0; i < len(data); i++ {
			switch c := data[i]; {
			case c == v.component && c != 0:
				v.parts = append(v.parts, start+uint32(i)+1)
			case c == v.release && c != 0:
				i++
			case c == v.repetition && c != 0:
				data = data[:i]
			}
		}
	}
	v.parts = append(v.parts, start+uint32(len(data))+1)
}

// qualifier is a value that a choice is made by, without its padding, as a key.
func (v *values) qualifier(element, component int) tagKey {
	value := v.at(element, component)
	if n := len(value); n > 0 && (value[0] <= ' ' || value[n-1] <= ' ') {
		value = bytes.TrimSpace(value)
	}
	return keyOf(value)
}

// slotAt is an element, and a component of it where it is a composite.
type slotAt struct{ element, component int }

// find returns the value and where it stands. group is the first element of
// the pair at hand. meant is false where a pair is not there.
func (p *place) find(v *values, group int) (value []byte, at slotAt, meant bool) {
	switch {
	case p.part > 0:
		at.element, at.component = p.pairs.at(group, p.part)
		return v.at(at.element, at.component), at, true
	case p.element > 0:
		at.element, at.component = p.element, p.component
		return v.at(p.element, p.component), at, true
	}
	for _, i := range p.pairs.places {
		if i > v.count() {
			break
		}
		e, c := p.pairs.at(i, p.pairs.qualifier)
		if string(bytes.TrimSpace(v.at(e, c))) == p.qualifier {
			at.element, at.component = p.pairs.at(i, p.pairs.value)
			return v.at(at.element, at.component), at, true
		}
	}
	return nil, at, false
}

// in is the name of the place in a segment: PO102, DTM01-2.
func (at slotAt) in(seg *edi.Segment) string {
	return Reference{Segment: seg.ID(), Element: at.element, Component: at.component}.String()
}
