package x12

import (
	"fmt"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/internal/ascii"
	"github.com/crossdock/crossdock/edi/internal/envelope"
)

// checkGS notes what is odd about the elements of a GS that nothing depends
// on. A date has six digits before 004010 and eight from there on.
func (r *Reader) checkGS(seg *edi.Segment, add func(code string, severity edi.Severity, element int, message string)) {
	for i := 2; i <= 8; i++ {
		if len(seg.Element(i)) == 0 && i != 6 {
			add(CodeGSBroken, edi.Warning, i, "an element of the GS is missing")
		}
	}
	tooMany(seg, 8, add)
	version := r.g.Version
	if v := seg.Element(4); len(v) > 0 {
		switch {
		case !envelope.IsDate(v):
			add(edi.CodeElementDate, edi.Warning, 4, "GS04 is not a date")
		case len(v) == 6 && atLeast(version, "004010"):
			add(edi.CodeElementDate, edi.Warning, 4, "GS04 is not a date of the form CCYYMMDD, as releases from 004010 on have it")
		case len(v) == 8 && before(version, "004010"):
			add(edi.CodeElementDate, edi.Warning, 4, "GS04 is not a date of the form YYMMDD, as releases before 004010 have it")
		}
	}
	if v := seg.Element(5); len(v) > 0 && !isLongTime(v) {
		add(edi.CodeElementTime, edi.Warning, 5, "GS05 is not a time")
	}
}

// tooMany notes elements of the envelope beyond the last one that the segment
// has; nothing reads them.
func tooMany(seg *edi.Segment, most int, add func(code string, severity edi.Severity, element int, message string)) {
	for i := most + 1; i <= seg.Len(); i++ {
		if len(seg.Element(i)) > 0 {
			add(edi.CodeElementTooMany, edi.Warning, i, fmt.Sprintf("the segment has %d elements", most))
			return
		}
	}
}

// isLongTime reports whether v is a time HHMM, HHMMSS, or one with decimals of
// a second, two at most.
func isLongTime(v []byte) bool {
	if len(v) < 4 || len(v) > 8 || len(v) == 5 || !ascii.Digits(v) || !envelope.IsTime(v[:4]) {
		return false
	}
	return len(v) == 4 || v[4] < '6'
}

// release takes the release character that an ISX announces from 00704 on. An
// earlier ISX announces none: what it asks for is not done, and said.
func (r *Reader) release(seg *edi.Segment) {
	v := seg.Element(1)
	note := func(code string, element int, message string) {
		r.x.Findings = edi.Keep(r.x.Findings, r.at(seg, code, edi.Warning, element, v, message), r.o.Envelope)
	}
	switch {
	case r.x.Version < "00704":
		note(edi.CodeSegmentUnexpected, 0, "interchanges before version 00704 have no ISX; no release character is used")
	case len(v) == 0:
		note(edi.CodeElementMissing, 1, "ISX01, the release character, is missing; none is used")
	case len(v) > 1:
		note(edi.CodeElementLong, 1, "ISX01, the release character, is more than one; none is used")
	case r.x.Delimiters.Has(v[0]) || ascii.Alphanumeric(v[0]):
		note(edi.CodeElementCharacter, 1, "ISX01 cannot be the release character; none is used")
	default:
		r.x.Delimiters.Release = v[0]
		r.segs.SetDelimiters(r.x.Delimiters)
	}
}
