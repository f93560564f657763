package x12

import (
	"bytes"
	"fmt"
	"iter"
	"slices"
	"strconv"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/internal/envelope"
)

// Acknowledgement is one thing a partner says about what was sent to it:
// exactly one of TA1, Set, Group and Outcome is set.
type Acknowledgement struct {
	Interchange *Interchange          // that brought it
	TA1         *TA1                  // about an interchange of ours
	Set         *SetAcknowledgement   // about one set of a group of ours
	Group       *GroupAcknowledgement // about a group of ours, after its sets
	Outcome     *Outcome              // about the content of a set of ours
	Advice      *Advice               // that brought the Outcome, without outcomes
}

// SetAcknowledgement is what a 997 or 999 says about one set of ours: AK2 to
// AK5. The findings are those the partner tells: InSet, Element and so on are
// places in our set, Position is that of the segment that tells it. What its
// codes mean to us is the finding's Code, [CodeAcknowledged] if they mean
// nothing here; the message has them as they were sent.
type SetAcknowledgement struct {
	Kind         string `json:"kind"`         // 997 or 999
	FunctionalID string `json:"functionalId"` // AK101: GS01 of our group
	GroupControl string `json:"groupControl"` // AK102: GS06 of our group
	SetResult           // AK201 to AK203; Fate is empty if AK501 is missing or unknown
	Status       string `json:"status"` // AK501 as sent
}

// GroupAcknowledgement is what a 997 or 999 says about a group of ours: AK1
// and AK9. Received is AK903. The findings are those of AK905 and, as
// [CodeAcknowledgementBroken], what is wrong with the acknowledgement itself.
type GroupAcknowledgement struct {
	ID            string `json:"id"`      // 997 or 999
	Control       string `json:"control"` // its ST02
	GroupResult          // AK101 to AK103, AK902, AK903; no sets. Fate is empty if AK901 is missing or unknown
	Status        string `json:"status"`   // AK901 as sent: P is accepted with errors, some sets are rejected
	AcceptedCount int    `json:"accepted"` // AK904
}

// AckReader finds the acknowledgements among the events of a [Reader]. It
// holds one set of an acknowledgement at a time, with as many findings as its
// limit allows, so that one of any size is read in bounded memory.
type AckReader struct {
	findings int
	answers  []Acknowledgement

	guide    bool
	group    *GroupAcknowledgement // of the open 997 or 999
	set      *SetAcknowledgement   // of the open AK2
	segment  edi.Finding           // of the last AK3
	told     bool                  // an AK4 said what is wrong with it
	closed   bool                  // AK9 came
	sets     int
	accepted int

	advice  *Advice // of the open 824
	outcome *Outcome
}

// NewAckReader keeps at most so many findings of a set, 100 if it is 0.
func NewAckReader(findings int) *AckReader {
	if findings <= 0 {
		findings = Options{}.withDefaults().Findings
	}
	return &AckReader{findings: findings}
}

// Event takes the next event and returns what it completes, mostly nothing. The
// slice is valid until the next call, what it points to stays.
func (r *AckReader) Event(e *Event) []Acknowledgement {
	r.answers = r.answers[:0]
	switch e.Kind {
	case Other:
		if e.Segment != nil && e.Group == nil && e.Segment.Is("TA1") {
			t := ParseTA1(e.Segment)
			r.answer(e, Acknowledgement{TA1: &t})
		}
	case SetStart:
		r.start(e)
	case SetSegment:
		switch {
		case r.group != nil:
			r.functional(e)
		case r.advice != nil:
			r.adviceSegment(e)
		}
	case SetEnd:
		r.end(e)
	}
	return r.answers
}

// Acknowledgements yields the acknowledgements among events, such as those of
// [Reader.Events], in order: what is said of the sets of a group before what
// is said of the group. An error is the last thing yielded.
func Acknowledgements(events iter.Seq2[*Event, error]) iter.Seq2[Acknowledgement, error] {
	return func(yield func(Acknowledgement, error) bool) {
		r := NewAckReader(0)
		for e, err := range events {
			if err != nil {
				yield(Acknowledgement{}, err)
				return
			}
			for _, a := range r.Event(e) {
				if !yield(a, nil) {
					return
				}
			}
		}
	}
}

func (r *AckReader) answer(e *Event, a Acknowledgement) {
	a.Interchange = e.Interchange
	r.answers = append(r.answers, a)
}

