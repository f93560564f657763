// Package verdict says what becomes of a file by the standards alone: the fate
// of each interchange, group and set, and the acknowledgements it would get.
//
// It knows no agreement and nothing that came before, so that what a partner
// settled, unknown senders and numbers used in another file are not in it; what
// is a matter of choice is a [Policy]. It holds what is found about all sets of
// a file, up to bounds that have findings of their own. The same file and policy always give the same verdict, and the
// acknowledgements are functions of the verdict and their envelope alone.
package verdict

import (
	"iter"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/document"
	"github.com/crossdock/crossdock/edi/edifact"
	"github.com/crossdock/crossdock/edi/x12"
)

// Policy is what partners choose. The zero value is the usual.
type Policy struct {
	X12     x12.FatePolicy
	EDIFACT edifact.FatePolicy
}

// File is the verdict on a file.
type File struct {
	Standard     edi.Standard   `json:"standard"`
	Interchanges []*Interchange `json:"interchanges,omitempty"`
	Findings     []edi.Finding  `json:"findings,omitempty"` // about what stands outside any interchange
}

// Interchange is the verdict on an interchange.
type Interchange struct {
	Number   string        `json:"number"`
	Sender   string        `json:"sender"`
	Receiver string        `json:"receiver"`
	Test     bool          `json:"test,omitempty"`
	Fate     edi.Fate      `json:"fate"` // the envelope's own
	Findings []edi.Finding `json:"findings,omitempty"`
	Groups   []*Group      `json:"groups,omitempty"`

	header *document.Interchange
}

// Group is the verdict on a group; messages of EDIFACT that stand in none are
// in one that is Implicit.
type Group struct {
	Kind     string        `json:"kind,omitempty"`
	Number   string        `json:"number,omitempty"`
	Implicit bool          `json:"implicit,omitempty"`
	Fate     edi.Fate      `json:"fate"`
	Findings []edi.Finding `json:"findings,omitempty"`
	Sets     []*Set        `json:"sets,omitempty"`

	header *document.Group
}

// Set is the verdict on a set.
type Set struct {
	ID       string        `json:"id"`
	Number   string        `json:"number"`
	Tables   string        `json:"tables,omitempty"` // release by which it was checked; empty if there are none for it
	Exact    bool          `json:"exact"`            // that is the release of the set
	Segments int           `json:"segments"`
	Document string        `json:"document,omitempty"` // number of the document, where More tells it
	Fate     edi.Fate      `json:"fate"`
	Findings []edi.Finding `json:"findings,omitempty"`

	implementation string       // ST03
	unh            *edifact.UNH // of EDIFACT
}

// More looks at the sets of a file beside the grammar, such as by a map. It is
// called with each step of a set; at its end it returns what it found, and the
// number of the document.
type More func(s *document.Step) (found []edi.Finding, number string)

func setOf(s *document.Step, found []edi.Finding, number string) *Set {
	set := &Set{ID: s.Set.ID, Number: s.Set.Number, Exact: s.Set.Exact, Segments: s.Set.Segments, Document: number, implementation: s.Set.Implementation, unh: s.Set.UNH}
	if s.Set.Grammar != nil {
		set.Tables = s.Set.Tables.Release()
	}
	set.Findings = s.Set.Findings
	for _, f := range found {
		if !told(set.Findings, f) {
			set.Findings = append(set.Findings[:len(set.Findings):len(set.Findings)], f)
		}
	}
	return set
}

// told reports whether something about the place is among the findings: what
// a map says of it again is no news.
func told(findings []edi.Finding, f edi.Finding) bool {
	for i := range findings {
		o := &findings[i]
		if o.Offset == f.Offset && o.Segment == f.Segment && o.Element == f.Element && !f.Severity.Worse(o.Severity) && (o.Code == f.Code || f.Element > 0) {
			return true
		}
	}
	return false
}

// Accepted counts the sets that are accepted, with or without errors, and all.
func (x *Interchange) Accepted() (accepted, all int) {
	for _, g := range x.Groups {
		for _, s := range g.Sets {
			if all++; s.Fate != edi.Rejected {
				accepted++
			}
		}
	}
	return accepted, all
}

// All yields every finding of the file, from the outside in, in the order of
// the file.
func (f *File) All() iter.Seq[edi.Finding] {
	return func(yield func(edi.Finding) bool) {
		lists := [][]edi.Finding{f.Findings}
		for _, x := range f.Interchanges {
			lists = append(lists, x.Findings)
			for _, g := range x.Groups {
				lists = append(lists, g.Findings)
				for _, s := range g.Sets {
					lists = append(lists, s.Findings)
				}
			}
		}
		for _, list := range lists {
			for _, one := range list {
				if !yield(one) {
					return
				}
			}
		}
	}
}
