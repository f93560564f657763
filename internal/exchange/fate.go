package exchange

import (
	"fmt"
	"slices"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/x12"
	"github.com/crossdock/crossdock/mappings"
)

// decide settles the envelope's fate and whether anything of the interchange
// may be applied.
func (w *judge) decide(v *Interchange) {
	strict := w.agreement != nil && w.agreement.X12.Errors == mappings.RejectInterchange
	v.Fate = x12.InterchangeFate(v.Findings, strict)
	v.Refused = v.Fate == x12.Rejected
	if !strict || v.Refused {
		return
	}
	for _, g := range v.Groups {
		if g.Fate == x12.Rejected || g.Accepted < g.Received {
			v.Refused = true
			v.Findings = append(v.Findings, edi.Finding{Code: CodeErrorsRefuse, Severity: edi.Error, Position: v.Position,
				Message: "an error anywhere refuses the whole interchange, as agreed with the partner"})
			return
		}
	}
}

// tooMany ends the judging of a file that holds more interchanges and groups
// than a verdict may: each of them is kept, and each may be answered, so their
// number has to have a bound. The open interchange is refused; those before
// it, which have their ends, are as they were judged.
func (w *judge) tooMany(open *x12.Interchange, at edi.Position) {
	w.full = true
	f := edi.Finding{Code: CodeTooManyGroups, Severity: edi.Error, Position: at,
		Message: fmt.Sprintf("the file holds more than %d interchanges and functional groups and was not read further than here; split it", w.o.Groups)}
	if open == nil {
		w.verdict.Findings = append(w.verdict.Findings, f)
		return
	}
	v := w.current()
	v.Fate, v.Refused, v.Findings = x12.Rejected, true, append(v.Findings, f)
	w.acknowledge(v, open.TA1 > 0)
}

// acknowledge lists what the agreement asks for: the envelope's TA1, and a
// 997 for each group of an interchange that is one. An acknowledgement is
// never acknowledged.
func (w *judge) acknowledge(v *Interchange, hasTA1 bool) {
	ta1, functional := mappings.TA1Requested, mappings.FunctionalNone
	if w.terms != nil {
		ta1, functional = w.terms.X12.Acknowledge.Interchange, w.terms.X12.Acknowledge.Functional
	}
	answers := hasTA1 && len(v.Groups) == 0 ||
		len(v.Groups) > 0 && !slices.ContainsFunc(v.Groups, func(g Group) bool { return g.FunctionalID != "FA" })
	rejected := v.Fate == x12.Rejected
	asked := v.ISA.AckRequested == "1" || rejected || v.Fate == x12.AcceptedWithErrors
	if !answers && (ta1 == mappings.TA1Always || ta1 == mappings.TA1Requested && asked) {
		w.verdict.Acks = append(w.verdict.Acks, Ack{Kind: KindTA1, Interchange: v.Index})
	}
	if rejected || functional != mappings.Functional997 {
		return
	}
	for _, g := range v.Groups {
		if x12.Acknowledgeable(g.FunctionalID) {
			w.verdict.Acks = append(w.verdict.Acks, Ack{Kind: Kind997, Interchange: v.Index, Group: g.Index})
		}
	}
}
