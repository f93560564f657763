package edifact

import "github.com/crossdock/crossdock/edi"

// MessageResult is the verdict on one message.
type MessageResult struct {
	UNH
	Fate     edi.Fate      `json:"fate"`
	Findings []edi.Finding `json:"findings,omitempty"`
}

// GroupResult is the verdict on one group and its messages; Implicit are
// those that stand outside any group.
type GroupResult struct {
	UNG
	Implicit bool            `json:"implicit,omitempty"`
	Fate     edi.Fate        `json:"fate"`
	Findings []edi.Finding   `json:"findings,omitempty"`
	Messages []MessageResult `json:"messages,omitempty"`
}

// InterchangeResult is the verdict on one interchange and its groups.
type InterchangeResult struct {
	UNB
	Implicit bool          `json:"implicit,omitempty"` // there was no UNB
	Messages int           `json:"messages"`           // found
	CONTRL   int           `json:"contrl,omitempty"`   // of these, acknowledgements
	Fate     edi.Fate      `json:"fate"`
	Findings []edi.Finding `json:"findings,omitempty"`
	Groups   []GroupResult `json:"groups,omitempty"`
}

// InterchangeFate is the fate an interchange has by its own findings: errors
// reject it, but a wrong UNZ is only told, unless rejectTrailers asks for
// more. Warnings change nothing.
func InterchangeFate(findings []edi.Finding, rejectTrailers bool) edi.Fate {
	fate := edi.Accepted
	for _, f := range findings {
		if f.Severity != edi.Error {
			continue
		}
		if !rejectTrailers && (f.Code == CodeUNZCount || f.Code == CodeUNZReference) {
			fate = edi.AcceptedWithErrors
			continue
		}
		return edi.Rejected
	}
	return fate
}

// GroupFate is the fate a group has by its own findings, those of its
// messages aside: an error rejects it, and all its messages with it.
func GroupFate(findings []edi.Finding) edi.Fate {
	for _, f := range findings {
		if f.Severity == edi.Error {
			return edi.Rejected
		}
	}
	return edi.Accepted
}

// MessageFate is the fate a message has by its findings. Errors reject it;
// with acceptErrors those inside its segments are only told, while those of
// its envelope, and a segment that was not read to its end, still reject.
func MessageFate(findings []edi.Finding, acceptErrors bool) edi.Fate {
	fate := edi.Accepted
	for _, f := range findings {
		if f.Severity != edi.Error {
			continue
		}
		if !acceptErrors || f.InSet <= 1 || f.SegmentID == "UNT" || notRead(f.Code) {
			return edi.Rejected
		}
		fate = edi.AcceptedWithErrors
	}
	return fate
}

// notRead reports whether a part of the segment was passed over: what nobody
// read cannot be accepted, with errors or without.
func notRead(code string) bool {
	return code == edi.CodeSegmentTooLarge || code == edi.CodeSegmentElements
}

// FatePolicy is what becomes of what has errors. The zero value is the usual:
// a message with an error is rejected, those beside it are not, and an error
// in the UNZ is noted and rejects nothing.
type FatePolicy struct {
	AcceptErrors   bool     `json:"acceptErrors,omitempty"`   // errors inside the segments of a message do not reject it
	RejectTrailers bool     `json:"rejectTrailers,omitempty"` // a wrong count or reference in UNZ rejects the interchange
	Together       Together `json:"together,omitempty"`       // what is rejected with a rejected message
}

// Together says what stands and falls together.
type Together string

// What a rejected message takes with it.
const (
	EachMessage      Together = ""            // nothing
	WholeGroup       Together = "group"       // the other messages of its group
	WholeInterchange Together = "interchange" // all messages of its interchange
)

// Settle gives every level of x its final fate, from its own findings and
// from those of the levels around it, so that what is acknowledged is what
// will be done. Fates given before are not read. An interchange that falls
// with a message gets a finding that says so.
func (p FatePolicy) Settle(x *InterchangeResult) {
	x.Fate = InterchangeFate(x.Findings, p.RejectTrailers)
	whole := true
	for i := range x.Groups {
		whole = p.settleGroup(&x.Groups[i]) && whole
	}
	if p.Together == WholeInterchange && !whole && x.Fate != edi.Rejected {
		x.Fate = edi.Rejected
		x.Findings = append(capped(x.Findings), edi.Finding{
			Code: edi.CodeInterchangeContent, Severity: edi.Error, Position: x.cause(), Message: "the interchange is refused for what is in it",
		})
	}
	if x.Fate == edi.Rejected {
		for i := range x.Groups {
			x.Groups[i].reject()
		}
	}
}

// cause is where the first error stands that rejects a group or a message.
func (x *InterchangeResult) cause() edi.Position {
	for i := range x.Groups {
		g := &x.Groups[i]
		if f := first(g.Findings, nil); f != nil {
			return f.Position
		}
		for j := range g.Messages {
			if m := &g.Messages[j]; m.Fate == edi.Rejected {
				if f := first(m.Findings, nil); f != nil {
					return f.Position
				}
			}
		}
	}
	return edi.Position{}
}

// settleGroup gives g and its messages their fates and reports whether all
// are accepted.
func (p FatePolicy) settleGroup(g *GroupResult) (whole bool) {
	g.Fate = GroupFate(g.Findings)
	whole = g.Fate != edi.Rejected
	for i := range g.Messages {
		m := &g.Messages[i]
		m.Fate = MessageFate(m.Findings, p.AcceptErrors)
		whole = whole && m.Fate != edi.Rejected
	}
	if g.Fate == edi.Rejected || p.Together == WholeGroup && !whole {
		g.reject()
	}
	return whole
}

func (g *GroupResult) reject() {
	g.Fate = edi.Rejected
	for i := range g.Messages {
		g.Messages[i].Fate = edi.Rejected
	}
}

// Acknowledgeable reports whether a CONTRL may be written for an interchange:
// an acknowledgement is never acknowledged, and UCI must be able to name the
// interchange and its parties.
func Acknowledgeable(x InterchangeResult) bool {
	return !x.Implicit && x.Reference != "" && x.Sender.ID != "" && x.Receiver.ID != "" && (x.Messages == 0 || x.CONTRL < x.Messages)
}
