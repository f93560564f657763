package x12

import (
	"cmp"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"

	"github.com/crossdock/crossdock/edi"
)

// AckPolicy is how a partner wants its 997s. The zero value is our default.
type AckPolicy struct {
	Version          string `json:"version,omitempty"`          // GS08 the 997 goes out under, default that of the group
	OnlyRejectedSets bool   `json:"onlyRejectedSets,omitempty"` // no AK2 loop for sets accepted without errors
	MaxSegments      int    `json:"maxSegments,omitempty"`      // most AK3 of a set, default 99
	MaxElements      int    `json:"maxElements,omitempty"`      // most AK4 of an AK3, default and at most 99
	DuplicateSetCode string `json:"duplicateSetCode,omitempty"` // AK502 of a repeated ST02: 23, or 7 for old partners
	LineEnd          string `json:"lineEnd,omitempty"`          // written after each terminator
}

const maxCodes = 5 // AK502 to AK506, AK905 to AK909

// Append997 appends a functional acknowledgement of g, ST to SE, with control
// as its ST02. It is a function of its arguments alone and never writes a
// byte that breaks the outgoing interchange: what cannot be sent is left out.
// Nothing is appended for a group that is not Acknowledgeable, or if d cannot
// be written with.
//
// Of a set's findings the errors are told, or the warnings of one that is
// accepted with errors and has none: those placed in a segment as AK3 and
// AK4, those of the set's envelope in AK5. A rejected group has no accepted
// set.
func Append997(dst []byte, d edi.Delimiters, control string, g GroupResult, p AckPolicy) []byte {
	if !Acknowledgeable(g.FunctionalID) {
		return dst
	}
	a := newAck(dst, d, control, g, p)
	for _, s := range g.Sets {
		a.add(s)
	}
	a.end()
	if a.w.Err() != nil {
		return dst
	}
	return a.w.Bytes()
}

// Write997 writes what Append997 appends, for a group whose sets come one
// after the other: memory does not grow with their number. g.Sets is not
// read; g.Received must be the number of sets.
func Write997(w io.Writer, d edi.Delimiters, control string, g GroupResult, sets iter.Seq2[SetResult, error], p AckPolicy) error {
	if !Acknowledgeable(g.FunctionalID) {
		return fmt.Errorf("a group %q is not acknowledged", g.FunctionalID)
	}
	const flushAt = 32 << 10
	g.Sets = nil
	a := newAck(nil, d, control, g, p)
	for s, err := range sets {
		if err != nil {
			return err
		}
		a.add(s)
		if len(a.w.Bytes()) < flushAt {
			continue
		}
		if err := a.w.Flush(w); err != nil {
			return err
		}
	}
	a.end()
	if err := a.w.Err(); err != nil {
		return err
	}
	return a.w.Flush(w)
}

type ack struct {
	w               *edi.Writer
	d               edi.Delimiters
	p               AckPolicy
	g               GroupResult
	control         string
	from5010        bool
	received        int
	accepted, worse int
}

// newAck begins an acknowledgement with ST and AK1.
func newAck(dst []byte, d edi.Delimiters, control string, g GroupResult, p AckPolicy) *ack {
	if p.Version == "" {
		p.Version = g.Version
	}
	if p.MaxSegments <= 0 {
		p.MaxSegments = 99
	}
	if p.MaxElements <= 0 || p.MaxElements > 99 {
		p.MaxElements = 99
	}
	if p.DuplicateSetCode != "7" {
		p.DuplicateSetCode = "23"
	}
	a := &ack{w: edi.NewWriter(dst, d, p.LineEnd), d: d, p: p, g: g, control: clean(d, control, 9), from5010: atLeast(p.Version, "005010")}
	a.w.Segment("ST", "997", a.control)
	ak1 := []string{g.FunctionalID, a.orZero(clean(d, g.ControlNumber, 9))}
	if a.from5010 {
		ak1 = append(ak1, clean(d, g.Version, 12))
	}
	a.w.Segment("AK1", ak1...)
	return a
}

// add tells one set.
func (a *ack) add(s SetResult) {
	if a.g.Fate == Rejected {
		s.Fate = Rejected
	}
	a.received++
	switch s.Fate {
	case Accepted:
		a.accepted++
	case AcceptedWithErrors:
		a.accepted++
		a.worse++
	default:
		a.worse++
	}
	if s.Fate != Accepted || !a.p.OnlyRejectedSets {
		a.set(s)
	}
}

// end writes AK9 and SE.
func (a *ack) end() {
	a.group()
	a.w.Segment("SE", strconv.Itoa(a.w.Count()+1), a.control)
}

func (a *ack) orZero(s string) string {
	if s == "" {
		return "0"
	}
	return s
}

