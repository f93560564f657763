package x12

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/internal/ascii"
)

const (
	maxCodes = 5      // AK502 to AK506, AK905 to AK909
	maxCount = 999999 // AK902 to AK904 have six digits
	guide999 = "005010X231A1"
)

// ErrNotAcknowledged is the error for a group that is never acknowledged:
// one of acknowledgements, or one that AK1 could not name.
var ErrNotAcknowledged = errors.New("the group is never acknowledged")

// Append997 appends a functional acknowledgement of g, ST to SE, with control
// as its ST02, in the form of the release AckPolicy.Version names (003010 to
// 005010). It is a function of its arguments alone and never writes a byte
// that breaks the outgoing interchange: what cannot be sent is left out.
// Nothing is appended for a group that is not [Acknowledgeable] or holds
// nothing but acknowledgements, or if d cannot be written with.
//
// Of a set's findings the errors are told, or the warnings of one that is
// accepted with errors and has none: those placed in a segment as AK3 and
// AK4, those of the set's envelope in AK5. A rejected group has no accepted
// set.
func Append997(dst []byte, d edi.Delimiters, control string, g GroupResult, p AckPolicy) []byte {
	return appendFunctional(dst, d, control, g, p, false)
}

// Append999 appends an implementation acknowledgement (005010X231): what
// Append997 does, with IK3, IK4 and IK5, a CTX that names the document in
// front of what is wrong with it, and the codes that a guide adds.
func Append999(dst []byte, d edi.Delimiters, control string, g GroupResult, p AckPolicy) []byte {
	return appendFunctional(dst, d, control, g, p, true)
}

func appendFunctional(dst []byte, d edi.Delimiters, control string, g GroupResult, p AckPolicy, guide bool) []byte {
	if !Acknowledgeable(g.FunctionalID) {
		return dst
	}
	a := newFunctional(dst, d, control, g, p, guide)
	for _, s := range g.Sets {
		a.add(s)
	}
	if !a.end() || a.w.Err() != nil {
		return dst
	}
	return a.w.Bytes()
}

// Write997 writes what Append997 appends, for a group whose sets come one
// after the other: memory does not grow with their number. g.Sets is not
// read; g.Received must be the number of sets. The error is
// [ErrNotAcknowledged] where Append997 appends nothing.
func Write997(w io.Writer, d edi.Delimiters, control string, g GroupResult, sets iter.Seq2[SetResult, error], p AckPolicy) error {
	return writeFunctional(w, d, control, g, sets, p, false)
}

// Write999 writes what Append999 appends, as Write997 does.
func Write999(w io.Writer, d edi.Delimiters, control string, g GroupResult, sets iter.Seq2[SetResult, error], p AckPolicy) error {
	return writeFunctional(w, d, control, g, sets, p, true)
}

func writeFunctional(
	w io.Writer, d edi.Delimiters, control string, g GroupResult, sets iter.Seq2[SetResult, error], p AckPolicy, guide bool,
) error {
	if !Acknowledgeable(g.FunctionalID) {
		return fmt.Errorf("group %q: %w", g.FunctionalID, ErrNotAcknowledged)
	}
	const flushAt = 32 << 10
	g.Sets = nil
	a := newFunctional(nil, d, control, g, p, guide)
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
	if !a.end() {
		return fmt.Errorf("group %q of acknowledgements: %w", g.FunctionalID, ErrNotAcknowledged)
	}
	if err := a.w.Err(); err != nil {
		return err
	}
	return a.w.Flush(w)
}

// functional builds one 997 or 999.
type functional struct {
	wording
	w               *edi.Writer
	d               edi.Delimiters
	g               GroupResult
	control         string
	begun           bool
	received        int
	accepted, worse int
}