func (r *AckReader) start(e *Event) {
	r.group, r.set, r.advice, r.outcome = nil, nil, nil, nil
	switch {
	case IsAcknowledgement(e.Set.ID):
		r.guide = e.Set.ID == "999"
		r.closed, r.sets, r.accepted = false, 0, 0
		r.group = &GroupAcknowledgement{ID: e.Set.ID, Control: e.Set.ControlNumber}
	case e.Set.ID == "824":
		r.advice = &Advice{}
	}
}

func (r *AckReader) end(e *Event) {
	if r.group != nil {
		r.endSet(e, nil)
		r.endGroup(e)
	}
	if r.outcome != nil {
		r.endOutcome(e)
	}
	r.group, r.advice = nil, nil
}

// functional reads a segment of a 997 or 999.
func (r *AckReader) functional(e *Event) {
	seg := e.Segment
	g := r.group
	switch tag := seg.ID(); tag {
	case "AK1":
		g.FunctionalID, g.ControlNumber, g.Version = value(seg, 1), value(seg, 2), value(seg, 3)
	case "AK2":
		r.endSet(e, nil)
		r.set = &SetAcknowledgement{
			Kind: g.ID, FunctionalID: g.FunctionalID, GroupControl: g.ControlNumber,
			SetResult: SetResult{ID: value(seg, 1), ControlNumber: value(seg, 2), Implementation: value(seg, 3)},
		}
	case "AK3", "IK3":
		r.endSegment()
		r.located(seg)
	case "AK4", "IK4":
		r.element(seg)
	case "CTX":
		if r.set != nil && r.set.Context == (Context{}) && len(seg.Component(1, 2)) > 0 {
			r.set.Context = Context{Name: envelope.Text(seg.Component(1, 1)), Value: envelope.Text(seg.Component(1, 2))}
		}
	case "AK5", "IK5":
		r.endSet(e, seg)
	case "AK9":
		r.endSet(e, nil)
		r.closeGroup(seg)
	}
}

// located begins what AK3 tells of a segment of ours.
func (r *AckReader) located(seg *edi.Segment) {
	if r.set == nil {
		r.broken(seg, "a segment is told of outside any set")
		return
	}
	code := value(seg, 4)
	f := edi.Finding{
		Code: meant(segmentCodes[:], code, r.guide), Severity: edi.Error, Position: seg.Position(), SegmentID: value(seg, 1),
		InSet: max(atoi(value(seg, 2)), 0), Loop: value(seg, 3),
		Message: fmt.Sprintf("%s04 is %q", seg.ID(), code),
	}
	if f.Code == "" || code == elementErrors {
		f.Code = CodeAcknowledged
	}
	r.segment, r.told = f, code != "" && code != elementErrors
	if r.told {
		r.keep(f)
	}
}

// endSegment keeps a segment told to have errors in elements that are not told.
func (r *AckReader) endSegment() {
	if r.set != nil && r.segment.Code != "" && !r.told {
		r.keep(r.segment)
	}
	r.segment = edi.Finding{}
}

// element reads AK4.
func (r *AckReader) element(seg *edi.Segment) {
	if r.set == nil || r.segment.Code == "" {
		r.broken(seg, "an element is told of outside any segment")
		return
	}
	r.told = true
	code := value(seg, 3)
	f := r.segment
	f.Code, f.Position = meant(elementCodes[:], code, r.guide), seg.Position()
	if f.Code == "" {
		f.Code = CodeAcknowledged
	}
	f.Element = number2of(seg.Component(1, 1))
	f.Component = number2of(seg.Component(1, 2))
	f.Repetition = number2of(seg.Component(1, 3))
	f.ElementID = reference(value(seg, 2))
	f.Value = edi.Printable(seg.Element(4), maxValue)
	f.Message = fmt.Sprintf("%s03 is %q", seg.ID(), code)
	r.keep(f)
}

func number2of(v []byte) int {
	n, err := strconv.ParseUint(string(v), 10, 16)
	if err != nil {
		return 0
	}
	return int(n)
}

// value is an element of an acknowledgement, cut where it is longer than any
// of them can be.
func value(seg *edi.Segment, i int) string {
	return envelope.Text(bytes.TrimRight(seg.Element(i), " "))
}

