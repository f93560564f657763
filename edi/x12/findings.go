package x12

import (
	"fmt"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/internal/envelope"
)

// at is a finding about an element of seg, or all of it if element is 0.
func (r *Reader) at(seg *edi.Segment, code string, severity edi.Severity, element int, value []byte, message string) edi.Finding {
	return edi.Finding{
		Code: code, Severity: severity, Position: seg.Position(), SegmentID: edi.Printable(seg.Tag(), 20),
		Element: element, Value: edi.Printable(value, maxValue), Message: message,
	}
}

// missing is a finding about a segment that is not there; its place is where
// that became clear.
func (r *Reader) missing(code, id, message string) edi.Finding {
	p := r.segs.Position()
	if r.current != nil {
		p = r.current.Position()
	}
	return edi.Finding{Code: code, Severity: edi.Error, Position: p, SegmentID: id, Message: message}
}

// capped is findings such that appending to it copies.
func capped(findings []edi.Finding) []edi.Finding {
	return findings[:len(findings):len(findings)]
}

// count compares a declared count with what was found and says what is wrong.
func count(declared []byte, found int, element, of string) string {
	n, ok := envelope.Count(declared)
	switch {
	case !ok:
		return fmt.Sprintf("%s is not a number; there are %d %s", element, found, of)
	case n != found:
		return fmt.Sprintf("%s says %d %s, there are %d", element, n, of, found)
	}
	return ""
}

// compare is the severity of a trailer that names another control number than
// the header: none if they are equal, a warning if only as numbers.
func compare(trailer, header string) edi.Severity {
	if trailer == header {
		return ""
	}
	if envelope.SameNumber(trailer, header) {
		return edi.Warning
	}
	return edi.Error
}

func printable(s string) string { return edi.Printable([]byte(s), 20) }