// set writes AK2 to AK5. A set that AK2 cannot name is counted in AK9 only.
func (a *ack) set(s SetResult) {
	id, control := clean(a.d, s.ID, 3), clean(a.d, s.ControlNumber, 9)
	if len(id) != 3 || control == "" {
		return
	}
	ak2 := []string{id, control}
	if a.from5010 {
		ak2 = append(ak2, clean(a.d, s.Implementation, 35))
	}
	a.w.Segment("AK2", ak2...)
	var codes []string
	if s.Fate != Accepted {
		told := tell(s)
		for _, f := range told {
			if c := setCode(f.Code, a.p.DuplicateSetCode); c != "" {
				codes = appendCode(codes, c)
			}
		}
		if a.segments(told) {
			codes = appendCode(codes, "5")
		}
	}
	status := "A"
	switch s.Fate {
	case Accepted:
	case AcceptedWithErrors:
		status = "E"
	default:
		status = "R"
	}
	a.w.Segment("AK5", append([]string{status}, codes...)...)
}

// tell chooses the findings of a set that its acknowledgement speaks of.
func tell(s SetResult) []edi.Finding {
	var told []edi.Finding
	for _, severity := range []edi.Severity{edi.Error, edi.Warning} {
		for _, f := range s.Findings {
			if f.Severity == severity {
				told = append(told, f)
			}
		}
		if len(told) > 0 || s.Fate != AcceptedWithErrors {
			break
		}
	}
	return told
}

func appendCode(codes []string, c string) []string {
	if len(codes) < maxCodes && !slices.Contains(codes, c) {
		codes = append(codes, c)
	}
	return codes
}

// segments writes AK3 and AK4 and reports whether a segment is in error,
// told or not.
func (a *ack) segments(findings []edi.Finding) bool {
	var placed []edi.Finding
	wrong := false
	for _, f := range findings {
		if setCode(f.Code, "") != "" || f.InSet == 0 {
			continue
		}
		wrong = true
		if segmentCode(f.Code) == "" && elementCode(f.Code, a.p.Version) == "" || f.InSet > 999999 || !isTag(f.SegmentID) {
			continue
		}
		placed = append(placed, f)
	}
	slices.SortStableFunc(placed, func(x, y edi.Finding) int {
		return cmp.Or(cmp.Compare(x.InSet, y.InSet), cmp.Compare(a.level(x), a.level(y)), cmp.Compare(x.SegmentID, y.SegmentID))
	})
	written, elements := 0, 0
	for i, f := range placed {
		code := segmentCode(f.Code)
		if code != "" || i == 0 || a.level(placed[i-1]) != 1 || placed[i-1].InSet != f.InSet || placed[i-1].SegmentID != f.SegmentID {
			if written++; written > a.p.MaxSegments {
				break
			}
			elements = 0
			if code == "" {
				code = "8"
			}
			a.w.Segment("AK3", f.SegmentID, strconv.Itoa(f.InSet), "", code)
		}
		if a.level(f) == 1 && f.Element >= 1 && f.Element <= 99 && elements < a.p.MaxElements {
			elements++
			a.element(f)
		}
	}
	return wrong
}

// level is 0 for a finding about a whole segment, 1 for one about an element.
func (a *ack) level(f edi.Finding) int {
	if segmentCode(f.Code) != "" {
		return 0
	}
	return 1
}

func isTag(id string) bool { return (len(id) == 2 || len(id) == 3) && upperAlphanumeric(id) }

func (a *ack) element(f edi.Finding) {
	place := []string{strconv.Itoa(f.Element)}
	if a.d.Component != 0 {
		if f.Component >= 1 && f.Component <= 99 {
			place = append(place, strconv.Itoa(f.Component))
		}
		if a.from5010 && f.Repetition >= 1 && f.Repetition <= 9999 {
			if len(place) == 1 {
				place = append(place, "")
			}
			place = append(place, strconv.Itoa(f.Repetition))
		}
	}
	a.w.Begin("AK4")
	a.w.Composite(place...)
	a.w.Element("")
	a.w.Element(elementCode(f.Code, a.p.Version))
	if f.Code != edi.CodeElementCharacter && sendable(a.d, f.Value) {
		a.w.Element(clean(a.d, f.Value, 99))
	}
	a.w.End()
}

// group writes AK9.
func (a *ack) group() {
	g, received, accepted := a.g, max(a.g.Received, a.received), a.accepted
	status := GroupStatus(g.Fate, received, accepted, a.worse)
	declared := g.Declared
	if n := len(declared); n == 0 || n > 6 || !digits([]byte(declared)) {
		declared = strconv.Itoa(received)
	}
	ak9 := []string{status, declared, strconv.Itoa(received), strconv.Itoa(accepted)}
	var codes []string
	if status != "A" {
		for _, f := range g.Findings {
			if c := groupCode(f.Code, a.p.Version); c != "" && f.Severity == edi.Error {
				codes = appendCode(codes, c)
			}
		}
	}
	a.w.Segment("AK9", append(ak9, codes...)...)
}
