package mappings

import (
	"bytes"

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
	first, last int // elements; last is that of the last group's first
	step        int
	composite   bool // the parts are components of one element
	qualifier   int  // part, from 1
	value       int
	only        []string // qualifiers taken
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
	if p.only == nil {
		return true
	}
	for _, one := range p.only {
		if string(qualifier) == one {
			return true
		}
	}
	return false
}

func valueAt(seg *edi.Segment, element, component int) []byte {
	if component > 0 {
		return seg.Component(element, component)
	}
	return seg.Element(element)
}

// slotAt is an element, and a component of it where it is a composite.
type slotAt struct{ element, component int }

// find returns the value and where it stands. group is the first element of
// the pair at hand. meant is false where a pair is not there.
func (p *place) find(seg *edi.Segment, group int) (value []byte, at slotAt, meant bool) {
	switch {
	case p.part > 0:
		at.element, at.component = p.pairs.at(group, p.part)
		return valueAt(seg, at.element, at.component), at, true
	case p.element > 0:
		at.element, at.component = p.element, p.component
		return valueAt(seg, p.element, p.component), at, true
	}
	for i := p.pairs.first; i <= min(p.pairs.last, seg.Len()); i += p.pairs.step {
		e, c := p.pairs.at(i, p.pairs.qualifier)
		if string(bytes.TrimSpace(valueAt(seg, e, c))) == p.qualifier {
			at.element, at.component = p.pairs.at(i, p.pairs.value)
			return valueAt(seg, at.element, at.component), at, true
		}
	}
	return nil, at, false
}

// in is the name of the place in a segment: PO102, DTM01-2.
func (at slotAt) in(seg *edi.Segment) string {
	return Reference{Segment: seg.ID(), Element: at.element, Component: at.component}.String()
}
