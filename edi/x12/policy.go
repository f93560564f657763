package x12

import "github.com/crossdock/crossdock/edi"

// AckPolicy is how a partner wants its acknowledgements worded: every point on
// which receivers differ, the usual answer being the zero value. What is
// accepted and what is rejected is no part of it; see [FatePolicy].
type AckPolicy struct {
	Version          string `json:"version,omitempty"`          // GS08 the acknowledgement goes out under; default that of the group, for a 999 005010X231A1
	OnlyRejectedSets bool   `json:"onlyRejectedSets,omitempty"` // no AK2 loop for sets accepted without errors
	MaxSegments      int    `json:"maxSegments,omitempty"`      // most AK3 or IK3 of a set, default 99
	MaxElements      int    `json:"maxElements,omitempty"`      // most AK4 or IK4 of a segment, default and at most 99
	NoValues         bool   `json:"noValues,omitempty"`         // AK404 and TED07, the copy of the bad data, are left out
	LineEnd          string `json:"lineEnd,omitempty"`          // written after each terminator

	DuplicateSetCode   string            `json:"duplicateSetCode,omitempty"`   // AK502 of a repeated ST02: 23, or 7 for old partners and before 003030
	DuplicateGroupCode string            `json:"duplicateGroupCode,omitempty"` // AK905 of a repeated GS06: 19 where the version has it (004050), else 6; 6 for all
	MissingSECode      string            `json:"missingSECode,omitempty"`      // AK502 of a set without SE: 2, or 3
	AdviceCodes        map[string]string `json:"adviceCodes,omitempty"`        // TED01 by the code of a finding, where the partner has its own
	PartialGroup       string            `json:"partialGroup,omitempty"`       // AK901 when some sets are accepted: P, or R for partners that know no P and read AK5
}

// FatePolicy is what becomes of what has errors. The zero value is the usual:
// a set with an error is rejected, those beside it are not, and an error in
// the trailer of an interchange is told and rejects nothing.
type FatePolicy struct {
	AcceptErrors    bool     `json:"acceptErrors,omitempty"`    // errors inside the segments of a set are told and do not reject it
	TellWarnings    bool     `json:"tellWarnings,omitempty"`    // what has warnings only is accepted with errors, which tells them
	RejectTrailers  bool     `json:"rejectTrailers,omitempty"`  // a wrong IEA01 or IEA02 rejects the interchange
	RejectMissingGE bool     `json:"rejectMissingGE,omitempty"` // a group without GE rejects the interchange, TA1 024
	Together        Together `json:"together,omitempty"`        // what is rejected with a rejected set
}

// Together says what stands and falls together.
type Together string

// What a rejected set takes with it.
const (
	EachSet          Together = ""            // nothing
	WholeGroup       Together = "group"       // the other sets of its group
	WholeInterchange Together = "interchange" // all sets of its interchange
)

// Settle gives every level its final fate, from its own findings and from
// those of the levels around it, so that what is acknowledged is what will be
// done. Fates given before are not read. The fate of the interchange is that
// of its envelope alone: a set that takes the interchange with it is told by
// the functional acknowledgements of all groups, not by the TA1.
func (p FatePolicy) Settle(x *InterchangeResult, groups []GroupResult) {
	for i := range groups {
		f := errorOf(groups[i].Findings, CodeGEMissing)
		if p.RejectMissingGE && f != nil && errorOf(x.Findings, CodeInterchangeContent) == nil {
			x.Findings = append(x.Findings, edi.Finding{
				Code: CodeInterchangeContent, Severity: edi.Error, Position: f.Position, SegmentID: f.SegmentID,
				Message: "a group ends without a GE, which refuses the whole interchange",
			})
		}
	}
	x.Fate = p.tell(InterchangeFate(x.Findings, p.RejectTrailers), x.Findings)
	whole := x.Fate != Rejected
	for i := range groups {
		g := &groups[i]
		g.Fate = p.tell(GroupFate(g.Findings), g.Findings)
		whole = p.settleSets(g) && whole
	}
	if x.Fate == Rejected || p.Together == WholeInterchange && !whole {
		for i := range groups {
			groups[i].reject()
		}
	}
}

// settleSets gives the sets of g their fates and reports whether all are
// accepted.
func (p FatePolicy) settleSets(g *GroupResult) bool {
	whole := g.Fate != Rejected
	for i := range g.Sets {
		s := &g.Sets[i]
		s.Fate = p.tell(SetFate(s.Findings, p.AcceptErrors), s.Findings)
		whole = whole && s.Fate != Rejected
	}
	if g.Fate == Rejected || p.Together == WholeGroup && !whole {
		g.reject()
	}
	return whole
}

func (p FatePolicy) tell(f Fate, findings []edi.Finding) Fate {
	if f == Accepted && p.TellWarnings {
		for _, one := range findings {
			if one.Severity == edi.Warning {
				return AcceptedWithErrors
			}
		}
	}
	return f
}

func (g *GroupResult) reject() {
	g.Fate = Rejected
	for i := range g.Sets {
		g.Sets[i].Fate = Rejected
	}
}

// errorOf is the first error with the code, nil if there is none.
func errorOf(findings []edi.Finding, code string) *edi.Finding {
	for i := range findings {
		if f := &findings[i]; f.Code == code && f.Severity == edi.Error {
			return f
		}
	}
	return nil
}
