package edifact

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/crossdock/crossdock/edi"
)

// AckPolicy is how a partner wants its CONTRLs. The zero value is our default.
type AckPolicy struct {
	Version      string `json:"version,omitempty"`      // syntax version, 3 or 4, that words it; default that of the interchange
	Receipt      bool   `json:"receipt,omitempty"`      // say only that the interchange was received: action 8
	OnlyRejected bool   `json:"onlyRejected,omitempty"` // no UCF or UCM for what is accepted
	MaxSegments  int    `json:"maxSegments,omitempty"`  // most UCS of a message, default 99, at most 999
	MaxElements  int    `json:"maxElements,omitempty"`  // most UCD of a UCS, default and at most 99
	LineEnd      string `json:"lineEnd,omitempty"`      // written after each terminator
}

// Actions (0083) of a CONTRL.
const (
	actionRejected = "4" // here and below
	actionAccepted = "7" // here, and below unless it says otherwise there
	actionReceived = "8" // no verdict yet
)

// Result is one step through the verdict on an interchange: a group, then
// each of its messages. Exactly one is set; the messages of the group are not
// read.
type Result struct {
	Group   *GroupResult
	Message *MessageResult
}

// AppendCONTRL appends the CONTRL that tells x, UNH to UNT, with reference as
// its 0062. It is a function of its arguments alone and never writes a byte
// that breaks the outgoing interchange: what cannot be sent is left out.
// Nothing is appended for an interchange that is not Acknowledgeable, or if d
// cannot be written with.
//
// Each of UCI, UCF and UCM tells the first error of its envelope; errors
// inside the segments of a message are told as UCS and UCD. What is rejected
// for its own envelope has nothing told below it; what is rejected because of
// what is below tells that.
func AppendCONTRL(dst []byte, d edi.Delimiters, reference string, x InterchangeResult, p AckPolicy) []byte {
	if !Acknowledgeable(x) {
		return dst
	}
	a := newAck(dst, d, reference, x, p)
	for i := range x.Groups {
		g := &x.Groups[i]
		a.add(Result{Group: g})
		for j := range g.Messages {
			a.add(Result{Message: &g.Messages[j]})
		}
	}
	a.end()
	if a.w.Err() != nil {
		return dst
	}
	return a.w.Bytes()
}

// ErrNotAcknowledged says that no CONTRL is written for an interchange; see
// [Acknowledgeable].
var ErrNotAcknowledged = errors.New("the interchange is not acknowledged")

