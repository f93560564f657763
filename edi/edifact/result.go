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
// its envelope still reject.
func MessageFate(findings []edi.Finding, acceptErrors bool) edi.Fate {
	fate := edi.Accepted
	for _, f := range findings {
		if f.Severity != edi.Error {
			continue
		}
		if !acceptErrors || f.InSet <= 1 || f.SegmentID == "UNT" {
			return edi.Rejected
		}
		fate = edi.AcceptedWithErrors
	}
	return fate
}

// Acknowledgeable reports whether a CONTRL may be written for an interchange:
// an acknowledgement is never acknowledged, and UCI must be able to name the
// interchange and its parties.
func Acknowledgeable(x InterchangeResult) bool {
	return !x.Implicit && x.Reference != "" && x.Sender.ID != "" && x.Receiver.ID != "" && (x.Messages == 0 || x.CONTRL < x.Messages)
}
