package exchange

import (
	"bytes"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/edifact"
	"github.com/crossdock/crossdock/edi/x12"
	"github.com/crossdock/crossdock/mappings"
)

// answer is an acknowledgement that can be written: a function of the verdict,
// the agreement and the numbers drawn for it.
type answer struct {
	summary string // such as "997 A" or "TA1 R 025"
	control string // of its interchange: ISA13, or UNB 0020
	sets    int    // that it tells of, at most
	write   func(io.Writer) error
}

// setsFrom yields what a verdict says of its sets from a line on.
type setsFrom func(Line) iter.Seq2[Set, error]

// answer makes an acknowledgement that the verdict asks for; a is nil for a
// sender nobody knows, who is answered the way it wrote.
func (v *Verdict) answer(ack Ack, a *mappings.Agreement, d drawn, sets setsFrom) (answer, error) {
	ic := v.interchange(ack.Interchange)
	if ic == nil {
		return answer{}, fmt.Errorf("the verdict has no interchange %d", ack.Interchange)
	}
	switch ack.Kind {
	case KindTA1:
		env := envelopeX12(ic, a, d)
		ta1 := x12.NewTA1(ic.x12Result())
		return answer{
			summary: "TA1 " + ta1.Action + " " + ta1.Note, control: env.ISA.ControlNumber,
			write: func(w io.Writer) error {
				_, err := w.Write(x12.AppendTA1Interchange(nil, env.ISA, env.Delimiters, ic.x12Result()))
				return err
			},
		}, nil
	case Kind997, Kind999:
		var groups []*Group
		for _, index := range append([]int{ack.Group}, ack.More...) {
			g := ic.group(index)
			if g == nil {
				return answer{}, fmt.Errorf("the verdict has no group %d", index)
			}
			groups = append(groups, g)
		}
		return v.functional(ack.Kind, ic, groups, a, d, sets), nil
	case Kind824:
		g := ic.group(ack.Group)
		if g == nil {
			return answer{}, fmt.Errorf("the verdict has no group %d", ack.Group)
		}
		return v.advice(ic, g, a, d, sets), nil
	case KindCONTRL, KindReceipt:
		return v.contrl(ack, ic, a, d, sets), nil
	default:
		return answer{}, fmt.Errorf("acknowledgement of kind %q", ack.Kind)
	}
}

// functional is the 997 or 999 for each of some groups.
func (v *Verdict) functional(kind string, ic *Interchange, groups []*Group, a *mappings.Agreement, d drawn, sets setsFrom) answer {
	env := envelopeX12(ic, a, d)
	p := ackPolicy(a, env)
	write, numbers := x12.Write997, mappings.NumberRange{Digits: 4}
	if kind == Kind999 {
		write = x12.Write999
		p.Version, env.Group.Version = implementation999(p.Version), implementation999(p.Version)
	}
	if a != nil {
		numbers = a.X12.Acknowledge.Numbers
	}
	one := answer{control: env.ISA.ControlNumber}
	var status []string
	for _, g := range groups {
		status, one.sets = append(status, g.status(ic, p)), one.sets+g.Received
	}
	one.summary = kind + " " + strings.Join(status, ", ")
	one.write = func(w io.Writer) error {
		if _, err := w.Write(x12.AppendHeader(nil, env)); err != nil {
			return err
		}
		for i, g := range groups {
			if err := write(w, env.Delimiters, nth(numbers, d.Answer, i), g.x12Result(), v.resultsX12(g, sets), p); err != nil {
				return err
			}
		}
		_, err := w.Write(x12.AppendTrailer(nil, env, len(groups)))
		return err
	}
	return one
}

// implementation999 is the GS08 of a 999: the guide that has it.
func implementation999(release string) string {
	if strings.HasPrefix(release, "005010X") {
		return release
	}
	return "005010X231A1"
}

// ackPolicy is how a partner wants its 997 or 999 worded.
func ackPolicy(a *mappings.Agreement, env x12.Envelope) x12.AckPolicy {
	if a == nil {
		return x12.AckPolicy{Version: env.Group.Version, LineEnd: env.LineEnd}
	}
	return a.X12.AckPolicy()
}

// status is the AK901 of a group: what refuses the interchange refuses each
// of its sets.
func (g *Group) status(ic *Interchange, p x12.AckPolicy) string {
	accepted := g.Accepted
	if ic.Refused || g.Refused {
		accepted = 0
	}
	s := x12.GroupStatus(g.Fate, g.Received, accepted, g.Noted)
	if s == "P" && p.PartialGroup != "" {
		s = p.PartialGroup
	}
	return s
}

// resultsX12 yields what the verdict says of each set of a group.
func (v *Verdict) resultsX12(g *Group, sets setsFrom) iter.Seq2[x12.SetResult, error] {
	return func(yield func(x12.SetResult, error) bool) {
		for s, err := range v.ofGroups(g.Start, g.Received, sets) {
			if !yield(s.x12Result(), err) {
				return
			}
		}
	}
}

// ofGroups yields n sets from a line on, with the fate they have in the end.
func (v *Verdict) ofGroups(at Line, n int, sets setsFrom) iter.Seq2[Set, error] {
	return func(yield func(Set, error) bool) {
		if n == 0 {
			return
		}
		for s, err := range sets(at) {
			if err == nil && !v.Applies(s) {
				s.Fate = edi.Rejected
			}
			if n--; !yield(s, err) || n == 0 {
				return
			}
		}
	}
}

