package verdict

import (
	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/edifact"
	"github.com/crossdock/crossdock/edi/x12"
)

// settle gives all levels of an interchange their fates.
func (x *Interchange) settle(p Policy) {
	if x.header.Standard == edi.EDIFACT {
		r := x.edifact()
		p.EDIFACT.Settle(&r)
		x.Fate, x.Findings = r.Fate, r.Findings
		for i, g := range x.Groups {
			g.Fate = r.Groups[i].Fate
			for k, s := range g.Sets {
				s.Fate = r.Groups[i].Messages[k].Fate
			}
		}
		return
	}
	r, groups := x.x12()
	p.X12.Settle(&r, groups)
	x.Fate, x.Findings = r.Fate, r.Findings
	for i, g := range x.Groups {
		g.Fate = groups[i].Fate
		for k, s := range g.Sets {
			s.Fate = groups[i].Sets[k].Fate
		}
	}
}

// x12 is the verdict as package x12 has it.
func (x *Interchange) x12() (x12.InterchangeResult, []x12.GroupResult) {
	var groups []x12.GroupResult
	for _, g := range x.Groups {
		gs := g.header.GS
		r := x12.GroupResult{
			FunctionalID: gs.FunctionalID, ControlNumber: gs.ControlNumber, Version: gs.Version, Sender: gs.Sender, Receiver: gs.Receiver,
			Declared: g.header.Declared, Received: len(g.Sets), Fate: g.Fate, Findings: g.Findings,
		}
		for _, s := range g.Sets {
			r.Sets = append(r.Sets, x12.SetResult{
				ID: s.ID, ControlNumber: s.Number, Implementation: s.implementation, Fate: s.Fate, Findings: s.Findings,
			})
		}
		groups = append(groups, r)
	}
	return x12.InterchangeResult{ISA: *x.header.ISA, Fate: x.Fate, Findings: x.Findings}, groups
}

// edifact is the verdict as package edifact has it.
func (x *Interchange) edifact() edifact.InterchangeResult {
	r := edifact.InterchangeResult{UNB: *x.header.UNB, Implicit: x.header.Implicit, Fate: x.Fate, Findings: x.Findings}
	for _, g := range x.Groups {
		one := edifact.GroupResult{UNG: *g.header.UNG, Implicit: g.Implicit, Fate: g.Fate, Findings: g.Findings}
		for _, s := range g.Sets {
			r.Messages++
			if s.ID == "CONTRL" {
				r.CONTRL++
			}
			one.Messages = append(one.Messages, edifact.MessageResult{UNH: *s.unh, Fate: s.Fate, Findings: s.Findings})
		}
		r.Groups = append(r.Groups, one)
	}
	return r
}
