package mappings

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/crossdock/crossdock/edi"
)

// Reference names a value in a segment, the way partners' guides do:
//
//	BEG03         element 3 of BEG
//	N1[ST]04      element 4 of the N1 whose first element is ST
//	PO1[VP]       the element after the qualifier VP in the pairs of PO1
//	DTM[137]01-2  component 2 of element 1 of the DTM so qualified
//	CTT/AMT02     element 2 of an AMT in the loop CTT
type Reference struct {
	Loop      string // the path below the loop the map stands in; empty for that loop itself
	Segment   string
	Qualifier string // of the first element, or of a pair where Element is 0
	Element   int
	Component int
}

var referencePattern = regexp.MustCompile(
	`^(?:([A-Z][A-Z0-9]{1,2}(?:/[A-Z][A-Z0-9]{1,2})*)/)?([A-Z][A-Z0-9]{1,2}?)(?:\[([A-Za-z0-9]{1,6})\])?(?:([0-9]{2})(?:-([1-9][0-9]?))?)?$`)

// ParseReference reads a reference. A segment without qualifier and element
// names no value and is refused.
func ParseReference(s string) (Reference, error) {
	m := referencePattern.FindStringSubmatch(s)
	if m == nil {
		return Reference{}, fmt.Errorf("%q is not a reference such as BEG03, N1[ST]04 or PO1[VP]", s)
	}
	r := Reference{Loop: m[1], Segment: m[2], Qualifier: m[3]}
	r.Element, _ = strconv.Atoi(m[4])
	r.Component, _ = strconv.Atoi(m[5])
	if r.Element == 0 && (m[4] != "" || r.Qualifier == "") {
		return Reference{}, fmt.Errorf("reference %q names no element", s)
	}
	return r, nil
}

// String is the reference as ParseReference reads it.
func (r Reference) String() string {
	var b strings.Builder
	if r.Loop != "" {
		b.WriteString(r.Loop + "/")
	}
	b.WriteString(r.Segment)
	if r.Qualifier != "" {
		b.WriteString("[" + r.Qualifier + "]")
	}
	if r.Element > 0 {
		fmt.Fprintf(&b, "%02d", r.Element)
	}
	if r.Component > 0 {
		fmt.Fprintf(&b, "-%d", r.Component)
	}
	return b.String()
}

// place is a compiled reference.
type place struct {
	Reference
	qualifier []byte
	pairs     int  // first qualifier of the pairs; 0 unless Element is 0
	composite bool // the standard keeps the qualifier in a component
}

// find returns the value in a segment, the element it stands in, and whether
// the segment is the one meant: a qualified reference may meet others.
func (p *place) find(seg *edi.Segment) (value []byte, element int, meant bool) {
	if p.Element == 0 {
		for i := p.pairs; i <= seg.Len(); i += 2 {
			if bytes.Equal(seg.Element(i), p.qualifier) {
				return seg.Element(i + 1), i + 1, true
			}
		}
		return nil, 0, false
	}
	if p.qualifier != nil {
		found := seg.Element(1)
		if p.composite {
			found = seg.Component(1, 1)
		}
		if !bytes.Equal(found, p.qualifier) {
			return nil, 0, false
		}
	}
	if p.Component > 0 {
		return seg.Component(p.Element, p.Component), p.Element, true
	}
	return seg.Element(p.Element), p.Element, true
}
