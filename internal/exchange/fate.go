package exchange

import (
	"fmt"
	"slices"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/edifact"
	"github.com/crossdock/crossdock/edi/x12"
	"github.com/crossdock/crossdock/mappings"
)

// refuseGroup refuses a group for an error in one of its sets, where that is
// agreed.
func (w *judge) refuseGroup(g *Group) {
	if w.rules == nil || w.rules.errors != mappings.RejectGroup || g.Fate == edi.Rejected || g.Accepted == g.Received {
		return
	}
	g.Refused = true
	g.Findings = append(g.Findings, edi.Finding{Code: CodeGroupRefused, Severity: edi.Error, Position: g.Position,
		Message: "an error in one of its sets refuses the whole group, as agreed with the partner"})
}

// decide settles the envelope's fate and whether anything of the interchange
// may be applied.
func (w *judge) decide(v *Interchange) {
	refused := v.Refused
	if w.rules != nil && w.rules.missingGE {
		for _, g := range v.Groups {
			i := slices.IndexFunc(g.Findings, func(f edi.Finding) bool { return f.Code == x12.CodeGEMissing })
			if i >= 0 && w.verdict.Standard == mappings.StandardX12 {
				v.Findings = append(v.Findings, edi.Finding{Code: edi.CodeInterchangeContent, Severity: edi.Error, Position: g.Findings[i].Position,
					Message: "a group ends without a GE, which refuses the whole interchange, as agreed with the partner"})
				break
			}
		}
	}
	v.Fate = fateOfInterchange(w.verdict.Standard, v.Findings, w.rules != nil && w.rules.trailers)
	v.Refused = refused || v.Fate == edi.Rejected
	if v.Refused || w.rules == nil || w.rules.errors != mappings.RejectInterchange {
		return
	}
	for _, g := range v.Groups {
		if g.Fate == edi.Rejected || g.Accepted < g.Received {
			v.refuse()
			return
		}
	}
}

// refuse refuses an interchange for what is in it.
func (ic *Interchange) refuse() {
	ic.Refused = true
	ic.Findings = append(ic.Findings, edi.Finding{Code: CodeErrorsRefuse, Severity: edi.Error, Position: ic.Position,
		Message: "an error anywhere refuses the whole interchange, as agreed with the partner"})
}

// tooMany ends the judging of a file that holds more interchanges and groups
// than a verdict may: each of them is kept, and each may be answered, so their
// number has to have a bound. The open interchange is refused; those before
// it, which have their ends, are as they were judged.
func (w *judge) tooMany(ev event) {
	w.full = true
	f := edi.Finding{Code: CodeTooManyGroups, Severity: edi.Error, Position: ev.at(),
		Message: fmt.Sprintf("the file holds more than %d interchanges and functional groups and was not read further than here; split it", w.o.Groups)}
	if ev.kind == interchangeStart {
		w.verdict.Findings = append(w.verdict.Findings, f)
		return
	}
	v := w.current()
	ev.close(v)
	v.Fate, v.Refused, v.Findings = edi.Rejected, true, append(v.Findings, f)
	w.mask(v.Findings)
	w.acknowledge(v)
}

// acknowledge lists what the agreement asks for. An acknowledgement is never
// acknowledged.
func (w *judge) acknowledge(v *Interchange) {
	if v.ISA != nil {
		w.acknowledgeX12(v)
		w.advise(v)
	} else {
		w.acknowledgeEDIFACT(v)
	}
}

// acknowledgeX12 lists the envelope's TA1, and a 997 or 999 for each group of
// an interchange that is one.
func (w *judge) acknowledgeX12(v *Interchange) {
	ta1, functional := mappings.TA1Requested, mappings.FunctionalNone
	if w.terms != nil {
		ta1, functional = w.terms.X12.Acknowledge.Interchange, w.terms.X12.Acknowledge.Functional
	}
	answers := v.TA1 > 0 && len(v.Groups) == 0 ||
		len(v.Groups) > 0 && !slices.ContainsFunc(v.Groups, func(g Group) bool { return !g.answers() })
	rejected := v.Fate == edi.Rejected
	asked := v.ISA.AckRequested == "1" || rejected || v.Fate == edi.AcceptedWithErrors
	if !answers && (ta1 == mappings.TA1Always || ta1 == mappings.TA1Requested && asked) {
		w.verdict.Acks = append(w.verdict.Acks, Ack{Kind: KindTA1, Interchange: v.Index})
	}
	if rejected || functional == mappings.FunctionalNone {
		return
	}
	ack := Kind997
	if functional == mappings.Functional999 {
		ack = Kind999
	}
	var first *Ack // of the interchange, where all leave in one
	for _, g := range v.Groups {
		switch {
		case !x12.Acknowledgeable(g.GS.FunctionalID) || g.answers():
		case first != nil:
			first.More = append(first.More, g.Index)
		default:
			w.verdict.Acks = append(w.verdict.Acks, Ack{Kind: ack, Interchange: v.Index, Group: g.Index})
			if w.terms.X12.Acknowledge.Together {
				first = &w.verdict.Acks[len(w.verdict.Acks)-1]
			}
		}
	}
}

// answers reports whether a group of X12 holds nothing but acknowledgements,
// whatever it is called.
func (g Group) answers() bool {
	return g.GS.FunctionalID == "FA" || g.Received > 0 && g.Answers == g.Received
}

// advise lists the 824 for each group whose content there is something to say
// about.
func (w *judge) advise(v *Interchange) {
	if w.terms == nil || v.Fate == edi.Rejected {
		return
	}
	when := w.terms.X12.Acknowledge.Application
	for _, g := range v.Groups {
		if g.GS.FunctionalID == adviceGroup || g.answers() || !x12.Acknowledgeable(g.GS.FunctionalID) {
			continue
		}
		if when == mappings.AdviceAlways && g.Received > 0 || when == mappings.AdviceRejected && g.Content > 0 {
			w.verdict.Acks = append(w.verdict.Acks, Ack{Kind: Kind824, Interchange: v.Index, Group: g.Index})
		}
	}
}

// acknowledgeEDIFACT lists the CONTRLs: one that the interchange came, and one
// with the verdict.
func (w *judge) acknowledgeEDIFACT(v *Interchange) {
	if !edifact.Acknowledgeable(v.edifactResult()) {
		return
	}
	verdict, receipt := mappings.ContrlRequested, mappings.ContrlNever
	if w.terms != nil {
		verdict, receipt = w.terms.EDIFACT.Acknowledge.Verdict, w.terms.EDIFACT.Acknowledge.Receipt
	}
	asked := v.UNB.AckRequested == "1"
	rejected := v.Refused || slices.ContainsFunc(v.Groups, func(g Group) bool { return !g.applies() || g.Accepted < g.Received })
	came := v.Fate != edi.Rejected && (receipt == mappings.ContrlAlways || receipt == mappings.ContrlRequested && asked)
	decided := verdict == mappings.ContrlAlways || verdict == mappings.ContrlRequested && (asked || rejected)
	together := came && decided && w.terms.EDIFACT.Acknowledge.Together
	if came && !together {
		w.verdict.Acks = append(w.verdict.Acks, Ack{Kind: KindReceipt, Interchange: v.Index})
	}
	if decided {
		w.verdict.Acks = append(w.verdict.Acks, Ack{Kind: KindCONTRL, Interchange: v.Index, Receipt: together})
	}
}