// WriteCONTRL writes what AppendCONTRL appends, for an interchange whose
// groups and messages come one after the other: memory does not grow with
// their number. x.Groups is not read, nor are the results where nothing below
// the interchange is told; then they may be nil. The error is ErrNotAcknowledged, one of
// results, of d or of w.
func WriteCONTRL(w io.Writer, d edi.Delimiters, reference string, x InterchangeResult, results iter.Seq2[Result, error], p AckPolicy) error {
	if !Acknowledgeable(x) {
		return fmt.Errorf("interchange %q: %w", x.Reference, ErrNotAcknowledged)
	}
	const flushAt = 32 << 10
	a := newAck(nil, d, reference, x, p)
	if a.silent || results == nil {
		results = func(func(Result, error) bool) {} // nothing of them is told
	}
	for r, err := range results {
		if err != nil {
			return err
		}
		a.add(r)
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
	w         *edi.Writer
	d         edi.Delimiters
	p         AckPolicy
	reference string
	silent    bool         // nothing below the interchange is told
	rejected  bool         // the interchange is, for what is below
	group     *GroupResult // the open one; nil before any
	told      bool         // its UCF was written
	grouped   bool         // some UCF was
}

// newAck begins with UNH and UCI.
func newAck(dst []byte, d edi.Delimiters, reference string, x InterchangeResult, p AckPolicy) *ack {
	if p.Version == "" {
		p.Version = x.Version
	}
	if p.MaxSegments <= 0 {
		p.MaxSegments = 99
	}
	p.MaxSegments = min(p.MaxSegments, 999)
	if p.MaxElements <= 0 || p.MaxElements > 99 {
		p.MaxElements = 99
	}
	a := &ack{w: edi.NewWriter(dst, d, p.LineEnd), d: d, p: p, reference: clean(d, reference, maxReference)}
	version, release := "D", "3"
	if p.Version >= "4" {
		version, release = "4", "1"
	}
	a.w.Begin("UNH")
	a.w.Element(a.reference)
	a.w.Composite(contrl, version, release, "UN")
	a.w.End()

	action, f := actionAccepted, (*edi.Finding)(nil)
	switch {
	case x.Fate == edi.Rejected:
		action = actionRejected
		below := has(x.Findings, edi.CodeInterchangeContent)
		f = first(x.Findings, func(f edi.Finding) bool { return f.Code != edi.CodeInterchangeContent })
		a.rejected, a.silent = true, f != nil || !below || p.Receipt
		if f == nil && (!below || p.Receipt) {
			f = &edi.Finding{}
		}
	case p.Receipt:
		action, a.silent = actionReceived, true
	}
	a.w.Begin("UCI")
	a.w.Element(clean(d, x.Reference, maxReference))
	a.party(x.Sender)
	a.party(x.Receiver)
	a.verdict(action, f, "UNA", "UNB", "UNZ")
	return a
}

// add tells one group or one message.
func (a *ack) add(r Result) {
	switch {
	case a.silent:
	case r.Group != nil:
		a.group, a.told = r.Group, false
		if !r.Group.Implicit && (r.Group.Fate == edi.Rejected || !a.rejected && !a.p.OnlyRejected) {
			a.writeGroup()
		}
	case r.Message != nil:
		a.message(r.Message)
	}
}

func (a *ack) end() {
	a.w.Segment("UNT", strconv.Itoa(a.w.Count()+1), a.reference)
}

// writeGroup writes the UCF of the open group.
func (a *ack) writeGroup() {
	g := a.group
	a.told, a.grouped = true, true
	action, f := actionAccepted, (*edi.Finding)(nil)
	if g.Fate == edi.Rejected || a.rejected {
		action, f = actionRejected, first(g.Findings, nil)
	}
	a.w.Begin("UCF")
	a.w.Element(clean(a.d, g.Reference, maxReference))
	a.party(g.Sender)
	a.party(g.Receiver)
	a.verdict(action, f, "UNG", "UNE")
}

// message writes UCM, UCS and UCD. One that stands outside the groups cannot
// be told after a group.
func (a *ack) message(m *MessageResult) {
	g := a.group
	inGroup := g != nil && !g.Implicit
	rejected := m.Fate == edi.Rejected
	below := a.rejected || inGroup && g.Fate == edi.Rejected // whatever the message itself is
	switch {
	case m.Type == contrl, !inGroup && a.grouped:
		return
	case inGroup && g.Fate == edi.Rejected && first(g.Findings, nil) != nil:
		return // for its own envelope
	case !rejected && (below || a.p.OnlyRejected), below && first(m.Findings, nil) == nil:
		return
	}
	if inGroup && !a.told {
		a.writeGroup()
	}
	action, f := actionAccepted, (*edi.Finding)(nil)
	var placed []edi.Finding
	if rejected {
		action = actionRejected
		f = first(m.Findings, isEnvelope)
		placed = a.placed(m.Findings)
		if f == nil && len(placed) == 0 {
			f = &edi.Finding{}
		}
	}
	a.w.Begin("UCM")
	a.w.Element(clean(a.d, m.Reference, maxReference))
	a.w.Composite(clean(a.d, m.Type, 6), clean(a.d, m.Version, 3), clean(a.d, m.Release, 3), clean(a.d, m.Agency, 3), clean(a.d, m.Association, 6))
	a.verdict(action, f, "UNH", "UNT")
	a.segments(placed)
}

// isEnvelope reports whether a finding of a message is about its UNH or UNT.
func isEnvelope(f edi.Finding) bool { return f.InSet <= 1 || f.SegmentID == "UNT" }

// placed are the errors inside segments, in the order they are told.
func (a *ack) placed(findings []edi.Finding) []edi.Finding {
	var placed []edi.Finding
	for _, f := range findings {
		if f.Severity == edi.Error && !isEnvelope(f) && f.InSet <= 999999 && f.Code != edi.CodeFindingsOmitted {
			placed = append(placed, f)
		}
	}
	slices.SortStableFunc(placed, func(x, y edi.Finding) int {
		return cmp.Or(cmp.Compare(x.InSet, y.InSet), cmp.Compare(level(x), level(y)))
	})
	return placed
}

// level is 0 for a finding about a whole segment, 1 for one about an element.
func level(f edi.Finding) int {
	if f.Element < 1 || f.Element > 998 || f.Code == edi.CodeElementTooMany || f.Code == edi.CodeSegmentElements || f.Code == edi.CodeTrailingSeparator {
		return 0
	}
	return 1
}

// segments writes UCS and UCD. A UCS has one code: several errors of one
// segment are several UCS.
func (a *ack) segments(placed []edi.Finding) {
	segments, elements := 0, 0
	for i, f := range placed {
		again := i > 0 && placed[i-1].InSet == f.InSet
		if level(f) == 0 {
			code := syntaxCode(f, a.p.Version)
			if again && level(placed[i-1]) == 0 && syntaxCode(placed[i-1], a.p.Version) == code {
				continue
			}
			if segments++; segments > a.p.MaxSegments {
				return
			}
			a.w.Segment("UCS", strconv.Itoa(f.InSet), code)
			continue
		}
		if !again || level(placed[i-1]) == 0 {
			if segments++; segments > a.p.MaxSegments {
				return
			}
			elements = 0
			a.w.Segment("UCS", strconv.Itoa(f.InSet))
		}
		if elements++; elements <= a.p.MaxElements {
			a.w.Begin("UCD")
			a.w.Element(syntaxCode(f, a.p.Version))
			a.w.Composite(a.place(f)...)
			a.w.End()
		}
	}
}

// place is S011: the tag counts as position 1, and component and occurrence
// exclude each other.
func (a *ack) place(f edi.Finding) []string {
	place := []string{strconv.Itoa(f.Element + 1)}
	switch {
	case f.Component >= 1 && f.Component <= 999:
		place = append(place, strconv.Itoa(f.Component))
	case a.p.Version >= "4" && f.Repetition >= 1 && f.Repetition <= 999999:
		place = append(place, "", strconv.Itoa(f.Repetition))
	}
	return place
}

// verdict ends UCI, UCF or UCM: what is done, and the error that makes it so,
// placed if it is in one of the service segments of the level.
func (a *ack) verdict(action string, f *edi.Finding, service ...string) {
	a.w.Element(action)
	if f != nil && action == actionRejected {
		a.w.Element(syntaxCode(*f, a.p.Version))
		if slices.Contains(service, f.SegmentID) {
			a.w.Element(f.SegmentID)
			if f.Element >= 1 && f.Element <= 998 && f.Component <= 999 {
				a.w.Composite(a.place(*f)...)
			}
		}
	}
	a.w.End()
}

func (a *ack) party(p Party) {
	components := []string{clean(a.d, p.ID, 35), clean(a.d, p.Qualifier, 4), clean(a.d, p.Address, 35)}
	if a.p.Version >= "4" {
		components = append(components, clean(a.d, p.Internal, 35))
	}
	a.w.Composite(components...)
}

// first is the first error that is wanted, nil if there is none.
func first(findings []edi.Finding, wanted func(edi.Finding) bool) *edi.Finding {
	for i := range findings {
		if f := &findings[i]; f.Severity == edi.Error && (wanted == nil || wanted(*f)) {
			return f
		}
	}
	return nil
}

// clean is what can be sent of value: printable ASCII, no delimiter unless it
// can be released, at most max characters, no blank at the end.
func clean(d edi.Delimiters, value string, max int) string {
	value = strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || d.Release == 0 && d.Has(byte(r)) {
			return -1
		}
		return r
	}, value)
	return strings.TrimRight(value[:min(len(value), max)], " ")
}
