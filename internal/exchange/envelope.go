package exchange

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/edifact"
	"github.com/crossdock/crossdock/edi/x12"
	"github.com/crossdock/crossdock/mappings"
)

// ours is the identity an answer comes from: that which was addressed, if it
// is ours.
func ours(addressed mappings.Identity, known []mappings.Identity, guest bool) mappings.Identity {
	if len(known) > 0 && !slices.Contains(known, addressed) && !guest {
		return known[0]
	}
	return addressed
}

// envelopeX12 is that of an acknowledgement: it goes back to the very sender.
func envelopeX12(ic *Interchange, a *mappings.Agreement, d drawn) x12.Envelope {
	us := mappings.Identity{Qualifier: ic.ISA.ReceiverQualifier, ID: ic.ISA.ReceiverID}
	t := mappings.X12Send{
		Element: "*", Component: ">", Segment: "~", Repetition: "^", Control: ic.ISA.Version, Release: "004010",
		Usage: ic.ISA.Usage, Numbers: mappings.NumberRange{First: 1, Last: 999_999_999, Digits: 9},
	}
	if a != nil {
		t, us = a.X12.Send, ours(us, a.X12.Ours, a.Guest)
	}
	if ic.Test {
		t.Usage = "T"
	}
	at := d.At.UTC()
	e := x12.Envelope{
		Delimiters: edi.Delimiters{Element: t.Element[0], Component: t.Component[0], Segment: t.Segment[0]},
		LineEnd:    t.LineEnd,
		ISA: x12.ISA{
			AuthorizationQualifier: cmp.Or(t.Authorization.Qualifier, "00"), AuthorizationInformation: string(t.Authorization.Value),
			SecurityQualifier: cmp.Or(t.Security.Qualifier, "00"), SecurityInformation: string(t.Security.Value),
			SenderQualifier: us.Qualifier, SenderID: us.ID, ReceiverQualifier: ic.ISA.SenderQualifier, ReceiverID: ic.ISA.SenderID,
			Date: at.Format("060102"), Time: at.Format("1504"), Version: t.Control,
			ControlNumber: fmt.Sprintf("%09d", d.Interchange), AckRequested: "0", Usage: t.Usage,
		},
		Group: x12.GS{
			FunctionalID: "FA", Sender: cmp.Or(t.GroupSender, us.ID), Receiver: cmp.Or(t.GroupReceiver, ic.ISA.SenderID), Date: at.Format("20060102"),
			Time: at.Format("1504"), ControlNumber: fmt.Sprint(d.Group), Agency: cmp.Or(t.Agency, "X"), Version: t.Release,
		},
	}
	if t.Repetition != "" && t.ISA11 != mappings.ISA11Standard {
		e.Delimiters.Repetition = t.Repetition[0]
	}
	return e
}

// envelopeEDIFACT is that of an acknowledgement, as envelopeX12 is.
func envelopeEDIFACT(ic *Interchange, a *mappings.Agreement, d drawn) edifact.Envelope {
	us := mappings.Identity{Qualifier: ic.UNB.Receiver.Qualifier, ID: ic.UNB.Receiver.ID}
	unb := edifact.UNB{Syntax: cmp.Or(ic.UNB.Syntax, "UNOC"), Version: cmp.Or(ic.UNB.Version, "3"), Reference: fmt.Sprint(d.Interchange), Test: ic.UNB.Test}
	e := edifact.Envelope{}
	if a != nil {
		t := a.EDIFACT.Send
		us = ours(us, a.EDIFACT.Ours, a.Guest)
		syntax := a.EDIFACT.Acknowledge.Syntax
		if syntax != "3" && syntax != "4" {
			syntax = unb.Version
		}
		unb.Syntax, unb.Version, unb.Reference = t.CharacterSet, syntax, t.Numbers.Text(d.Interchange)
		unb.Password, unb.PasswordType, unb.Application = string(t.Reference.Value), t.Reference.Qualifier, t.Application
		unb.Agreement, unb.Test = t.Agreement, ""
		unb.Sender.Address, unb.Receiver.Address = t.SenderRouting, t.ReceiverRouting
		e.LineEnd, e.UNA = t.LineEnd, t.UNA == mappings.UNAAlways
		if t.Usage == "T" || ic.Test {
			unb.Test = "1"
		}
		e.Delimiters = delimitersEDIFACT(t, syntax)
	} else {
		e.Delimiters = edifact.Delimiters(unb.Version)
	}
	at := d.At.UTC()
	unb.Date, unb.Time = at.Format("060102"), at.Format("1504")
	if unb.Version >= "4" {
		unb.Date = at.Format("20060102")
	}
	unb.Sender.ID, unb.Sender.Qualifier = us.ID, us.Qualifier
	unb.Receiver.ID, unb.Receiver.Qualifier = ic.UNB.Sender.ID, ic.UNB.Sender.Qualifier
	e.UNB = unb
	if a == nil && e.Check() != nil { // it wrote in a way that nobody can
		e.UNB.Syntax, e.UNB.Version, e.UNB.Date = "UNOC", "3", at.Format("060102")
		e.Delimiters = edifact.Delimiters("3")
	}
	return e
}

func delimitersEDIFACT(t mappings.EDIFACTSend, syntax string) edi.Delimiters {
	d := edi.Delimiters{Element: t.Element[0], Component: t.Component[0], Segment: t.Segment[0], Decimal: t.Decimal[0]}
	if t.Release != "" && t.Release != " " {
		d.Release = t.Release[0]
	}
	if syntax >= "4" && t.Repetition != "" {
		d.Repetition = t.Repetition[0]
	}
	return d
}
