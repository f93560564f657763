package mappings

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Reference names a value in a segment, the way partners' guides do:
//
//	BEG03               element 3 of BEG
//	N1[ST]04            element 4 of the N1 whose first element is ST
//	PO1[VP]             the element after the qualifier VP in the pairs of PO1
//	DTM[137]01-2        component 2 of element 1 of the DTM so qualified
//	CTT/AMT02           element 2 of an AMT in the loop that CTT begins
//	HL[S]/HL[O]/PRF01   element 1 of PRF in an order level below a shipment level
//
// Loops are named by the segments that begin them, in both standards; #1 and #2
// are the first and the second loop of one parent that begin with the same
// segment, without a number both are meant.
type Reference struct {
	Loop      string // the path below the loop the map stands in; empty for that loop itself
	Segment   string
	Qualifier string // of the segment, or of a pair where Element is 0; several with | between
	Element   int
	Component int
}

const (
	segmentExpr   = `[A-Z][A-Z0-9]{1,2}`
	qualifierExpr = `\[([A-Za-z0-9]{1,6}(?:\|[A-Za-z0-9]{1,6})*)\]`
	loopExpr      = segmentExpr + `(?:#[1-9])?(?:` + qualifierExpr + `)?`
)

var (
	referencePattern = regexp.MustCompile(
		`^(?:(` + strings.ReplaceAll(loopExpr+`(?:/`+loopExpr+`)*`, "\\[([", "\\[(?:[") + `)/)?(` + segmentExpr + `?)(?:` + qualifierExpr + `)?(?:([0-9]{2})(?:-([1-9][0-9]?))?)?$`)
	loopPattern = regexp.MustCompile(`^(` + segmentExpr + `)(?:#([1-9]))?(?:` + qualifierExpr + `)?$`)
)

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

// loopName is one part of a path: a segment, which of several loops it
// begins, and the qualifiers that are meant.
type loopName struct {
	segment    string
	nth        int // from 1; 0 is all of them
	qualifiers []string
}

// parsePath reads a path of loops such as HL[S]/HL[O] or PO1/N9.
func parsePath(s string) ([]loopName, error) {
	var path []loopName
	for part := range strings.SplitSeq(s, "/") {
		m := loopPattern.FindStringSubmatch(part)
		if m == nil {
			return nil, fmt.Errorf("%q is not a segment or a path of them such as PO1/N9 or HL[S]/HL[O]", s)
		}
		name := loopName{segment: m[1]}
		if m[2] != "" {
			name.nth, _ = strconv.Atoi(m[2])
		}
		if m[3] != "" {
			name.qualifiers = strings.Split(m[3], "|")
		}
		path = append(path, name)
	}
	return path, nil
}
