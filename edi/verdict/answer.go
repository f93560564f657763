package verdict

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/edifact"
	"github.com/crossdock/crossdock/edi/x12"
)

// When says when an acknowledgement is sent.
type When string

// Times of an acknowledgement. Requested is by the sender in its envelope, or
// by there being something wrong to tell.
const (
	Requested When = "requested"
	Always    When = "always"
	Never     When = "never"
)

// Answers are the acknowledgements that a partner wants. The zero value is the
// usual: a TA1 when requested or when something is wrong, a 997 and a CONTRL
// always.
type Answers struct {
	TA1        When   // default Requested
	Functional string // "997", the default, "999" or "none"
	Advice     bool   // an 824 for what is rejected
	CONTRL     When   // default Always
	Receipt    bool   // a CONTRL that says no more than that the interchange came, before the other
	X12        x12.AckPolicy
	EDIFACT    edifact.AckPolicy
}

// Answer is an acknowledgement, as the interchange it leaves in.
type Answer struct {
	Kind string `json:"kind"` // TA1, 997, 999, 824, CONTRL
	Text string `json:"text"`
}

// Answers are the acknowledgements of an interchange, each in an interchange
// of its own, numbered from number on. Nothing acknowledges an
// acknowledgement.
func (x *Interchange) Answers(a Answers, number int, at time.Time) []Answer {
	if x.header.Standard == edi.EDIFACT {
		return x.answersEDIFACT(a, number, at)
	}
	return x.answersX12(a, number, at)
}

func (x *Interchange) answersX12(a Answers, number int, at time.Time) []Answer {
	var all []Answer
	r, groups := x.x12()
	env := x.envelope(at)
	next := func(functionalID, version string) x12.Envelope {
		e := env
		e.ISA.ControlNumber = fmt.Sprintf("%09d", number+len(all))
		e.Group.ControlNumber, e.Group.FunctionalID = strconv.Itoa(number+len(all)), functionalID
		e.Group.Version = version
		return e
	}
	if x.wantsTA1(a.TA1, r) {
		e := next("", "")
		all = append(all, Answer{"TA1", string(x12.AppendTA1Interchange(nil, e.ISA, e.Delimiters, r))})
	}
	if x.Fate == edi.Rejected {
		return all
	}
	for i := range groups {
		g := groups[i]
		e := next("FA", a.version(g.Version))
		p := a.X12
		p.Version, p.LineEnd = e.Group.Version, e.LineEnd
		kind, body := "997", []byte(nil)
		switch a.Functional {
		case "none":
		case "999":
			kind = "999"
			if a.X12.Version == "" || !strings.HasPrefix(a.X12.Version, "005010X") { // a guide of the 999, not the one the sets are by
				e.Group.Version, p.Version = "005010X231A1", "005010X231A1"
			}
			body = x12.Append999(nil, e.Delimiters, "0001", g, p)
		default:
			body = x12.Append997(nil, e.Delimiters, "0001", g, p)
		}
		if len(body) > 0 {
			all = append(all, Answer{kind, string(x12.AppendInterchange(nil, e, 1, body))})
		}
		if a.Advice {
			all = append(all, x.advice(next("AG", a.version(g.Version)), x.Groups[i], g, a, at)...)
		}
	}
	return all
}

// version is the GS08 of what answers a group: its own, if that is one.
func (a Answers) version(received string) string {
	switch release := received[:min(len(received), 6)]; {
	case a.X12.Version != "":
		return a.X12.Version
	case len(release) < 6 || strings.Trim(release, "0123456789") != "":
		return "004010"
	}
	return received
}

// wantsTA1 reports whether a TA1 is due. An interchange of nothing but
// acknowledgements gets none.
func (x *Interchange) wantsTA1(when When, r x12.InterchangeResult) bool {
	if when == Never || len(x.Groups) == 0 && x.header.TA1 > 0 || len(x.Groups) > 0 && !slices.ContainsFunc(x.Groups, (*Group).asks) {
		return false
	}
	return when == Always || r.ISA.AckRequested == "1" || x.Fate != edi.Accepted
}

// asks reports whether anything in a group of X12 is other than an
// acknowledgement. One that no acknowledgement could name is.
func (g *Group) asks() bool {
	return g.Kind != "FA" && (len(g.Sets) == 0 || slices.ContainsFunc(g.Sets, func(s *Set) bool { return !x12.IsAcknowledgement(s.ID) }))
}

