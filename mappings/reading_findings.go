package mappings

import (
	"fmt"
	"slices"

	"github.com/crossdock/crossdock/edi"
)

// lacks tells of a field that got no value, unless it was told before.
func (r *Reading) lacks(s *scope, f *frame, field *field, slot *slot) {
	if slot.told || !field.required && !field.expected || field.segment == "" {
		return
	}
	severity := edi.Warning
	if field.required {
		severity = r.breaks(s, f)
	}
	found := edi.Finding{
		Code: edi.CodeSegmentMissing, Severity: severity, Position: f.position, InSet: f.inSet,
		SegmentID: field.segment, Message: missing(field.segment, r.b.d, s, field),
	}
	if at := s.turns(); at != nil && at.grammar > 0 {
		found.Loop = at.path
		if field.segment == r.b.set.Rows[at.first].Segment.ID {
			found.Code, found.Element, found.Message = edi.CodeElementMissing, field.element, missing(field.reference, r.b.d, s, field)
		}
	}
	// A segment that is missing is told once, however many fields it has.
	for i := len(r.findings) - 1; i >= 0 && found.Code == edi.CodeSegmentMissing; i-- {
		told := &r.findings[i]
		if told.Position != found.Position {
			break
		}
		if told.Code == found.Code && told.SegmentID == found.SegmentID {
			if severity.Worse(told.Severity) {
				*told = found
			}
			return
		}
	}
	r.keep(found)
}

// turns is the loop each turn of which makes the object, or the one it is
// made with; nil for one made from a segment.
func (s *scope) turns() *loop {
	for ; s != nil; s = s.parent {
		if len(s.loops) > 0 {
			return s.loops[0]
		}
		if s.parent == nil || !slices.Contains(s.parent.inner, s) {
			return nil
		}
	}
	return nil
}

// missing is the sentence for a field that got no value.
func missing(from string, d *Document, s *scope, f *field) string {
	name := f.name
	if s.path != "" {
		name = s.path + "." + f.name
	}
	return fmt.Sprintf("%s is missing; the %s takes its %s from it", from, d.noun, name)
}

// tell keeps a finding about a segment at hand.
func (r *Reading) tell(seg *edi.Segment, code string, severity edi.Severity, at slotAt, value []byte, message string) {
	if len(r.findings) >= r.options.Findings {
		r.omit(severity)
		return
	}
	f := edi.Finding{
		Code: code, Severity: severity, Position: seg.Position(), SegmentID: edi.Printable(seg.Tag(), 20),
		InSet: r.inSet, Loop: r.current.path, Element: at.element, Component: at.component, Message: message,
	}
	if len(value) > 0 {
		f.Value = edi.Printable(value, 99)
	}
	r.findings = append(r.findings, f)
}

func (r *Reading) keep(f edi.Finding) {
	if len(r.findings) >= r.options.Findings {
		r.omit(f.Severity)
		return
	}
	r.findings = append(r.findings, f)
}

func (r *Reading) omit(severity edi.Severity) {
	r.omitted++
	if r.worst == "" || severity.Worse(r.worst) {
		r.worst = severity
	}
}

func omission(n int, worst edi.Severity, at edi.Position) edi.Finding {
	return edi.Finding{
		Code: edi.CodeFindingsOmitted, Severity: worst, Position: at,
		Message: fmt.Sprintf("%d more findings of this set are left out", n),
	}
}
