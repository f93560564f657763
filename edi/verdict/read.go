package verdict

import (
	"fmt"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/document"
	"github.com/crossdock/crossdock/edi/edifact"
	"github.com/crossdock/crossdock/edi/x12"
)

// Bounds of what is kept of one file, which a sender could grow at will.
const (
	maxGroups   = 10_000 // interchanges and groups together
	maxSets     = 250_000
	maxFindings = 10_000 // of all levels together, and then one more of each level
)

// Read reads the verdict on a file; more may be nil. The error is one of the
// source. A file of more interchanges and groups than 10,000, or of more sets
// than 250,000, is not read further than there. Of more findings than 10,000 each level keeps the worst.
func Read(t *document.Text, p Policy, more More) (*File, error) {
	r := &reader{file: &File{Standard: t.Standard}, policy: p, more: more}
	for s, err := range document.Read(t, document.Options{}) {
		if err != nil {
			return nil, err
		}
		if !r.step(s) {
			break
		}
	}
	if r.omitted != nil {
		r.file.Findings = append(r.file.Findings, *r.omitted)
	}
	return r.file, nil
}

// reader gathers the verdict on a file.
type reader struct {
	file    *File
	policy  Policy
	more    More
	x       *Interchange
	g       *Group
	groups  int          // interchanges and groups so far
	sets    int          // so far
	found   int          // findings so far
	omitted *edi.Finding // that some were left out, and from where on
}

// step reports whether the file is read on.
func (r *reader) step(s *document.Step) bool {
	var found []edi.Finding
	number := ""
	if r.more != nil && s.Set != nil {
		found, number = r.more(s)
	}
	switch s.Kind {
	case document.InterchangeStart, document.GroupStart:
		if r.groups++; r.groups > maxGroups {
			r.tooMany(s, maxGroups, "interchanges and functional groups")
			return false
		}
		if s.Kind == document.GroupStart {
			r.g = &Group{Kind: s.Group.Kind, Number: s.Group.Number, Implicit: s.Group.Implicit, header: s.Group}
			r.x.Groups = append(r.x.Groups, r.g)
			break
		}
		i := s.Interchange
		r.x = &Interchange{Number: i.Number, Sender: i.Sender, Receiver: i.Receiver, Test: i.Test, header: i}
		r.file.Interchanges = append(r.file.Interchanges, r.x)
	case document.SetSegment:
		if s.InSet != 1 {
			break
		}
		if r.sets++; r.sets > maxSets {
			r.tooMany(s, maxSets, "sets")
			return false
		}
	case document.SetEnd:
		set := setOf(s, found, number)
		set.Findings = r.keep(set.Findings, r.setFate)
		r.g.Sets = append(r.g.Sets, set)
	case document.GroupEnd:
		r.g.Findings = r.keep(s.Group.Findings, r.groupFate)
	case document.InterchangeEnd:
		r.x.Findings = r.keep(s.Interchange.Findings, r.interchangeFate)
		r.x.settle(r.policy)
	case document.Other:
		if s.Interchange == nil {
			for _, f := range s.Findings {
				r.file.Findings = edi.Keep(r.file.Findings, f, maxFindings)
			}
		}
	}
	return true
}

// keep is what is kept of the findings of a level: all, or once the file has as
// many as are kept the one alone that decides the fate, by which it is judged
// as by all of them.
func (r *reader) keep(all []edi.Finding, fate func([]edi.Finding) edi.Fate) []edi.Finding {
	if r.found += len(all); r.found <= maxFindings || len(all) < 2 {
		return all
	}
	if r.omitted == nil {
		r.omitted = &edi.Finding{
			Code: edi.CodeFindingsOmitted, Severity: edi.Note, Position: all[0].Position,
			Message: fmt.Sprintf("the file has more findings than the %d that are kept: from here on only the worst of each set, group and interchange is told", maxFindings),
		}
	}
	whole := fate(all)
	worst := -1
	for i, f := range all {
		decides := fate(all[i:i+1]) == whole
		if decides && (worst < 0 || f.Severity.Worse(all[worst].Severity) || f.Code == x12.CodeGEMissing) { // a policy asks for that one
			worst = i
		}
	}
	if worst < 0 {
		return all
	}
	return []edi.Finding{all[worst]}
}

func (r *reader) setFate(all []edi.Finding) edi.Fate {
	if r.file.Standard == edi.EDIFACT {
		return edifact.MessageFate(all, r.policy.EDIFACT.AcceptErrors)
	}
	return x12.SetFate(all, r.policy.X12.AcceptErrors)
}

func (r *reader) groupFate(all []edi.Finding) edi.Fate {
	if r.file.Standard == edi.EDIFACT {
		return edifact.GroupFate(all)
	}
	return x12.GroupFate(all)
}

func (r *reader) interchangeFate(all []edi.Finding) edi.Fate {
	if r.file.Standard == edi.EDIFACT {
		return edifact.InterchangeFate(all, r.policy.EDIFACT.RejectTrailers)
	}
	return x12.InterchangeFate(all, r.policy.X12.RejectTrailers)
}

// tooMany ends the reading of a file at the header of a level that is one too
// many. An interchange that is open is rejected, for nobody knows the rest of
// it; those before it are as they were judged.
func (r *reader) tooMany(s *document.Step, most int, what string) {
	f := edi.Finding{
		Code: edi.CodeTooManyGroups, Severity: edi.Error, Position: edi.Position{Offset: s.From},
		Message: fmt.Sprintf("the file holds more than %d %s and was not read further than here; split it", most, what),
	}
	if s.Segment != nil {
		f.Position, f.SegmentID = s.Segment.Position(), string(s.Segment.Tag())
	}
	if s.Kind == document.InterchangeStart {
		r.file.Findings = append(r.file.Findings, f)
		return
	}
	r.x.Findings = append(r.x.Findings, f)
	r.x.settle(r.policy)
	if r.x.Fate != edi.Rejected {
		r.x.reject()
	}
}

// reject rejects an interchange and all that is in it.
func (x *Interchange) reject() {
	x.Fate = edi.Rejected
	for _, g := range x.Groups {
		g.Fate = edi.Rejected
		for _, s := range g.Sets {
			s.Fate = edi.Rejected
		}
	}
}