func newFunctional(dst []byte, d edi.Delimiters, control string, g GroupResult, p AckPolicy, guide bool) *functional {
	if p.Version == "" {
		if p.Version = g.Version; guide {
			p.Version = guide999
		}
	}
	if p.MaxSegments <= 0 {
		p.MaxSegments = 99
	}
	if p.MaxElements <= 0 || p.MaxElements > 99 {
		p.MaxElements = 99
	}
	return &functional{
		wording: wording{version: p.Version, guide: guide, p: p},
		w:       edi.NewWriter(dst, d, p.LineEnd), d: d, g: g, control: clean(d, control, 9),
	}
}

// from5010 reports whether the acknowledgement has what came with 005010:
// AK103, AK203, and repetitions in AK401.
func (a *functional) from5010() bool { return a.guide || atLeast(a.version, "005010") }

// tag is that of a segment which is AK in a 997 and IK in a 999.
func (a *functional) tag(digit string) string {
	if a.guide {
		return "IK" + digit
	}
	return "AK" + digit
}

// begin writes ST and AK1, once.
func (a *functional) begin() {
	if a.begun {
		return
	}
	a.begun = true
	if a.guide {
		a.w.Segment("ST", "999", a.control, clean(a.d, a.version, 35))
	} else {
		a.w.Segment("ST", "997", a.control)
	}
	ak1 := []string{a.g.FunctionalID, groupNumber(clean(a.d, a.g.ControlNumber, 9))}
	if a.from5010() {
		ak1 = append(ak1, clean(a.d, a.g.Version, 12))
	}
	a.w.Segment("AK1", ak1...)
}

// groupNumber is AK102, which must be a number; the GS06 of a group that has
// none is told as 0.
func groupNumber(s string) string {
	if s == "" || !ascii.Digits(s) {
		return "0"
	}
	return s
}

// add tells one set. One that is an acknowledgement is counted and no more.
func (a *functional) add(s SetResult) {
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
	if IsAcknowledgement(s.ID) {
		return
	}
	a.begin()
	if s.Fate != Accepted || !a.p.OnlyRejectedSets {
		a.set(s)
	}
}

// end writes AK9 and SE, and reports whether there is an acknowledgement: not
// of a group that holds nothing else than acknowledgements.
func (a *functional) end() bool {
	if a.received > 0 && !a.begun {
		return false
	}
	a.begin()
	a.group()
	a.w.Segment("SE", strconv.Itoa(a.w.Count()+1), a.control)
	return true
}

// set writes AK2 to AK5. A set that AK2 cannot name is counted in AK9 only.
func (a *functional) set(s SetResult) {
	id, control := clean(a.d, s.ID, 3), clean(a.d, s.ControlNumber, 9)
	if len(id) != 3 || control == "" {
		return
	}
	ak2 := []string{id, control}
	if a.from5010() {
		ak2 = append(ak2, clean(a.d, s.Implementation, 35))
	}
	a.w.Segment("AK2", ak2...)
	var codes []string
	if s.Fate != Accepted {
		told := tell(s)
		for _, f := range told {
			if c := a.setCode(f.Code); c != "" {
				codes = appendCode(codes, c)
			}
		}
		base, guide := a.segments(s, told)
		if base {
			codes = appendCode(codes, "5")
		}
		if guide {
			codes = appendCode(codes, "I5")
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
	a.w.Segment(a.tag("5"), append([]string{status}, codes...)...)
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

// group writes AK9.
func (a *functional) group() {
	g, received, accepted := a.g, max(a.g.Received, a.received), a.accepted
	status := GroupStatus(g.Fate, received, accepted, a.worse)
	received, accepted = min(received, maxCount), min(accepted, maxCount)
	told := status
	if status == "P" && a.p.PartialGroup == "R" {
		told = "R"
	}
	declared := g.Declared
	if n := len(declared); n == 0 || n > 6 || !ascii.Digits(declared) {
		declared = strconv.Itoa(received)
	}
	ak9 := []string{told, declared, strconv.Itoa(received), strconv.Itoa(accepted)}
	var codes []string
	if status != "A" {
		for _, f := range g.Findings {
			if c := a.groupCode(f.Code); c != "" && f.Severity == edi.Error {
				codes = appendCode(codes, c)
			}
		}
	}
	a.w.Segment("AK9", append(ak9, codes...)...)
}