func (r *AckReader) keep(f edi.Finding) {
	r.set.Findings = edi.Keep(r.set.Findings, f, r.findings)
}

func (r *AckReader) broken(seg *edi.Segment, message string) {
	f := edi.Finding{Code: CodeAcknowledgementBroken, Severity: edi.Warning, Message: message}
	if seg != nil {
		f.Position, f.SegmentID = seg.Position(), edi.Printable(seg.Tag(), 20)
	}
	r.group.Findings = edi.Keep(r.group.Findings, f, r.findings)
}

// endSet ends the open set; seg is its AK5, nil if there is none.
func (r *AckReader) endSet(e *Event, seg *edi.Segment) {
	r.endSegment()
	s := r.set
	switch {
	case s == nil && seg == nil:
		return
	case s == nil:
		r.broken(seg, "the verdict on a set stands outside any set")
		return
	case seg == nil:
		r.broken(e.Segment, "a set is named without a verdict on it")
	default:
		s.Status = value(seg, 1)
		s.Fate = fateOf(s.Status)
		if s.Fate == "" {
			r.broken(seg, fmt.Sprintf("the verdict on a set is %q, which means nothing", s.Status))
		}
		for i := 2; i <= 1+maxCodes; i++ {
			r.setCode(seg, value(seg, i))
		}
	}
	r.set = nil
	r.sets++
	if s.Fate == Accepted || s.Fate == AcceptedWithErrors {
		r.accepted++
	}
	r.answer(e, Acknowledgement{Set: s})
}

// setCode keeps what AK502 to AK506 tell. 5 and I5 say that there are errors in
// segments, which are told before, unless they are not.
func (r *AckReader) setCode(seg *edi.Segment, code string) {
	if code == "" || (code == "5" || code == "I5") && len(r.set.Findings) > 0 {
		return
	}
	f := edi.Finding{
		Code: meant(setCodes[:], code, r.guide), Severity: edi.Error, Position: seg.Position(),
		Message: fmt.Sprintf("%s tells %q of the set", seg.ID(), code),
	}
	if f.Code == "" {
		f.Code = CodeAcknowledged
	}
	r.keep(f)
}

// fateOf reads AK501 and AK901. M, W and X reject for want of security.
func fateOf(status string) Fate {
	switch status {
	case "A":
		return Accepted
	case "E", "P":
		return AcceptedWithErrors
	case "R", "M", "W", "X":
		return Rejected
	}
	return ""
}

// closeGroup reads AK9.
func (r *AckReader) closeGroup(seg *edi.Segment) {
	g := r.group
	if r.closed {
		r.broken(seg, "there is more than one verdict on the group")
		return
	}
	r.closed = true
	g.Status = value(seg, 1)
	g.Fate = fateOf(g.Status)
	if g.Fate == "" {
		r.broken(seg, fmt.Sprintf("the verdict on the group is %q, which means nothing", g.Status))
	}
	g.Declared, g.Received, g.AcceptedCount = value(seg, 2), max(atoi(value(seg, 3)), 0), max(atoi(value(seg, 4)), 0)
	for i := 5; i <= 4+maxCodes; i++ {
		code := value(seg, i)
		if code == "" {
			continue
		}
		f := edi.Finding{
			Code: meant(groupCodes[:], code, r.guide), Severity: edi.Error, Position: seg.Position(),
			Message: fmt.Sprintf("AK9 tells %q of the group", code),
		}
		if f.Code == "" {
			f.Code = CodeAcknowledged
		}
		g.Findings = edi.Keep(g.Findings, f, r.findings)
	}
}

func (r *AckReader) endGroup(e *Event) {
	g := r.group
	switch {
	case !r.closed:
		r.broken(e.Segment, "there is no verdict on the group")
	case r.sets > g.Received || r.accepted > g.AcceptedCount || g.AcceptedCount > g.Received:
		r.broken(e.Segment, fmt.Sprintf("the verdict counts %d sets, %d of them accepted; %d are named, %d of them accepted",
			g.Received, g.AcceptedCount, r.sets, r.accepted))
	case r.sets == g.Received && r.accepted != g.AcceptedCount:
		r.broken(e.Segment, fmt.Sprintf("the verdict counts %d sets accepted, %d are", g.AcceptedCount, r.accepted))
	}
	g.Findings = slices.Clip(g.Findings)
	r.answer(e, Acknowledgement{Group: g})
}