// contrl is the CONTRL for an interchange.
func (v *Verdict) contrl(ack Ack, ic *Interchange, a *mappings.Agreement, d drawn, sets setsFrom) answer {
	env := envelopeEDIFACT(ic, a, d)
	p := edifact.AckPolicy{Receipt: ack.Kind == KindReceipt, LineEnd: env.LineEnd}
	numbers := mappings.NumberRange{Digits: 1}
	if a != nil {
		p = a.EDIFACT.AckPolicy(p.Receipt)
		numbers = a.EDIFACT.Acknowledge.Numbers
	}
	p.Version = env.UNB.Version
	x := ic.edifactResult()
	received, rejected := 0, 0
	for i := range ic.Groups {
		g := &ic.Groups[i]
		received += g.Received
		if g.applies() {
			rejected += g.Received - g.Accepted
		} else {
			rejected += g.Received
		}
	}
	summary := "CONTRL 7"
	switch {
	case x.Fate == edi.Rejected:
		summary = "CONTRL 4"
	case p.Receipt:
		summary = "CONTRL 8"
	case rejected > 0:
		summary = fmt.Sprintf("CONTRL 7, %d of %d rejected", rejected, received)
	}
	if ack.Receipt {
		summary = "CONTRL 8 and" + strings.TrimPrefix(summary, "CONTRL")
	}
	return answer{
		summary: summary, control: env.UNB.Reference, sets: received,
		write: func(w io.Writer) error {
			if _, err := w.Write(edifact.AppendHeader(nil, env)); err != nil {
				return err
			}
			n := 0
			if ack.Receipt {
				came := p
				came.Receipt = true
				if err := edifact.WriteCONTRL(w, env.Delimiters, nth(numbers, d.Answer, n), x, nil, came); err != nil {
					return err
				}
				n++
			}
			if err := edifact.WriteCONTRL(w, env.Delimiters, nth(numbers, d.Answer, n), x, v.resultsEDIFACT(ic, received, sets), p); err != nil {
				return err
			}
			_, err := w.Write(edifact.AppendTrailer(nil, env, n+1))
			return err
		},
	}
}

// resultsEDIFACT yields what the verdict says of each group and message of an
// interchange.
func (v *Verdict) resultsEDIFACT(ic *Interchange, received int, sets setsFrom) iter.Seq2[edifact.Result, error] {
	return func(yield func(edifact.Result, error) bool) {
		told := 0
		group := func(until int) bool { // tells the groups up to one of an index
			for ; told < len(ic.Groups) && ic.Groups[told].Index <= until; told++ {
				g := ic.Groups[told].edifactResult()
				if !yield(edifact.Result{Group: &g}, nil) {
					return false
				}
			}
			return true
		}
		if len(ic.Groups) == 0 {
			return
		}
		for s, err := range v.ofGroups(ic.Groups[0].Start, received, sets) {
			if err != nil {
				yield(edifact.Result{}, err)
				return
			}
			m := edifact.MessageResult{Fate: s.Fate, Findings: s.Findings}
			if s.UNH != nil {
				m.UNH = *s.UNH
			}
			if !group(s.Group) || !yield(edifact.Result{Message: &m}, nil) {
				return
			}
		}
		group(ic.Groups[len(ic.Groups)-1].Index)
	}
}

func (ic *Interchange) x12Result() x12.InterchangeResult {
	return x12.InterchangeResult{ISA: *ic.ISA, Fate: ic.Fate, Findings: ic.Findings}
}

func (s Set) x12Result() x12.SetResult {
	return x12.SetResult{ID: s.ID, ControlNumber: s.ControlNumber, Implementation: s.Implementation, Fate: s.Fate, Findings: s.Findings}
}

func (g *Group) x12Result() x12.GroupResult {
	return x12.GroupResult{
		FunctionalID: g.GS.FunctionalID, ControlNumber: g.GS.ControlNumber, Version: g.GS.Version, Sender: g.GS.Sender, Receiver: g.GS.Receiver,
		Declared: g.Declared, Received: g.Received, Fate: g.Fate, Findings: g.Findings,
	}
}

// edifactResult is the verdict on an interchange as a CONTRL tells it: what is
// refused for what is in it is told there, and so is what is in it.
func (ic *Interchange) edifactResult() edifact.InterchangeResult {
	x := edifact.InterchangeResult{UNB: *ic.UNB, Implicit: ic.Implicit, Messages: ic.Sets, CONTRL: ic.CONTRL, Fate: ic.Fate, Findings: ic.Findings}
	if ic.Refused && ic.Fate != edi.Rejected {
		x.Fate, x.Findings = edi.Rejected, slices.Clone(ic.Findings)
		for i := range x.Findings {
			if f := &x.Findings[i]; f.Code == CodeErrorsRefuse {
				f.Code = edi.CodeInterchangeContent
			}
		}
	}
	return x
}

func (g *Group) edifactResult() edifact.GroupResult {
	r := edifact.GroupResult{Implicit: g.Implicit, Fate: g.Fate, Findings: g.Findings}
	if g.UNG != nil {
		r.UNG = *g.UNG
	}
	if g.Refused {
		r.Fate = edi.Rejected
	}
	return r
}

// inMemory is how many sets an acknowledgement may have and still be made in
// one piece; a larger one is written as its lines are read.
const inMemory = 1000

// body is the acknowledgement as it is read.
func (a answer) body() io.ReadCloser {
	if a.sets <= inMemory {
		var b bytes.Buffer
		if err := a.write(&b); err != nil {
			return io.NopCloser(failing{err})
		}
		return io.NopCloser(&b)
	}
	r, w := io.Pipe()
	go func() { w.CloseWithError(a.write(w)) }() // ends when r is read or closed
	return r
}

// failing is a reader of an error.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
