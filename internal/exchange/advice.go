package exchange

import (
	"fmt"
	"io"
	"slices"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/x12"
	"github.com/crossdock/crossdock/mappings"
)

const (
	adviceGroup = "AG" // GS01 of an 824
	maxAdvised  = 1000 // sets that one 824 tells of
)

// formRight reports whether nothing is wrong with a set but what it says: all
// its errors are of what segments say about each other, or of what the map
// needs beyond the standard.
func formRight(findings []edi.Finding) bool {
	errors := false
	for _, f := range findings {
		if f.Severity != edi.Error {
			continue
		}
		errors = true
		switch f.Code {
		case edi.CodeTotalLines, edi.CodeTotalQuantity, edi.CodeTotalAmount, edi.CodeHierarchyNumber, edi.CodeHierarchyParent,
			edi.CodeHierarchyLevel, edi.CodeHierarchyChildren, edi.CodeCheckDigit, edi.CodeIdentifierLength, edi.CodeDateImplausible:
		default:
			if !slices.Contains(mappings.Codes(), f.Code) {
				return false
			}
		}
	}
	return errors
}

// advice is the 824 for a group: what became of the content of its sets, of
// all of them, or of those alone that are rejected though their form is right.
func (v *Verdict) advice(ic *Interchange, g *Group, a *mappings.Agreement, d drawn, sets setsFrom) answer {
	env := envelopeX12(ic, a, d)
	env.Group.FunctionalID = adviceGroup
	all := a == nil || a.X12.Acknowledge.Application == mappings.AdviceAlways
	control := "0001"
	if a != nil {
		control = a.X12.Acknowledge.Numbers.Text(d.Answer)
	}
	told := min(g.Content, maxAdvised)
	if all {
		told = min(g.Received, maxAdvised)
	}
	return answer{
		summary: fmt.Sprintf("824 %d", told), control: env.ISA.ControlNumber,
		write: func(w io.Writer) error {
			group := g.x12Result()
			for s, err := range v.ofGroups(g.Start, g.Received, sets) {
				if err != nil {
					return err
				}
				if len(group.Sets) == maxAdvised {
					break
				}
				if all || s.Fate == edi.Rejected && formRight(s.Findings) {
					one := s.x12Result()
					one.Context.Value = s.Number
					group.Sets = append(group.Sets, one)
				}
			}
			advice := x12.Advice{
				Reference: env.ISA.ControlNumber, Date: env.Group.Date, Time: env.Group.Time, Outcomes: x12.Outcomes(*g.GS, group),
			}
			body := x12.Append824(nil, env.Delimiters, control, advice, ackPolicy(a, env))
			_, err := w.Write(x12.AppendInterchange(nil, env, 1, body))
			return err
		},
	}
}
