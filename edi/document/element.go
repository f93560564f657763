package document

import (
	"iter"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/grammar"
)

// Element is a simple element, or a component of a composite, as it stands in
// a segment.
type Element struct {
	Element    int                 // from 1
	Repetition int                 // from 1
	Component  int                 // from 1; 0 where the element has no components
	At         int                 // where it begins, in bytes after the beginning of the tag
	Raw        []byte              // as it stands, release characters included
	Def        *grammar.ElementDef // nil where the tables have none here
	Required   bool
}

// Elements yields the simple elements and components of a segment in order,
// those that are empty left out. def may be nil.
func Elements(seg *edi.Segment, def *grammar.SegmentDef) iter.Seq[Element] {
	return func(yield func(Element) bool) {
		at := len(seg.Tag()) + 1
		for i := 1; i <= seg.Len(); i++ {
			raw := seg.Element(i)
			e := Element{Element: i, At: at}
			at += len(raw) + 1
			if len(raw) == 0 {
				continue
			}
			var use *grammar.ElementUse
			if def != nil && i <= len(def.Elements) {
				use = &def.Elements[i-1]
			}
			if !repetitions(seg, e, raw, use, yield) {
				return
			}
		}
	}
}

// Definition is the segment as the tables of the step have it; nil where they
// do not know it.
func (s *Step) Definition() *grammar.SegmentDef {
	switch {
	case s.Segment == nil || s.Interchange == nil:
		return nil
	case s.Row >= 0 && s.Set != nil && s.Set.Grammar != nil:
		return s.Set.Grammar.Rows[s.Row].Segment
	case s.Set != nil && s.Set.Tables != nil:
		return s.Set.Tables.Segment(s.Segment.ID())
	}
	return s.Interchange.Tables.Segment(s.Segment.ID())
}

func repetitions(seg *edi.Segment, e Element, raw []byte, use *grammar.ElementUse, yield func(Element) bool) bool {
	d := seg.Delimiters()
	if isHeader(seg) {
		d.Repetition, d.Component = 0, 0 // the delimiters are its data
	}
	for from, to := range parts(raw, d.Repetition, d.Release) {
		e.Repetition++
		one := e
		one.At += from
		if !components(one, raw[from:to], d, use, yield) {
			return false
		}
	}
	return true
}

// isHeader reports whether the segment is an ISA, whose elements are the
// delimiters.
func isHeader(seg *edi.Segment) bool { return seg.Is("ISA") }

func components(e Element, raw []byte, d edi.Delimiters, use *grammar.ElementUse, yield func(Element) bool) bool {
	composite := use != nil && use.Composite != nil
	many := composite
	n := 0
	for from, to := range parts(raw, d.Component, d.Release) {
		many = many || from > 0 || to < len(raw)
		n++
		one := e
		one.At += from
		one.Raw = raw[from:to]
		if many {
			one.Component = n
		}
		switch {
		case use == nil:
		case composite && n <= len(use.Composite.Components):
			one.Def, one.Required = use.Composite.Components[n-1].Element, use.Composite.Components[n-1].Required
		case !composite && n == 1:
			one.Def, one.Required = use.Element, use.Required
		}
		if to > from && !yield(one) {
			return false
		}
	}
	return true
}

// parts yields where the parts of raw between separators begin and end.
func parts(raw []byte, sep, release byte) iter.Seq2[int, int] {
	return func(yield func(int, int) bool) {
		from := 0
		for i := 0; sep != 0 && i < len(raw); i++ {
			switch raw[i] {
			case release:
				if release != 0 {
					i++
				}
			case sep:
				if !yield(from, i) {
					return
				}
				from = i + 1
			}
		}
		yield(from, len(raw))
	}
}
