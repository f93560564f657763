package edifact

import (
	"unicode/utf8"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/internal/envelope"
)

func (r *Reader) startMessage(seg *edi.Segment) bool {
	if r.m != nil && !r.endMessage(nil) {
		return false
	}
	if r.g == nil && !r.implicitGroup(seg) {
		return false
	}
	m := &Message{UNH: parseUNH(seg), Position: seg.Position(), Index: r.g.Messages + 1, Segments: 1}
	m.Mark = r.mark(seg)
	r.g.Messages++
	r.x.Messages++
	if m.Type == contrl {
		r.x.CONTRL++
	}
	r.m = m
	add := func(f edi.Finding) {
		f.InSet = 1
		m.Findings = edi.Keep(m.Findings, f, r.o.Findings)
	}
	if seg.Flawed() {
		r.flawed(seg)
	}
	checkFields(seg, fieldsUNH, true, add)
	checkShape(seg, r.x.Version, add)
	if n := m.Reference; n != "" && len(n) <= maxReference {
		seen, full := r.seen(&r.g.numbers, n)
		if seen {
			add(at(seg, CodeUNHDuplicate, edi.Error, 1, 0, seg.Element(1), "0062, the message reference, came before"))
		}
		if full {
			r.g.Findings = edi.Keep(r.g.Findings, unchecked(seg, 1), r.o.Envelope)
		}
	}
	if r.g.First == "" {
		r.g.First = m.Type
	} else if r.g.First != m.Type && !r.g.Implicit && r.x.Version < "4" && !has(r.g.Findings, CodeGroupTypes) {
		f := at(seg, CodeGroupTypes, edi.Error, 2, 1, seg.Component(2, 1), "before syntax version 4 a group holds messages of one type only")
		r.g.Findings = edi.Keep(r.g.Findings, f, r.o.Envelope)
	}
	r.characters(seg)
	return r.emit(MessageStart, seg) && r.emit(MessageSegment, seg)
}

// mark is the state before the message that begins with seg.
func (r *Reader) mark(seg *edi.Segment) Mark {
	m := Mark{Position: seg.Position(), Interchange: *r.x, Group: *r.g, GroupsSeen: r.x.numbers.Clone(), MessagesSeen: r.g.numbers.Clone()}
	m.Interchange.numbers, m.Group.numbers = envelope.Numbers{}, envelope.Numbers{}
	if source, encoding := seg.Source(); encoding != edi.Bytes {
		m.Encoding, m.Source = encoding, source
	}
	m.Interchange.Findings, m.Group.Findings = capped(m.Interchange.Findings), capped(m.Group.Findings)
	return m
}

// endMessage ends the open message; seg is its UNT, nil if there is none.
func (r *Reader) endMessage(seg *edi.Segment) bool {
	m := r.m
	add := func(f edi.Finding) { m.Findings = edi.Keep(m.Findings, f, r.o.Findings+trailerFindings) }
	if seg == nil {
		f := r.missing(CodeUNTMissing, "UNT", "the message ends without a UNT")
		f.InSet = m.Segments
		add(f)
	} else {
		placed := func(f edi.Finding) {
			f.InSet = m.Segments
			add(f)
		}
		trailer(seg, m.Segments, "0074", "segments", m.Reference, "0062 of UNH", CodeUNTCount, CodeUNTReference, placed)
		checkShape(seg, r.x.Version, placed)
	}
	ok := r.emit(MessageEnd, seg)
	r.m = nil
	return ok
}

// trailing notes that the segment ends with a separator, once a message.
func (r *Reader) trailing(seg *edi.Segment) {
	n := seg.Len()
	if len(seg.Element(n)) > 0 {
		return // the separator is released
	}
	r.m.trailing = true
	f := at(seg, edi.CodeTrailingSeparator, edi.Warning, n, 0, nil, "the segment ends with an element separator; said once a message")
	f.InSet = r.m.Segments
	r.m.Findings = edi.Keep(r.m.Findings, f, r.o.Findings)
}

// characters notes what the character set of the interchange does not have.
func (r *Reader) characters(seg *edi.Segment) {
	class := classes(r.classes, seg.Raw())
	if class == 0 {
		return
	}
	once := r.beyond != edi.Error
	if once && r.m.characters {
		return
	}
	if class&outside != 0 {
		f := r.foreign(seg)
		f.InSet = r.m.Segments
		r.m.characters = true
		r.m.Findings = edi.Keep(r.m.Findings, f, r.o.Findings)
		return
	}
	set := r.set
	valid := utf8.Valid(seg.Raw())
	if set.isUTF8() == valid || !set.isUTF8() && set.charmap() == nil || r.m.characters {
		return
	}
	message := "the characters are those of UTF-8, while UNB says " + string(set)
	if set.isUTF8() {
		message = "bytes are not UTF-8, as UNB says they are"
	}
	r.m.characters = true
	f := at(seg, CodeCharacterSet, edi.Warning, 0, 0, nil, message+"; said once a message")
	f.InSet = r.m.Segments
	r.m.Findings = edi.Keep(r.m.Findings, f, r.o.Findings)
}

// foreign locates the first character of seg that the set does not have.
func (r *Reader) foreign(seg *edi.Segment) edi.Finding {
	message := "a character is not one of " + string(r.set)
	if r.beyond != edi.Error {
		message += "; said once a message"
	}
	for i := 0; i <= seg.Len(); i++ {
		v := seg.Element(i)
		if classes(r.classes, v)&outside == 0 {
			continue
		}
		component := 0
		if i > 0 {
			component, v = r.foreignComponent(v)
		}
		return at(seg, CodeCharacterSet, r.beyond, i, component, v, message)
	}
	return at(seg, CodeCharacterSet, r.beyond, 0, 0, nil, message)
}

// foreignComponent is the first component of an element that holds a character
// the set does not have, and its number; the whole element and 0 where there
// are no components. It looks at each byte once, however many there are.
func (r *Reader) foreignComponent(element []byte) (component int, value []byte) {
	d := r.x.Delimiters
	if d.Component == 0 {
		return 0, element
	}
	component, from, found := 1, 0, false
	for i := 0; i < len(element); i++ {
		switch b := element[i]; {
		case b == d.Release && b != 0 && i+1 < len(element):
			i++
			found = found || r.classes[element[i]]&outside != 0
		case b != d.Component:
			found = found || r.classes[b]&outside != 0
		case found:
			return component, element[from:i]
		default:
			component, from = component+1, i+1
		}
	}
	return component, element[from:]
}