// advice is the 824 for the rejected sets of a group.
func (x *Interchange) advice(e x12.Envelope, own *Group, g x12.GroupResult, a Answers, at time.Time) []Answer {
	rejected := g
	rejected.Sets = slices.DeleteFunc(slices.Clone(g.Sets), func(s x12.SetResult) bool { return s.Fate == x12.Accepted })
	outcomes := x12.Outcomes(*own.header.GS, rejected)
	if len(outcomes) == 0 {
		return nil
	}
	p := a.X12
	p.Version, p.LineEnd = e.Group.Version, e.LineEnd
	body := x12.Append824(nil, e.Delimiters, "0001", x12.Advice{
		Reference: e.Group.ControlNumber, Date: at.Format("20060102"), Time: at.Format("1504"), Original: g.ControlNumber, Outcomes: outcomes,
	}, p)
	if len(body) == 0 {
		return nil
	}
	return []Answer{{"824", string(x12.AppendInterchange(nil, e, 1, body))}}
}

// envelope is that of an answer: back to the sender, in the form it wrote.
func (x *Interchange) envelope(at time.Time) x12.Envelope {
	isa := *x.header.ISA
	e := x12.Envelope{
		ISA: x12.ISA{
			SenderQualifier: isa.ReceiverQualifier, SenderID: isa.ReceiverID, ReceiverQualifier: isa.SenderQualifier, ReceiverID: isa.SenderID,
			Date: at.Format("060102"), Time: at.Format("1504"), Version: isa.Version, Usage: isa.Usage,
		},
		Group:      x12.GS{Sender: isa.ReceiverID, Receiver: isa.SenderID, Date: at.Format("20060102"), Time: at.Format("1504")},
		Delimiters: x.header.Delimiters, LineEnd: "\n",
	}
	if len(x.Groups) > 0 && x.Groups[0].header.GS.Sender != "" {
		gs := x.Groups[0].header.GS
		e.Group.Sender, e.Group.Receiver = gs.Receiver, gs.Sender
	}
	if e.Delimiters.Check() != nil || e.Delimiters.Component == 0 {
		e.Delimiters = edi.Delimiters{Element: '*', Component: '>', Segment: '~'}
	}
	if e.Delimiters.Segment == '\n' {
		e.LineEnd = ""
	}
	return e
}

func (x *Interchange) answersEDIFACT(a Answers, number int, at time.Time) []Answer {
	r := x.edifact()
	if a.CONTRL == Never || !edifact.Acknowledgeable(r) {
		return nil
	}
	accepted, sets := x.Accepted()
	if a.CONTRL == Requested && r.AckRequested != "1" && x.Fate == edi.Accepted && accepted == sets {
		return nil
	}
	var all []Answer
	for _, receipt := range []bool{true, false} {
		if receipt && (!a.Receipt || x.Fate == edi.Rejected) {
			continue
		}
		e := edifact.Envelope{
			UNB: edifact.UNB{
				Syntax: r.Syntax, Version: r.UNB.Version, Sender: r.Receiver, Receiver: r.Sender, Date: at.Format("060102"), Time: at.Format("1504"),
				Reference: strconv.Itoa(number + len(all)), Test: r.Test,
			},
			Delimiters: x.header.Delimiters, LineEnd: "\n",
		}
		if e.Delimiters.Segment == '\n' {
			e.LineEnd = ""
		}
		p := a.EDIFACT
		p.Receipt, p.LineEnd = receipt, e.LineEnd
		if p.Version == "" {
			p.Version = known(r.UNB.Version)
		}
		e.UNB.Version = p.Version
		if p.Version >= "4" {
			e.UNB.Date = at.Format("20060102")
		}
		if p.Version < "4" {
			e.Delimiters.Repetition = 0
		}
		if e.Check() != nil { // the character set is not known, or does not have what names it
			e.UNB.Syntax = "UNOC"
		}
		if body := edifact.AppendCONTRL(nil, e.Delimiters, "1", r, p); len(body) > 0 {
			all = append(all, Answer{"CONTRL", string(edifact.AppendInterchange(nil, e, 1, body))})
		}
	}
	return all
}

// known is a syntax version that an answer may go out under: that of the
// interchange, or 3 for one that nobody knows.
func known(version string) string {
	if len(version) != 1 || version < "1" || version > "4" {
		return "3"
	}
	return version
}
