package exchange

import (
	"bytes"
	"fmt"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/grammar"
	"github.com/crossdock/crossdock/mappings"
)

// shape is what an agreement asks of how the segments of a set are written,
// which the standard leaves open: that no value is padded, and that every
// segment has all of its separators. nil asks for nothing.
type shape struct {
	set     *grammar.Set
	padding bool // a padded value is a fault
	whole   bool // so is a segment without its last separators
	limit   int
	found   []edi.Finding
}

func newShape(set *grammar.Set, v mappings.Validation, findings int) *shape {
	s := &shape{set: set, padding: v.Padding == mappings.PaddingRefuse, whole: v.Trailing == mappings.TrailingMandatory, limit: findings}
	if !s.padding && !s.whole {
		return nil
	}
	return s
}

// segment looks at a segment that stands at a row of the set; the header and
// the trailer are those of the envelope.
func (s *shape) segment(seg *edi.Segment, inSet, row int) {
	if s == nil || row < 1 || row == len(s.set.Rows)-1 {
		return
	}
	elements := s.set.Rows[row].Segment.Elements
	if s.whole && seg.Len() < len(elements) {
		s.add(seg, inSet, seg.Len(), 0, nil, edi.CodeTrailingSeparator, fmt.Sprintf("the segment has %d of its %d elements, and the empty ones have to stand too", seg.Len(), len(elements)))
	}
	if !s.padding {
		return
	}
	for i, use := range elements[:min(len(elements), seg.Len())] {
		if use.Composite == nil {
			s.value(seg, inSet, i+1, 0, use.Element, seg.Element(i+1))
			continue
		}
		for j, part := range use.Composite.Components {
			s.value(seg, inSet, i+1, j+1, part.Element, seg.Component(i+1, j+1))
		}
	}
}

// value looks at one value.
func (s *shape) value(seg *edi.Segment, inSet, element, component int, def *grammar.ElementDef, v []byte) {
	switch {
	case def == nil || len(v) <= def.Min:
		return // what fills it up to its least length is no padding
	case numeric(def.Type):
		digits := bytes.TrimPrefix(v, []byte{'-'})
		zeros := len(digits) > 1 && digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9'
		if !zeros && bytes.ContainsAny(digits, ".,") {
			zeros = digits[len(digits)-1] == '0'
		}
		if zeros {
			s.add(seg, inSet, element, component, v, edi.CodeElementNumber, "the number has zeros that it does not need, which is agreed not to be sent")
		}
	case v[0] == ' ' || v[len(v)-1] == ' ':
		s.add(seg, inSet, element, component, v, edi.CodeElementCharacter, "spaces stand around the value, which is agreed not to be sent")
	}
}

func numeric(t grammar.Type) bool {
	return t >= grammar.TypeN0 && t <= grammar.TypeR || t == grammar.TypeNumeric
}

func (s *shape) add(seg *edi.Segment, inSet, element, component int, v []byte, code, message string) {
	s.found = edi.Keep(s.found, edi.Finding{
		Code: code, Severity: edi.Error, Position: seg.Position(), SegmentID: seg.ID(), InSet: inSet, Element: element, Component: component,
		Value: edi.Printable([]byte(seg.Value(v)), maxShown), Message: message,
	}, s.limit)
}

// maxShown is how many bytes of a value a finding has.
const maxShown = 99

// take returns what was found of the set, and begins another.
func (s *shape) take() []edi.Finding {
	if s == nil {
		return nil
	}
	found := s.found
	s.found = nil
	return found
}
